"""Whether a copy is on the disk as it was read: checksums of what came in, held against what the disk gives back.

A guard against disks, cables and memory, not against people: 32 bits for each MiB, at the speed of memory. Judges
nothing but copies made in the same run.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Callable

from zlib_ng.zlib_ng import crc32

PIECE = 1 << 20
"""Bytes that share one checksum."""

__all__ = ["PIECE", "Checksums", "checksum", "reads_back", "will_read"]

checksum = crc32
"""CRC-32 of some bytes; with a second argument, of what came before and these."""


class Checksums:
    """One checksum for each MiB of a stream, however it is cut into pieces; 4 bytes of memory a MiB."""

    def __init__(self) -> None:
        """Begin at the first byte."""
        self._whole = array("I")
        self._current = 0
        self._size = 0

    def add(self, data: bytes | memoryview) -> None:
        """Take the next bytes."""
        view = memoryview(data)
        while view:
            part = view[: PIECE - self._size % PIECE]
            self._current = crc32(part, self._current)
            self._size += len(part)
            if self._size % PIECE == 0:
                self._whole.append(self._current)
                self._current = 0
            view = view[len(part) :]

    def same_as(self, other: Checksums) -> bool:
        """Tell whether both have taken the same bytes."""
        return (self._size, self._current, self._whole) == (other._size, other._current, other._whole)

    def read_back(self, descriptor: int, progress: Callable[[int], None]) -> bool:
        """Tell whether a file holds just the bytes that were added.

        Args:
            descriptor: open for reading; its place is left alone.
            progress: told of the bytes of each piece read.

        Raises:
            OSError: the file cannot be read.
        """
        found = Checksums()
        while data := os.pread(descriptor, PIECE, found._size):
            found.add(data)
            if found._size > self._size:
                return False
            progress(len(data))
        return self.same_as(found)


def reads_back(descriptor: int, size: int, expected: int) -> bool:
    """Tell whether a small file holds so many bytes with this checksum.

    Args:
        descriptor: open for reading; its place is left alone.
        size: bytes.
        expected: their :data:`checksum`.

    Raises:
        OSError: the file cannot be read.
    """
    data = os.pread(descriptor, size + 1, 0)
    while 0 < len(data) < size and (more := os.pread(descriptor, size + 1 - len(data), len(data))):
        data += more
    return len(data) == size and crc32(data) == expected


def will_read(descriptor: int) -> None:
    """Have the disk begin to read a file, without waiting for it."""
    os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_WILLNEED)
