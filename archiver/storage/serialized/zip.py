"""Writes a bag as zip (PKWARE APPNOTE 6.3), zip64 where a size or a count needs it, by the standard library.

A file is deflated where a sample of its first bytes shrinks by a tenth, and stored where not. Tag files come behind the
payload, where their digests are known: readers of zip begin with the directory at the end, so that order costs nothing.
"""

from __future__ import annotations

import contextlib
import os
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO

from archiver.standards.bagit import PAYLOAD_PREFIX

_BUFFER = 1 << 20
_SAMPLE = 1 << 16
_FIRST = (1980, 1, 1, 0, 0, 0)
_LAST = (2107, 12, 31, 23, 59, 58)


class ZipWriter:
    """One zip; see :class:`~archiver.storage.serialized.archive.ArchiveWriter`."""

    def __init__(self, descriptor: int, folder: str, modified: int) -> None:
        """Begin.

        Args:
            descriptor: of the empty file, which is not closed here.
            folder: name of the one top-level folder.
            modified: time of the tag files.
        """
        self._folder = folder
        self._modified = modified
        self._file = os.fdopen(descriptor, "r+b", _BUFFER, closefd=False)
        self._zip = zipfile.ZipFile(self._file, "w")
        self._begun: zipfile.ZipInfo | None = None
        self._entry: IO[bytes] | None = None

    def begin(self, path: str, size: int, modified: int) -> None:
        """End the entry before; how this one is stored is decided by its first bytes."""
        self._end()
        self._begun = entry_info(f"{self._folder}/{PAYLOAD_PREFIX}{path}", size, modified)

    def write(self, data: bytes) -> None:
        """Write content."""
        if self._entry is None:
            self._open(data)
        if self._entry is not None:
            self._entry.write(data)

    def finish(self, tags: Mapping[str, bytes]) -> None:
        """Write the tag files and the directory."""
        self._end()
        for name, data in tags.items():
            self._begun = entry_info(f"{self._folder}/{name}", len(data), self._modified)
            self.write(data)
            self._end()
        self._zip.close()
        self._file.flush()

    def close(self) -> None:
        """End the library's objects; what they write then of a zip that was not finished is thrown away with it."""
        for one in (self._entry, self._zip, self._file):
            if one is not None:
                # Left open, they would try the same when they are collected, and complain on standard error.
                with contextlib.suppress(OSError, ValueError, RuntimeError):
                    one.close()

    def _open(self, data: bytes) -> None:
        if self._begun is not None:
            self._begun.compress_type = zipfile.ZIP_DEFLATED if _shrinks(data) else zipfile.ZIP_STORED
            self._entry = self._zip.open(self._begun, "w")

    def _end(self) -> None:
        if self._begun is not None and self._entry is None:
            self._open(b"")
        if self._entry is not None:
            self._entry.close()
        self._begun = self._entry = None


def _shrinks(data: bytes) -> bool:
    sample = data[:_SAMPLE]
    return len(zlib.compress(sample, 1)) * 10 <= len(sample) * 9


def entry_info(name: str, size: int, modified: int) -> zipfile.ZipInfo:
    """Return what a zip says of a regular file.

    Args:
        name: whole, from the archive's root.
        size: bytes.
        modified: seconds since 1970, UTC.
    """
    info = zipfile.ZipInfo(name, _dos_time(modified))
    info.file_size = size  # tells the library whether to make room for zip64's fields
    info.create_system = 3  # UNIX, whatever wrote it
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    if -(1 << 31) <= modified < 1 << 31:
        # Info-ZIP's extended timestamp: the zip's own time has no zone and counts in twos
        info.extra = struct.pack("<HHBi", 0x5455, 5, 1, modified)
    return info


def _dos_time(modified: int) -> tuple[int, int, int, int, int, int]:
    try:
        moment = time.gmtime(modified)
    except (OverflowError, OSError, ValueError):
        return _LAST if modified > 0 else _FIRST
    return min(max(moment[:6], _FIRST), _LAST)
