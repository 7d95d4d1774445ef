"""The ``manifest`` of an inventory: which file holds which bytes (OCFL 1.1 section 3.5.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archiver.standards.ocfl.findings import inventories as kinds
from archiver.standards.ocfl.paths import PathSet, path_fault
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown

_HEXADECIMAL = re.compile(r"[0-9A-Fa-f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Places:
    """Where content may lie."""

    versions: frozenset[str]
    content_directory: str


def read_manifest(
    value: Mapping[str, Any],
    digits: int | None,
    report: RuleReport,
    *,
    content_directory: str,
    versions: Sequence[str],
) -> tuple[dict[str, list[str]] | None, PathSet]:
    """Read and check the manifest.

    Args:
        value: the inventory.
        digits: hexadecimal digits of a digest; None where the algorithm is not known.
        report: takes what is wrong.
        content_directory: name of the folder in a version's that holds its content.
        versions: names of the versions there are.

    Returns:
        Digest as written -> content paths, None where there is no manifest; and all the paths.
    """
    paths = PathSet()
    if "manifest" not in value:
        report.spoil(kinds.incomplete, "E041", "The inventory has no manifest")
        return None, paths
    manifest = value["manifest"]
    if not isinstance(manifest, dict):
        report.spoil(kinds.wrong_value, "E106", "The manifest is no JSON object")
        return None, paths
    digests: set[str] = set()
    places = _Places(versions=frozenset(versions), content_directory=content_directory)
    for digest, listed in manifest.items():
        _check_digest(digest, digits, digests, report)
        for path in _texts(digest, listed, report):
            _check_path(path, places, paths, report)
    for path in paths.conflicts():
        report.spoil(
            kinds.path_conflict, "E101", f"The content path {shown(path)} is a file, and a folder of other files"
        )
    return manifest, paths


def _check_digest(digest: str, digits: int | None, seen: set[str], report: RuleReport) -> None:
    folded = digest.lower()
    if folded in seen:
        report.spoil(kinds.digest_wrong, "E096", f"The digest {shown(digest)} stands twice in the manifest")
    seen.add(folded)
    if digits is not None and (len(digest) != digits or not _HEXADECIMAL.fullmatch(digest)):
        # Only digests by digestAlgorithm may be keys (section 3.5.1), in hexadecimal (section 3.4).
        report.spoil(kinds.digest_wrong, "E039", f"{shown(digest)} in the manifest is no digest of {digits} digits")


def _texts(digest: str, listed: object, report: RuleReport) -> list[str]:
    if isinstance(listed, list) and listed and all(isinstance(path, str) for path in listed):
        return listed
    report.spoil(kinds.wrong_value, "E092", f"The manifest's digest {shown(digest)} has no array of content paths")
    return []


def _check_path(path: str, places: _Places, paths: PathSet, report: RuleReport) -> None:
    fault = path_fault(path)
    if fault is not None:
        rule = "E099" if fault == "segment" else "E100"
        report.spoil(kinds.path_unsafe, rule, f"The content path {shown(path)} names no file of the object")
        return
    version, _, rest = path.partition("/")
    if version not in places.versions or not rest.startswith(f"{places.content_directory}/"):
        message = f"The content path {shown(path)} is in no version's content folder"
        if version in places.versions and "/" in rest:
            report.note(kinds.path_unsafe, "E042", message)  # in a version's folder all the same
        else:
            report.spoil(kinds.path_unsafe, "E042", message)  # section 3.5.2, and E014: the folder's actual name
    if not paths.add(path):
        report.spoil(kinds.path_conflict, "E101", f"The content path {shown(path)} stands twice in the manifest")
