"""Inventories from bytes: every rule of OCFL 1.0 and 1.1 section 3.5 that one inventory can break by itself.

What strangers wrote is material: nothing in it is followed, and what is not an inventory's is not kept. Knows no files:
whether what an inventory says is there is for :mod:`archiver.storage.stores` to see.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from archiver.model import Finding
from archiver.standards.ocfl.findings import inventories as kinds
from archiver.standards.ocfl.inventory import INVENTORY_TYPES, Inventory, Version
from archiver.standards.ocfl.names import INVENTORY
from archiver.standards.ocfl.reading.fixity import read_fixity
from archiver.standards.ocfl.reading.json_text import JsonTextError, parse_json
from archiver.standards.ocfl.reading.manifests import read_manifest
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.standards.ocfl.reading.versions import read_version
from archiver.standards.ocfl.version_names import sequence_faults, version_number, version_width

INVENTORY_LIMIT = 1 << 30
"""Bytes of the largest inventory that is read: some three million files with SHA-512 digests."""

DIGEST_DIGITS = {"sha512": 128, "sha256": 64}
"""Algorithms for content (section 3.4, E025) -> hexadecimal digits of a digest."""

_KEYS = {"id", "type", "digestAlgorithm", "head", "contentDirectory", "manifest", "versions", "fixity"}
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[!-~]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryReading:
    """What one inventory came to."""

    inventory: Inventory | None
    """None when it cannot be relied on: no inventory, an unsafe or ambiguous path, a state without content, ..."""

    findings: tuple[Finding, ...]
    """Everything that is wrong with it, of any severity; of an inventory of None at least one error."""


def read_inventory(data: bytes, file: str = INVENTORY) -> InventoryReading:
    """Read one inventory and check all that can be said of it alone.

    Args:
        data: the whole file, of :data:`INVENTORY_LIMIT` bytes at most.
        file: its path from the object's root, for the findings.

    Returns:
        Also for what is no inventory at all; nothing is raised.
    """
    report = RuleReport(file)
    if len(data) > INVENTORY_LIMIT:
        report.spoil(kinds.unreadable, "E033", f"The inventory has {len(data):,} bytes, more than can be one")
        return InventoryReading(inventory=None, findings=report.findings())
    try:
        document = parse_json(data)
    except JsonTextError as error:
        report.spoil(kinds.unreadable, "E033", f"The inventory {error}")
        return InventoryReading(inventory=None, findings=report.findings())
    value = document.value
    if not isinstance(value, dict):
        report.spoil(kinds.unreadable, "E033", "The inventory is no JSON object")
        return InventoryReading(inventory=None, findings=report.findings())
    _read_type(value, report)
    for key in document.repeated:
        # Programs differ in which of the two they take, so that nobody knows what the inventory says.
        report.spoil(kinds.unreadable, "E033", f"The key {shown(key)} stands twice in one object")
    inventory = _read_object(value, report)
    return InventoryReading(inventory=inventory if report.usable else None, findings=report.findings())


def _read_object(value: dict[str, Any], report: RuleReport) -> Inventory | None:
    for key in sorted(value.keys() - _KEYS):
        report.note(kinds.unknown_key, "E102", f"The key {shown(key)} is none of an inventory's")
    identifier = _read_identifier(value, report)
    algorithm = _read_algorithm(value, report)
    content_directory = _read_content_directory(value, report)
    names = _read_version_names(value, report)
    head = _read_head(value, names, report)
    digits = DIGEST_DIGITS.get(algorithm or "")
    manifest, paths = read_manifest(value, digits, report, content_directory=content_directory, versions=names)
    versions = _read_versions(value, names, manifest, report)
    fixity = read_fixity(value, paths, report)
    if not report.usable or identifier is None or algorithm is None or head is None or manifest is None:
        report.usable = False
        return None
    return Inventory(
        identifier=identifier,
        ocfl_version=report.ocfl_version,
        digest_algorithm=algorithm,
        head=head,
        content_directory=content_directory,
        manifest={digest.lower(): tuple(paths) for digest, paths in manifest.items()},
        versions=versions,
        fixity=fixity,
    )


def _read_type(value: dict[str, Any], report: RuleReport) -> None:
    named = value.get("type")
    version = next((version for version, uri in INVENTORY_TYPES.items() if uri == named), None)
    if version is not None:
        report.ocfl_version = version
    elif "type" not in value:
        report.spoil(kinds.incomplete, "E036", "The inventory has no type")
    else:
        report.spoil(kinds.wrong_value, "E038", f"The type {shown(named)} is that of no version of OCFL known here")


def _read_identifier(value: dict[str, Any], report: RuleReport) -> str | None:
    if "id" not in value:
        report.spoil(kinds.incomplete, "E036", "The inventory has no id")
        return None
    identifier = value["id"]
    if not isinstance(identifier, str) or not identifier:
        report.spoil(kinds.wrong_value, "E037", "The id is no text, or an empty one")
        return None
    if not _URI.fullmatch(identifier):
        report.note(kinds.identifier_not_uri, "W005", f"The id {shown(identifier)} is no URI")
    return identifier


def _read_algorithm(value: dict[str, Any], report: RuleReport) -> str | None:
    if "digestAlgorithm" not in value:
        report.spoil(kinds.incomplete, "E036", "The inventory has no digestAlgorithm")
        return None
    algorithm = value["digestAlgorithm"]
    if not isinstance(algorithm, str) or algorithm not in DIGEST_DIGITS:
        report.spoil(kinds.wrong_value, "E025", f"The digestAlgorithm {shown(algorithm)} is neither sha512 nor sha256")
        return None
    if algorithm != "sha512":
        report.note(kinds.algorithm_weaker, "W004", f"The digests are {algorithm}, and sha512 is asked for")
    return algorithm


def _read_content_directory(value: dict[str, Any], report: RuleReport) -> str:
    name = value.get("contentDirectory", "content")  # E021
    if not isinstance(name, str) or not name or "/" in name or "\0" in name:
        report.spoil(kinds.path_unsafe, "E017", f"The contentDirectory {shown(name)} is not the name of one folder")
    elif name in {".", ".."}:
        report.spoil(kinds.path_unsafe, "E018", f"The contentDirectory {shown(name)} names no folder of the version's")
    else:
        return name
    return "content"


def _read_version_names(value: dict[str, Any], report: RuleReport) -> tuple[str, ...]:
    """Return the names of versions that can be read, first to last."""
    versions = value.get("versions")
    if "versions" not in value:
        report.spoil(kinds.incomplete, "E043", "The inventory has no versions")
        return ()
    if not isinstance(versions, dict):
        report.spoil(kinds.wrong_value, "E044", "The versions are no JSON object")
        return ()
    if not versions:
        report.spoil(kinds.incomplete, "E008", "The inventory has not one version")
    for name in versions:
        if version_number(name) is None:
            rule = "E105" if name.startswith("v") else "E104"
            report.spoil(kinds.versions_wrong, rule, f"{shown(name)} is no version: those are v1, v2 and so on")
    for rule, message in sequence_faults(versions):
        report.spoil(kinds.versions_wrong, rule, f"In the versions, {message}")
    names = sorted((name for name in versions if version_number(name)), key=lambda name: version_number(name) or 0)
    if names and version_width(names[0]):
        report.note(kinds.versions_padded, "W001", f"Version numbers are padded with zeros, as in {names[0]}")
    return tuple(names)


def _read_head(value: dict[str, Any], names: tuple[str, ...], report: RuleReport) -> str | None:
    if "head" not in value:
        report.spoil(kinds.incomplete, "E036", "The inventory has no head")
        return None
    head = value["head"]
    if isinstance(head, str) and names and head == names[-1]:
        return head
    last = f", and the last version is {names[-1]}" if names else ""
    report.spoil(kinds.wrong_value, "E040", f"The head is {shown(head)}{last}")
    return None


def _read_versions(
    value: dict[str, Any], names: tuple[str, ...], manifest: Mapping[str, Any] | None, report: RuleReport
) -> dict[str, Version]:
    versions = {name: read_version(name, value["versions"][name], manifest, report) for name in names}
    if manifest is not None and report.usable and report.ocfl_version != "1.0":  # E107 is new in 1.1
        used = {digest.lower() for version in versions.values() for digest in version.state}
        for digest in manifest:
            if digest.lower() not in used:
                report.note(kinds.digest_wrong, "E107", f"No version holds the manifest's digest {shown(digest)}")
    return versions
