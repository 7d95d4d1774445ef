"""Reads the central directory of a zip file (PKWARE APPNOTE 6.3), zip64 included; never the content of an entry.

What the directory says is checked against the file's size and against itself: nothing may lie outside, and no two
entries in the same bytes.
"""

from __future__ import annotations

import operator
import stat
import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator

from archiver.storage.archives.entries import Kind
from archiver.storage.archives.limits import DamagedArchiveError
from archiver.storage.archives.windowed_file import WindowedFile

_END = struct.Struct("<4s4H2IH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_OFFSET = struct.Struct("<I")
_LENGTHS = struct.Struct("<3H")
_LONGEST = _ENTRY.size + 3 * 0xFFFF
_WINDOW = 1 << 20
_STORED, _DEFLATED = 0, 8
_UNIX = (3, 19)
"""Systems whose entries state a file mode: UNIX and macOS."""

_SPECIAL = {
    stat.S_IFLNK: Kind.SYMBOLIC_LINK,
    stat.S_IFIFO: Kind.PIPE,
    stat.S_IFBLK: Kind.DEVICE,
    stat.S_IFCHR: Kind.DEVICE,
    stat.S_IFSOCK: Kind.UNKNOWN,
}


class ZipDirectory:
    """The central directory of one open file. Entries are known by their number in it, from 0."""

    def __init__(self, file: WindowedFile) -> None:
        """Find the directory.

        Raises:
            OSError: the file cannot be read.
            DamagedArchiveError: there is none.
        """
        self._file = file
        self._begin, self._end, self.count = self._find()
        # Of each entry: arrays, since a million objects would be 200 MiB.
        self._offsets = array("Q")
        self._limits = array("Q")
        self._compressed = array("Q")
        self._crcs = array("I")
        self._names = array("q")
        self._name_lengths = array("H")
        self._methods = bytearray()

    def entries(self) -> Iterator[tuple[bytes | str, Kind, int]]:
        """Yield every entry's name, kind and bytes of content, in the directory's order; to be called once.

        Raises:
            DamagedArchiveError: a record that is none; what came before was yielded.
        """
        self._find_limits()
        for at, window in self._records():
            record = _ENTRY.unpack_from(window, at)
            name_at = at + _ENTRY.size
            name = window[name_at : name_at + record[10]]
            size, compressed, offset = record[9], record[8], record[16]
            extra: bytes = b""
            if record[11]:
                extra = window[name_at + record[10] : name_at + record[10] + record[11]]
                if 0xFFFFFFFF in (size, compressed, offset):
                    size, compressed, offset = _zip64(extra, size, compressed, offset)
            kind = _kind(name, record[3], record[4], record[15] >> 16 if record[1] >> 8 in _UNIX else 0)
            number = len(self._compressed)
            self._compressed.append(compressed)
            self._crcs.append(record[7])
            # Only to be compared: Python's hash, which no stranger can foresee, instead of a million names.
            self._names.append(hash(name))
            self._name_lengths.append(len(name))
            self._methods.append(record[4] & 0xFF)
            if kind is Kind.FILE and self._overlaps(number, offset + _LOCAL.size + len(name)):
                kind = Kind.OVERLAPPING
            yield name if name.isascii() and not extra else _decoded(name, record[3], extra), kind, size

    def deflated(self, number: int) -> bool:
        """Tell whether an entry is deflated; else it is stored as it is."""
        return self._methods[number] == _DEFLATED

    def compressed(self, number: int) -> int:
        """Return the bytes that an entry's content has in the archive."""
        return self._compressed[number]

    def crc(self, number: int) -> int:
        """Return the CRC-32 that an entry's content should have."""
        return self._crcs[number]

    def content(self, number: int) -> int:
        """Return where an entry's content begins, after its local header was compared with the directory.

        Raises:
            OSError: the file cannot be read.
            DamagedArchiveError: they do not agree.
        """
        offset, name_length = self._offsets[number], self._name_lengths[number]
        header = self._file.read(offset, _LOCAL.size + name_length)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise DamagedArchiveError("there is no entry where the archive's directory says")
        _, _, flags, method, _, _, crc, compressed, _, length, extra_length = _LOCAL.unpack_from(header)
        same_name = length == name_length and hash(header[_LOCAL.size :]) == self._names[number]
        if not same_name or method != self._methods[number] or flags & 1:
            raise DamagedArchiveError("its own header and the archive's directory do not agree")
        # APPNOTE 4.4.4: without bit 3 the header states these too, and readers from front to back go by them. All ones
        # stand for a number in a zip64 record.
        pairs = (crc, self._crcs[number]), (compressed, self._compressed[number])
        if not flags & 8 and any(here not in {there, 0xFFFFFFFF} for here, there in pairs):
            raise DamagedArchiveError("its own header and the archive's directory do not agree")
        begin: int = offset + _LOCAL.size + length + extra_length
        if self._overlaps(number, begin):
            raise DamagedArchiveError("it reaches into bytes that belong to another entry")
        return begin

    def _overlaps(self, number: int, content: int) -> bool:
        """Tell whether an entry whose content begins there reaches into the next one, or into the directory."""
        return content + self._compressed[number] > self._limits[number]

    def _records(self) -> Iterator[tuple[int, bytes]]:
        """Yield each record of the directory, as a place in some bytes that hold the whole of it."""
        at = self._begin
        window, base = b"", at
        for _ in range(self.count):
            if at - base + _LONGEST > len(window) and base + len(window) < self._end:
                window, base = self._file.read(at, min(_WINDOW, self._end - at)), at
            start = at - base
            if start + _ENTRY.size > len(window) or not window.startswith(b"PK\x01\x02", start):
                raise DamagedArchiveError(f"there is no entry of its directory at byte {at}, where one must be")
            name, extra, comment = _LENGTHS.unpack_from(window, start + 28)
            at += _ENTRY.size + name + extra + comment
            if at - base > len(window):
                raise DamagedArchiveError(f"the entry of its directory before byte {at} is cut off")
            yield start, window
        if at != self._end:
            raise DamagedArchiveError("its directory has other entries than its end states")

    def _find_limits(self) -> None:
        """Learn where each entry begins, and so where the one before it must end."""
        for at, window in self._records():
            (offset,) = _OFFSET.unpack_from(window, at + 42)
            if offset == 0xFFFFFFFF:
                record = _ENTRY.unpack_from(window, at)
                extra_at = at + _ENTRY.size + record[10]
                extra = window[extra_at : extra_at + record[11]]
                offset = _zip64(extra, record[9], record[8], record[16])[2]
            self._offsets.append(offset)
        starts = self._offsets
        if all(map(operator.lt, starts, starts[1:])):
            self._limits = starts[1:]
            self._limits.append(self._begin)
            return
        # Another order, or two in one place: the end of both of these is where they begin.
        starts = array("Q", sorted(starts))
        for offset in self._offsets:
            following = bisect_right(starts, offset)
            shared = following > 1 and starts[following - 2] == offset
            end = starts[following] if following < len(starts) else self._begin
            self._limits.append(offset if shared else end)

    def _find(self) -> tuple[int, int, int]:
        """Return where the directory begins and ends, and how many entries it has."""
        tail_at = max(0, self._file.size - _END.size - 0xFFFF)
        tail = self._file.read(tail_at, _END.size + 0xFFFF)
        at = tail.rfind(b"PK\x05\x06")
        while at >= 0:
            if at + _END.size <= len(tail):
                _, disk, start_disk, _, count, size, offset, comment = _END.unpack_from(tail, at)
                if at + _END.size + comment == len(tail):
                    break
            at = tail.rfind(b"PK\x05\x06", 0, at)
        if at < 0:
            raise DamagedArchiveError("it has no zip directory at its end; it may be cut off")
        end = tail_at + at
        if 0xFFFF in (disk, count) or 0xFFFFFFFF in (size, offset):
            end, count, size, offset = self._find64(end) or (end, count, size, offset)
        elif disk or start_disk:
            raise DamagedArchiveError("it is one part of a zip file in several parts")
        # Nothing may stand between the directory and its end: readers differ on which of two directories counts.
        if offset + size != end or count * _ENTRY.size > size:
            raise DamagedArchiveError("its directory is not where its end says")
        return offset, end, count

    def _find64(self, end: int) -> tuple[int, int, int, int] | None:
        at = end - _END64_LOCATOR.size
        locator = self._file.read(at, _END64_LOCATOR.size) if at >= 0 else b""
        if not locator.startswith(b"PK\x06\x07"):
            return None
        _, disk, record_at, disks = _END64_LOCATOR.unpack(locator)
        record = self._file.read(record_at, _END64.size) if record_at < at else b""
        if len(record) < _END64.size or not record.startswith(b"PK\x06\x06") or disk or disks > 1:
            raise DamagedArchiveError("its zip64 end of the directory is not where it must be")
        _, length, _, _, _, _, _, count, size, offset = _END64.unpack(record)
        if record_at + 12 + length != at:
            raise DamagedArchiveError("its zip64 end of the directory is not where it must be")
        return record_at, count, size, offset


def _kind(name: bytes, flags: int, method: int, mode: int) -> Kind:
    special = _SPECIAL.get(mode & 0o170000) if mode else None
    if special:
        return special
    if name.endswith(b"/"):
        return Kind.FOLDER
    if flags & 0x2041:  # encrypted, strongly encrypted, its directory encrypted
        return Kind.ENCRYPTED
    return Kind.FILE if method in {_STORED, _DEFLATED} else Kind.COMPRESSED


def _extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


def _zip64(extra: bytes, size: int, compressed: int, offset: int) -> tuple[int, int, int]:
    # APPNOTE 4.5.3: only the fields that are all ones in the record stand here, in this order
    field = next((value for kind, value in _extras(extra) if kind == 1), b"")[:24]
    values = iter(struct.unpack_from(f"<{len(field) // 8}Q", field))
    wide = [next(values, value) if value == 0xFFFFFFFF else value for value in (size, compressed, offset)]
    return wide[0], wide[1], wide[2]


def _decoded(name: bytes, flags: int, extra: bytes) -> str:
    # Info-ZIP's Unicode Path: version 1, the CRC-32 of the other name, the name in UTF-8
    unicode_path = next((value for kind, value in _extras(extra) if kind == 0x7075), b"")
    if unicode_path[:1] == b"\1" and unicode_path[1:5] == zlib.crc32(name).to_bytes(4, "little"):
        return unicode_path[5:].decode("utf-8", "surrogateescape")
    if flags & 0x800:
        return name.decode("utf-8", "surrogateescape")
    try:
        return name.decode("utf-8")  # as many programs write it, without saying so
    except UnicodeDecodeError:
        return name.decode("cp437")  # APPNOTE appendix D
