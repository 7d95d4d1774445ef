"""The sections of a profile: its JSON read, its keys recognised. What a section says is not looked at here."""

from __future__ import annotations

import difflib
import json
from collections import Counter
from typing import Any

from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles.dart import dart_sections, is_dart_form
from archiver.standards.bagit_profiles.forms import Forms, NumberText, shown

_KEYS = (
    *("BagIt-Profile-Info", "Bag-Info", "Manifests-Required", "Manifests-Allowed", "Tag-Manifests-Required"),
    *("Tag-Manifests-Allowed", "Allow-Fetch.txt", "Fetch.txt-Required", "Data-Empty", "Serialization"),
    *("Accept-Serialization", "Accept-BagIt-Version", "Tag-Files-Required", "Tag-Files-Allowed"),
    *("Payload-Files-Required", "Payload-Files-Allowed"),
)
_PLAIN_KEYS = {key.lower(): key for key in _KEYS}

_SEARCHED = 50
"""Findings after which nobody is helped by a guess at what a key was meant to be."""


def read_sections(data: bytes, forms: Forms) -> dict[str, object]:
    """Read the JSON of a profile.

    Args:
        data: the whole file; UTF-8.
        forms: takes the findings.

    Returns:
        The specification's own keys -> what the profile says under them; numbers as :class:`NumberText`.

    Raises:
        UsageError: it is no JSON (the message names line and column), or no BagIt profile.
    """
    tree = _tree(data, forms)
    return dart_sections(tree, forms) if is_dart_form(tree) else _sections(tree, forms)


def _tree(data: bytes, forms: Forms) -> dict[str, object]:
    repeated: dict[str, None] = {}

    def table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            counts = Counter(key for key, _ in pairs)
            repeated.update((key, None) for key, count in counts.items() if count > 1)
        return found

    try:
        # Numbers stay as written, and one of a million digits costs nothing.
        tree = json.loads(
            data.decode("utf-8-sig"),
            object_pairs_hook=table,
            parse_float=NumberText,
            parse_int=NumberText,
            parse_constant=NumberText,
        )
    except UnicodeDecodeError as error:
        raise UsageError(f"{forms.file} is no BagIt profile: byte {error.start} is not UTF-8") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise UsageError(f"{forms.file} is no BagIt profile: it is no JSON at {place}: {error.msg}") from error
    except RecursionError as error:
        raise UsageError(f"{forms.file} is no BagIt profile: its JSON is nested too deeply") from error
    if not isinstance(tree, dict):
        raise UsageError(f"{forms.file} is no BagIt profile: its JSON is {shown(tree)} and no object")
    for key in repeated:
        forms.odd(f"key {shown(key)}", "it stands there more than once in one object", "the last one counts")
    return tree


def _sections(tree: dict[str, object], forms: Forms) -> dict[str, object]:
    """Return what the profile says under the specification's own keys."""
    found: dict[str, object] = {key: tree[key] for key in _KEYS if key in tree}
    for key, value in tree.items():
        meant = _PLAIN_KEYS.get(key.strip().lower().replace("_", "-"))
        if key in found:
            continue
        if meant is None:
            forms.add(_unknown_key(forms.file, key, search=len(forms.findings) < _SEARCHED))
        elif meant in found:
            forms.odd(f"key {shown(key)}", f"it stands beside {meant}", "left out")
        else:
            forms.odd(f"key {shown(key)}", f"the key is {meant}", "read as that")
            found[meant] = value
    if not found:
        raise UsageError(
            f"{forms.file} is no BagIt profile: it has none of the keys of one, such as BagIt-Profile-Info"
        )
    return found


def _unknown_key(file: str, key: str, *, search: bool) -> Finding:
    near = difflib.get_close_matches(key[:60], _KEYS, n=1) if search else []
    hint = f" Did it mean {near[0]}?" if near else ""
    return Finding(
        severity=Severity.WARNING,
        code="profile-key-unknown",
        file=file,
        message=f"{file}: the key {shown(key)} is not known to BagIt Profiles 1.4.0; what it asks was not checked."
        + hint,
        fix="Check by hand what it asks for, or correct its spelling.",
    )
