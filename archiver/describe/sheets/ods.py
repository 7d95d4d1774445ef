"""ODS workbooks (OpenDocument 1.3 part 3), sheet by sheet and row by row.

Values as they were saved; no formula is computed. A row or cell that is repeated is counted, and written out only where
it holds something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.sheets.lines import (
    LONGEST_CELL,
    MOST_COLUMNS,
    MOST_ROWS,
    UNLOCK,
    CellNote,
    Line,
    Oddity,
    SheetError,
    Table,
    column_name,
)
from archiver.describe.sheets.parts import Parts
from archiver.describe.sheets.serials import number_text
from archiver.describe.sheets.xml_parts import read_events
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_MOST_MERGED = 1000
_MOST_STYLES = 100_000
_NAME = 100
_REPEATED_LINES = 2
"""A row that holds something and is repeated is given this often: enough for its reader to see that it is."""

_ERRORS = ("#", "Err:")
_BLANKS = " \t\r\n"


class _Opened:
    """A table begins."""

    def __init__(self, name: str, *, hidden: bool) -> None:
        self.name = name
        self.hidden = hidden
        self.merged: list[str] = []


class _Closed:
    """A table ends."""


class _ContentEvents:
    """Takes ``content.xml``, gives tables and lines."""

    def __init__(self) -> None:
        self._items: list[_Opened | _Closed | Line] = []
        self._styles: set[str] = set()
        self._style = ""
        self._table: _Opened | None = None
        self._nested = 0
        self._number = 0
        self._repeat = 1
        self._cells: list[str] = []
        self._notes: list[CellNote] = []
        self._next = 0
        self._attributes: dict[str, str] = {}
        self._paragraphs: list[list[str]] = []
        self._length = 0
        self._taking = False
        self._aside = 0
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "style": self._start_style,
            "table-properties": self._start_properties,
            "table": self._start_table,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "p": self._start_paragraph,
            "s": self._start_spaces,
            "tab": lambda _attributes: self.text("\t"),
            "line-break": lambda _attributes: self._add("\n"),
            "annotation": self._start_aside,
            "shapes": self._start_aside,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
            "p": self._end_paragraph,
            "annotation": self._end_aside,
            "shapes": self._end_aside,
        }

    def take(self) -> list[_Opened | _Closed | Line]:
        items, self._items = self._items, []
        return items

    def start(self, name: str, attributes: dict[str, str]) -> None:
        begin = self._starts.get(name)
        if begin:
            begin(
                {
                    key.rpartition(":")[2] if not key.startswith("calcext:") else key: attributes[key]
                    for key in attributes
                }
            )

    def end(self, name: str) -> None:
        finish = self._ends.get(name)
        if finish:
            finish()

    def text(self, text: str) -> None:
        if self._taking and not self._aside:
            # OpenDocument 1.3 part 3, section 6.1.2: a run of blanks is one blank.
            inner = " ".join(text.split())
            before = " " if text[0] in _BLANKS else ""
            self._add(before + inner + (" " if inner and text[-1] in _BLANKS else ""))

    def _add(self, text: str) -> None:
        if self._taking and not self._aside and self._length <= LONGEST_CELL:
            self._paragraphs[-1].append(text)
            self._length += len(text)

    def _start_style(self, attributes: dict[str, str]) -> None:
        self._style = attributes.get("name", "")

    def _start_properties(self, attributes: dict[str, str]) -> None:
        if attributes.get("display") == "false" and len(self._styles) < _MOST_STYLES:
            self._styles.add(self._style)

    def _start_table(self, attributes: dict[str, str]) -> None:
        self._nested += 1
        if self._nested == 1:
            name = printable(attributes.get("name", "")[:_NAME])
            self._table = _Opened(name, hidden=attributes.get("style-name", "") in self._styles)
            self._number = 0
            self._items.append(self._table)

    def _end_table(self) -> None:
        self._nested -= 1
        if not self._nested:
            self._items.append(_Closed())

    def _start_row(self, attributes: dict[str, str]) -> None:
        self._repeat = _count(attributes.get("number-rows-repeated"))
        self._cells, self._notes, self._next = [], [], 0

    def _end_row(self) -> None:
        first = self._number + 1
        self._number += self._repeat
        if not self._cells and not self._notes:
            return
        if self._number > MOST_ROWS:
            raise SheetError(f"has more than {MOST_ROWS:,} rows; rows before them are used")
        for number in range(first, first + min(self._repeat, _REPEATED_LINES)):
            self._items.append(Line(number, self._cells, tuple(self._notes)))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        if self._aside:
            return
        self._attributes = attributes
        self._paragraphs, self._length = [], 0

    def _start_paragraph(self, _attributes: dict[str, str]) -> None:
        if not self._aside:
            self._paragraphs.append([])
            self._taking = True

    def _end_paragraph(self) -> None:
        if not self._aside:
            self._taking = False

    def _start_spaces(self, attributes: dict[str, str]) -> None:
        self._add(" " * min(_count(attributes.get("c")), 100))

    def _start_aside(self, _attributes: dict[str, str]) -> None:
        self._aside += 1

    def _end_aside(self) -> None:
        self._aside -= 1

    def _end_cell(self) -> None:
        if self._aside:
            return
        index = self._next
        repeat = _count(self._attributes.get("number-columns-repeated"))
        self._next += repeat
        self._merge(index)
        text, oddity = self._value()
        if len(text) > LONGEST_CELL:
            text, oddity = "", (Oddity.TOO_LONG, "")
        if not text and oddity is None:
            return
        if self._next > MOST_COLUMNS:
            raise SheetError(
                f"has values beyond column {MOST_COLUMNS} in row {self._number + 1}; rows before it are used"
            )
        self._cells += [""] * (index - len(self._cells)) + [text] * repeat
        if oddity:
            self._notes += [CellNote(at, *oddity) for at in range(index, index + repeat)]

    def _merge(self, index: int) -> None:
        wide = _count(self._attributes.get("number-columns-spanned"))
        high = _count(self._attributes.get("number-rows-spanned"))
        if self._table and (wide > 1 or high > 1) and len(self._table.merged) < _MOST_MERGED:
            first = self._number + 1
            cells = f"{column_name(index)}{first}:{column_name(index + wide - 1)}{first + high - 1}"
            self._table.merged.append(cells)

    def _value(self) -> tuple[str, tuple[Oddity, str] | None]:
        """Return a cell's text and what is odd about it (OpenDocument 1.3 part 3, section 19.387)."""
        attributes = self._attributes
        shown = "\n".join("".join(parts) for parts in self._paragraphs).strip()
        kind = attributes.get("value-type")
        formula = "formula" in attributes
        if attributes.get("calcext:value-type") == "error" or (formula and shown.startswith(_ERRORS)):
            return "", (Oddity.FAULT, shown)
        if kind is None:
            return (shown, None) if shown or not formula else ("", (Oddity.FORMULA_EMPTY, ""))
        if kind == "date":
            return attributes.get("date-value", shown).removesuffix("T00:00:00"), (Oddity.DATE, "")
        if kind in ("float", "percentage", "currency"):
            text = number_text(attributes.get("value", shown))
        elif kind == "boolean":
            text = "true" if attributes.get("boolean-value") == "true" else "false"
        else:
            text = attributes.get("string-value", shown)
        return text, (Oddity.FORMULA, "") if formula and text else None


