"""Two inventories of one object held against each other: that of an earlier version and the object's own.

OCFL 1.1 sections 3.3.1, 3.5.1 and 3.7: versions never change once they are there, so both must tell the same of each
version that they share. Knows no files.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.standards.ocfl.differences import digests_by_path
from archiver.standards.ocfl.findings import inventories as inventory_findings
from archiver.standards.ocfl.findings import objects as object_findings
from archiver.standards.ocfl.inventory import Inventory, Version
from archiver.standards.ocfl.reading.rule_report import RuleReport, shown
from archiver.standards.ocfl.version_names import version_number

_NAMED = 3
"""Paths that a finding names before it counts."""


def digests_of(inventory: Inventory) -> dict[str, str]:
    """Return content path -> digest in lower case."""
    return {path: digest for digest, paths in inventory.manifest.items() for path in paths}


def compare_inventories(newest: Inventory, older: Inventory, version: str, report: RuleReport) -> None:
    """Hold an earlier version's inventory against the object's own.

    Args:
        newest: from the object's root.
        older: from the folder of ``version``.
        version: such as ``v1``.
        report: takes what is wrong, about the older one's file.
    """
    if older.head != version:
        report.note(inventory_findings.wrong_value, "E040", f"The inventory in {version} states the head {older.head}")
    if older.identifier != newest.identifier:
        report.note(
            object_findings.inventories_differ,
            "E037, E110",
            f"The identifier was {shown(older.identifier)} in {version}, and is {shown(newest.identifier)} now",
        )
    if older.content_directory != newest.content_directory:
        was, now = shown(older.content_directory), shown(newest.content_directory)
        report.note(
            object_findings.inventories_differ,
            "E019, E020",
            f"The content folder was named {was} in {version}, and is named {now} now",
        )
    _compare_manifests(newest, older, version, report)
    for name, block in older.versions.items():
        if name not in newest.versions:
            message = f"The inventory in {version} knows version {name}, which the object's does not"
            report.note(object_findings.inventories_differ, "E066", message)
        else:
            _compare_versions(newest, older, name, report)
            _compare_metadata(newest.versions[name], block, name, report)


def _compare_manifests(newest: Inventory, older: Inventory, version: str, report: RuleReport) -> None:
    number = version_number(version) or 0
    before, now = digests_of(older), digests_of(newest)
    for path, digest in now.items():
        if path not in before and (version_number(path.partition("/")[0]) or 0) <= number:
            message = f"The manifest in {version} does not name {shown(path)}, which the object has since then"
            report.note(object_findings.file_unlisted, "E023", message)
        elif newest.digest_algorithm == older.digest_algorithm and before.get(path, digest) != digest:
            message = f"The manifest in {version} states another digest of {shown(path)} than the object's own"
            report.note(object_findings.file_damaged, "E092", message)


def _compare_versions(newest: Inventory, older: Inventory, name: str, report: RuleReport) -> None:
    differing = list(_differences(newest, older, name))
    if differing:
        named = ", ".join(shown(path) for path in sorted(differing)[:_NAMED])
        more = f" and {len(differing) - _NAMED:,} more" if len(differing) > _NAMED else ""
        message = f"The inventories differ in what version {name} holds: {named}{more}"
        report.note(object_findings.inventories_differ, "E066", message)


def _differences(newest: Inventory, older: Inventory, name: str) -> Iterator[str]:
    """Give the logical paths that are in one of the two alone, or with other content."""
    new, old = newest.versions[name].state, older.versions[name].state
    if newest.digest_algorithm == older.digest_algorithm:
        if new == old:  # as a rule, and much quicker than path by path
            return
        now, before = digests_by_path(new), digests_by_path(old)
        yield from (path for path in now.keys() | before.keys() if now.get(path) != before.get(path))
        return
    # Digests by two algorithms say nothing about each other, but the files that bear them do.
    now, before = digests_by_path(new), digests_by_path(old)
    for path in now.keys() | before.keys():
        contents = set(newest.manifest.get(now.get(path, ""), ()))
        if contents.isdisjoint(older.manifest.get(before.get(path, ""), ())):
            yield path


def _compare_metadata(new: Version, old: Version, name: str, report: RuleReport) -> None:
    pairs = (
        ("created", new.created, old.created),
        ("message", new.message, old.message),
        ("user", new.user, old.user),
    )
    for key, now, before in pairs:
        if now != before:
            message = f"The inventories state another {key} of version {name}"
            report.note(object_findings.version_metadata_differs, "W011", message)
