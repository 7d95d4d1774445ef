"""How wide the columns of a table are, and which of them stand side by side. Pure arithmetic on lengths."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WIDEST = 120
"""Characters of a column; no line of a page holds more."""

_LONGEST_WORD = 22
"""Characters; a longer word is broken."""

_SAMPLED = 2000
"""Rows that are measured."""

_NUMBER = re.compile(r"[-+\u2212]?[\d.,' \u00a0\u202f]*\d[eE+\-\d]{0,5}%?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a page offers to columns, in a unit of its own."""

    page: float
    character: float
    between: float
    """Beside each column."""

    number: int
    """Characters of the column that numbers the rows, at most."""


BOXED = Room(page=465, character=4.9, between=9, number=5)
"""Points of an A4 page's width."""

DENSE = Room(page=112, character=1, between=2, number=6)
"""Characters of a line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Columns that stand side by side."""

    start: int
    widths: tuple[int, ...]
    """Characters, one a column."""

    numeric: tuple[bool, ...]
    """Columns that hold numbers alone."""

    label: str
    """``Columns 1-8 of 24``; empty where one part holds all columns."""


def arranged(header: Sequence[str], rows: Sequence[Sequence[str]], room: Room) -> list[Part]:
    """Arrange columns into as few parts as have room for their longest words.

    Args:
        header: one cell a column.
        rows: none longer than the header.
        room: of a page.
    """
    sample = [header, *rows[:_SAMPLED]]
    least = [1] * len(header)
    wanted = [1] * len(header)
    for row in sample:
        for index, cell in enumerate(row):
            if cell:
                length, word = _measured(cell[:1000])
                wanted[index] = max(wanted[index], min(length, _WIDEST))
                least[index] = max(least[index], min(word, _LONGEST_WORD))
    numeric = [_is_numeric([row[index] for row in rows[:_SAMPLED] if index < len(row)]) for index in range(len(header))]
    free = room.page - room.number * room.character - room.between
    spans = list(_spans(least, room, free))
    return [
        Part(
            start=start,
            widths=_shared(least[start:end], wanted[start:end], room, free),
            numeric=tuple(numeric[start:end]),
            label=f"Columns {start + 1}\u2013{end} of {len(header)}" if len(spans) > 1 else "",
        )
        for start, end in spans
    ]


def display_width(text: str) -> int:
    """Return how many columns of a fixed-width face a text takes."""
    return len(text) if text.isascii() else sum(map(_width, text))


def wrapped(cell: str, width: int) -> list[str]:
    """Break a cell's lines where they are too wide, at a space in the second half of the line if there is one."""
    lines: list[str] = []
    for line in cell.expandtabs(8).split("\n"):
        start = 0
        while start + _fitting(line[start : start + width + 1], width) < len(line):
            cut = start + _fitting(line[start : start + width + 1], width)
            space = line.rfind(" ", (start + cut) // 2, cut + 1)
            lines.append(line[start : space if space > start else cut])
            start = space + 1 if space > start else cut
        lines.append(line[start:])
    return lines


def _fitting(text: str, width: int) -> int:
    """Return how many characters of ``text`` fit into ``width`` columns; at least one."""
    if text.isascii():
        return min(len(text), max(1, width))
    taken = 0
    for index, character in enumerate(text):
        taken += display_width(character)
        if taken > width:
            return max(1, index)
    return len(text)


@lru_cache(maxsize=4096)
def _width(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _measured(cell: str) -> tuple[int, int]:
    """Return the display width of the longest line and of the longest word."""
    lines = cell.split("\n") if "\n" in cell else [cell]
    length = max(map(display_width, lines))
    words = cell.split()
    return length, max(map(display_width, words)) if words else 0


def _is_numeric(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell]
    return bool(filled) and all(len(cell) < 40 and _NUMBER.fullmatch(cell) for cell in filled)


def _spans(least: list[int], room: Room, free: float) -> Iterator[tuple[int, int]]:
    start, taken = 0, 0.0
    for index, width in enumerate(least):
        cost = width * room.character + room.between
        if index > start and taken + cost > free:
            yield start, index
            start, taken = index, 0.0
        taken += cost
    yield start, len(least)


def _shared(least: list[int], wanted: list[int], room: Room, free: float) -> tuple[int, ...]:
    """Give columns what they want; where there is too little, as much to each of those that want most."""
    characters = int((free - room.between * len(least)) / room.character)
    most = _WIDEST
    while most > 1 and sum(_limited(least, wanted, most)) > characters:
        most -= 1
    return tuple(_limited(least, wanted, most))


def _limited(least: list[int], wanted: list[int], most: int) -> list[int]:
    return [max(low, min(high, most)) for low, high in zip(least, wanted, strict=True)]
