"""The content of a gzip file (RFC 1952), its members one after another, each checked against its trailer."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from archiver.storage.archives.compressed_feed import Compression, Feed, Flaws
from archiver.storage.archives.inflating import InflateError, crc32, inflater
from archiver.storage.archives.limits import DamagedArchiveError

_MAGIC = b"\x1f\x8b\x08"
_HEADER = 1 << 16
_PIECE = 1 << 20


def _content(feed: Feed, flaws: Flaws) -> Iterator[bytes]:
    while feed.need(10) or feed.need(1):
        if not feed.ahead(3).startswith(_MAGIC):
            break
        _pass_header(feed)
        yield from _member(feed, flaws)
    # RFC 1952 section 2.2: members follow one another; what else follows belongs to none.
    flaws.trailing |= not feed.only_zeros_follow()


def _member(feed: Feed, flaws: Flaws) -> Iterator[bytes]:
    stream = inflater()
    crc = size = 0
    while not stream.eof:
        _need(feed, 1)
        given = feed.piece()
        try:
            content = stream.decompress(given, _PIECE)
        except InflateError as error:
            raise DamagedArchiveError(str(error)) from error
        feed.move(len(given) - len(stream.unused_data if stream.eof else stream.unconsumed_tail))
        crc = crc32(content, crc)
        size += len(content)
        yield content
    _need(feed, 8)
    stated_crc, stated_size = struct.unpack("<II", feed.ahead(8))
    feed.move(8)
    flaws.wrong_checksum |= stated_crc != crc or stated_size != size & 0xFFFFFFFF


def _need(feed: Feed, count: int) -> None:
    if not feed.need(count):
        raise DamagedArchiveError("the compressed data end too early")


def _pass_header(feed: Feed) -> None:
    if feed.ahead(4)[3:].strip(b"\0"):  # flags: fields of any length follow
        feed.need(_HEADER)
    feed.move(_header_length(feed.ahead(_HEADER)))


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


GZIP = Compression(name="gzip", magics=(_MAGIC,), content=_content)
