"""Archivematica's ``rights.csv``: a row states the rights of one file on one basis, and one act that they allow or not.

Rows of the same file and basis are one statement with several acts. Nothing is dropped: a value that no element holds
becomes a note, a basis that PREMIS does not name becomes another basis of that name. Reads no file.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archiver.standards.premis.rights import (
    COPYRIGHT,
    LICENSE,
    NOT_STATED,
    OPEN,
    OTHER,
    STATUTE,
    Grant,
    Period,
    RightsDocument,
    RightsStatement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

FILE = "file"

_BASES = {
    "copyright": (COPYRIGHT, ""),
    "license": (LICENSE, ""),
    "licence": (LICENSE, ""),
    "statute": (STATUTE, ""),
    "donor": (OTHER, "donor"),
    "policy": (OTHER, "policy"),
    "other": (OTHER, "other"),
}
_COLUMNS = (
    *(FILE, "basis", "status", "determination_date", "jurisdiction", "start_date", "end_date", "terms", "citation"),
    *("note", "grant_act", "grant_restriction", "grant_start_date", "grant_end_date", "grant_note"),
    *("doc_id_type", "doc_id_value", "doc_id_role"),
)
_NEEDED = {COPYRIGHT: ("status", "jurisdiction"), STATUTE: ("jurisdiction", "citation")}


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsFault:
    """Something about a row, or about the whole sheet."""

    row: int
    """From 1, the header included; 0: the sheet."""

    cause: str
    """Words that go on after the sheet's name and the row."""

    lost: bool
    """Whether the row states nothing that could be kept."""


@dataclass(slots=True, kw_only=True)
class _Stated:
    row: int
    """The first that states it."""

    statement: RightsStatement


@dataclass(frozen=True, slots=True, kw_only=True)
class RightsReading:
    """What a sheet states."""

    statements: dict[str, tuple[RightsStatement, ...]]
    """Path as the sheet has it -> what it states of that file."""

    rows: dict[str, int]
    """Path -> the first row that names it."""

    faults: tuple[RightsFault, ...]


def read_rights(header: Sequence[str], rows: Iterable[tuple[int, Sequence[str]]]) -> RightsReading:
    """Read a sheet of rights.

    Args:
        header: its headings.
        rows: (number, cells) of each row below.

    Returns:
        What it states, by file.
    """
    names = [heading.strip().lower().replace(" ", "_") for heading in header]
    faults = []
    if FILE not in names or "basis" not in names:
        cause = f"has no column '{FILE if FILE not in names else 'basis'}', so that nothing of it could be used"
        return RightsReading(statements={}, rows={}, faults=(RightsFault(row=0, cause=cause, lost=True),))
    unknown = [name for name in names if name and name not in _COLUMNS]
    if unknown:
        cause = (
            f"has columns that PREMIS has no element for ({', '.join(unknown[:10])}); their values are kept as notes"
        )
        faults.append(RightsFault(row=0, cause=cause, lost=False))
    stated: dict[str, list[_Stated]] = defaultdict(list)
    first: dict[str, int] = {}
    for number, cells in rows:
        values = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name and cell.strip()}
        if not values:
            continue
        if FILE not in values or "basis" not in values:
            absent = FILE if FILE not in values else "basis"
            faults.append(RightsFault(row=number, cause=f"the cell of column '{absent}' is empty", lost=True))
            continue
        first.setdefault(values[FILE], number)
        if values["basis"].lower() not in _BASES:
            faults.append(_unknown_basis(number, values["basis"]))
        _join(stated[values[FILE]], number, _statement(values))
    faults += [fault for known in stated.values() for one in known for fault in _gaps(one)]
    found = {file: tuple(one.statement for one in known) for file, known in stated.items()}
    return RightsReading(statements=found, rows=first, faults=tuple(faults))


def _statement(values: dict[str, str]) -> RightsStatement:
    basis, other = _BASES.get(values["basis"].lower(), (OTHER, values["basis"]))
    notes = [values["note"]] if "note" in values else []
    notes += [f"{name}: {value}" for name, value in values.items() if name not in _COLUMNS]
    document: tuple[RightsDocument, ...] = ()
    if "doc_id_value" in values or "doc_id_type" in values or "doc_id_role" in values:
        kind, value = values.get("doc_id_type", NOT_STATED), values.get("doc_id_value", NOT_STATED)
        document = (RightsDocument(kind=kind, value=value, role=values.get("doc_id_role", "")),)
    return RightsStatement(
        basis=basis,
        other_basis=other,
        status=values.get("status", "").lower(),
        jurisdiction=values.get("jurisdiction", ""),
        determined=values.get("determination_date", ""),
        terms=values.get("terms", ""),
        citation=values.get("citation", ""),
        period=_period(values, "start_date", "end_date"),
        notes=tuple(notes),
        documents=document,
        grants=_grants(values),
    )


def _grants(values: dict[str, str]) -> tuple[Grant, ...]:
    if not any(name.startswith("grant_") for name in values):
        return ()
    restriction = values.get("grant_restriction")
    return (
        Grant(
            act=values.get("grant_act", NOT_STATED),
            restrictions=(restriction,) if restriction else (),
            granted=_period(values, "grant_start_date", "grant_end_date"),
            notes=(values["grant_note"],) if "grant_note" in values else (),
        ),
    )


def _period(values: dict[str, str], start: str, end: str) -> Period:
    last = values.get(end, "")
    return Period(start=values.get(start, ""), end=OPEN if last.lower() == "open" else last)


def _join(stated: list[_Stated], number: int, new: RightsStatement) -> None:
    """Add a statement, or its acts to one on the same basis that says nothing else."""
    for one in stated:
        known = one.statement
        if (known.basis, known.other_basis) == (new.basis, new.other_basis) and _agrees(known, new):
            more = tuple(grant for grant in new.grants if grant not in known.grants)
            documents = tuple(dict.fromkeys((*known.documents, *new.documents)))
            notes = tuple(dict.fromkeys((*known.notes, *new.notes)))
            one.statement = replace(known, grants=(*known.grants, *more), documents=documents, notes=notes)
            return
    stated.append(_Stated(row=number, statement=new))


def _agrees(known: RightsStatement, new: RightsStatement) -> bool:
    pairs = (
        (getattr(known, name), getattr(new, name))
        for name in ("status", "jurisdiction", "determined", "terms", "citation", "period")
    )
    return all(not later or later == earlier for earlier, later in pairs)


def _unknown_basis(number: int, basis: str) -> RightsFault:
    known = "Copyright, Statute, License, Donor, Policy or Other"
    cause = f"the basis '{basis}' is none of {known}; it is kept as another basis of that name"
    return RightsFault(row=number, cause=cause, lost=False)


def _gaps(stated: _Stated) -> list[RightsFault]:
    causes = []
    statement = stated.statement
    absent = [name for name in _NEEDED.get(statement.basis, ()) if not getattr(statement, name)]
    if absent:
        causes.append(f"in PREMIS a {statement.basis} has a {' and a '.join(absent)}; the record says: not known")
    if any(grant.act == NOT_STATED for grant in statement.grants):
        causes.append("a grant names no act")
    return [RightsFault(row=stated.row, cause=cause, lost=False) for cause in causes]
