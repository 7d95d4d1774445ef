"""What the headings of a sheet mean: which column names the file, which a term, which is its author's own.

It reads the header alone. What it does not understand it keeps; what it cannot tell apart it refuses, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archiver.describe.keys import closest_term, key_fix
from archiver.describe.sheets.exports import PLAIN_FILES, Export, recognise
from archiver.describe.sheets.lines import MOST_COLUMNS, column_name
from archiver.describe.sheets.own_parts import is_own_heading
from archiver.model import Finding, Severity
from archiver.standards.dc_terms import TermKey, parse_key
from archiver.standards.formula_cells import unguarded
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from archiver.describe.sheets.lines import Line, Table
    from archiver.describe.sheets.telling import Telling

_SHOWN = 60
_WHOLLY_STATED = ("actors", "starts", "ends")  # what kind of event it was, and its date in words, are kept as well
_NAMED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column with a heading."""

    index: int
    heading: str
    """As written, printable."""

    key: TermKey | None
    """None for a column of its author's own, whose values are kept beside the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """A table whose header is understood."""

    file: str
    """The sheet's path in the metadata folder, printable."""

    place: str
    """What a row's place begins with: ``letters.csv``, or ``letters.xlsx, sheet Letters``."""

    files: tuple[int, ...]
    """Columns that name the file; the first filled one counts."""

    columns: tuple[Column, ...]
    width: int
    """Columns with a heading, from the first to the last."""

    headed: frozenset[int]
    """Every column with a heading, those that name files included."""

    splits: bool = True
    """Whether ``|`` stands between values of one cell."""

    delimited: bool = False
    """Whether a cell too many or too few may come of a delimiter in a value, or of one left out."""

    events: Mapping[str, int] = field(default_factory=dict)
    """Role (see ``exports``) -> column, for an export that writes events in parallel columns."""

    export: str | None = None
    """The kind of export it is, or None."""

    def heading(self, index: int) -> str:
        """Return a column's heading, or its letter where it has none."""
        return next((column.heading for column in self.columns if column.index == index), column_name(index))


def names_file(line: Line) -> bool:
    """Tell whether a header has a column that names files."""
    folded = [_folded(cell) for cell in line.cells[:MOST_COLUMNS]]
    export = recognise(folded)
    return any(name in folded for name in (export.files if export else PLAIN_FILES))


def understand(line: Line, place: str, telling: Telling, table: Table) -> Layout | None:
    """Understand a header.

    Args:
        line: the header.
        place: what a row's place begins with.
        telling: takes what is wrong with it.
        table: the table it heads.

    Returns:
        The layout of the rows below; None when no row can be used.
    """
    width = max((index for index, cell in enumerate(line.cells, start=1) if cell.strip()), default=0)
    if width > MOST_COLUMNS:
        telling.add(_too_wide(telling.file, f"{place}{line.place}", width))
        return None
    cells = line.cells[:width]
    folded = [_folded(cell) for cell in cells]
    export = recognise(folded)
    files = _file_columns(folded, export)
    repeated = next((name for name in (folded[index] for index in files) if folded.count(name) > 1), None)
    if repeated is not None:
        telling.add(_repeated_filename(telling.file, f"{place}{line.place}", repeated))
        return None
    events = {role: folded.index(name) for role, name in (export.events if export else {}).items() if name in folded}
    consumed = {index for role, index in events.items() if role in _WHOLLY_STATED}
    columns = tuple(
        Column(index=index, heading=_heading(cell), key=_key(cell, export))
        for index, cell in enumerate(cells)
        if cell.strip() and index not in files and index not in consumed and not is_own_heading(cell)
    )
    _tell(columns, export, f"{place}{line.place}", telling)
    if not events and not any(column.key for column in columns):
        telling.add(_no_term(telling.file, place))
    return Layout(
        file=telling.file,
        place=place,
        files=files,
        columns=columns,
        width=width,
        headed=frozenset(index for index, cell in enumerate(cells) if cell.strip()),
        splits=table.splits,
        delimited=table.delimited,
        events=events,
        export=export.name if export else None,
    )


def _file_columns(folded: Sequence[str], export: Export | None) -> tuple[int, ...]:
    if export is None:
        return tuple(folded.index(name) for name in PLAIN_FILES if name in folded)[:1]
    return tuple(folded.index(name) for name in export.files if name in folded)


def _key(cell: str, export: Export | None) -> TermKey | None:
    if export is None:
        return parse_key(cell)
    term = export.terms.get(_folded(cell))
    # A column added to an export counts when it names a term beyond doubt: dc.title, dcterms:issued, title@ru.
    return TermKey(term=term, language=None) if term else parse_key(cell) if set(".:@") & set(cell) else None


def _tell(columns: Sequence[Column], export: Export | None, place: str, telling: Telling) -> None:
    others = [column for column in columns if column.key is None]
    if export:
        telling.add(_recognised(telling.file, place, export, others))
        return
    plain = []
    for column in others:
        if closest_term(column.heading):
            telling.add(_unknown_column(telling.file, place, column))
        else:
            plain.append(column)
    if plain:
        telling.add(_other_columns(telling.file, place, plain))


def _folded(cell: str) -> str:
    return cell.strip().lower()


def _heading(cell: str) -> str:
    return printable(" ".join(unguarded(cell).split()))


def _names(columns: Sequence[Column]) -> str:
    shown = [f"'{column.heading[:_SHOWN]}' ({column_name(column.index)})" for column in columns[:_NAMED]]
    more = len(columns) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _too_wide(file: str, place: str, width: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sheet-unreadable",
        file=file,
        message=f"{place}: the header has {width} columns; no more than {MOST_COLUMNS} are accepted.",
        fix="Take out the columns that describe nothing; there are 55 terms.",
    )


def _repeated_filename(file: str, place: str, name: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sheet-no-filename",
        file=file,
        message=f"{place}: the column {printable(name)!r} stands twice; no row can be matched to a document.",
        fix="Keep one column that names the file, and give the other another heading.",
    )


def _no_term(file: str, place: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sheet-unreadable",
        file=file,
        message=f"{place}: the sheet has no column that names a DCMI term.",
        fix="Head the columns with DCMI terms: title, creator, issued, subject and so on.",
    )


def _recognised(file: str, place: str, export: Export, others: Sequence[Column]) -> Finding:
    kept = f"; kept beside the record: {_names(others)}" if others else ""
    return Finding(
        severity=Severity.INFO,
        code="sheet-export-recognised",
        file=file,
        message=f"{place}: read as {export.name}{kept}.",
        fix="Nothing has to be done; a column headed with a DCMI term (dcterms:issued) states it beside what the "
        "export states.",
    )


def _unknown_column(file: str, place: str, column: Column) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="description-unknown-key",
        file=file,
        message=f"{place}, column {column_name(column.index)}: {column.heading[:80]!r} names no DCMI "
        "term; its values are kept beside the record and are in none of its terms.",
        fix=key_fix(column.heading),
    )


def _other_columns(file: str, place: str, columns: Sequence[Column]) -> Finding:
    many = len(columns) > 1
    return Finding(
        severity=Severity.INFO,
        code="sheet-other-columns",
        file=file,
        message=f"{place}: {_names(columns)} {'name' if many else 'names'} no DCMI term; the values are "
        "kept beside the record, as they are written.",
        fix="Nothing has to be done; head a column with a DCMI term if its values belong into the record.",
    )
