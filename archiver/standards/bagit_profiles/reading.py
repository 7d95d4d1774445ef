"""Reads a profile's JSON, as the specification has it and as profiles in use have it.

Older profiles lack what came later (1.0 to 1.4 only added), and many are written by hand. What is read otherwise than
written is a finding; what is no profile at all is refused. Never fetches a profile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles.contradictions import contradictions
from archiver.standards.bagit_profiles.forms import Forms, shown
from archiver.standards.bagit_profiles.patterns import LONGEST, MOST_ENTRIES, MOST_PATTERNS, has_wildcard
from archiver.standards.bagit_profiles.profile import IDENTIFIER_LABEL, BagProfile, LabelRule, Serialization
from archiver.standards.bagit_profiles.sections import read_sections
from archiver.standards.bagit_profiles.serialization import media_type_of_word
from archiver.standards.names import printable

_LABEL_KEYS = ("required", "recommended", "values", "repeatable", "description")

_WORDS_FOR_PEOPLE = frozenset({"comment", "default", "defaultvalue", "help", "label", "note", "placeholder", "title"})
"""Keys of a label that ask nothing of a bag."""

_ABOUT = ("Source-Organization", "External-Description", "Version", IDENTIFIER_LABEL)
"""Required in ``BagIt-Profile-Info``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileReading:
    """A profile, and what is to be said of the profile itself."""

    profile: BagProfile
    findings: tuple[Finding, ...]
    """An error among them means that a rule could not be read, or that no bag can keep to all of them."""


def parse_profile(data: bytes, name: str) -> ProfileReading:
    """Read a BagIt profile (BagIt Profiles 1.0 to 1.4).

    Args:
        data: the whole file; UTF-8.
        name: of the file, for messages.

    Returns:
        The profile, every leniency that reading it took, and every contradiction in it.

    Raises:
        UsageError: it is no JSON (the message names line and column), or no BagIt profile.
    """
    name = printable(name)
    forms = Forms(name)
    tree = read_sections(data, forms)
    serialization = _serialization(tree, forms)
    profile = BagProfile(
        name=name,
        about=_about(tree, forms),
        labels=_labels(tree, forms),
        manifests_required=_algorithms(tree, "Manifests-Required", forms) or (),
        # No bag is without a manifest, so that an empty list cannot mean what it says.
        manifests_allowed=_algorithms(tree, "Manifests-Allowed", forms, empty_means_all=True),
        tag_manifests_required=_algorithms(tree, "Tag-Manifests-Required", forms) or (),
        tag_manifests_allowed=_algorithms(tree, "Tag-Manifests-Allowed", forms, empty_means_all=True),
        allow_fetch=_truth(tree, "Allow-Fetch.txt", forms, default=True),
        fetch_required=_truth(tree, "Fetch.txt-Required", forms, default=False),
        data_empty=_truth(tree, "Data-Empty", forms, default=False),
        serialization=serialization,
        accept_serialization=_media_types(tree, serialization, forms),
        accept_bagit_version=_versions(tree, forms),
        tag_files_required=_paths(tree, "Tag-Files-Required", forms) or (),
        tag_files_allowed=_paths(tree, "Tag-Files-Allowed", forms),
        payload_files_required=_paths(tree, "Payload-Files-Required", forms) or (),
        payload_files_allowed=_paths(tree, "Payload-Files-Allowed", forms),
    )
    for finding in contradictions(profile):
        forms.add(finding)
    return ProfileReading(profile=profile, findings=forms.all_findings())


def _about(tree: dict[str, object], forms: Forms) -> tuple[tuple[str, str], ...]:
    rule = "BagIt-Profile-Info"
    found = {
        label: text
        for label, value in (forms.table(tree[rule], rule) if rule in tree else {}).items()
        if (text := forms.text(value, f"{rule}, {shown(label)}"))
    }
    for label in _ABOUT:
        if label not in found:
            forms.add(_about_missing(forms.file, label))
    version = found.get("BagIt-Profile-Version", "")
    if re.fullmatch(r"(0|1\.[0-4])(\.[0-9]+)*|", version) is None:
        forms.add(_version_unknown(forms.file, version))
    return tuple(found.items())


def _labels(tree: dict[str, object], forms: Forms) -> tuple[LabelRule, ...]:
    if "Bag-Info" not in tree:
        return ()
    rules: dict[str, LabelRule] = {}
    unknown: dict[str, list[str]] = {}
    for label, value in forms.table(tree["Bag-Info"], "Bag-Info").items():
        section = forms.table(value, f"Bag-Info, {shown(label)}")
        if label.strip().lower() in rules:
            forms.odd(f"Bag-Info, {shown(label)}", "the label stands there in other letters too", "left out")
            continue
        rules[label.strip().lower()] = _label(label.strip(), section, forms)
        for key in section:
            if key not in _LABEL_KEYS and key.lower() not in _WORDS_FOR_PEOPLE:
                unknown.setdefault(key, []).append(label)
    for key, labels in unknown.items():
        forms.add(_unknown_label_key(forms.file, key, labels))
    return tuple(rules.values())


def _label(label: str, section: dict[str, object], forms: Forms) -> LabelRule:
    rule = f"Bag-Info, {shown(label)}"

    def truth(key: str, *, default: bool) -> bool:
        return forms.truth(section[key], f"{rule}, {key}", default=default) if key in section else default

    description = forms.text(section["description"], f"{rule}, description") if "description" in section else None
    return LabelRule(
        label=label,
        required=truth("required", default=False),
        recommended=truth("recommended", default=False),
        values=(forms.texts(section["values"], f"{rule}, values") if "values" in section else None) or (),
        repeatable=truth("repeatable", default=True),
        description=description,
    )


