"""Writes a bag as tar: POSIX ustar headers, pax records only where ustar cannot say it (POSIX.1-2001).

Tag files stand before the payload, so that one pass from the front can verify: room is kept for them, and filled when
the digests of the payload are known. Headers are made by the standard library; compression is the stream's matter.
"""

from __future__ import annotations

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
        header = _header(f"{self._folder}/{PAYLOAD_PREFIX}{path}", size, modified)
        self.write(self._fill + header)
        self._fill = bytes(-size % tarfile.BLOCKSIZE)

    def write(self, data: bytes) -> None:
        """Write content."""
        self._stream.write(data)
        self._written += len(data)

    def finish(self, tags: Mapping[str, bytes]) -> None:
        """Write the mark of the end, two blocks of zeros in a whole record, and fill the room at the front."""
        front = b"".join(
            _header(f"{self._folder}/{name}", len(data), self._modified) + data + bytes(-len(data) % tarfile.BLOCKSIZE)
            for name, data in tags.items()
        )
        length = len(front) + self._written + len(self._fill) + 2 * tarfile.BLOCKSIZE
        self.write(self._fill + bytes(2 * tarfile.BLOCKSIZE + -length % tarfile.RECORDSIZE))
        self._stream.finish(front)

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


def room(folder: str, tags: Mapping[str, int], modified: int) -> int:
    """Return the bytes that the tag files take at the front of a tar.

    Args:
        folder: name of the one top-level folder.
        tags: name -> bytes.
        modified: their time.
    """
    return sum(
        len(_header(f"{folder}/{name}", size, modified)) + size + -size % tarfile.BLOCKSIZE
        for name, size in tags.items()
    )


def _header(name: str, size: int, modified: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size = size
    member.mtime = modified
    member.mode = 0o644
    if name.isascii():
        try:
            return member.tobuf(tarfile.USTAR_FORMAT)
        except ValueError:  # the name is too long, the file has over 8 GiB or a time before 1970
            pass
    return member.tobuf(tarfile.PAX_FORMAT, "utf-8")
