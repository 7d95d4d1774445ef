"""Shards put together from the files of a version folder: one after another, cut into pieces.

Knows nothing of stores and of parity itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.storage.checksums import Checksums
from archiver.storage.durable import NEW_FILE_READ_BACK, write_all
from archiver.storage.hashing import CHUNK

SHARD_BYTES = 4 << 30
"""Of the largest shard. Its recovery blocks lie in memory while they are computed; it lies on the disk meanwhile."""

_BLOCKS = 2000
"""Blocks of a large shard: damage costs whole blocks, and time grows with the number of recovery blocks."""

_LEAST_BLOCK = 4096
"""Bytes: of a disk's sector, which is lost as a whole; and each block costs 20 bytes of digests, several times."""

_LEAST_RECOVERY = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardPlan:
    """How many bytes each shard has; the last may have fewer."""

    total: int
    shard_bytes: int

    @property
    def count(self) -> int:
        """Number of shards."""
        return -(-self.total // self.shard_bytes)

    def size(self, index: int) -> int:
        """Return the bytes of one shard, counted from 0."""
        return min(self.shard_bytes, self.total - index * self.shard_bytes)


def plan_shards(total: int, largest: int = SHARD_BYTES) -> ShardPlan:
    """Cut ``total`` bytes into as few shards as hold them, all of nearly one size."""
    number = max(1, -(-total // largest))
    return ShardPlan(total=total, shard_bytes=max(1, -(-total // number)))


def block_bytes(shard: int) -> int:
    """Return the bytes of a block for a shard of so many bytes: a multiple of 4, as PAR2 has it."""
    return max(_LEAST_BLOCK, -(-shard // (4 * _BLOCKS)) * 4)


def recovery_blocks(shard: int, percent: int) -> int:
    """Return how many blocks of parity a shard gets."""
    blocks = -(-shard // block_bytes(shard))
    return max(_LEAST_RECOVERY, -(-blocks * percent // 100))


class ShardWriter:
    """Writes bytes into one shard after another; each is handed over when it is full and was read back."""

    def __init__(self, plan: ShardPlan, place: Callable[[int], Path | None], done: Callable[[int], None]) -> None:
        """Begin with the first shard.

        Args:
            plan: their sizes.
            place: number of a shard, from 0 -> where it is to be written; None where nobody needs it.
            done: called with the number of each shard that was written.
        """
        self._plan = plan
        self._place = place
        self._done = done
        self._index = -1
        self._left = 0
        self._descriptor: int | None = None
        self._sums = Checksums()

    def write(self, data: memoryview) -> None:
        """Take the next bytes.

        Raises:
            OSError: the disk refused.
        """
        while data:
            if self._left == 0:
                self._begin()
            piece = data[: self._left]
            if self._descriptor is not None:
                write_all(self._descriptor, piece)
                self._sums.add(piece)
            self._left -= len(piece)
            data = data[len(piece) :]
            if self._left == 0:
                self._end()

    def close(self) -> None:
        """Give up a shard that is not full."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _begin(self) -> None:
        self._index += 1
        self._left = self._plan.size(self._index)
        place = self._place(self._index)
        if place is not None:
            self._descriptor = os.open(place, NEW_FILE_READ_BACK, 0o600)
            self._sums = Checksums()

    def _end(self) -> None:
        if self._descriptor is not None:
            if not self._sums.read_back(self._descriptor, lambda _: None):
                raise OSError("a shard does not read back as it was written")
            self.close()
            self._done(self._index)


def rescued(read: Callable[[int, int], bytes], size: int) -> Iterator[memoryview]:
    """Give ``size`` bytes of a file that may have become longer, shorter or unreadable in places.

    Zeros stand for what is lost; what lies behind a bad sector is not.

    Args:
        read: offset and count -> bytes, fewer at the end; raises OSError for what the disk does not give.
        size: bytes that the file should have.
    """
    at = 0
    while at < size:
        count = min(CHUNK, size - at)
        try:
            data = read(at, count)
        except OSError:
            data = b"".join(_sector(read, start, min(_LEAST_BLOCK, at + count - start)) for start in _starts(at, count))
        yield memoryview(data or bytes(count))
        at += len(data) or count


def _starts(at: int, count: int) -> range:
    return range(at, at + count, _LEAST_BLOCK)


def _sector(read: Callable[[int, int], bytes], at: int, count: int) -> bytes:
    try:
        data = read(at, count)
    except OSError:
        data = b""
    return data.ljust(count, b"\0")
