"""One table, line by line, into rows: its header first, then which row is about which file.

What concerns the table as a whole (columns of dates, formulas, rows without a file) is said once, with places.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from archiver.describe.sheets import wording
from archiver.describe.sheets.columns import Layout, names_file, understand
from archiver.describe.sheets.lines import REFUSED, Line, Oddity, SheetError, Table
from archiver.describe.sheets.rows import Row, file_named, refused_notes
from archiver.describe.sheets.telling import Places, Telling

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.describe.sheets.store import RowStore

_HEADER_SOUGHT = 4
_DRAINED = 10_000
_LONGEST_RECORD = 1000
"""Rows that go on with the values of one."""


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What was noticed on the way down a table, to be said at its end."""

    odd: dict[tuple[int, Oddity], Places] = field(default_factory=lambda: defaultdict(Places))
    nameless: dict[int, Places] = field(default_factory=lambda: defaultdict(Places))
    without_file: Places = field(default_factory=Places)
    joined: Places = field(default_factory=Places)


def header_of(table: Table) -> Line | None:
    """Return the first line that is not blank."""
    return next(_filled(table.lines), None)


def better_header(table: Table) -> Line | None:
    """Return a line soon below that names a column of files, and read the table to its end, within reason.

    What a table says of merged cells is known at its end.
    """
    better = None
    with suppress(SheetError):
        for position, line in enumerate(islice(table.lines, _DRAINED)):
            if position < _HEADER_SOUGHT and better is None and names_file(line):
                better = line
    return better


def read_table(table: Table, header: Line, telling: Telling, store: RowStore) -> None:
    """Read one table whose header names a column of files.

    Args:
        table: its lines go on after the header.
        header: its first line.
        telling: takes what is to be said.
        store: takes the rows.
    """
    place = wording.place_of(telling.file, table)
    layout = understand(header, place, telling, table)
    if layout is None:
        return
    seen = _Seen()
    try:
        for row in _records(_filled(table.lines), layout, telling, seen):
            store.add(row)
    except SheetError as error:
        telling.add(wording.unreadable(telling.file, error, place))
    _say(layout, seen, telling)
    merged = wording.merged_cells(telling.file, place, header.number, table.merged)
    telling.extend(merged)


def _filled(lines: Iterator[Line]) -> Iterator[Line]:
    return (line for line in lines if line.notes or any(cell and not cell.isspace() for cell in line.cells))


def _records(lines: Iterator[Line], layout: Layout, telling: Telling, seen: _Seen) -> Iterator[Row]:
    """Yield the rows that name a file, each with the rows that go on with its values."""
    current: tuple[str, list[Line]] | None = None
    broken = _Broken()
    for line in broken.off_at_fault(lines):
        _note(line, layout, seen)
        kept = Line(line.number, line.cells, refused_notes(line)) if line.notes else line
        filename = file_named(layout, line.cells)
        if filename:
            if current:
                yield Row(filename=current[0], layout=layout, lines=tuple(current[1]))
            current = filename, [kept]
        elif current and _goes_on(layout, current[1], line):
            current[1].append(kept)
            seen.joined.add(line.number)
        elif layout.export:
            seen.without_file.add(line.number)
        else:
            telling.add(wording.row_without_file(telling.file, layout.place, line.number))
    if current:
        yield Row(filename=current[0], layout=layout, lines=tuple(current[1]))
    if broken.fault:
        raise broken.fault


class _Broken:
    """Lines up to the one that cannot be read, and then why."""

    fault: SheetError | None = None

    def off_at_fault(self, lines: Iterator[Line]) -> Iterator[Line]:
        """Yield the lines before the fault."""
        try:
            yield from lines
        except SheetError as error:
            self.fault = error


def _goes_on(layout: Layout, record: list[Line], line: Line) -> bool:
    """Tell whether a row without a file name only adds values to the row above it, as OpenRefine writes records.

    Its first column names the file, it has no title, and every column it fills is filled in the record's first row as
    well, with some to spare there: a row whose file name was forgotten would have them all.
    """
    if layout.export or layout.files[0] != 0 or len(record) >= _LONGEST_RECORD:
        return False
    first = _filled_columns(record[0]) - {0}
    here = _filled_columns(line)
    titles = {column.index for column in layout.columns if column.key and column.key.term == "title"}
    return bool(here) and here < first and not here & titles and bool(titles & first or len(first) > len(here))


def _filled_columns(line: Line) -> set[int]:
    return {index for index, cell in enumerate(line.cells) if cell.strip()}


def _note(line: Line, layout: Layout, seen: _Seen) -> None:
    for note in line.notes:
        if note.oddity not in REFUSED:
            seen.odd[note.column, note.oddity].add(line.number)
    for index, cell in enumerate(line.cells):
        if index not in layout.headed and cell and not cell.isspace():
            seen.nameless[index].add(line.number)


def _say(layout: Layout, seen: _Seen, telling: Telling) -> None:
    for (index, oddity), places in sorted(seen.odd.items()):
        told = wording.date_cells if oddity is Oddity.DATE else wording.formulas
        telling.add(told(layout, layout.heading(index), places))
    for index, places in sorted(seen.nameless.items()):
        if not layout.delimited or index < layout.width:
            telling.add(wording.column_without_heading(layout, index, places))
    if seen.joined.count:
        telling.add(wording.rows_joined(layout, seen.joined))
    if seen.without_file.count:
        telling.add(wording.rows_without_file(layout, seen.without_file))
