"""A model of a disk that keeps only what was fsynced, fed with the system calls of a run that strace wrote down.

Worst case of what POSIX allows: a file's bytes and times are on the disk after an fsync of the file and not before; a
name is there after an fsync of the folder that holds it; a rename may reach the disk at once, all by itself, or not at
all until its folder is fsynced. A published name is therefore right only if everything below it was durable before it
got that name, and a success may be told only when the name itself, and every new folder above it, is durable.
"""

from __future__ import annotations

import codecs
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WATCHED = (
    *("openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "mkdir", "mkdirat", "rename", "renameat"),
    *("renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat", "ftruncate", "truncate"),
    *("copy_file_range", "sendfile", "utimensat", "fallocate", "close"),
)
"""What changes a disk, or makes a change durable."""

_WRITES = frozenset(
    {"write", "pwrite64", "writev", "ftruncate", "copy_file_range", "sendfile", "utimensat", "fallocate"}
)
_CALL = re.compile(r"(\d+) +(\w+)\((.*)\) += (-?\d+|\?)(.*)")
_BEGUN = re.compile(r"(\d+) +(\w+\(.*) <unfinished \.\.\.>")
_GOES_ON = re.compile(r"(\d+) +<\.\.\. \w+ resumed>(.*)")
_DESCRIPTOR = re.compile(r"(?:\d+|AT_FDCWD)<((?:[^>\\]|\\.)*)>")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One system call that succeeded."""

    name: str
    paths: tuple[str, ...]
    """Absolute, of the files and folders that it is about."""

    creates: bool = False
    told: str = ""


@dataclass(slots=True, eq=False)
class Node:
    """A file or folder on the disk."""

    folder: bool
    dirty: bool = False
    """Whether bytes or times were changed since the last fsync."""

    names: dict[str, Node] = field(default_factory=dict)
    """Of a folder: as programs see it."""

    durable: dict[str, Node] = field(default_factory=dict)
    """Of a folder: as it is after a power cut."""


def events_of(log: Path, working_folder: Path) -> list[Event]:
    """Return what a log of ``strace -f -y`` tells of, in the order in which the calls ended."""
    found = []
    for text in _whole_calls(log.read_text(encoding="utf-8", errors="surrogateescape").splitlines()):
        match = _CALL.fullmatch(text)
        if match and match[4] != "?" and int(match[4]) >= 0:
            found.append(_event(match, str(working_folder)))
    return found


def _whole_calls(lines: Iterable[str]) -> Iterator[str]:
    begun: dict[str, str] = {}
    for line in lines:
        if match := _BEGUN.fullmatch(line):
            begun[match[1]] = match[2]
        elif match := _GOES_ON.fullmatch(line):
            yield f"{match[1]} {begun.pop(match[1])}{match[2]}"
        else:
            yield line


def _event(match: re.Match[str], working_folder: str) -> Event:
    name, arguments = match[2], match[3]
    folders = [_plain(one) for one in _DESCRIPTOR.findall(arguments)]
    strings = [_plain(one) for one in _STRING.findall(arguments)]
    if name in _WRITES | {"fsync", "fdatasync", "close"}:
        paths = folders[:1]
    else:
        folders += [working_folder] * (len(strings) - len(folders))
        paths = [os.path.normpath(os.path.join(*pair)) for pair in zip(folders, strings, strict=False)]  # noqa: PTH118 - texts
    return Event(name=name, paths=tuple(paths), creates="O_CREAT" in arguments, told=match[0])


def _plain(text: str) -> str:
    data, _ = codecs.escape_decode(text.encode("utf-8", "surrogateescape"))
    return os.fsdecode(data)


class Disk:
    """Names and their durability below one folder, which is durable with all it holds at the beginning."""

    def __init__(self, root: Path, existing: Iterable[str]) -> None:
        """Take what is there before the run: paths below ``root``, folders ending in ``/``."""
        self._prefix = f"{root}/"
        self._root = Node(folder=True)
        for path in sorted(existing):
            node = Node(folder=path.endswith("/"))
            self._put(path.rstrip("/"), node)
            self._folder_of(path.rstrip("/")).durable[Path(path).name] = node

    def apply(self, event: Event) -> None:
        """Let one call happen."""
        paths = [path[len(self._prefix) :] if path.startswith(self._prefix) else None for path in event.paths]
        if not paths or paths[0] is None:
            self._apply_from_elsewhere(event, paths)
            return
        first = paths[0]
        node = self.find(first)
        if event.name in {"mkdir", "mkdirat"} or (event.name == "openat" and event.creates and node is None):
            self._put(first, Node(folder=event.name != "openat", dirty=event.name == "openat"))
        elif event.name in _WRITES and node is not None:
            node.dirty = True
        elif event.name in {"fsync", "fdatasync"} and node is not None:
            node.dirty = False
            node.durable = dict(node.names)
        elif event.name in {"unlink", "unlinkat", "rmdir"}:
            self._folder_of(first).names.pop(Path(first).name, None)
        elif event.name.startswith(("rename", "link")) and node is not None and len(paths) > 1 and paths[1]:
            other = self.find(paths[1])
            self._put(paths[1], node)
            if "RENAME_EXCHANGE" in event.told and other is not None:
                self._put(first, other)
            elif event.name.startswith("rename"):
                self._folder_of(first).names.pop(Path(first).name)

    def _apply_from_elsewhere(self, event: Event, paths: list[str | None]) -> None:
        if event.paths and f"{event.paths[0]}/" == self._prefix and event.name == "fsync":
            self._root.durable = dict(self._root.names)
        elif event.name.startswith("link") and len(paths) > 1 and paths[1]:
            # By its descriptor (/proc/self/fd/7): an old file, whose bytes are on the disk.
            self._put(paths[1], Node(folder=False))

    def find(self, path: str) -> Node | None:
        """Return what has a name now."""
        node: Node | None = self._root
        for segment in path.split("/"):
            node = node.names.get(segment) if node else None
        return node

    def is_durable(self, path: str) -> bool:
        """Tell whether a name, and every name above it, leads to the same after a power cut."""
        node = self._root
        for segment in path.split("/"):
            if segment not in node.durable or node.durable[segment] is not node.names.get(segment):
                return False
            node = node.durable[segment]
        return True

    def _put(self, path: str, node: Node) -> None:
        self._folder_of(path).names[Path(path).name] = node

    def _folder_of(self, path: str) -> Node:
        node = self._root
        for segment in path.split("/")[:-1]:
            node = node.names.setdefault(segment, Node(folder=True))
        return node


def lost(node: Node, where: str) -> list[str]:
    """Name everything at and below a node that a power cut could take away now."""
    found = [f"{where}: bytes or times"] if node.dirty else []
    for name, below in sorted(node.names.items()):
        if node.durable.get(name) is not below:
            found.append(f"{where}/{name}: the name")
        found += lost(below, f"{where}/{name}")
    found += [f"{where}/{name}: comes back" for name in node.durable.keys() - node.names.keys()]
    return found


def violations(
    events: Iterable[Event], root: Path, existing: Iterable[str], finals: Iterable[str], marks: Mapping[str, str]
) -> list[str]:
    """Return what would be wrong if the power were cut after some call; empty when nothing can be.

    Args:
        events: of one run that succeeded.
        root: the folder that the run works in.
        existing: what was there before, as for :class:`Disk`.
        finals: names below ``root`` that must be whole whenever they are there, and durable in the end.
        marks: name -> folder that must be whole, but for that name, whenever the name is there: from then on a rerun
            relies on it.
    """
    disk = Disk(root, existing)
    finals = tuple(finals)
    wholes = {final: final for final in finals} | dict(marks)
    found: dict[str, None] = {}
    for event in events:
        disk.apply(event)
        for mark, whole in wholes.items():
            node = disk.find(whole)
            if node is not None and disk.find(mark) is not None:
                missed = (one for one in lost(node, whole) if one != f"{mark}: the name")
                found.update((f"{event.name}: {one}", None) for one in missed)
                if mark != whole and not disk.is_durable(whole):
                    found[f"{event.name}: the name {whole}"] = None
    for final in finals:
        if not disk.is_durable(final):
            found[f"at the end: the name {final}, or a folder above it"] = None
    return list(found)


def unkept(events: Iterable[Event], root: Path, existing: Iterable[str], names: Iterable[str]) -> list[str]:
    """Return what of ``names``, below ``root``, a power cut right after the last call could take away."""
    disk = Disk(root, existing)
    for event in events:
        disk.apply(event)
    found = []
    for name in names:
        node = disk.find(name)
        found += lost(node, name) if node is not None else [f"{name}: is not there"]
        if not disk.is_durable(name):
            found.append(f"{name}: the name")
    return found
