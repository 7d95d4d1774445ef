"""The content of a compressed file, read from front to back in bounded memory; begins anew when asked to go back.

Never holds more than some chunks, and stops where the content outgrows what an archive of its size may hold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from archiver.storage.archives.compressed_feed import Compression, Feed, Flaws
from archiver.storage.archives.limits import DamagedArchiveError, Limits, not_an_archive, too_much_content


class ContentStream:
    """Decompresses one file; what is wrong with its bytes is kept in ``fault``, and reads come out short from there."""

    def __init__(
        self, descriptor: int, compression: Compression, limits: Limits, progress: Callable[[int], None]
    ) -> None:
        """Begin at the start.

        Args:
            descriptor: the open file; not closed here.
            compression: of which kind it should be.
            limits: how far it may expand.
            progress: told of each number of compressed bytes read.

        Raises:
            OSError: it cannot be read.
            RefusedArchiveError: it is of no such kind.
        """
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._most = limits.most_content(self._size)
        self._limits = limits
        self._progress = progress
        self._compression = compression
        self.fault: str | None = None
        self.flaws = Flaws()
        self.restarts = 0
        if not os.pread(descriptor, 4, 0).startswith(compression.magics):
            raise not_an_archive(f"a {compression.name} file", "it does not begin as one")
        self._begin()

    @property
    def name(self) -> str:
        """What the file is."""
        return f"{self._compression.name} file"

    def _begin(self) -> None:
        self._pieces: Iterator[bytes] = self._compression.content(Feed(self._descriptor, self._progress), self.flaws)
        self._buffer = b""
        self._start = 0
        self._at = 0
        self._total = 0
        self._ended = False

    def read(self, offset: int, count: int) -> bytes:
        """Return up to ``count`` bytes of content at ``offset``; fewer only where it ends or is damaged.

        Raises:
            OSError: the file cannot be read.
            RefusedArchiveError: it expands too far.
        """
        if offset < self._at:
            self.restarts += 1
            self._begin()
        while offset > self._at and self._fill():
            self._pass_over(offset - self._at)
        parts = []
        while count > 0 and offset <= self._at and self._fill():
            part = self._buffer[self._start : self._start + count]
            self._pass_over(len(part))
            parts.append(part)
            count -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def reaches(self, offset: int) -> bool:
        """Tell whether the content that was read so far has so many bytes."""
        return self._at >= offset

    def drain(self) -> int:
        """Read to the end, so that the last checksum is looked at; return the number of bytes that were not zero."""
        other = 0
        while self._fill():
            rest = self._buffer[self._start :]
            other += len(rest) - rest.count(0)
            self._pass_over(len(rest))
        return other

    def _pass_over(self, count: int) -> None:
        step = min(count, len(self._buffer) - self._start)
        self._start += step
        self._at += step

    def _fill(self) -> bool:
        """See that there is content to take; tell whether there is."""
        while self._start == len(self._buffer) and not self._ended:
            self._start, self._buffer = 0, b""
            try:
                piece = next(self._pieces, None)
            except DamagedArchiveError as error:
                self.fault, piece = str(error), None
            self._ended = piece is None
            self._buffer = piece or b""
            self._total += len(self._buffer)
            if self._total > self._most:
                raise too_much_content(self._limits, self._size)
        return self._start < len(self._buffer)
