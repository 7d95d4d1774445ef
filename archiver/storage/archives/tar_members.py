"""Reads the headers of a tar file: ustar, pax (POSIX.1-2001) and GNU; never the content of a member.

Bounded in memory whatever the headers say: long names have a limit, chains of headers are a loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from zlib import adler32

from archiver.storage.archives.entries import Kind
from archiver.storage.archives.limits import DamagedArchiveError, Limits, too_many_entries

BLOCK = 512
_LONGEST_EXTENSION = 1 << 20
_LARGEST = 1 << 62
_KINDS = {
    b"0": Kind.FILE,
    b"\0": Kind.FILE,
    b"7": Kind.FILE,  # contiguous; POSIX lets it be read as a regular file
    b"1": Kind.HARD_LINK,
    b"2": Kind.SYMBOLIC_LINK,
    b"3": Kind.DEVICE,
    b"4": Kind.DEVICE,
    b"5": Kind.FOLDER,
    b"6": Kind.PIPE,
    b"S": Kind.SPARSE,
}
_EXTENSIONS = {b"x", b"X", b"g", b"L", b"K"}
_WITHOUT_CONTENT = {Kind.HARD_LINK, Kind.SYMBOLIC_LINK, Kind.DEVICE, Kind.FOLDER, Kind.PIPE}


class Source(Protocol):
    """Bytes of an uncompressed tar; asked for from front to back while the headers are read."""

    def read(self, offset: int, count: int) -> bytes:
        """Return up to ``count`` bytes at ``offset``; fewer only where they end."""
        ...

    def reaches(self, offset: int) -> bool:
        """Tell whether there are so many bytes; asked right after a read there came out short."""
        ...


@dataclass(frozen=True, slots=True)
class TarMember:
    """One member, its long names and pax records applied."""

    name: bytes
    kind: Kind
    size: int
    """Bytes of content; 0 for what has none."""

    offset: int
    """Where the content begins."""


class TarEndMissingError(DamagedArchiveError):
    """The archive ends where another member could begin, without its mark of the end."""


def tar_members(source: Source, limits: Limits) -> Iterator[TarMember]:
    """Yield every member in order, up to the mark of the end.

    Args:
        source: the tar.
        limits: how much of it may be long names and pax records.

    Raises:
        RefusedArchiveError: more of it is.
        DamagedArchiveError: no header where one must be; what came before was yielded.
        TarEndMissingError: the bytes end, cleanly, without the mark.
    """
    return _Reader(source, limits).members()


class _Reader:
    def __init__(self, source: Source, limits: Limits) -> None:
        self._source = source
        self._limits = limits
        self._extensions = 0
        self._at = 0
        self._name: bytes | None = None
        self._records: dict[bytes, bytes] = {}

    def members(self) -> Iterator[TarMember]:
        while True:
            header = self._source.read(self._at, BLOCK)
            if not header and not self._source.reaches(self._at):
                raise DamagedArchiveError("it ends in the middle of a file")
            if not header:
                raise TarEndMissingError(f"it ends at byte {self._at} without the mark of the end")
            if len(header) < BLOCK:
                raise DamagedArchiveError(f"it ends in the middle of a header, at byte {self._at}")
            if not header[0] and not header.strip(b"\0"):
                return
            start, self._at = self._at, self._at + BLOCK
            _check(header, start)
            member = self._extension(header, start) or self._member(header, start)
            if isinstance(member, TarMember):
                yield member

    def _extension(self, header: bytes, start: int) -> bool:
        """Take in a header that speaks of the next one; tell whether it was one."""
        kind = header[156:157]
        if kind not in _EXTENSIONS:
            return False
        size = _number(header[124:136], start)
        if size > _LONGEST_EXTENSION:
            raise DamagedArchiveError(f"the header at byte {start} has a name or records of {size} bytes")
        data = self._source.read(self._at, size)
        if len(data) < size:
            raise DamagedArchiveError(f"it ends in the middle of a header, at byte {self._at}")
        self._at += _padded(size)
        # Headers without end, or records without end in them, would cost hours in an archive of some megabytes.
        self._extensions += BLOCK + _padded(size) + 32 * data.count(b"=")
        if self._extensions > self._limits.extensions:
            raise too_many_entries(self._limits)
        if kind == b"L":
            self._name = data.partition(b"\0")[0]
        elif kind in {b"x", b"X"}:
            self._records = _pax_records(data, start)
        elif kind == b"g" and not {b"path", b"size"}.isdisjoint(_pax_records(data, start)):
            raise DamagedArchiveError(f"the header at byte {start} gives every later member the same name or size")
        return True

    def _member(self, header: bytes, start: int) -> TarMember:
        kind = _KINDS.get(header[156:157], Kind.UNKNOWN)
        size = _number(header[124:136], start)
        if kind is Kind.SPARSE and header[482]:
            self._skip_sparse_map()
        name = self._name or _ustar_name(header)
        if self._records:
            records, self._records = self._records, {}
            if b"size" in records:
                size = _decimal(records[b"size"], start)
            if any(key.startswith(b"GNU.sparse.") for key in records):
                kind = Kind.SPARSE
            name = records.get(b"GNU.sparse.name") or records.get(b"path") or name
        self._name = None
        if kind is Kind.FILE and header[156:157] == b"\0" and name.endswith(b"/"):
            kind = Kind.FOLDER  # as tar was before POSIX
        offset, size = self._at, 0 if kind in _WITHOUT_CONTENT else size
        self._at += _padded(size)
        return TarMember(name, kind, size, offset)

    def _skip_sparse_map(self) -> None:
        more = True
        while more:
            block = self._source.read(self._at, BLOCK)
            if len(block) < BLOCK:
                raise DamagedArchiveError(f"it ends in the middle of a header, at byte {self._at}")
            self._at += BLOCK
            more = bool(block[504])


def _check(header: bytes, start: int) -> None:
    # The checksum's own field counts as spaces. Some old programs added bytes up as signed numbers.
    own = header[148:156]
    # The low half of Adler-32 is one more than the sum, modulo 65521: more than 512 bytes of ASCII add up to.
    total = (adler32(header) & 0xFFFF) - 1 if header.isascii() else sum(header)
    stated, unsigned = _number(own, start), total - sum(own) + 256
    if stated != unsigned and stated != unsigned - 256 * sum(byte > 127 for byte in header[:148] + header[156:]):
        raise DamagedArchiveError(f"there is no tar header at byte {start}, where one must be")


def modification_time(header: bytes) -> int | None:
    """Return when a member says it was last modified: seconds since 1970; None when its header is none or odd."""
    try:
        return _number(header[136:148], 0) if len(header) == BLOCK else None
    except DamagedArchiveError:
        return None


def _number(field: bytes, start: int) -> int:
    digits = field.rstrip(b" \0")
    try:
        if digits.isdigit():
            return int(digits, 8)
        if field[0] == 0x80:
            return _sane(int.from_bytes(field[1:], "big"), start)  # GNU: base 256
        # As old programs wrote them: spaces before, or a NUL and what was there before behind the digits.
        digits = digits.lstrip(b" ").partition(b"\0")[0]
        return int(digits, 8) if digits.isdigit() else _sane(-1 if digits.strip(b" ") else 0, start)
    except ValueError:
        return _sane(-1, start)


def _decimal(text: bytes, start: int) -> int:
    return _sane(int(text) if text.isdigit() and len(text) < 20 else -1, start)


def _sane(value: int, start: int) -> int:
    if not 0 <= value < _LARGEST:
        raise DamagedArchiveError(f"the header at byte {start} has a number that is none")
    return value


def _pax_records(data: bytes, start: int) -> dict[bytes, bytes]:
    records: dict[bytes, bytes] = {}
    at = 0
    while at < len(data):
        space = data.find(b" ", at, at + 20)
        digits = data[at:space] if space > at else b""
        end = at + int(digits) if digits.isdigit() else 0
        key, equals, value = data[space + 1 : end - 1].partition(b"=")
        if not (at < space < end <= len(data)) or data[end - 1] != 0x0A or not equals:
            raise DamagedArchiveError(f"the pax records at byte {start} are not of the form LENGTH KEY=VALUE")
        records[key] = value
        at = end
    return records


def _ustar_name(header: bytes) -> bytes:
    name = header[:100].partition(b"\0")[0]
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _padded(size: int) -> int:
    return size + -size % BLOCK
