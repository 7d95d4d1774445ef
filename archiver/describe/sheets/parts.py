"""The ZIP container of a workbook, opened and streamed within bounds that hold whatever it claims about itself.

No part is unpacked to a disk or held whole in memory; nothing encrypted or oddly compressed is read.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, BinaryIO

from archiver.describe.sheets.lines import SheetError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_UNPACKED = 1 << 30
"""Bytes of all parts read of one workbook: a million rows of ten columns take half of it."""

_LONGEST_LIST = 1 << 20
"""Bytes of the container's list of parts: each takes fifty of it, and a thousand of memory."""

_CHUNK = 64 << 10
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, struct.error, RuntimeError, KeyError)
"""What the library raises for bad archives; RuntimeError and its NotImplementedError for encryption and odd methods."""

_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class Parts:
    """The parts of one workbook."""

    def __init__(self, stream: BinaryIO) -> None:
        """Open the container; reads its list of parts and nothing else.

        Raises:
            SheetError: it is no container that can be read.
        """
        self._left = MOST_UNPACKED
        try:
            self._archive = zipfile.ZipFile(_Guarded(stream))
        except _BROKEN as error:
            raise SheetError(f"is no whole workbook ({error})") from error
        self._archive.fp = stream  # the list is read: parts may be of any length
        self._by_folded = {name.replace("\\", "/").lower(): name for name in self._archive.namelist()}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._by_folded

    @contextmanager
    def chunks(self, part: str) -> Iterator[Iterator[bytes]]:
        """Open one part, named without regard to case as OPC wants it; gives its bytes in chunks.

        Raises:
            SheetError: it is missing, damaged, encrypted, or more than may be unpacked; also while it is read.
        """
        try:
            info = self._archive.getinfo(self._by_folded[part.lower()])
            if info.compress_type not in _METHODS:
                raise NotImplementedError(f"compression method {info.compress_type}")
            opened = self._archive.open(info)
        except _BROKEN as error:
            raise SheetError(f"is no whole workbook (its part {part}: {error})") from error
        with opened:
            yield self._read(opened, part)

    def _read(self, opened: IO[bytes], part: str) -> Iterator[bytes]:
        while True:
            try:
                chunk = opened.read(_CHUNK)
            except _BROKEN as error:
                raise SheetError(f"is no whole workbook (its part {part}: {error})") from error
            if not chunk:
                return
            self._left -= len(chunk)
            if self._left < 0:
                raise SheetError(f"unpacks to more than {MOST_UNPACKED >> 20} MiB")
            yield chunk


class _Guarded:
    """A file of which no long stretch is read at once: the list of parts may claim any length."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        if size > _LONGEST_LIST:
            raise zipfile.BadZipFile("it is made of too many parts")
        return self._stream.read(_LONGEST_LIST if size < 0 else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def seekable(self) -> bool:
        return True
