"""The bytes of a compressed file, given out from front to back to what decompresses them; a few chunks are held.

Also what a compression is to the rest: a name, how it begins, and how its content is made. Decompresses nothing itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_CHUNK = 1 << 18
_PIECE = 1 << 16
"""Bytes given out at once: decompressors copy what lies behind the end of a member, and a member may be short."""


@dataclass(slots=True)
class Flaws:
    """What was noticed about a compressed file that does not end the reading of it."""

    wrong_checksum: bool = False
    trailing: bool = False
    """Bytes that are not zero follow its content."""


class Feed:
    """One open file, and a place in it."""

    def __init__(self, descriptor: int, progress: Callable[[int], None]) -> None:
        """Begin at the start; ``progress`` is told of bytes read. The descriptor is closed elsewhere."""
        self._descriptor = descriptor
        self._progress = progress
        self._read_to = 0
        self._chunk = b""
        self._at = 0

    def need(self, count: int) -> bool:
        """Have ``count`` bytes ready; tell whether there are so many."""
        while len(self._chunk) - self._at < count:
            data = os.pread(self._descriptor, _CHUNK, self._read_to)
            if not data:
                return False
            self._read_to += len(data)
            self._chunk = self._chunk[self._at :] + data
            self._at = 0
            self._progress(len(data))
        return True

    def ahead(self, count: int) -> bytes:
        """Return up to ``count`` of the bytes that are ready, and stay there."""
        return self._chunk[self._at : self._at + count]

    def piece(self) -> memoryview:
        """Return some of the bytes that are ready, and stay there."""
        return memoryview(self._chunk)[self._at : self._at + _PIECE]

    def move(self, count: int) -> None:
        """Go on by so many of the bytes that are ready; back by so many of the last piece when negative."""
        self._at += count

    def skip(self, count: int) -> bool:
        """Go on by so many bytes, ready or not; tell whether there were so many."""
        while count and self.need(1):
            step = min(count, len(self._chunk) - self._at)
            self._at += step
            count -= step
        return not count

    def only_zeros_follow(self) -> bool:
        """Read to the end of the file."""
        zeros = True
        while self.need(1):
            zeros = zeros and not self._chunk[self._at :].strip(b"\0")
            self._at = len(self._chunk)
        return zeros


@dataclass(frozen=True, slots=True, kw_only=True)
class Compression:
    """One way of compressing a tar as a whole."""

    name: str
    """Completes "a ... file"."""

    magics: tuple[bytes, ...]
    """How such a file may begin."""

    content: Callable[[Feed, Flaws], Iterator[bytes]]
    """Yields what a file holds, in pieces of up to 1 MiB; raises DamagedArchiveError where it breaks off."""
