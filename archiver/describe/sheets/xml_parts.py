"""XML parts of workbooks, read event by event in bounded memory.

A document type declaration ends the reading before any entity is known; nothing is resolved or fetched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from xml.parsers import expat

from archiver.describe.sheets.lines import SheetError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LONGEST_TOKEN = 4 << 20
"""Bytes of one tag; a text comes in pieces however long it is."""


class Events(Protocol):
    """Takes the events of one part. Names come without their prefix."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin an element."""

    def end(self, name: str) -> None:
        """End an element."""

    def text(self, text: str) -> None:
        """Take character data, in pieces."""


def read_events(chunks: Iterable[bytes], events: Events, part: str) -> Iterator[None]:
    """Feed a part to ``events``, pausing after each chunk.

    Raises:
        SheetError: not well-formed, with a document type declaration, or with a tag of absurd length.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda name, attributes: _first(parser, events, name, attributes)
    parser.CharacterDataHandler = events.text
    parser.StartDoctypeDeclHandler = _refuse
    fed = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            fed += len(chunk)
            if fed - parser.CurrentByteIndex > _LONGEST_TOKEN:
                raise SheetError(f"cannot be read (its part {part} has a tag of more than {_LONGEST_TOKEN >> 20} MiB)")
            yield
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # the last two: an encoding that nobody knows
        raise SheetError(f"cannot be read (its part {part}: {error})") from error
    yield


def _first(parser: expat.XMLParserType, events: Events, name: str, attributes: dict[str, str]) -> None:
    """Take the root; a part whose root has no prefix has none further down that matters, and is read faster."""
    if ":" in name:
        parser.StartElementHandler = lambda name, attributes: events.start(_local(name), attributes)
        parser.EndElementHandler = lambda name: events.end(_local(name))
    else:
        parser.StartElementHandler = events.start
        parser.EndElementHandler = events.end
    parser.StartElementHandler(name, attributes)


def _refuse(*_declared: object) -> None:
    raise SheetError("cannot be read (it has a document type declaration, and no workbook needs one)")


def _local(name: str) -> str:
    return name if ":" not in name else name.rpartition(":")[2]
