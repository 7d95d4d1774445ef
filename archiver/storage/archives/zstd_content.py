"""The content of a Zstandard file (RFC 8878), its frames one after another, in the memory of a window with a limit.

The only module that imports the decompressor, which is the standard library's from Python 3.14 on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from archiver.storage.archives.compressed_feed import Compression, Feed, Flaws
from archiver.storage.archives.limits import DamagedArchiveError, window_too_large

if sys.version_info >= (3, 14):
    from compression.zstd import DecompressionParameter, ZstdDecompressor, ZstdError
else:
    from backports.zstd import DecompressionParameter, ZstdDecompressor, ZstdError

_MAGIC = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = tuple(bytes([first]) + b"\x2a\x4d\x18" for first in range(0x50, 0x60))
_PIECE = 1 << 20
_WINDOW_LOG = 27
"""The window of 128 MiB, as far as zstd itself goes without being asked: ``--ultra -22`` needs no more."""


def _content(feed: Feed, flaws: Flaws) -> Iterator[bytes]:
    while feed.need(4):
        if feed.ahead(4) == _MAGIC:
            feed.need(14)
            if _window(feed.ahead(14)) > 1 << _WINDOW_LOG:
                raise window_too_large(1 << _WINDOW_LOG)
            yield from _frame(feed)
        elif feed.ahead(4) in _SKIPPABLE:
            feed.need(8)
            # RFC 8878 section 3.1.2: four bytes of magic number, four of length
            if not feed.skip(8 + int.from_bytes(feed.ahead(8)[4:], "little")):
                raise DamagedArchiveError("the compressed data end too early")
        else:
            break
    flaws.trailing |= not feed.only_zeros_follow()


def _frame(feed: Feed) -> Iterator[bytes]:
    stream = ZstdDecompressor(options={DecompressionParameter.window_log_max: _WINDOW_LOG})
    while not stream.eof:
        given = memoryview(b"")
        if stream.needs_input:
            if not feed.need(1):
                raise DamagedArchiveError("the compressed data end too early")
            given = feed.piece()
            feed.move(len(given))
        try:
            content = stream.decompress(given, _PIECE)
        except ZstdError as error:  # a wrong checksum of the content too
            raise DamagedArchiveError(str(error)) from error
        yield content
    feed.move(-len(stream.unused_data))


def _window(header: bytes) -> int:
    """Return the bytes of memory that a frame asks for (RFC 8878 sections 3.1.1.1.1 and 3.1.1.1.2)."""
    if len(header) < 6:
        return 0  # cut off, which the decompressor says too
    descriptor = header[4]
    if not descriptor & 0x20:
        exponent, mantissa = header[5] >> 3, header[5] & 7
        return (1 << 10 + exponent) + (1 << 7 + exponent) * mantissa
    # A single segment: the window is the whole content, whose size follows the dictionary's identifier.
    begin = 5 + (0, 1, 2, 4)[descriptor & 3]
    length = (1, 2, 4, 8)[descriptor >> 6]
    return int.from_bytes(header[begin : begin + length], "little") + (256 if length == 2 else 0)


ZSTD = Compression(name="zstd", magics=(_MAGIC, *_SKIPPABLE), content=_content)
