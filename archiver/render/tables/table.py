"""One table, and the choice of how it is drawn. Knows no file format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.render.tables.boxed import boxed
from archiver.render.tables.columns import BOXED, DENSE, arranged
from archiver.render.tables.dense import dense

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.render.tables.columns import Part

MOST_BOXED = 4000
"""Cells drawn one by one: each takes the layout 1 ms and 26 kB."""

MOST_LINES = 60_000
"""Lines of one document's tables: what the layout sets in two minutes and 400 MiB."""

_LINE = 120
"""Characters of the longest line."""


class TableTooLongError(Exception):
    """A table has more rows than can be laid out; ``lines`` says how many there would be."""

    def __init__(self, lines: int) -> None:
        self.lines = lines
        super().__init__(f"{lines:,} lines, and {MOST_LINES:,} can be laid out")


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read; all cells are text."""

    header: tuple[str, ...]
    """One cell a column; it stands on every page."""

    rows: Sequence[Sequence[str]]
    """None longer than the header; a shorter one has no cells in the last columns."""

    numbers: Sequence[int] | None = None
    """Of the rows, where they are numbered; those of a large table or one in several parts always are, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    """A table as the layout engine takes it."""

    body: str
    text: str
    """What must be read on the pages: every cell once, and numbers and labels that were added."""

    lines: int
    """About how many lines it takes."""


def table_view(table: Table) -> TableView:
    """Draw a table.

    Raises:
        TableTooLongError: before any memory is spent on drawing.
    """
    cells = sum(map(len, table.rows)) + len(table.header)
    characters = sum(sum(map(len, row)) for row in table.rows)
    if (least := max(len(table.rows), characters // _LINE)) > MOST_LINES:
        raise TableTooLongError(least)
    small = cells <= MOST_BOXED
    parts = arranged(table.header, table.rows, BOXED if small else DENSE)
    numbers = table.numbers
    if numbers is None and (len(parts) > 1 or not small):
        numbers = range(1, len(table.rows) + 1)
    lines = max(1, len(table.rows)) * len(parts)
    if lines > MOST_LINES:
        raise TableTooLongError(lines)
    drawn, lines = (boxed if small else dense)(table.header, table.rows, parts, numbers)
    if lines > MOST_LINES:
        raise TableTooLongError(lines)
    return TableView(body=drawn, text=_text(table, parts, numbers), lines=lines)


def _text(table: Table, parts: Sequence[Part], numbers: Sequence[int] | None) -> str:
    cells = ["\t".join(table.header), *("\t".join(row) for row in table.rows)]
    return "\n".join([*cells, *[str(number) for number in numbers or ()] * len(parts), *(part.label for part in parts)])
