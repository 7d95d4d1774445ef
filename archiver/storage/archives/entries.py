"""What of an archive's entries is the bag: names made safe, one top-level folder found, everything else reported.

Takes entries in the archive's order and opens none. A name is judged as text: nothing is looked up on a disk.
"""

from __future__ import annotations

import re
import string
import sys
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import Enum

from archiver.storage.archives import entry_findings
from archiver.storage.archives.limits import Limits, too_many_entries
from archiver.storage.bag_checks.container import Listing
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.bag_checks.report import Report

_EASY = frozenset(string.ascii_letters + string.digits + "_-")
_ODD = ("/.", "//", "\\", ":", "\0")
"""A name that begins easily and has none of these is safe; others are looked at closely."""

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


@dataclass(slots=True)
class _Top:
    """Everything below one top-level name."""

    sizes: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    refused: list[tuple[str, Kind | Fault]] = field(default_factory=list)


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
        self._tops.setdefault(first, _Top())
        self._put(self._tops[first], rest, kind, size, place)

    def _put(self, top: _Top, path: str, kind: Kind, size: int, place: int) -> None:
        # Interned: the manifests name the same paths, and a million of them are held once.
        path = sys.intern(path)
        self._add_parents(top.folders, path)
        if kind is Kind.FOLDER:
            top.folders.add(path)
        elif path in top.sizes:
            top.refused.append((path, Fault.REPEATED))
        elif kind is Kind.FILE:
            top.sizes[path] = size
            top.places[path] = place
            self.content += size
        else:
            top.refused.append((path, kind))

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

    def bag(self, archive_name: str) -> tuple[Listing, dict[str, int]]:
        """Return the bag's listing, and the place of each of its files.

        Args:
            archive_name: the archive's file name without its extension: what the top-level folder should be called.
        """
        report = Report()
        name, top = self._bag_folder()
        report.extend(entry_findings.unsafe_name(path) for path in sorted(self._unsafe))
        strays = sorted(other for other in self._tops if other != name) if name else []
        if strays:
            report.add(entry_findings.several_top_entries(name, strays))
        if not name and top.sizes:
            report.add(entry_findings.no_top_folder())
        elif name and name != archive_name:
            report.add(entry_findings.other_folder_name(name, archive_name))
        refused = top.refused + [(path, Fault.REPEATED) for path in _both_file_and_folder(top)]
        for path, fault in sorted(refused, key=lambda pair: pair[0]):
            report.add(entry_findings.refused(path, fault.name, fault.value))
        report.extend(entry_findings.bad_names([*top.sizes, *(path for path, _ in top.refused)]))
        listing = Listing(
            files=FileTable((path, top.sizes[path]) for path in sorted(top.sizes)),
            blocked=frozenset(path for path, fault in refused if path not in top.sizes),
            payload_folder="data" in top.folders,
            findings=report.findings(),
        )
        return listing, top.places

    def _bag_folder(self) -> tuple[str, _Top]:
        """Return the top-level folder that is the bag; the archive itself, named ``""``, where none is."""
        loose = self._tops.get("", _Top())
        if "bagit.txt" not in loose.sizes:
            folders = {name: top for name, top in self._tops.items() if name}
            bags = sorted(name for name, top in folders.items() if "bagit.txt" in top.sizes)
            if bags or len(folders) == 1:
                name = bags[0] if bags else next(iter(folders))
                return name, folders[name]
        whole = _Top()
        for name, top in self._tops.items():
            _merge(whole, top, f"{name}/" if name else "")
        return "", whole


def _merge(whole: _Top, top: _Top, prefix: str) -> None:
    whole.sizes.update((sys.intern(prefix + path), size) for path, size in top.sizes.items())
    whole.places.update((sys.intern(prefix + path), place) for path, place in top.places.items())
    whole.folders.update((prefix + path).rstrip("/") for path in top.folders)
    whole.refused += [(prefix + path, fault) for path, fault in top.refused]
    if prefix:
        whole.folders.add(prefix.rstrip("/"))


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


def _both_file_and_folder(top: _Top) -> Collection[str]:
    return [path for path in [*top.sizes, *(path for path, _ in top.refused)] if path in top.folders]
