"""What a repair came to, and its JSON form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.repair.rebuilding import Replaced
from archiver.steps.results import finding_json


@dataclass(slots=True, kw_only=True)
class Repair:
    """What became of one package."""

    package: str
    """Identifier, or the path of a bag."""

    path: str = ""
    """Of the object from the storage root, or of the bag."""

    status: Literal["sound", "repaired", "planned", "failed"] = "failed"
    replaced: list[Replaced] = field(default_factory=list)
    """Files that were put in the place of damaged or missing ones; of a failed repair those that could have been."""

    removed: list[str] = field(default_factory=list)
    """Files that were no part of the package."""

    lacking: list[str] = field(default_factory=list)
    """Files that are damaged or missing, and whose bytes are nowhere to be had."""

    quarantine: str | None = None
    """Folder that keeps the damaged files."""

    findings: list[Finding] = field(default_factory=list)


def repair_json(repair: Repair) -> dict[str, object]:
    """Return the shape of one JSON line."""
    return {
        "package": printable(repair.package),
        "path": printable(repair.path),
        "status": repair.status,
        "replaced": [{"file": printable(one.file), "from": printable(one.source)} for one in repair.replaced],
        "removed": [printable(file) for file in repair.removed],
        "lacking": [printable(file) for file in repair.lacking],
        "quarantine": printable(repair.quarantine) if repair.quarantine else None,
        "findings": [finding_json(finding) for finding in repair.findings],
    }


def file_lacking(path: str, *, sources: Sequence[str], parity: bool) -> Finding:
    """Word that a file cannot be had."""
    tried = [printable(source) for source in sources] + (["parity"] if parity else [])
    where = f"not in {', '.join(tried)}" if tried else "and no place with copies was named"
    return Finding(
        severity=Severity.ERROR,
        code="repair-not-possible",
        file=printable(path),
        message=f"{printable(path)} is damaged or missing, and its bytes are nowhere to be had: {where}. Nothing was "
        "changed.",
        fix="Name another place that may have it with --from: a store, a bag or a folder"
        + ("." if parity else "; or --parity, if parity was made of it."),
    )


def no_inventory(path: str) -> Finding:
    """Word that nobody knows what the object must be."""
    return Finding(
        severity=Severity.ERROR,
        code="repair-without-inventory",
        file="inventory.json",
        message=f"no inventory of {printable(path)} can be relied on, neither its own nor one of a copy: what the "
        "package must be is not known. Nothing was changed.",
        fix="Name another store that has this package with --from, or --parity if parity was made of it.",
    )


def not_whole(path: str, cause: str) -> Finding:
    """Word that what was put together is not the package."""
    return Finding(
        severity=Severity.ERROR,
        code="repair-not-whole",
        file=None,
        message=f"{printable(path)} was put together anew, and is not whole: {cause} Nothing was changed.",
        fix="Check the disk; if it is well, tell the makers of this program, with the damaged package.",
    )


def copies_unreadable(location: str, cause: str) -> Finding:
    """Word that a place with copies cannot be read."""
    return Finding(
        severity=Severity.WARNING,
        code="repair-source-unreadable",
        file=None,
        message=f"{printable(location)} could not be read to its end ({cause}); what it has may be missing in what "
        "was done.",
        fix="Check that it is reachable, and run the same command again.",
    )


def parity_lacks(path: str) -> Finding:
    """Word that there is no parity for a version."""
    return Finding(
        severity=Severity.WARNING,
        code="repair-parity-missing",
        file=printable(path),
        message=f"there is no parity for {printable(path)} that could be read: none was made, or it is damaged.",
        fix="Use --from with a copy; run `archiver protect` for what is whole.",
    )


def parity_exhausted(path: str, shard: str, blocks: int, missing: int | None, said: str) -> Finding:
    """Word that more is damaged than parity can carry."""
    how = f"{missing:,} more than its parity has" if missing is not None else said or "its parity is damaged, too"
    return Finding(
        severity=Severity.WARNING,
        code="repair-parity-exhausted",
        file=printable(path),
        message=f"parity of {printable(path)} cannot give back {shard}: {how} (it has {blocks:,} blocks).",
        fix="Name a copy with --from, too: what that gives back makes up for parity, and the other way round.",
    )


def inventory_copy_dropped(version: str) -> Finding:
    """Word that an earlier version's own copy of the inventory is gone."""
    return Finding(
        severity=Severity.WARNING,
        code="repair-inventory-copy-lost",
        file=printable(f"{version}/inventory.json"),
        message=f"the copy of the inventory in {printable(version)} was damaged and is nowhere to be had; the package "
        "is whole without it, because its last inventory says all that it said.",
        fix="Nothing has to be done; another store with this package would have it: --from.",
    )


def in_the_way(path: str) -> Finding:
    """Word that something that is no folder stands in the package's place."""
    return Finding(
        severity=Severity.ERROR,
        code="repair-place-taken",
        file=None,
        message=f"{printable(path)} is no folder: something else stands where the package's folder was. Nothing was "
        "changed.",
        fix="Find out what it is, move it away, and run the same command again.",
    )
