"""Reads the central directory of a zip file (PKWARE APPNOTE 6.3), zip64 included; never the content of an entry.

What the directory says is checked against the file's size and against itself: nothing may lie outside, and no two
entries in the same bytes.
"""

from __future__ import annotations

import os
import stat
import struct
import zlib
from array import array
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.storage.archives.entries import Kind
from archiver.storage.archives.limits import DamagedArchiveError

_END = struct.Struct("<4s4H2IH")
_END64_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_ENTRY = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_WINDOW = 1 << 20
_STORED, _DEFLATED = 0, 8
_UNIX = (3, 19)
"""Systems whose entries state a file mode: UNIX and macOS."""


@dataclass(frozen=True, slots=True)
class ZipEntry:
    """One entry as the central directory states it."""

    name: bytes
    decoded: str
    kind: Kind
    deflated: bool
    crc: int
    compressed: int
    size: int
    offset: int
    """Of its local header, from the file's start."""

    at: int
    """Where its record stands in the central directory."""


class ZipDirectory:
    """The central directory of one open file; entries are parsed anew each time they are asked for."""

    def __init__(self, descriptor: int) -> None:
        """Find the directory.

        Raises:
            OSError: the file cannot be read.
            DamagedArchiveError: there is none.
        """
        self._descriptor = descriptor
        self._size = os.fstat(descriptor).st_size
        self._begin, self._end, self.count = self._find()
        self._starts: array[int] = array("Q")

    def entries(self) -> Iterator[ZipEntry]:
        """Yield every entry, in the directory's order.

        Raises:
            DamagedArchiveError: a record that is none; what came before was yielded.
        """
        at = self._begin
        window, base = b"", at
        for _ in range(self.count):
            if at - base + 3 * 0x10000 > len(window) and base + len(window) < self._end:
                window, base = os.pread(self._descriptor, min(_WINDOW, self._end - at), at), at
            entry, at = _parse(window, at - base, at)
            yield entry
        if at != self._end:
            raise DamagedArchiveError("its directory has other entries than its end states")

    def entry(self, at: int) -> ZipEntry:
        """Return the entry whose record stands at ``at``."""
        return _parse(os.pread(self._descriptor, min(3 * 0x10000, self._end - at), at), 0, at)[0]

    def index(self) -> None:
        """Learn where every entry begins, so that overlaps are seen."""
        self._starts = array("Q", sorted(entry.offset for entry in self.entries()))

    def overlaps(self, entry: ZipEntry, content: int | None = None) -> bool:
        """Tell whether an entry reaches into the next one, or into the directory.

        Args:
            entry: which.
            content: where its content begins, when its local header has been read; else the least it can be.
        """
        following = bisect_right(self._starts, entry.offset)
        shared = following > 1 and self._starts[following - 2] == entry.offset
        limit = self._starts[following] if following < len(self._starts) else self._begin
        begin = entry.offset + _LOCAL.size + len(entry.name) if content is None else content
        return shared or begin + entry.compressed > limit

    def content(self, entry: ZipEntry) -> int:
        """Return where an entry's content begins, after its local header was compared with the directory.

        Raises:
            DamagedArchiveError: they do not agree.
        """
        header = os.pread(self._descriptor, _LOCAL.size + len(entry.name), entry.offset)
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise DamagedArchiveError("there is no entry where the archive's directory says")
        _, _, flags, method, _, _, _, _, _, name_length, extra_length = _LOCAL.unpack_from(header)
        same_name = name_length == len(entry.name) and header[_LOCAL.size :] == entry.name
        if not same_name or (method == _DEFLATED) != entry.deflated or flags & 1:
            raise DamagedArchiveError("its own header and the archive's directory do not agree")
        begin: int = entry.offset + _LOCAL.size + name_length + extra_length
        if self.overlaps(entry, begin):
            raise DamagedArchiveError("it reaches into bytes that belong to another entry")
        return begin

    def _find(self) -> tuple[int, int, int]:
        """Return where the directory begins and ends, and how many entries it has."""
        tail_at = max(0, self._size - _END.size - 0xFFFF)
        tail = os.pread(self._descriptor, _END.size + 0xFFFF, tail_at)
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
        locator = os.pread(self._descriptor, _END64_LOCATOR.size, at) if at >= 0 else b""
        if not locator.startswith(b"PK\x06\x07"):
            return None
        _, disk, record_at, disks = _END64_LOCATOR.unpack(locator)
        record = os.pread(self._descriptor, _END64.size, record_at) if record_at < at else b""
        if len(record) < _END64.size or not record.startswith(b"PK\x06\x06") or disk or disks > 1:
            raise DamagedArchiveError("its zip64 end of the directory is not where it must be")
        _, length, _, _, _, _, _, count, size, offset = _END64.unpack(record)
        if record_at + 12 + length != at:
            raise DamagedArchiveError("its zip64 end of the directory is not where it must be")
        return record_at, count, size, offset


def _parse(window: bytes, start: int, at: int) -> tuple[ZipEntry, int]:
    if start + _ENTRY.size > len(window) or window[start : start + 4] != b"PK\x01\x02":
        raise DamagedArchiveError(f"there is no entry of its directory at byte {at}, where one must be")
    fields = _ENTRY.unpack_from(window, start)
    system, flags, method = fields[1] >> 8, fields[3], fields[4]
    lengths = fields[10:13]
    name_at = start + _ENTRY.size
    extra_at = name_at + lengths[0]
    end = name_at + sum(lengths)
    if end > len(window):
        raise DamagedArchiveError(f"the entry of its directory at byte {at} is cut off")
    name = window[name_at:extra_at]
    extras = dict(_extras(window[extra_at : extra_at + lengths[1]]))
    size, compressed, offset = _zip64(extras.get(1, b""), fields[9], fields[8], fields[16])
    entry = ZipEntry(
        name,
        name.decode() if name.isascii() else _decoded(name, utf8=bool(flags & 0x800), unicode_path=extras.get(0x7075)),
        _kind(name, flags, method, fields[15] >> 16 if system in _UNIX else 0),
        method == _DEFLATED,
        fields[7],
        compressed,
        size,
        offset,
        at,
    )
    return entry, at + end - start


def _kind(name: bytes, flags: int, method: int, mode: int) -> Kind:
    special = {
        stat.S_IFLNK: Kind.SYMBOLIC_LINK,
        stat.S_IFIFO: Kind.PIPE,
        stat.S_IFBLK: Kind.DEVICE,
        stat.S_IFCHR: Kind.DEVICE,
        stat.S_IFSOCK: Kind.UNKNOWN,
    }.get(stat.S_IFMT(mode))
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
    values = iter(struct.unpack_from(f"<{len(extra) // 8}Q", extra))
    wide = [next(values, value) if value == 0xFFFFFFFF else value for value in (size, compressed, offset)]
    return wide[0], wide[1], wide[2]


def _decoded(name: bytes, *, utf8: bool, unicode_path: bytes | None) -> str:
    # Info-ZIP's Unicode Path: version 1, the CRC-32 of the other name, the name in UTF-8
    if unicode_path and unicode_path[:1] == b"\1" and unicode_path[1:5] == zlib.crc32(name).to_bytes(4, "little"):
        return unicode_path[5:].decode("utf-8", "surrogateescape")
    if utf8:
        return name.decode("utf-8", "surrogateescape")
    try:
        return name.decode("utf-8")  # as many programs write it, without saying so
    except UnicodeDecodeError:
        return name.decode("cp437")  # APPNOTE appendix D
