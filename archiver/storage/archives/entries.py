"""What of an archive's entries is the bag: names made safe, one top-level folder found, everything else reported.

Takes entries in the archive's order and opens none. A name is judged as text: nothing is looked up on a disk.
"""

from __future__ import annotations

import errno
import os
import re
import string
from array import array
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import pairwise

from archiver.model import Finding
from archiver.standards.names import is_utf8
from archiver.storage.archives import entry_findings
from archiver.storage.archives.limits import Limits, too_many_entries
from archiver.storage.bag_checks.container import Listing
from archiver.storage.bag_checks.entries import not_utf8
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.bag_checks.report import Report

_EASY = frozenset(string.ascii_letters + string.digits + "_-")
_ODD = ("/.", "//", "\\", ":", "\0")
"""A name that begins easily and has none of these is safe; others are looked at closely."""

_FEW_JUMPS = 100
_DRIVE = re.compile(r"[A-Za-z]:")


class Kind(Enum):
    """What an entry is; the value completes "is ..." in a message."""

    FILE = "a file"
    FOLDER = "a folder"
    SYMBOLIC_LINK = "a symbolic link"
    HARD_LINK = "a hard link"
    PIPE = "a pipe (FIFO)"
    DEVICE = "a device"
    UNKNOWN = "an entry of unknown type"
    SPARSE = "stored as a sparse file"
    ENCRYPTED = "encrypted"
    COMPRESSED = "compressed by a method other than deflate"
    OVERLAPPING = "stored in bytes that belong to another entry too"


class Fault(Enum):
    """What is wrong with an entry besides its kind."""

    UNSAFE = "unsafe"
    REPEATED = "repeated"


_KINDS = tuple(Kind)
_NUMBERS = {kind: number for number, kind in enumerate(_KINDS)}


@dataclass(slots=True)
class _Top:
    """Everything below one top-level name, in the archive's order; arrays, since there may be a million."""

    paths: list[str] = field(default_factory=list)
    kinds: bytearray = field(default_factory=bytearray)
    sizes: array[int] = field(default_factory=lambda: array("Q"))
    places: array[int] = field(default_factory=lambda: array("Q"))
    folders: set[str] = field(default_factory=set)
    declared: bool = False
    """Whether there is a file ``bagit.txt``."""

    def add(self, path: str, kind: Kind, size: int, place: int) -> None:
        self.paths.append(path)
        self.kinds.append(_NUMBERS[kind])
        self.sizes.append(size)
        self.places.append(place)
        self.declared |= path == "bagit.txt" and kind is Kind.FILE

    def take_in(self, other: _Top, prefix: str) -> None:
        """Take in what lies below another top-level name."""
        self.paths += [prefix + path for path in other.paths]
        self.kinds += other.kinds
        self.sizes += other.sizes
        self.places += other.places
        self.folders.update((prefix + path).rstrip("/") for path in other.folders)
        if prefix:
            self.folders.add(prefix.rstrip("/"))


