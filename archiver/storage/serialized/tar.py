"""Writes a bag as tar: POSIX ustar headers, pax records only where ustar cannot say it (POSIX.1-2001).

Tag files stand before the payload, so that one pass from the front can verify: room is kept for them, and filled when
the digests of the payload are known. Headers are made by the standard library; compression is the stream's matter.
"""

from __future__ import annotations

import contextlib
import tarfile
from collections.abc import Mapping
from typing import Protocol

from archiver.standards.bagit import PAYLOAD_PREFIX


class Stream(Protocol):
    """Bytes with room kept at their front."""

    def write(self, data: bytes) -> None:
        """Take the next bytes behind the room."""
        ...

    def finish(self, front: bytes) -> None:
        """Fill the room with exactly as many bytes as it has, and write everything out."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class TarWriter:
    """One tar; see :class:`~archiver.storage.serialized.archive.ArchiveWriter`."""

    def __init__(self, stream: Stream, folder: str, modified: int) -> None:
        """Take a stream that has kept :func:`room` for the tag files.

        Args:
            stream: empty but for the room.
            folder: name of the one top-level folder.
            modified: time of the tag files.
        """
        self._stream = stream
        self._folder = folder
        self._modified = modified
        self._written = 0
        self._fill = b""

    def begin(self, path: str, size: int, modified: int) -> None:
        """Write the header."""
        header = entry_header(f"{self._folder}/{PAYLOAD_PREFIX}{path}", size, modified)
        self.write(self._fill + header)
        self._fill = bytes(-size % tarfile.BLOCKSIZE)

    def write(self, data: bytes) -> None:
        """Write content."""
        self._stream.write(data)
        self._written += len(data)

    def finish(self, tags: Mapping[str, bytes]) -> None:
        """Write the mark of the end, two blocks of zeros in a whole record, and fill the room at the front."""
        front = b"".join(
            entry_header(f"{self._folder}/{name}", len(data), self._modified)
            + data
            + bytes(-len(data) % tarfile.BLOCKSIZE)
            for name, data in tags.items()
        )
        length = len(front) + self._written + len(self._fill) + 2 * tarfile.BLOCKSIZE
        self.write(self._fill + bytes(2 * tarfile.BLOCKSIZE + -length % tarfile.RECORDSIZE))
        self._stream.finish(front)

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


def _filled(data: bytes) -> bytes:
    return data + bytes(-len(data) % tarfile.BLOCKSIZE)


def room(folder: str, tags: Mapping[str, int], modified: int) -> int:
    """Return the bytes that the tag files take at the front of a tar.

    Args:
        folder: name of the one top-level folder.
        tags: name -> bytes.
        modified: their time.
    """
    return sum(
        len(entry_header(f"{folder}/{name}", size, modified)) + size + -size % tarfile.BLOCKSIZE
        for name, size in tags.items()
    )


def entry_header(name: str, size: int, modified: int) -> bytes:
    """Return the header of a regular file: ustar, or pax where that cannot say it.

    Args:
        name: whole, from the archive's root.
        size: bytes.
        modified: seconds since 1970, UTC.
    """
    if name.isascii():
        if len(name) <= _NAME and 0 <= size < _NUMBERS and 0 <= modified < _NUMBERS:
            return _usual_header(name.encode("ascii"), size, modified)
        # What does not fit, a longer name, 8 GiB or more, a time before 1970, is a ValueError.
        with contextlib.suppress(ValueError):
            return _member(name, size, modified).tobuf(tarfile.USTAR_FORMAT)
    return _member(name, size, modified).tobuf(tarfile.PAX_FORMAT, "utf-8")


def _member(name: str, size: int, modified: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mtime = modified
    member.mode = 0o644
    return member


_NAME = 100
"""Bytes of a name that stands in one field."""

_NUMBERS = 8**11
"""What a number's eleven octal digits stay below."""

_BLANK = _member("", 0, 0).tobuf(tarfile.USTAR_FORMAT)
_OWNER, _REST = _BLANK[100:124], _BLANK[156:]
_SUM = 8 * ord(" ") + sum(_OWNER) + sum(_REST)


def _usual_header(name: bytes, size: int, modified: int) -> bytes:
    """Return what the library makes of a short ASCII name, in a fifth of its time: small files are many."""
    numbers = b"%011o\0%011o\0" % (size, modified)
    checksum = b"%06o\0 " % (_SUM + sum(name) + sum(numbers))
    return b"".join((name.ljust(_NAME, b"\0"), _OWNER, numbers, checksum, _REST))
