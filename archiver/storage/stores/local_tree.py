"""A tree on a disk: no link below its root is followed, no device opened, no pipe waited on."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import threading
from collections.abc import Iterator
from io import FileIO
from operator import attrgetter
from pathlib import Path

from archiver.storage.durable import forget_pages
from archiver.storage.stores.tree import EntryKind, TreeEntry, declares_root, segments_of

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without waiting (a pipe put in a file's place would block) and without taking a terminal.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_KINDS: dict[int, EntryKind] = {stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}


class LocalTree:
    """One folder of this machine. The root itself may be a link; it is looked up anew each time."""

    def __init__(self, location: str, root: Path) -> None:
        """Ask nothing of the disk yet.

        Args:
            location: as the user named it.
            root: the folder.
        """
        self._location = location
        self._root = root
        self._lock = threading.Lock()
        self._last: tuple[str, int] | None = None
        """A folder that was read from and its descriptor: most files lie in the folder of the one before."""

    def __del__(self) -> None:
        self._keep(None)

    @property
    def location(self) -> str:
        """As the user named it."""
        return self._location

    @property
    def local(self) -> Path:
        """Return the root."""
        return self._root

    def entries(self, path: str) -> list[TreeEntry]:
        """Return what a folder holds, sorted by name."""
        with self._folder(path) as descriptor, os.scandir(descriptor) as found:
            entries = [entry for one in found if (entry := _entry(one))]
        entries.sort(key=attrgetter("name"))
        return entries

    def kind(self, path: str) -> EntryKind | None:
        """Tell what a path is."""
        try:
            return _kind(self._status(path).st_mode)
        except OSError as error:
            if error.errno in _GONE:
                return None
            raise

    def size(self, path: str) -> int:
        """Return a file's bytes."""
        status = self._status(path)
        if not stat.S_ISREG(status.st_mode):
            raise _no_file(path)
        return status.st_size

    def read(self, path: str, limit: int) -> bytes:
        """Return a small file whole."""
        with self.open(path) as file:
            data = bytearray()
            while chunk := file.read(limit + 1 - len(data)):
                data += chunk
        if len(data) > limit:
            raise ValueError(f"it has more than {limit:,} bytes")
        return bytes(data)

    @contextlib.contextmanager
    def open(self, path: str, *, fresh: bool = False) -> Iterator[FileIO]:
        """Open a file for one reading."""
        folder, _, name = path.rpartition("/")
        segments_of(path)
        with self._folder(folder) as descriptor:
            file = os.open(_on_disk(name) or b".", _FILE, dir_fd=descriptor)
        try:
            status = os.fstat(file)
            if not stat.S_ISREG(status.st_mode):
                raise _no_file(path)
            if fresh:
                forget_pages(file)
            with _Measured(file, status.st_size) as measured:
                yield measured
        finally:
            os.close(file)

    def reachable(self) -> bool:
        """Tell whether this is an OCFL storage root."""
        try:
            return declares_root(self.entries(""))
        except OSError:
            return False

    def _status(self, path: str) -> os.stat_result:
        folder, _, name = path.rpartition("/")
        segments_of(path)
        with self._folder(folder) as descriptor:
            return os.stat(_on_disk(name) or b".", dir_fd=descriptor, follow_symlinks=False)

    @contextlib.contextmanager
    def _folder(self, path: str) -> Iterator[int]:
        """Give a folder's descriptor; no link put in the place of one on the way to it is followed."""
        segments = segments_of(path)
        with self._lock:
            last, self._last = self._last, None
        if last is None or last[0] != path or not self._is_still(*last):
            if last is not None:
                os.close(last[1])
            last = (path, self._opened(segments))
        try:
            yield last[1]
        finally:
            self._keep(last)

    def _is_still(self, path: str, descriptor: int) -> bool:
        """Tell whether the path leads to the folder that was opened: a store's objects are swapped as a whole."""
        try:
            now = os.stat(os.path.join(os.fsencode(self._root), _on_disk(path)))  # noqa: PTH116, PTH118 - bytes
        except OSError:
            return False
        return os.path.samestat(now, os.fstat(descriptor))

    def _opened(self, segments: tuple[str, ...]) -> int:
        current = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        for segment in segments:
            try:
                below = os.open(_on_disk(segment), _FOLDER, dir_fd=current)
            finally:
                os.close(current)
            current = below
        return current

    def _keep(self, folder: tuple[str, int] | None) -> None:
        with self._lock:
            before, self._last = self._last, folder
        if before is not None:
            os.close(before[1])


class _Measured(FileIO):
    """A file that may not grow while it is read. It does not close the descriptor that it was given."""

    def __init__(self, descriptor: int, size: int) -> None:
        super().__init__(descriptor, "rb", closefd=False)
        self._left = size

    def read(self, size: int | None = -1, /) -> bytes:
        # One byte more than it should have, to notice that it grew.
        data = super().read(self._left + 1 if size is None or size < 0 else min(size, self._left + 1))
        self._take(len(data))
        return data

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        count = super().readinto(buffer)
        self._take(count)
        return count

    def _take(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise OSError(errno.EBUSY, "it grew while it was read")


def _entry(found: os.DirEntry[str]) -> TreeEntry | None:
    name = found.name
    if not name.isascii():
        # The bytes on disk are UTF-8, whatever the locale says they are.
        name = os.fsencode(name).decode("utf-8", "surrogateescape")
    try:
        status = found.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None  # it went away since its name was read
    kind = _kind(status.st_mode)
    return TreeEntry(name=name, kind=kind, size=status.st_size if kind == "file" else None)


def _kind(mode: int) -> EntryKind:
    return _KINDS.get(stat.S_IFMT(mode), "other")


def _on_disk(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _no_file(path: str) -> OSError:
    if not path:
        return IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    return OSError(errno.EINVAL, "it is no regular file", path)
