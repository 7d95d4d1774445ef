"""What a fixity check of a stored package may notice, each as a finding and as what it makes of the check.

Words only; reads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from archiver.model import Finding, FixityOutcome, Severity
from archiver.standards.names import printable

_RESTORE = (
    "Restore it with archiver repair, from another copy of the store or from parity; keep what is there until then."
)
_READ_AGAIN = "Give yourself permission to read it, or check the disk, then audit again."


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed:
    """One thing that is not as it should be."""

    outcome: FixityOutcome
    """What the check comes to if it is the worst of them."""

    path: str
    """From the object's root, as it is on the disk; empty for the object itself."""

    finding: Finding


WORST_FIRST = (FixityOutcome.DAMAGED, FixityOutcome.MISSING, FixityOutcome.COULD_NOT_CHECK)


def package_missing(path: str) -> Noticed:
    """There is nothing where the package was."""
    message = f"Nothing is left of the package: {printable(path)} is not there."
    fix = "Restore it with archiver repair from another copy of the store, and find out who or what removed it."
    finding = Finding(severity=Severity.ERROR, code="stored-package-missing", file=None, message=message, fix=fix)
    return Noticed(outcome=FixityOutcome.MISSING, path="", finding=finding)


def package_replaced(path: str, what: str) -> Noticed:
    """Something that is no folder stands where the package was."""
    message = f"{printable(path)} is {what}, where the package's folder was."
    finding = Finding(severity=Severity.ERROR, code="stored-package-replaced", file=None, message=message, fix=_RESTORE)
    return Noticed(outcome=FixityOutcome.DAMAGED, path="", finding=finding)


def other_package(expected: str, found: str) -> Noticed:
    """The inventory is that of another object."""
    message = f"Its inventory is that of {printable(found)}, where {printable(expected)} was."
    fix = "Find out who moved it. Restore the package with archiver repair from another copy of the store."
    file = "inventory.json"
    finding = Finding(severity=Severity.ERROR, code="stored-package-replaced", file=file, message=message, fix=fix)
    return Noticed(outcome=FixityOutcome.DAMAGED, path=file, finding=finding)


def declaration_damaged(path: str, why: str) -> Noticed:
    """The declaration of the object is not as OCFL 1.1 section 3.2 has it."""
    message = f"The declaration that this is an OCFL object is damaged: {why}."
    finding = Finding(
        severity=Severity.ERROR, code="stored-declaration-damaged", file=printable(path), message=message, fix=_RESTORE
    )
    return Noticed(outcome=FixityOutcome.DAMAGED, path=path, finding=finding)


def inventory_damaged(path: str, why: str) -> Noticed:
    """An inventory or its sidecar is not what it was."""
    name = printable(path)
    message = f"{name} cannot be relied on: {why}."
    finding = Finding(
        severity=Severity.ERROR, code="stored-inventory-damaged", file=name, message=message, fix=_RESTORE
    )
    return Noticed(outcome=FixityOutcome.DAMAGED, path=path, finding=finding)


def file_damaged(path: str, algorithm: str, stated: str, actual: str) -> Noticed:
    """A content file's digest is another."""
    return _damaged(path, f"is not what it was: its {algorithm} was {stated[:16]}..., and is {actual[:16]}... now")


def file_replaced(path: str, what: str) -> Noticed:
    """Something that is no file stands where a content file was."""
    return _damaged(path, f"is {what}, where a file was")


def file_missing(path: str) -> Noticed:
    """A content file, or a whole version's folder, is not there."""
    name = printable(path)
    message = f"{name} is not there."
    finding = Finding(severity=Severity.ERROR, code="stored-file-missing", file=name, message=message, fix=_RESTORE)
    return Noticed(outcome=FixityOutcome.MISSING, path=path, finding=finding)


def file_unknown(path: str, what: str) -> Noticed:
    """There is something that the inventory does not know."""
    fix = "Find out who or what put it there, and move it out of the store: a package is never changed by hand."
    name = printable(path)
    message = f"{name}, {what}, is not in the inventory."
    finding = Finding(severity=Severity.ERROR, code="stored-file-unknown", file=name, message=message, fix=fix)
    return Noticed(outcome=FixityOutcome.DAMAGED, path=path, finding=finding)


def unreadable(path: str, error: OSError) -> Noticed:
    """A file or folder could not be read: nothing is known of it."""
    name = printable(path) if path else "The package's folder"
    message = f"{name} could not be read ({error.strerror or error}); whether it is damaged is unknown."
    finding = Finding(
        severity=Severity.ERROR,
        code="stored-file-unreadable",
        file=printable(path) or None,
        message=message,
        fix=_READ_AGAIN,
    )
    return Noticed(outcome=FixityOutcome.COULD_NOT_CHECK, path=path, finding=finding)


def reads_differ(path: str) -> Noticed:
    """One reading found it wrong, the next one did not, or found something else."""
    message = (
        f"{printable(path) or 'The package'} was read twice, and the two readings differ; whether it is damaged is "
        "unknown. The disk, its cable or the machine's memory may be failing."
    )
    finding = Finding(
        severity=Severity.WARNING,
        code="stored-reads-differ",
        file=printable(path) or None,
        message=message,
        fix="Check the disk (smartctl), its cable and the memory, or read the store on another machine; then audit "
        "again.",
    )
    return Noticed(outcome=FixityOutcome.COULD_NOT_CHECK, path=path, finding=finding)


def store_unreachable(location: str) -> Noticed:
    """The storage root itself is gone."""
    finding = Finding(
        severity=Severity.ERROR,
        code="store-unreachable",
        file=None,
        message=f"The store {printable(location)} cannot be reached: there is no OCFL storage root that can be listed.",
        fix="Check that its disk is mounted or its server answers, then audit again; nothing was taken for missing.",
    )
    return Noticed(outcome=FixityOutcome.COULD_NOT_CHECK, path="", finding=finding)


def and_more(count: int) -> Finding:
    """Stand for the findings that are too many to be told one by one."""
    return Finding(
        severity=Severity.INFO,
        code="stored-more-findings",
        file=None,
        message=f"{count:,} more things are wrong with this package; they are not listed.",
        fix="Restore the package as a whole.",
    )


def _damaged(path: str, how: str) -> Noticed:
    name = printable(path)
    message = f"{name} {how}."
    finding = Finding(severity=Severity.ERROR, code="stored-file-damaged", file=name, message=message, fix=_RESTORE)
    return Noticed(outcome=FixityOutcome.DAMAGED, path=path, finding=finding)
