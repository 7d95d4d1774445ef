"""What readers of sheets hand on: tables of numbered lines of text cells, and what is odd about a cell.

Values only. Whatever the format was, a cell is text here, and what a program may have made of it is said beside it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_CELL = 128 * 1024
"""Characters."""

MOST_COLUMNS = 4096
"""Of a sheet: DCMI has 55 terms, and each heading that is none is compared with all of them."""

MOST_ROWS = 1 << 24
"""Of a sheet; a spreadsheet program stops at 2 ** 20."""


UNLOCK = "Open it in a spreadsheet program and save it as XLSX, without a password."


class Oddity(StrEnum):
    """Why a cell's text may not be what its author typed, or is missing."""

    DATE = "date"
    """The program holds a day; the text is that day in ISO 8601."""

    FORMULA = "formula"
    """The text is what the program computed last."""

    FORMULA_EMPTY = "formula-empty"
    """A formula without a computed value; there is no text."""

    FAULT = "fault"
    """The program shows an error such as ``#REF!``; there is no text."""

    NESTED = "nested"
    """Values inside values; there is no text."""

    TOO_LONG = "too-long"
    """More than :data:`LONGEST_CELL` characters; there is no text."""


REFUSED = frozenset({Oddity.FORMULA_EMPTY, Oddity.FAULT, Oddity.NESTED, Oddity.TOO_LONG})
"""Oddities of cells whose text is not used."""


class CellNote(NamedTuple):
    """One odd cell of a line."""

    column: int
    """From 0."""

    oddity: Oddity
    shown: str
    """What the program shows or holds, printable; may be empty."""


class Line(NamedTuple):
    """One row of a table."""

    number: int
    """As a spreadsheet counts: from 1, the header included."""

    cells: list[str]
    notes: tuple[CellNote, ...] = ()

    @property
    def place(self) -> str:
        """Return ``, row 4``; nothing for a header that is no row of the file."""
        return f", row {self.number}" if self.number else ""


@dataclass(slots=True, kw_only=True)
class Table:
    """One table of a file, read as its lines are asked for."""

    name: str | None
    """The sheet's name in its workbook, printable; None where a file is one table."""

    lines: Iterator[Line]
    hidden: bool = False
    merged: list[str] = field(default_factory=list)
    """Ranges of merged cells (``B1:C1``), some of them; whole only after the last line."""

    delimited: bool = False
    """Whether a cell too many or too few may come of a delimiter in a value, or of one left out."""

    splits: bool = True
    """Whether ``|`` stands between values of one cell."""


def encodable(text: str) -> str:
    """Return text with halves of characters, as JSON and XLSX can write them, joined or else as U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


class SheetError(Exception):
    """A sheet cannot be read, or not from here on; the message goes on after 'the sheet'."""

    def __init__(self, reason: str, *, fix: str = "") -> None:
        """Say why.

        Args:
            reason: goes on after 'the sheet'.
            fix: what its author can do; empty for what mends most of them: saving it anew.
        """
        self.fix = fix
        super().__init__(reason)


def column_name(index: int) -> str:
    """Return a column's name as spreadsheet programs write it: 0 -> ``A``, 26 -> ``AA``."""
    name = ""
    index += 1
    while index:
        index, letter = divmod(index - 1, 26)
        name = chr(ord("A") + letter) + name
    return name
