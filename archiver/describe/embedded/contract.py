"""What a reader of embedded properties gives back, and what it may count on.

A member is a module with ``read(file: BinaryIO) -> Iterator[Property]``: ``file`` is a whole document of its format, at
its first byte and seekable. It yields the strongest place of a term first: of a term, only the values of the first
place that states it count. It may raise anything at any time: what it yielded before counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator


class Property(NamedTuple):
    """One thing that a document says of itself."""

    term: str
    """DCMI term."""

    text: str
    """As the document writes it, but for dates, which are in W3CDTF."""

    place: str
    """Which property of the document: ``PDF XMP dc:title``."""

    language: str | None = None


class PropertyReader(Protocol):
    """A member of the family."""

    def read(self, file: BinaryIO) -> Iterator[Property]:
        """Yield what a document says of itself."""
        ...
