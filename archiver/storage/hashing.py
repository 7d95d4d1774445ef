"""Several digests over one stream of bytes, each byte handed over once.

A small stream is hashed in the calling thread. A large one is handed to one thread an algorithm: hashlib releases the
interpreter's lock, so that the algorithms run side by side and the caller reads, or writes, meanwhile. Opens and reads
nothing itself.
"""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Callable, Collection
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

CHUNK = 1 << 20
"""Bytes a reader of large files should hand over at once. Measured: with 256 KiB the threads wait for each other."""

THREADS_FROM = 8 << 20
"""Bytes of a stream after which threads take over; before that they cost more than they save."""

_AHEAD = 4
"""Chunks that may wait for an algorithm: what lies between the reader and the slowest, and no more, is in memory."""


def new_hasher(algorithm: str) -> Callable[..., Hasher]:
    """Return the constructor of an algorithm by hashlib's name; calling it is faster than ``hashlib.new``.

    Raises:
        ValueError: there is no such algorithm.
    """
    if algorithm in hashlib.algorithms_guaranteed:
        return getattr(hashlib, algorithm)  # type: ignore[no-any-return]
    hashlib.new(algorithm, usedforsecurity=False)

    def made(data: bytes = b"", *, usedforsecurity: bool = True) -> Hasher:
        return hashlib.new(algorithm, data, usedforsecurity=usedforsecurity)

    return made


class Hashing:
    """The digests of one stream: ``update`` from first byte to last, then ``digests``, inside a ``with`` block.

    No thread outlives the block, however it is left.
    """

    def __init__(self, algorithms: Collection[str], *, threads_from: int | None = THREADS_FROM) -> None:
        """Begin at the first byte.

        Args:
            algorithms: hashlib's names, of fixed length; none is allowed.
            threads_from: bytes after which threads take over; None for never.

        Raises:
            ValueError: hashlib does not know an algorithm.
        """
        self._hashers = {name: new_hasher(name)(usedforsecurity=False) for name in algorithms}
        self._threads_from = threads_from if self._hashers else None
        self._lanes: list[_Lane] = []
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes handed over so far."""
        return self._size

    def update(self, chunk: bytes | memoryview) -> None:
        """Take the next bytes; a memoryview may be used for others once this returns.

        Raises:
            MemoryError: or whatever else became of an earlier chunk in its thread.
        """
        self._size += len(chunk)
        if not self._lanes:
            if self._threads_from is None or self._size <= self._threads_from:
                for hasher in self._hashers.values():
                    hasher.update(chunk)
                return
            for hasher in self._hashers.values():
                self._lanes.append(_Lane(hasher.update))
        owned = bytes(chunk)  # the same object when it is bytes already
        for lane in self._lanes:
            lane.put(owned)

    def digests(self) -> dict[str, bytes]:
        """Return the digest by each algorithm of all bytes so far; waits for the threads and ends them.

        Raises:
            MemoryError: or whatever else became of a chunk in its thread.
        """
        self._end_threads()
        return {name: hasher.digest() for name, hasher in self._hashers.items()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._end_threads()
        except Exception:
            if error is None:  # what ended the block says more than what became of a chunk
                raise

    def _end_threads(self) -> None:
        lanes, self._lanes = self._lanes, []
        for lane in lanes:
            lane.finish()
        for lane in lanes:
            lane.join()
        for lane in lanes:
            lane.check()


class _Lane:
    """One algorithm's thread, and what waits for it."""

    def __init__(self, take: Callable[[bytes], Any]) -> None:
        self._take = take
        self._waiting: queue.Queue[bytes | None] = queue.Queue(_AHEAD)
        self._error: Exception | None = None
        # A daemon: an interpreter that ends with the block half-left must not wait for a chunk that never comes.
        self._thread = threading.Thread(target=self._run, name="archiver-hashing", daemon=True)
        self._thread.start()

    def put(self, chunk: bytes) -> None:
        self.check()
        self._waiting.put(chunk)

    def finish(self) -> None:
        self._waiting.put(None)

    def join(self) -> None:
        self._thread.join()

    def check(self) -> None:
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        while (chunk := self._waiting.get()) is not None:
            if self._error is not None:
                continue  # goes on taking, so that nobody waits for room
            try:
                self._take(chunk)
            except Exception as error:  # noqa: BLE001 - raised again where the stream is
                self._error = error
