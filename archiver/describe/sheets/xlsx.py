"""XLSX workbooks (ECMA-376 part 1), sheet by sheet and row by row.

Values as they were saved; no formula is computed, no macro and no link is looked at. A million rows pass through a few
megabytes; the strings that cells share wait in a temporary file.
"""

from __future__ import annotations

import posixpath
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.sheets.lines import SheetError, Table
from archiver.describe.sheets.parts import Parts
from archiver.describe.sheets.serials import is_date_format
from archiver.describe.sheets.shared_strings import SharedStrings, read_shared_strings
from archiver.describe.sheets.xlsx_rows import SheetEvents, Workbook
from archiver.describe.sheets.xml_parts import read_events
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.describe.sheets.lines import Line
    from archiver.describe.sheets.xml_parts import Events

_ROOT = "_rels/.rels"
_MOST_SHEETS = 1000
_MOST_FORMATS = 100_000
_NAME = 100


@dataclass(slots=True)
class _Relations:
    """Relationships of a part: identifier -> (type's last word, target)."""

    found: dict[str, tuple[str, str]]

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and len(self.found) < _MOST_FORMATS:
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.found[attributes.get("Id", "")] = (kind, attributes.get("Target", ""))

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


@dataclass(slots=True)
class _Sheets:
    """The list of sheets in ``workbook.xml``."""

    found: list[tuple[str, str, bool]]
    """(name, relationship, hidden)"""

    since_1904: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and len(self.found) < _MOST_SHEETS:
            relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
            shown = printable(attributes.get("name", "")[:_NAME])
            self.found.append((shown, relation, attributes.get("state", "visible") != "visible"))
        elif name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in ("1", "true", "on")

    def end(self, name: str) -> None:
        pass

    def text(self, text: str) -> None:
        pass


@dataclass(slots=True)
class _Styles:
    """Which of a workbook's cell formats show days."""

    codes: dict[int, str]
    dates: list[bool]
    inside: bool = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and len(self.codes) < _MOST_FORMATS:
            self.codes[_number(attributes.get("numFmtId"))] = attributes.get("formatCode", "")[:255]
        elif name == "cellXfs":
            self.inside = True
        elif name == "xf" and self.inside and len(self.dates) < _MOST_FORMATS:
            number = _number(attributes.get("numFmtId"))
            self.dates.append(is_date_format(number, self.codes.get(number)))

    def end(self, name: str) -> None:
        if name == "cellXfs":
            self.inside = False

    def text(self, text: str) -> None:
        pass


def read_xlsx(stream: BinaryIO) -> Iterator[Table]:
    """Yield the sheets of a workbook in its order.

    Args:
        stream: the whole file, seekable.

    Raises:
        SheetError: it is no workbook; also while lines of a table are read.
    """
    parts = Parts(stream)
    main = next((target for kind, target in _relations(parts, "").values() if kind == "officeDocument"), None)
    if main is None:
        raise SheetError("is no whole workbook (it names no main part)")
    listed = _Sheets([])
    _read(parts, main, listed)
    relations = _relations(parts, main)
    styles = _Styles({}, [])
    strings: SharedStrings | None = None
    for kind, target in relations.values():
        if kind == "styles" and target in parts:
            _read(parts, target, styles)
        elif kind == "sharedStrings" and target in parts:
            strings = read_shared_strings(parts, target)
    strings = strings or SharedStrings()
    workbook = Workbook(strings=strings, dates=_date_formats(styles.dates), since_1904=listed.since_1904)
    with closing(strings):
        for name, relation, hidden in listed.found:
            kind, target = relations.get(relation, ("", ""))
            if kind == "worksheet":  # a chart has no cells
                merged: list[str] = []
                yield Table(name=name, hidden=hidden, merged=merged, lines=_lines(parts, target, workbook, merged))


def _date_formats(dates: list[bool]) -> frozenset[str]:
    numbers = {str(number) for number, shows_days in enumerate(dates) if shows_days}
    return frozenset(numbers | ({""} if "0" in numbers else set()))  # a cell that names no format has the first


def _lines(parts: Parts, part: str, workbook: Workbook, merged: list[str]) -> Iterator[Line]:
    events = SheetEvents(workbook, merged)
    with parts.chunks(part) as chunks:
        try:
            for _ in read_events(chunks, events, part):
                yield from events.take()
        except SheetError:
            yield from events.take()  # what stands before the fault
            raise


def _relations(parts: Parts, part: str) -> dict[str, tuple[str, str]]:
    """Return the relationships of a part, targets from the container's root (ECMA-376 part 2, section 9.3)."""
    folder, _, base = part.rpartition("/")
    relations = _Relations({})
    where = posixpath.join(folder, "_rels", f"{base}.rels") if part else _ROOT
    if where in parts:
        _read(parts, where, relations)
    return {key: (kind, _resolved(folder, target)) for key, (kind, target) in relations.found.items()}


def _resolved(folder: str, target: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, target.replace("\\", "/"))).lstrip("/")


def _read(parts: Parts, part: str, events: Events) -> None:
    with parts.chunks(part) as chunks:
        for _ in read_events(chunks, events, part):
            pass


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and text.isascii() and len(text) < 8 else 0
