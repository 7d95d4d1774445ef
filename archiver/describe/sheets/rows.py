"""One row of a sheet: which file it is about, what it states, what it keeps, and what is wrong with it.

It judges no date and no language, and never looks at the documents.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from archiver.describe.sheets.events import event_values
from archiver.describe.sheets.lines import REFUSED, CellNote, Line, Oddity, column_name
from archiver.describe.sheets.splitting import split_values
from archiver.model import Finding, KeptValue, Severity, SourceKind, Statement, ValueSource
from archiver.standards.formula_cells import unguarded
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.describe.sheets.columns import Layout

_SHOWN = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row says about one file; its values are read only when they are asked for."""

    filename: str
    """As written, NFC; ``/`` between segments, none at the end; ``.`` for everything."""

    layout: Layout
    lines: tuple[Line, ...]
    """The row itself, and after it those that go on with its values, as OpenRefine writes records."""

    @property
    def number(self) -> int:
        """Return its number as a spreadsheet counts: from 1, the header included."""
        return self.lines[0].number

    @property
    def place(self) -> str:
        """Return ``letters.csv, row 4``."""
        return f"{self.layout.place}, row {self.number}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return what is wrong with the row or with single cells of it."""
        found = [_cell_refused(self, line, note) for line in self.lines for note in line.notes]
        width = self.layout.width
        cells = len(self.lines[0].cells)
        if self._surplus or (cells < width and self.layout.delimited):
            found.append(_ragged(self, cells, width))
        return tuple(found)

    def statements(self, kind: SourceKind = SourceKind.SHEET) -> tuple[Statement, ...]:
        """Return the row's statements, column by column.

        Args:
            kind: how strong they are: those of a folder's row yield to what its documents say.
        """
        if self._surplus:
            return ()  # nobody can tell which value belongs to which column
        stated = [
            Statement(term=column.key.term, text=text, language=column.key.language, source=source)
            for column in self.layout.columns
            if column.key
            for cell, source in self._cells(column.index, column.heading, kind)
            for text in self._values(cell)
        ]
        return (*stated, *self._events(kind))

    def kept(self) -> tuple[KeptValue, ...]:
        """Return the values of columns that name no term, or have no heading, whole."""
        if self._surplus:
            return ()
        named = [(column.index, column.heading) for column in self.layout.columns if not column.key]
        longest = max(len(line.cells) for line in self.lines)
        nameless = [(at, f"column {column_name(at)}") for at in range(longest) if at not in self.layout.headed]
        return tuple(
            KeptValue(name=name, text=unguarded(cell).strip(), source=source)
            for index, name in named + nameless
            for cell, source in self._cells(index, name)
            if cell.strip()
        )

    @property
    def _surplus(self) -> bool:
        return self.layout.delimited and any(cell.strip() for cell in self.lines[0].cells[self.layout.width :])

    def _cells(
        self, index: int, heading: str, kind: SourceKind = SourceKind.SHEET
    ) -> Iterator[tuple[str, ValueSource]]:
        for line in self.lines:
            if index < len(line.cells):
                place = f"{self.layout.place}, row {line.number}, column {heading}"
                yield line.cells[index], ValueSource(kind=kind, place=place)

    def _values(self, cell: str) -> list[str]:
        if self.layout.splits:
            return split_values(cell)
        whole = unguarded(cell).strip()
        return [whole] if whole else []

    def _events(self, kind: SourceKind) -> Iterator[Statement]:
        if not self.layout.events:
            return
        for line in self.lines:
            for term, text, heading in event_values(self.layout.events, line.cells):
                place = f"{self.layout.place}, row {line.number}, column {heading}"
                yield Statement(term=term, text=text, source=ValueSource(kind=kind, place=place))


def file_named(layout: Layout, cells: list[str]) -> str:
    """Return the file a row names, or an empty text: NFC, from the first filled column of file names."""
    for index in layout.files:
        cell = unguarded(cells[index].strip()) if index < len(cells) else ""
        if cell:
            return _filename(cell, exported=layout.export is not None)
    return ""


def refused_notes(line: Line) -> tuple[CellNote, ...]:
    """Return the notes on cells whose text is not used."""
    return tuple(note for note in line.notes if note.oddity in REFUSED)


def _filename(cell: str, *, exported: bool) -> str:
    if exported:
        # A catalogue knows the file from its own server: by an address, or by a path from the root of a disk.
        if "://" in cell:
            cell = unquote(urlsplit(cell).path if _is_address(cell) else cell).rpartition("/")[2]
        cell = cell.lstrip("/")
    name = unicodedata.normalize("NFC", cell).removeprefix("./").rstrip("/")
    return name or "."


def _is_address(cell: str) -> bool:
    try:
        return bool(urlsplit(cell).path)
    except ValueError:
        return False


def duplicate_row(first: Row, second: Row) -> Finding:
    """Word the finding for a second row about one file."""
    return Finding(
        severity=Severity.ERROR,
        code="sheet-duplicate-row",
        file=second.layout.file,
        message=f"{second.place}: {printable(first.filename[:200])!r} is described already in {first.place}; only that "
        "first row is used.",
        fix="Keep one row a file; repeat a column or write 'a | b' for several values of one term.",
    )


def _ragged(row: Row, cells: int, width: int) -> Finding:
    more = cells > width
    return Finding(
        severity=Severity.ERROR if more else Severity.WARNING,
        code="sheet-ragged-row",
        file=row.layout.file,
        message=f"{row.place} ({printable(row.filename[:200])}): {cells} cells where the header has {width}; "
        + ("the row is not used." if more else "the missing ones count as empty."),
        fix="Give every column with values a heading, and put a value that holds the delimiter in double quotes."
        if more
        else "Fill the row up with empty cells, one a column.",
    )


def _cell_refused(row: Row, line: Line, note: CellNote) -> Finding:
    place = f"{row.layout.place}, row {line.number}, column {row.layout.heading(note.column)}"
    if note.oddity is Oddity.FAULT:
        return Finding(
            severity=Severity.ERROR,
            code="sheet-error-cell",
            file=row.layout.file,
            message=f"{place}: the cell shows the error {printable(note.shown[:_SHOWN])}; it is not used.",
            fix="Mend the formula, or type the value, and save the sheet anew.",
        )
    if note.oddity is Oddity.FORMULA_EMPTY:
        return Finding(
            severity=Severity.ERROR,
            code="sheet-formula-without-value",
            file=row.layout.file,
            message=f"{place}: the cell holds a formula that no program has computed; it is not used.",
            fix="Open the sheet in a spreadsheet program, let it compute, and save it; or type the value.",
        )
    if note.oddity is Oddity.NESTED:
        return Finding(
            severity=Severity.ERROR,
            code="description-bad-value",
            file=row.layout.file,
            message=f"{place}: the value is neither text nor a list of texts; it is not used.",
            fix="Write one text, or a list of texts, for each key.",
        )
    return Finding(
        severity=Severity.ERROR,
        code="sheet-cell-too-long",
        file=row.layout.file,
        message=f"{place}: the cell holds more than 131,072 characters; it is not used.",
        fix="Describe in short; keep a long text as a document of its own.",
    )