def read_ods(stream: BinaryIO) -> Iterator[Table]:
    """Yield the sheets of a workbook in its order; what is left of one is passed over when the next is asked for.

    Args:
        stream: the whole file, seekable.

    Raises:
        SheetError: it is no workbook; also while lines of a table are read.
    """
    parts = Parts(stream)
    _refuse_encrypted(parts)
    with parts.chunks(_CONTENT) as chunks:
        items = _items(chunks)
        for item in items:
            if isinstance(item, _Opened):
                lines = _until_closed(items)
                yield Table(name=item.name, hidden=item.hidden, merged=item.merged, lines=lines)
                for _ in lines:
                    pass


def _items(chunks: Iterator[bytes]) -> Iterator[_Opened | _Closed | Line]:
    events = _ContentEvents()
    try:
        for _ in read_events(chunks, events, _CONTENT):
            yield from events.take()
    except SheetError:
        yield from events.take()  # what stands before the fault
        raise


def _until_closed(items: Iterator[_Opened | _Closed | Line]) -> Iterator[Line]:
    for item in items:
        if isinstance(item, _Closed):
            return
        if isinstance(item, Line):
            yield item


class _ManifestEvents:
    """Takes the list of parts, looks for an encrypted one."""

    encrypted = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        self.encrypted = self.encrypted or name == "encryption-data"

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


def _refuse_encrypted(parts: Parts) -> None:
    if _MANIFEST not in parts:
        return
    events = _ManifestEvents()
    with parts.chunks(_MANIFEST) as chunks:
        for _ in read_events(chunks, events, _MANIFEST):
            if events.encrypted:
                raise SheetError("is protected by a password", fix=UNLOCK)


def _count(text: str | None) -> int:
    """Return a positive number of an attribute; 1 where there is none."""
    return max(int(text), 1) if text and text.isascii() and text.isdecimal() and len(text) < 12 else 1
