"""The strings that cells of a workbook share: millions of them, on disk.

Found by their number; nothing of them outlives the reading.
"""

from __future__ import annotations

import os
import re
from array import array
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from archiver.describe.sheets.lines import LONGEST_CELL, encodable
from archiver.describe.sheets.xml_parts import read_events

if TYPE_CHECKING:
    from archiver.describe.sheets.parts import Parts

_RECENT = 4096
"""Strings at hand: the same words come again row after row."""

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SharedStrings:
    """Strings by number, in a temporary file without a name."""

    def __init__(self) -> None:
        """Make an empty one."""
        self._file = TemporaryFile()  # noqa: SIM115 -- closed by close()
        self._recent: dict[int, str] = {}
        self._ends = array("Q")
        self._end = 0

    def __len__(self) -> int:
        return len(self._ends)

    def close(self) -> None:
        """Let go of them."""
        self._file.close()

    def add(self, text: str) -> None:
        """Add the next one."""
        self._end += self._file.write(text.encode())
        self._ends.append(self._end)

    def close_input(self) -> None:
        """Make them findable; none is added afterwards."""
        self._file.flush()

    def get(self, number: int) -> str | None:
        """Return one, or None when there is none of that number."""
        text = self._recent.get(number)
        if text is None and 0 <= number < len(self._ends):
            start = self._ends[number - 1] if number else 0
            text = os.pread(self._file.fileno(), self._ends[number] - start, start).decode()
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            self._recent[number] = text
        return text


class _StringEvents:
    """Takes ``sharedStrings.xml``: each ``si`` is one string, its ``t`` joined, its phonetic hints left out."""

    def __init__(self, strings: SharedStrings) -> None:
        self._strings = strings
        self._parts: list[str] = []
        self._length = 0
        self._taking = False
        self._phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        del attributes
        if name == "t":
            self._taking = not self._phonetic
        elif name == "rPh":
            self._phonetic = True

    def end(self, name: str) -> None:
        if name == "t":
            self._taking = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "si":
            self._strings.add(unescaped("".join(self._parts)))
            self._parts.clear()
            self._length = 0

    def text(self, text: str) -> None:
        if self._taking and self._length <= LONGEST_CELL:
            self._parts.append(text)
            self._length += len(text)


def read_shared_strings(parts: Parts, part: str) -> SharedStrings:
    """Read the part of shared strings.

    Raises:
        SheetError: it cannot be read.
    """
    strings = SharedStrings()
    with parts.chunks(part) as chunks:
        for _ in read_events(chunks, _StringEvents(strings), part):
            pass
    strings.close_input()
    return strings


def unescaped(text: str) -> str:
    """Return a string with ``_xHHHH_`` as the character it stands for (ECMA-376 part 1, section 22.4.2.4)."""
    return encodable(_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)) if "_x" in text else text
