"""The rows of one worksheet of an XLSX workbook, from the events of its XML.

It tells what a cell holds (ECMA-376 part 1, section 18.3.1.4) and what is odd about it; it knows nothing of headings.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.describe.sheets.lines import LONGEST_CELL, MOST_COLUMNS, MOST_ROWS, CellNote, Line, Oddity, SheetError
from archiver.describe.sheets.serials import day_of, number_text
from archiver.describe.sheets.shared_strings import SharedStrings, unescaped

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_MERGED = 1000
_DIGITS = "0123456789"
_LONGEST_REFERENCE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """What the sheets of a workbook share."""

    strings: SharedStrings
    dates: frozenset[str]
    """Numbers of the cell formats that show days, as cells write them; a cell without one has the empty text."""

    since_1904: bool


class SheetEvents:
    """Takes the XML of one worksheet, gives lines."""

    def __init__(self, workbook: Workbook, merged: list[str]) -> None:
        """Begin.

        Args:
            workbook: what its sheets share.
            merged: takes ranges of merged cells.
        """
        self._workbook = workbook
        self._merged = merged
        self._lines: list[Line] = []
        self._columns: dict[str, int] = {}
        self._number = 0
        self._cells: list[str] = []
        self._notes: list[CellNote] = []
        self._next = 0
        self._kind = "n"
        self._style = ""
        self._index = 0
        self._formula = False
        self._valued = False
        self._taking = False
        self._phonetic = False
        self._parts: list[str] = []
        self._length = 0
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "row": self._start_row,
            "t": self._start_text,
            "f": self._start_formula,
            "rPh": self._start_phonetic,
            "mergeCell": self._start_merged,
        }

    def take(self) -> list[Line]:
        """Return the lines finished since the last call."""
        lines, self._lines = self._lines, []
        return lines

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element. Cells and values, millions of them, are asked for first."""
        if name == "v":
            self._valued = self._taking = True
        elif name == "c":
            self._start_cell(attributes)
        elif begin := self._starts.get(name):
            begin(attributes)

    def end(self, name: str) -> None:
        """End an element."""
        if name in ("v", "t"):
            self._taking = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._lines.append(Line(self._number, self._cells, tuple(self._notes)))
        elif name == "rPh":
            self._phonetic = False

    def text(self, text: str) -> None:
        """Take character data."""
        if self._taking and self._length <= LONGEST_CELL:
            self._parts.append(text)
            self._length += len(text)

    def _start_row(self, attributes: dict[str, str]) -> None:
        written = attributes.get("r", "")
        stated = int(written) if written.isascii() and written.isdecimal() and len(written) < _LONGEST_REFERENCE else 0
        self._number = stated if stated > self._number else self._number + 1
        if self._number > MOST_ROWS:
            raise SheetError(f"has more than {MOST_ROWS:,} rows; rows before them are used")
        self._cells, self._notes, self._next = [], [], 0

    def _start_cell(self, attributes: dict[str, str]) -> None:
        letters = attributes.get("r", "")[:_LONGEST_REFERENCE].rstrip(_DIGITS)
        index = self._columns.get(letters)
        self._index = index if index is not None else self._column(letters) if letters else self._next
        self._next = self._index + 1
        self._kind = attributes.get("t", "n")
        self._style = attributes.get("s", "")
        self._formula = self._valued = False
        self._parts, self._length = [], 0

    def _column(self, letters: str) -> int:
        index = 0
        for letter in letters.upper():
            index = index * 26 + ord(letter) - 64 if "A" <= letter <= "Z" else MOST_COLUMNS + 1
            index = min(index, MOST_COLUMNS + 1)
        if len(self._columns) <= MOST_COLUMNS:
            self._columns[letters] = index - 1
        return index - 1

    def _start_text(self, _attributes: dict[str, str]) -> None:
        if self._kind == "inlineStr" and not self._phonetic:
            self._valued = self._taking = True

    def _start_formula(self, _attributes: dict[str, str]) -> None:
        self._formula = True

    def _start_phonetic(self, _attributes: dict[str, str]) -> None:
        self._phonetic = True

    def _start_merged(self, attributes: dict[str, str]) -> None:
        if len(self._merged) < _MOST_MERGED:
            self._merged.append(attributes.get("ref", "")[:40])

    def _end_cell(self) -> None:
        written = "".join(self._parts)
        oddity: tuple[Oddity, str] | None = None
        if self._kind == "s" and not self._formula and (shared := self._shared(written)):
            text = shared
        else:
            text, oddity = self._value(written)
        if len(text) > LONGEST_CELL:
            text, oddity = "", (Oddity.TOO_LONG, "")
        if not text and oddity is None:
            return
        if self._index >= MOST_COLUMNS:
            raise SheetError(f"has values beyond column {MOST_COLUMNS} in row {self._number}; rows before it are used")
        if oddity:
            self._notes.append(CellNote(self._index, *oddity))
        if self._index == len(self._cells):
            self._cells.append(text)
            return
        while len(self._cells) <= self._index:
            self._cells.append("")
        self._cells[self._index] = text

    def _shared(self, written: str) -> str | None:
        return self._workbook.strings.get(int(written)) if written.isascii() and written.isdecimal() else None

    def _value(self, written: str) -> tuple[str, tuple[Oddity, str] | None]:
        """Return a cell's text and what is odd about it."""
        if self._kind == "e":
            return "", (Oddity.FAULT, written)
        if not written:
            # A computed empty text has a value of that type; other programs write an empty v where none was computed.
            computed = not self._formula or (self._valued and self._kind == "str")
            return "", None if computed else (Oddity.FORMULA_EMPTY, "")
        text, oddity = self._typed(written)
        if self._formula and oddity is None:
            oddity = (Oddity.FORMULA, "")
        return text, oddity

    def _typed(self, written: str) -> tuple[str, tuple[Oddity, str] | None]:
        kind = self._kind
        if kind == "s":
            text = self._shared(written)
            return (text, None) if text is not None else ("", (Oddity.FAULT, f"shared string {written[:20]}"))
        if kind in ("inlineStr", "str"):
            return unescaped(written), None
        if kind == "b":
            return ("true" if written.strip() in ("1", "true") else "false"), None
        if kind == "d":
            return written.removesuffix("T00:00:00"), (Oddity.DATE, "")
        return self._day(written) if self._style in self._workbook.dates else (number_text(written), None)

    def _day(self, written: str) -> tuple[str, tuple[Oddity, str]]:
        try:
            day = day_of(float(written), since_1904=self._workbook.since_1904)
        except ValueError:
            day = None
        return (day, (Oddity.DATE, "")) if day else ("", (Oddity.FAULT, f"a day that never was ({written[:20]})"))
