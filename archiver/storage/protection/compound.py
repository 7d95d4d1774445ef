"""Compound files ([MS-CFB]): office documents before 2007, and the wrapping of encrypted ones since.

Reads the directory, and the beginning of one stream where only that tells. Sectors that lead in a circle, or out of the
file, end the look.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.protection.marks import Marks

_MOST_SECTORS = 2048
"""Of the directory: 8,192 entries of 512-byte sectors, more than any document has."""

_MOST_TABLES = 1 << 16
"""Of sectors; 4 GB of a file have 65,536."""

_LAST_SECTOR = 0xFFFFFFFA
_FAT_IN_HEADER = 109
_ENTRY = 128
_STREAM = 2
_BEGINNING = 4096

# [MS-OFFCRYPTO] 2.3: the streams that hold an encrypted document, or the properties of one.
_ENCRYPTED_STREAMS = frozenset({"EncryptedPackage", "EncryptedSummary", "EncryptedSummaryInformation"})
_SIGNATURES = frozenset({"_signatures", "_xmlsignatures"})  # [MS-OFFCRYPTO] 2.5.1 and 2.5.2
_WORD_ENCRYPTED = 0x0100  # [MS-DOC] 2.5.2, FibBase: fEncrypted
_FILE_PASS, _BOF = 0x002F, 0x0809  # [MS-XLS] 2.4.117, 2.4.21
_RECORDS_LOOKED_AT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stream:
    name: str
    start: int
    size: int
    kind: int


class _Compound:
    """The sectors of one file."""

    def __init__(self, file: WindowedFile) -> None:
        header = file.read(0, 512)
        self._file = file
        (shift,) = struct.unpack_from("<H", header, 30)
        if shift not in {9, 12}:  # [MS-CFB] 2.2: 512 or 4,096 bytes
            raise struct.error("no sector size of a compound file")
        self.sector = 1 << shift
        (self._directory,) = struct.unpack_from("<I", header, 48)
        self._fat = [*struct.unpack_from(f"<{_FAT_IN_HEADER}I", header, 76)]
        (self._following,) = struct.unpack_from("<I", header, 68)

    def streams(self) -> Iterator[_Stream]:
        """Yield what the directory names, storages included."""
        for sector in self._chain(self._directory):
            data = self.read(sector)
            for at in range(0, len(data) - _ENTRY + 1, _ENTRY):
                length, kind = struct.unpack_from("<HB", data, at + 64)
                if kind and length:
                    name = data[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
                    start, size = struct.unpack_from("<II", data, at + 116)
                    yield _Stream(name=name, start=start, size=size, kind=kind)

    def read(self, sector: int, count: int | None = None) -> bytes:
        """Return a sector, or ``count`` bytes from its beginning."""
        return self._file.read((sector + 1) * self.sector, count or self.sector)

    def _chain(self, first: int) -> Iterator[int]:
        sector, seen = first, 0
        while sector < _LAST_SECTOR and seen < _MOST_SECTORS:
            yield sector
            seen += 1
            sector = self._next(sector)

    def _next(self, sector: int) -> int:
        a_sector = self.sector // 4
        number, place = divmod(sector, a_sector)
        while number >= len(self._fat) and self._following < _LAST_SECTOR and len(self._fat) < _MOST_TABLES:
            more = self.read(self._following)  # [MS-CFB] 2.5: of a larger file the list of tables goes on in sectors
            (*tables, self._following) = struct.unpack(f"<{a_sector}I", more)
            self._fat += tables
        if number >= len(self._fat) or self._fat[number] >= _LAST_SECTOR:
            return _LAST_SECTOR
        entry = self.read(self._fat[number])[place * 4 : place * 4 + 4]
        return struct.unpack("<I", entry)[0] if len(entry) == 4 else _LAST_SECTOR  # a whole number, or the file ends


def compound_marks(file: WindowedFile) -> Marks:
    """Look at one compound file.

    Raises:
        OSError: it cannot be read.
        struct.error: it is cut off.
    """
    compound = _Compound(file)
    encrypted = signed = False
    for stream in compound.streams():
        signed = signed or stream.name in _SIGNATURES
        encrypted = encrypted or stream.name in _ENCRYPTED_STREAMS or _tells(compound, stream)
    return Marks(
        encrypted="it opens with a password alone" if encrypted else "",
        signed="it holds a signature of its own" if signed else "",
    )


def _tells(compound: _Compound, stream: _Stream) -> bool:
    """Look at the beginning of a stream that says itself whether it is encrypted."""
    if stream.kind != _STREAM or stream.start >= _LAST_SECTOR:
        return False
    if stream.name == "WordDocument":
        head = compound.read(stream.start, 12)
        return len(head) == 12 and bool(struct.unpack_from("<H", head, 10)[0] & _WORD_ENCRYPTED)
    if stream.name in {"Workbook", "Book"}:
        return _has_file_pass(compound.read(stream.start, _BEGINNING))
    return False


def _has_file_pass(head: bytes) -> bool:
    """Walk the first records of a workbook: FilePass stands among the first few, and nothing before it is encrypted."""
    at = 0
    for number in range(_RECORDS_LOOKED_AT):
        if at + 4 > len(head):
            return False
        kind, length = struct.unpack_from("<HH", head, at)
        if number == 0 and kind & 0xFF != _BOF & 0xFF:
            return False
        if kind == _FILE_PASS:
            return True
        at += 4 + length
    return False
