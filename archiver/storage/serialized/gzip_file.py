"""The bytes of an archive compressed by gzip (RFC 1952), as one member, with room kept at the front.

The front is held uncompressed, in stored blocks (RFC 1951 section 3.2.4), so that its length is known before its
content is. What follows is compressed in blocks of a fixed size, several at a time: the bytes are the same however
many threads there are.
"""

from __future__ import annotations

import os
import struct
import zlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor

from archiver.storage.durable import write_all

# RFC 1952 section 2.3: deflate, no flags, no time, no hint, unknown system
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_LEVEL = 6
_BLOCK = 1 << 20
_WINDOW = 1 << 15
_STORED = 0xFFFF
"""Most bytes of a stored block."""

_LAST_BLOCK = b"\x03\x00"
"""An empty block that is marked as the last (RFC 1951 section 3.2.3)."""

_POLYNOMIAL = 0xEDB88320


class GzipFile:
    """One new file; opened and closed elsewhere."""

    def __init__(self, descriptor: int, room: int, threads: int) -> None:
        """Keep room.

        Args:
            descriptor: of the empty file.
            room: bytes of content at the front that are given last.
            threads: that compress.
        """
        self._descriptor = descriptor
        self._room = room
        self._held = bytearray()
        self._window = b""
        self._crc = 0
        self._length = 0
        self._pool = ThreadPoolExecutor(threads)
        self._waiting: deque[Future[bytes]] = deque()
        self._most = 2 * threads
        os.lseek(descriptor, len(_HEADER) + room + 5 * -(-room // _STORED), os.SEEK_SET)

    def write(self, data: bytes) -> None:
        """Take bytes; each full block is handed to a thread."""
        self._held += data
        while len(self._held) >= _BLOCK:
            self._compress(bytes(self._held[:_BLOCK]))
            del self._held[:_BLOCK]

    def finish(self, front: bytes) -> None:
        """Write the rest, the checksum of the whole, and the front."""
        if len(front) != self._room:
            raise AssertionError(f"{len(front)} bytes for the {self._room} kept")
        self._compress(bytes(self._held))
        while self._waiting:
            write_all(self._descriptor, self._waiting.popleft().result())
        crc = joined_crc32(zlib.crc32(front), self._crc, self._length)
        write_all(self._descriptor, _LAST_BLOCK + struct.pack("<II", crc, (len(front) + self._length) & 0xFFFFFFFF))
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        write_all(self._descriptor, _HEADER)
        for at in range(0, len(front), _STORED):
            part = front[at : at + _STORED]
            write_all(self._descriptor, struct.pack("<BHH", 0, len(part), len(part) ^ 0xFFFF) + part)

    def close(self) -> None:
        """End the threads; what they have not begun is dropped."""
        self._pool.shutdown(cancel_futures=True)

    def _compress(self, block: bytes) -> None:
        self._crc = zlib.crc32(block, self._crc)
        self._length += len(block)
        self._waiting.append(self._pool.submit(_deflated, block, self._window))
        self._window = block[-_WINDOW:]
        while len(self._waiting) > self._most or (self._waiting and self._waiting[0].done()):
            write_all(self._descriptor, self._waiting.popleft().result())


def _deflated(block: bytes, window: bytes) -> bytes:
    """Compress one block, which may refer back to the 32 KiB before it, to whole bytes."""
    deflater = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=window)
    return deflater.compress(block) + deflater.flush(zlib.Z_SYNC_FLUSH)


def joined_crc32(first: int, second: int, length: int) -> int:
    """Return the CRC-32 of two pieces one after the other from those of each.

    Args:
        first: CRC-32 of the first piece.
        second: CRC-32 of the second.
        length: bytes of the second.
    """
    # A CRC is a remainder of polynomials over GF(2): ``length`` more bytes multiply the first by x to the 8 * length.
    shift, power = 1 << 31, 1 << 23  # 1, and x to the 8th; the highest bit is the lowest power
    while length:
        if length & 1:
            shift = _product(shift, power)
        power = _product(power, power)
        length >>= 1
    return _product(shift, first) ^ second


def _product(left: int, right: int) -> int:
    product = 0
    for bit in range(31, -1, -1):
        if left >> bit & 1:
            product ^= right
        right = right >> 1 ^ (_POLYNOMIAL if right & 1 else 0)
    return product