class Entries:
    """Takes an archive's entries one by one, and then says which of them are the bag."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._tops: dict[str, _Top] = {}
        self._unsafe: list[str] = []
        self._count = 0
        self._name_bytes = 0
        self.content = 0
        """Bytes of all files."""

    def take(self, raw: bytes | str, kind: Kind, size: int, place: int) -> None:
        """Take one entry in.

        Args:
            raw: its name as stored; bytes that are not UTF-8 are kept as surrogate escapes.
            kind: what it is.
            size: bytes of content.
            place: where its content is found, for the format that reads it.

        Raises:
            RefusedArchiveError: there are too many.
        """
        self._count += 1
        if self._count > self._limits.entries:
            raise too_many_entries(self._limits)
        self._hold(len(raw))
        name = raw if isinstance(raw, str) else raw.decode("utf-8", "surrogateescape")
        path = _safe(name)
        if path is None or len(raw) > self._limits.name:
            self._unsafe.append(name[:200])
            return
        if not path:
            return  # "./", the folder that the archive was made in
        first, _, rest = path.partition("/")
        if not rest and kind is not Kind.FOLDER:
            first, rest = "", first
        top = self._tops.get(first)
        if top is None:
            top = self._tops[first] = _Top()
        self._add_parents(top.folders, rest)
        if kind is Kind.FOLDER:
            top.folders.add(rest)
        else:
            top.add(rest, kind, size, place)
            self.content += size if kind is Kind.FILE else 0

    def _add_parents(self, folders: set[str], path: str) -> None:
        parent = path.rpartition("/")[0]
        while parent and parent not in folders:
            self._hold(len(parent))
            folders.add(parent)
            parent = parent.rpartition("/")[0]

    def _hold(self, count: int) -> None:
        self._name_bytes += count
        if self._name_bytes > self._limits.names:
            raise too_many_entries(self._limits)

    def bag(self, archive_name: str) -> BagEntries:
        """Return the bag. To be called once, at the end.

        Args:
            archive_name: the archive's file name without its extension: what the top-level folder should be called.
        """
        report = Report()
        name, top = self._bag_folder()
        strays = sorted(other for other in self._tops if other != name) if name else []
        self._tops.clear()
        if strays:
            report.add(entry_findings.several_top_entries(name, strays))
        if not name and top.declared:
            report.add(entry_findings.no_top_folder())
        elif name and name != archive_name:
            report.add(entry_findings.other_folder_name(name, archive_name))
        kept, refused = _judge(top)
        report.extend(self._named(top, refused))
        files = FileTable((top.paths[at], top.sizes[at]) for at in kept)
        listing = Listing(
            files=files,
            blocked=frozenset(path for path, _ in refused if path not in files),
            payload_folder="data" in top.folders,
            findings=report.findings(),
        )
        return BagEntries(listing, array("Q", map(top.places.__getitem__, kept)))

    def _named(self, top: _Top, refused: list[tuple[str, Kind | Fault]]) -> Iterator[Finding]:
        """Yield a finding on each entry that is refused or badly named; of very many, on the first, and on the rest."""
        most = self._limits.findings
        bad = sorted(path for path in top.paths if not path.isascii() and not is_utf8(path))
        yield from (entry_findings.unsafe_name(name) for name in sorted(self._unsafe)[:most])
        yield from (entry_findings.refused(path, fault.name, fault.value) for path, fault in refused[:most])
        yield from (not_utf8(path) for path in bad[:most])
        more = sum(max(0, len(found) - most) for found in (self._unsafe, refused, bad))
        if more:
            yield entry_findings.more_refused(more)

    def _bag_folder(self) -> tuple[str, _Top]:
        """Return the top-level folder that is the bag; the archive itself, named ``""``, where none is."""
        loose = self._tops.get("", _Top())
        if not loose.declared:
            folders = {name: top for name, top in self._tops.items() if name}
            bags = sorted(name for name, top in folders.items() if top.declared)
            if bags or len(folders) == 1:
                name = bags[0] if bags else next(iter(folders))
                return name, folders[name]
        for name, top in self._tops.items():
            if name:
                loose.take_in(top, f"{name}/")
        return "", loose


class BagEntries:
    """The entries that are the bag: a listing, and where each of its files is."""

    def __init__(self, listing: Listing, places: array[int]) -> None:
        self.listing = listing
        self._places = places
        """By position in the listing."""

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, in whatever form."""
        listing = self.listing
        return path in listing.files or path in listing.blocked or (path == "data" and listing.payload_folder)

    def place(self, path: str) -> int:
        """Return the place of a listed file, as it was taken in."""
        position = self.listing.files.position(path)
        if position is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        return self._places[position]

    def nearly_sorted(self, far: int) -> bool:
        """Tell whether reading in the order of the paths is all but reading from front to back, even on a slow disk.

        Args:
            far: distance of places from which going from one to the other takes time.
        """
        jumps = sum(abs(behind - place) > far for place, behind in pairwise(self._places))
        return jumps <= _FEW_JUMPS + len(self._places) // 100

    def in_order(self, paths: Collection[str]) -> Collection[str]:
        """Return listed files in the order of their places."""
        return sorted(paths, key=self.place)


def _judge(top: _Top) -> tuple[list[int], list[tuple[str, Kind | Fault]]]:
    """Return which entries are files of the bag, in the order of their paths, and which are refused for what."""
    kept: list[int] = []
    refused: list[tuple[str, Kind | Fault]] = []
    previous = None
    # A stable order: of entries with one name the archive's first comes first, and is the one that is looked at.
    for at in sorted(range(len(top.paths)), key=top.paths.__getitem__):
        path, kind = top.paths[at], _KINDS[top.kinds[at]]
        if path == previous:
            refused.append((path, Fault.REPEATED))
            continue
        previous = path
        if kind is Kind.FILE:
            kept.append(at)
        else:
            refused.append((path, kind))
        if path in top.folders:
            refused.append((path, Fault.REPEATED))
    return kept, refused


def _safe(name: str) -> str | None:
    """Return a member's name without ``./`` before and ``/`` behind it; None when it may not stand in an archive."""
    if name[:1] in _EASY and not any(odd in name for odd in _ODD):
        return name.removesuffix("/")
    if name in {".", "./", "./."}:
        return ""
    path = name.removeprefix("./").removesuffix("/")
    if not path or "\0" in path or path[0] in "/\\" or _DRIVE.match(path):
        return None
    parts = path.split("/")
    if any(part in {"", ".", ".."} for part in parts) or ("\\" in path and ".." in path.replace("\\", "/").split("/")):
        return None
    return path
