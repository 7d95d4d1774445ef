"""The content of a gzip file (RFC 1952), read from front to back in bounded memory; begins anew when asked to go back.

Never holds more than some chunks, and stops where the content outgrows what an archive of its size may hold.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable

from archiver.storage.archives.inflating import InflateError, Inflater, crc32, inflater
from archiver.storage.archives.limits import DamagedArchiveError, Limits, not_an_archive, too_much_content

_CHUNK = 1 << 18
_FEED = 1 << 16
"""Bytes that the inflater is given at once: it copies those behind the end of a member, and a member may be short."""

_OUTPUT = 1 << 20
_HEADER = 1 << 16
_MAGIC = b"\x1f\x8b\x08"


class GzipStream:
    """Inflates one file; what is wrong with its bytes is kept in ``fault``, and reads come out short from there on."""

    def __init__(self, descriptor: int, size: int, limits: Limits, progress: Callable[[int], None]) -> None:
        """Begin at the start.

        Args:
            descriptor: the open file; not closed here.
            size: its bytes.
            limits: how far it may expand.
            progress: told of each number of compressed bytes read.

        Raises:
            OSError: it cannot be read.
            RefusedArchiveError: it is no gzip file.
        """
        self._descriptor = descriptor
        self._size = size
        self._most = limits.most_content(size)
        self._limits = limits
        self._progress = progress
        self.fault: str | None = None
        self.wrong_checksum = False
        self.trailing = False
        self.restarts = 0
        if os.pread(descriptor, 3, 0) != _MAGIC:
            raise not_an_archive("a gzip file", "it does not begin as one")
        self._begin()

    def _begin(self) -> None:
        self._read_to = 0
        self._chunk = b""
        self._next = 0
        self._inflater: Inflater | None = None
        self._crc = 0
        self._member_bytes = 0
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
                self._step()
            except (DamagedArchiveError, InflateError) as error:
                self.fault = str(error)
                self._ended = True
        return self._start < len(self._buffer)

    def _step(self) -> None:
        if self._inflater is None:
            self._ended = not self._next_member()
            return
        if self._next == len(self._chunk) and not self._more():
            raise DamagedArchiveError("the compressed data end too early")
        fed = memoryview(self._chunk)[self._next : self._next + _FEED]
        self._buffer = self._inflater.decompress(fed, _OUTPUT)
        rest = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail
        self._next += len(fed) - len(rest)
        self._crc = crc32(self._buffer, self._crc)
        self._member_bytes += len(self._buffer)
        self._total += len(self._buffer)
        if self._total > self._most:
            raise too_much_content(self._limits, self._size)
        if self._inflater.eof:
            self._inflater = None
            self._trailer()

    def _more(self) -> bool:
        """Read on in the file; tell whether there was more."""
        data = os.pread(self._descriptor, _CHUNK, self._read_to)
        self._read_to += len(data)
        self._chunk = self._chunk[self._next :] + data
        self._next = 0
        self._progress(len(data))
        return bool(data)

    def _need(self, count: int) -> None:
        while len(self._chunk) - self._next < count and self._more():
            pass

    def _trailer(self) -> None:
        self._need(8)
        if len(self._chunk) - self._next < 8:
            raise DamagedArchiveError("the compressed data end too early")
        crc, size = struct.unpack_from("<II", self._chunk, self._next)
        self._next += 8
        self.wrong_checksum |= crc != self._crc or size != self._member_bytes & 0xFFFFFFFF
        self._crc = self._member_bytes = 0

    def _next_member(self) -> bool:
        # RFC 1952 section 2.2: members follow one another; what else follows belongs to none.
        self._need(10)
        if not self._chunk.startswith(_MAGIC, self._next):
            more = True
            while more:
                self.trailing |= bool(self._chunk[self._next :].strip(b"\0"))
                self._next = len(self._chunk)
                more = self._more()
            return False
        if self._chunk[self._next + 3 : self._next + 4].strip(b"\0"):  # flags: fields without a fixed length follow
            self._need(_HEADER)
        self._next += _header_length(self._chunk[self._next : self._next + _HEADER])
        self._inflater = inflater()
        return True


def _header_length(data: bytes) -> int:
    """Return the bytes of a gzip header (RFC 1952 section 2.3)."""
    if len(data) < 10:
        raise DamagedArchiveError("the gzip header is cut off")
    flags, at = data[3], 10
    if flags & 0xE0:
        raise DamagedArchiveError("the gzip header has flags that no program sets")
    if flags & 4 and len(data) >= at + 2:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (8, 16):  # name, comment
        if flags & flag:
            at = data.find(b"\0", at) + 1 or len(data) + 1
    at += 2 if flags & 2 else 0
    if at > len(data):
        raise DamagedArchiveError("the gzip header is cut off")
    return at
