"""Inflates deflate data (RFC 1951), and computes the CRC-32 that goes with them; gives zlib-ng the types it lacks.

zlib-ng and not the standard library's zlib: it needs a third of the time, and inflating is what takes longest in
verifying a compressed archive. What it may expand to is limited by who calls it.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Protocol, cast

from zlib_ng import zlib_ng


class Inflater(Protocol):
    """One stream while it is inflated, with the names of the standard library's."""

    @property
    def eof(self) -> bool:
        """Whether its end was reached."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """What of the input was not used, since the output had no room."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What of the input lies behind the end."""
        ...

    def decompress(self, data: bytes | memoryview, max_length: int, /) -> bytes:
        """Inflate some input to at most ``max_length`` bytes.

        Raises:
            InflateError: it is no deflate data.
        """
        ...


InflateError = cast("type[Exception]", zlib_ng.error)
crc32 = cast("Callable[[bytes | memoryview, int], int]", zlib_ng.crc32)


def inflater() -> Inflater:
    """Begin a stream without a header of its own, as gzip and zip files have them."""
    return cast("Inflater", zlib_ng.decompressobj(-zlib.MAX_WBITS))
