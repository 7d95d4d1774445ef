"""Packets of PAR2 files (Parity Volume Set Specification 2.0): which files a set says it is over.

Bytes to values. It computes no recovery block: the program par2 does; here is told what that program would touch.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

MAGIC = b"PAR2\0PKT"
_FILE_DESCRIPTION = b"PAR 2.0\0FileDesc"
_HEADER = 64
"""Magic, length, MD5, recovery set ID, type (section "Packet Header")."""

_NAME_AT = _HEADER + 56
"""File ID, two MD5 digests and the length stand before the name (section "File Description packet")."""

_LONGEST = _NAME_AT + 4096
"""Bytes of a description's packet that is looked at; no disk has a name as long as that."""


def described_names(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """List the names that a PAR2 file gives to the files of its set, as often as it does.

    Packets are found wherever they lie, as programs find them in a damaged file; one whose MD5 is wrong states nothing.

    Args:
        chunks: the file's bytes, in order; memory is bounded by twice the largest chunk.

    Yields:
        Each name without the zeros that fill its packet.
    """
    held = b""
    for chunk in chunks:
        held += chunk
        yield from _names(held, 0, len(held) - _LONGEST)
        held = held[max(0, len(held) - _LONGEST) :]
    yield from _names(held, 0, len(held))


def _names(data: bytes, start: int, end: int) -> Iterator[bytes]:
    """Yield the names of descriptions that begin in ``start:end``."""
    at = data.find(MAGIC, start)
    while 0 <= at < end:
        length = int.from_bytes(data[at + 8 : at + 16], "little")
        if data[at + 48 : at + _HEADER] == _FILE_DESCRIPTION and _NAME_AT < length <= _LONGEST:
            packet = data[at : at + length]
            if len(packet) == length and hashlib.md5(packet[32:], usedforsecurity=False).digest() == packet[16:32]:
                yield packet[_NAME_AT:].rstrip(b"\0")
        at = data.find(MAGIC, at + 1)