def _algorithms(
    tree: dict[str, object], rule: str, forms: Forms, *, empty_means_all: bool = False
) -> tuple[str, ...] | None:
    found = forms.texts(tree[rule], rule) if rule in tree else None
    if found is None:
        return None
    if empty_means_all and not found:
        forms.odd(rule, "the list is empty", "read as if it were not there, so that every algorithm is allowed")
        return None
    plain = [name.lower().replace("-", "").replace("_", "") for name in found]
    for written, name in zip(found, plain, strict=True):
        if written != name:
            forms.odd(rule, f"manifests name the algorithm {shown(written)} otherwise", f"read as {shown(name)}")
    return tuple(dict.fromkeys(name for name in plain if name))


def _truth(tree: dict[str, object], rule: str, forms: Forms, *, default: bool) -> bool:
    return forms.truth(tree[rule], rule, default=default) if rule in tree else default


def _serialization(tree: dict[str, object], forms: Forms) -> Serialization:
    rule = "Serialization"
    word = forms.text(tree[rule], rule) if rule in tree else None
    choices: dict[str, Serialization] = {"required": "required", "optional": "optional", "forbidden": "forbidden"}
    if not word:
        return "optional"
    if word.lower() not in choices:
        forms.unusable(rule, f"{shown(word)} is none of required, optional and forbidden")
        return "optional"
    if word not in choices:
        forms.odd(rule, f"{shown(word)} is not in lower case", "read as if it were")
    return choices[word.lower()]


def _media_types(tree: dict[str, object], serialization: Serialization, forms: Forms) -> tuple[str, ...]:
    rule = "Accept-Serialization"
    words = (forms.texts(tree[rule], rule) if rule in tree else None) or ()
    if not words and serialization == "required":
        forms.odd(rule, "no media type is named, where at least one is needed", "every kind of archive is accepted")
    found = []
    for word in words:
        media_type = word.partition(";")[0].strip().lower()
        if "/" not in media_type and media_type != "*":
            meant = media_type_of_word(media_type)
            if meant:
                forms.odd(rule, f"{shown(word)} is no media type", f"read as {meant}")
            else:
                forms.unusable(rule, f"{shown(word)} is no media type")
            media_type = meant or media_type
        found.append(media_type)
    return tuple(dict.fromkeys(found))


def _versions(tree: dict[str, object], forms: Forms) -> tuple[str, ...]:
    rule = "Accept-BagIt-Version"
    words = (forms.texts(tree[rule], rule) if rule in tree else None) or ()
    if not words:
        forms.odd(rule, "no version is named, where at least one is needed", "every version is accepted")
    found = []
    for word in words:
        if re.fullmatch("[0-9]{1,4}", word):
            forms.odd(rule, f"{shown(word)} is no version of BagIt", f"read as {word}.0")
        found.append(f"{word}.0" if re.fullmatch("[0-9]{1,4}", word) else word)
    return tuple(dict.fromkeys(found))


def _paths(tree: dict[str, object], rule: str, forms: Forms) -> tuple[str, ...] | None:
    entries = forms.texts(tree[rule], rule) if rule in tree else None
    if entries is None:
        return None
    found = []
    patterns = 0
    for entry in entries:
        path = entry.removeprefix("./").lstrip("/")
        if path != entry:
            forms.odd(rule, f"{shown(entry)} does not begin at the bag's folder", f"read as {shown(path)}")
        if path.endswith("/") and rule.endswith("-Allowed"):
            forms.odd(rule, f"{shown(entry)} names a folder without saying what in it", f"read as {shown(path + '*')}")
            path += "*"
        patterns += has_wildcard(path)
        if len(path) > LONGEST:
            forms.unusable(rule, f"{shown(entry)} has more than {LONGEST} characters")
            return None
        found.append(path)
    if len(found) > MOST_ENTRIES or patterns > MOST_PATTERNS:
        forms.unusable(rule, f"there are more than {MOST_ENTRIES} paths, or {MOST_PATTERNS} patterns")
        return None
    return tuple(dict.fromkeys(path for path in found if path))


# ---------------------------------------------------------------------- findings


def _unknown_label_key(file: str, key: str, labels: list[str]) -> Finding:
    more = f" and {len(labels) - 1} more" if len(labels) > 1 else ""
    return Finding(
        severity=Severity.WARNING,
        code="profile-key-unknown",
        file=file,
        message=f"{file}, Bag-Info, {shown(labels[0])}{more}: the key {shown(key)} is not known to BagIt Profiles "
        "1.4.0; what it asks was not checked.",
        fix="Check by hand what it asks for, or correct its spelling.",
    )


def _about_missing(file: str, label: str) -> Finding:
    tail = ": that a bag names the profile cannot be checked" if label == IDENTIFIER_LABEL else ""
    return Finding(
        severity=Severity.WARNING,
        code="profile-info-missing",
        file=file,
        message=f"{file}, BagIt-Profile-Info: the profile does not state its {label}{tail}.",
        fix="Nothing has to be done here; other programs may refuse the profile. Tell its makers.",
    )


def _version_unknown(file: str, version: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="profile-version-unknown",
        file=file,
        message=f"{file}, BagIt-Profile-Version: {shown(version)} is not known; it was read by the rules of 1.4.0.",
        fix="Use a newer release of this program, if there is a newer version of BagIt Profiles.",
    )
