"""What is in a workbook, counted before a library builds it in memory: cells, characters, formulas.

Never expands an entity, never loads a DTD; stops at the bounds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_CELLS = 400_000
MOST_AREA = 2_000_000
"""Rows times columns of a sheet up to its last cell: the library keeps each place in memory."""

MOST_CHARACTERS = 16 << 20

_REFERENCE = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_BASE = 26


class TooMuchError(Exception):
    """A workbook is beyond the bounds; the message says which, as a clause."""


class NotXmlError(Exception):
    """A part of a workbook is no XML that may be read; the message says why."""


@dataclass(slots=True)
class Census:
    """What was counted in the sheets of a workbook."""

    cells: int = 0
    characters: int = 0
    formulas: int = 0
    without_result: int = 0
    """Formulas whose last result is not stored: the PDF can show nothing for them."""

    errors: int = 0
    """Cells that hold ``#DIV/0!`` and the like, which the library gives as empty."""

    def add(self, cells: int, characters: int, area: int) -> None:
        """Count cells and look at the bounds.

        Raises:
            TooMuchError: one is passed.
        """
        self.cells += cells
        self.characters += characters
        if self.cells > MOST_CELLS:
            raise TooMuchError(f"it has more than {MOST_CELLS:,} cells")
        if area > MOST_AREA:
            raise TooMuchError(f"a sheet of it spans more than {MOST_AREA:,} places")
        if self.characters > MOST_CHARACTERS:
            raise TooMuchError(f"its cells hold more than {MOST_CHARACTERS:,} characters")


class Handler(Protocol):
    """Takes the elements of one part, names without prefixes."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Characters between."""


def scan(content: bytes, handler: Handler) -> None:
    """Send the elements of one XML part to ``handler``.

    Raises:
        NotXmlError: not well-formed, or with a document type declaration, which no such part has.
        TooMuchError: as the handler raises it.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refused(*_: object) -> None:
        raise NotXmlError("a document type declaration (DTD) is not accepted")

    parser.StartDoctypeDeclHandler = refused
    parser.StartElementHandler = lambda name, attributes: handler.start(_local(name), attributes)
    parser.EndElementHandler = lambda name: handler.end(_local(name))
    parser.CharacterDataHandler = handler.text
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotXmlError(str(error)) from error


@dataclass(slots=True)
class SharedStrings:
    """Lengths of the strings that cells of an XLSX share, in order."""

    lengths: list[int] = field(default_factory=list)

    def start(self, name: str, _attributes: Mapping[str, str]) -> None:
        """See :class:`Handler`."""
        if name == "si":
            self.lengths.append(0)

    def end(self, name: str) -> None:
        """See :class:`Handler`."""

    def text(self, data: str) -> None:
        """See :class:`Handler`."""
        if self.lengths:
            self.lengths[-1] += len(data)


@dataclass(slots=True)
class XlsxSheet:
    """Counts the cells of one worksheet (ECMA-376 part 1, 18.3.1.4)."""

    census: Census
    shared: list[int]
    rows: int = 0
    columns: int = 0
    _column: int = 0
    _kind: str = ""
    _formula: bool = False
    _value: str = ""
    _inside: str = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """See :class:`Handler`."""
        if name == "row":
            self.rows = max(self.rows + 1, _number(attributes.get("r", "")))
            self._column = 0
        elif name == "c":
            self._place(attributes.get("r", ""))
            self._kind, self._formula, self._value = attributes.get("t", ""), False, ""
        elif name in {"v", "f", "t"}:
            self._inside = name
            self._formula |= name == "f"

    def end(self, name: str) -> None:
        """See :class:`Handler`."""
        if name == "c":
            self._count()
        elif name in {"v", "f", "t"}:
            self._inside = ""

    def text(self, data: str) -> None:
        """See :class:`Handler`."""
        if self._inside in {"v", "t"}:
            self._value += data

    def _place(self, reference: str) -> None:
        match = _REFERENCE.fullmatch(reference)
        self._column = _column(match[1]) if match else self._column + 1
        self.rows = max(self.rows, int(match[2]) if match else 1)
        self.columns = max(self.columns, self._column)

    def _count(self) -> None:
        length = len(self._value)
        if self._kind == "s" and (index := _number(self._value)) < len(self.shared):
            length = self.shared[index]
        self.census.formulas += self._formula
        self.census.without_result += self._formula and not self._value
        self.census.errors += self._kind == "e"
        self.census.add(1, length, self.rows * self.columns)


@dataclass(slots=True)
class OdsContent:
    """Counts the cells of all tables of an ODS (ODF 1.2 part 1, 9.1), as often as they are repeated."""

    census: Census
    _rows: int = 0
    _empty_rows: int = 0
    _columns: int = 0
    _widest: int = 0
    _empty_columns: int = 0
    _repeated_row: int = 1
    _repeated_cell: int = 1
    _row_cells: int = 0
    _row_characters: int = 0
    _cell_characters: int = 0
    _formula: bool = False
    _valued: bool = False
    _in_cell: bool = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """See :class:`Handler`."""
        if name == "table":
            self._rows = self._empty_rows = self._widest = 0
        elif name == "table-row":
            self._repeated_row = _repeated(attributes, "number-rows-repeated")
            self._columns = self._empty_columns = self._row_cells = self._row_characters = 0
        elif name in {"table-cell", "covered-table-cell"}:
            self._repeated_cell = _repeated(attributes, "number-columns-repeated")
            self._cell_characters, self._in_cell = 0, True
            self._formula = any(key.endswith("formula") for key in attributes)
            self._valued = any(key.endswith("value-type") for key in attributes)

    def end(self, name: str) -> None:
        """See :class:`Handler`."""
        if name in {"table-cell", "covered-table-cell"}:
            self._end_cell()
        elif name == "table-row":
            self._end_row()

    def text(self, data: str) -> None:
        """See :class:`Handler`."""
        if self._in_cell:
            self._cell_characters += len(data.strip())

    def _end_cell(self) -> None:
        self._in_cell = False
        times = self._repeated_cell
        self.census.formulas += self._formula
        self.census.without_result += self._formula and not self._valued and not self._cell_characters
        if not self._valued and not self._cell_characters:
            self._empty_columns += times
            return
        self._columns += self._empty_columns + times
        self._empty_columns = 0
        self._row_cells += times
        self._row_characters += times * self._cell_characters

    def _end_row(self) -> None:
        times = self._repeated_row
        if not self._row_cells:
            self._empty_rows += times
            return
        self._rows += self._empty_rows + times
        self._empty_rows = 0
        self._widest = max(self._widest, self._columns)
        self.census.add(times * self._row_cells, times * self._row_characters, self._rows * self._widest)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * _BASE + ord(letter) - ord("A") + 1
    return number


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _repeated(attributes: Mapping[str, str], name: str) -> int:
    return max(1, next((_number(value) for key, value in attributes.items() if key.endswith(name)), 1))
