"""What is said of PREMIS records and sheets of rights that came with the documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.standards.premis.rights_rows import RightsFault

_SAID = 20
"""Findings of one kind about one file; the rest is counted in the last of them."""


def rights_unreadable(file: str, cause: str) -> Finding:
    """Say that a sheet of rights cannot be read, or not from some row on."""
    return Finding(
        severity=Severity.ERROR,
        code="rights-unreadable",
        file=file,
        message=f"{file}: the sheet {cause}; none of its rights are in the packages.",
        fix="Save it as 'CSV UTF-8' with the columns file and basis, as Archivematica has them.",
    )


def rights_faults(file: str, faults: Sequence[RightsFault]) -> Iterator[Finding]:
    """Say what is remarkable about rows of a sheet of rights."""
    for number, fault in enumerate(faults):
        if number == _SAID:
            yield _row(file, f"{file}: {len(faults) - _SAID} more rows have something of the kind.", lost=False)
            return
        place = f"{file}, row {fault.row}" if fault.row else file
        after = "; the row is not used" if fault.lost and fault.row else ""
        yield _row(file, f"{place}: {printable(fault.cause)}{after}.", lost=fault.lost)


def _row(file: str, message: str, *, lost: bool) -> Finding:
    return Finding(
        severity=Severity.ERROR if lost else Severity.WARNING,
        code="rights-row-incomplete",
        file=file,
        message=message,
        fix="Fill in the cell, or correct the heading; the columns are those of Archivematica's rights.csv.",
    )


def rights_without_document(file: str, absent: Sequence[tuple[int, str]]) -> Iterator[Finding]:
    """Say which rows name nothing that is in the source: (row, name)."""
    for number, (row, name) in enumerate(absent):
        more = f" So do {len(absent) - _SAID} more rows." if number == _SAID - 1 and len(absent) > _SAID else ""
        if number == _SAID:
            return
        yield Finding(
            severity=Severity.WARNING,
            code="rights-without-document",
            file=file,
            message=f"{file}, row {row}: {printable(name)} names no document, folder or item of the source.{more}",
            fix="Write the path from the source folder, such as letters/a.txt; objects/ may stand before it.",
        )


def premis_unreadable(file: str, cause: str) -> Finding:
    """Say that a PREMIS record cannot be read."""
    return Finding(
        severity=Severity.ERROR,
        code="premis-unreadable",
        file=file,
        message=f"{file} is not read as a PREMIS record: {printable(cause)}. Nothing of it is in the packages.",
        fix="Put a PREMIS 3.0 or 2 document there, or take the file out of the metadata folder.",
    )


def premis_without_document(file: str, path: str) -> Finding:
    """Say that a PREMIS record is named after nothing that is in the source."""
    return Finding(
        severity=Severity.WARNING,
        code="premis-without-document",
        file=file,
        message=f"{file} is named after {printable(path)}, and there is no such document or item; it is not used.",
        fix="Name it after the document it tells of, with its extension: letters/a.txt.premis.xml.",
    )


def not_carried(file: str, left: Mapping[str, int], lost: int) -> Iterator[Finding]:
    """Say what of a PREMIS record the packages do not hold.

    Args:
        file: the record; printable.
        left: name of an element that is not carried over -> how many there are.
        lost: events and rights about nothing that is in the source.
    """
    parts = []
    if lost:
        parts.append(f"{lost} event{'s' if lost > 1 else ''} or rights that link no document or item of the source")
    if left:
        names = [f"{name} ({count})" for name, count in sorted(left.items())[:_SAID]]
        parts.append(f"the elements {', '.join(names)}")
    if parts:
        yield Finding(
            severity=Severity.WARNING,
            code="premis-not-carried",
            file=file,
            message=f"{file}: not carried over into the packages: {printable(' and '.join(parts))}.",
            fix="Keep the record itself among the documents if nothing of it may be missing.",
        )
