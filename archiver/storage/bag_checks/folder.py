"""A bag that is a folder on disk: walked and read without following a link, opening a device or waiting on a pipe.

Never writes, and never changes the working folder.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Collection, Iterator
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.model import Finding, Severity
from archiver.standards.names import is_utf8, printable
from archiver.storage.bag_checks.container import Chunk, Listing
from archiver.storage.bag_checks.entries import not_utf8, special_file, symbolic_link
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.digesting.files import Read
from archiver.storage.hashing import CHUNK

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without waiting (a pipe put in a file's place after the walk would block) and without taking a terminal.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_IS_FOLDER = -1
_NOW_AND_THEN = 256
_LARGE = 1 << 20
_SPECIAL = {
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


class FolderBag:
    """One bag folder, held open by its descriptor: a rename of the folder meanwhile changes nothing."""

    def __init__(self, path: Path, expect: Callable[[Read, int, int], None] | None = None) -> None:
        """Open the folder; ``path`` itself may be a symbolic link, nothing below it is followed.

        Args:
            path: the bag.
            expect: told now and then while it is listed: how its files are read, how many there are so far, and their
                bytes.

        Raises:
            OSError: it is not there, no folder, or cannot be opened.
        """
        self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._expect = expect
        self._last: tuple[str, int] | None = None
        """The folder that was read from last, and its descriptor: most files lie in the folder of the one before."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leave_last()
        os.close(self._root)

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, as a file, a link or anything else."""
        try:
            os.stat(_on_disk(path), dir_fd=self._root, follow_symlinks=False)
        except OSError as error:
            return error.errno not in {errno.ENOENT, errno.ENOTDIR}
        return True

    def listing(self) -> Listing:
        """Walk the folder once."""
        expect = self._expect
        walk = _Walk(self._root, (lambda files, size: expect(self.read, files, size)) if expect else None)
        files = FileTable(walk.files())
        walk.findings.sort(key=lambda finding: finding.file or "")
        return Listing(
            files=files,
            blocked=frozenset(walk.blocked),
            payload_folder=walk.payload_folder,
            findings=tuple(walk.findings),
        )

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths as they are: a folder has no better order."""
        return paths

    def read_findings(self) -> tuple[Finding, ...]:
        """Return nothing: a file system reports what it notices as an error."""
        return ()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes in chunks of up to 1 MiB.

        Raises:
            OSError: it cannot be read, or has more bytes than when it was opened: reading after whatever writes to it
                might never end.
        """
        folder, _, name = path.rpartition("/")
        descriptor = os.open(_on_disk(name), _FILE, dir_fd=self._folder(folder))
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "no regular file any more")
            # One byte more than it should have, to notice that it grew meanwhile.
            wanted, left = min(status.st_size + 1, CHUNK), status.st_size
            while data := os.read(descriptor, wanted):
                left -= len(data)
                if left < 0:
                    raise OSError(errno.EBUSY, "it grew while it was read")
                yield data
                if len(data) == status.st_size < wanted:
                    return  # short of what was asked for and just what it should have: that was its end
        finally:
            os.close(descriptor)

    def modified(self, path: str) -> int | None:
        """Return when a file was last modified: nanoseconds since 1970; None when it cannot be told."""
        try:
            return os.stat(_on_disk(path), dir_fd=self._root, follow_symlinks=False).st_mtime_ns
        except OSError:
            return None

    def _folder(self, path: str) -> int:
        """Return a folder's descriptor, good until the next call; a link put in its place is not followed."""
        if not path:
            return self._root
        if self._last is None or self._last[0] != path:
            self._leave_last()
            self._last = (path, _open_folder(self._root, path))
        return self._last[1]

    def _leave_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            os.close(last[1])


def _open_folder(root: int, path: str) -> int:
    """Open a folder below ``root``, segment by segment: ``O_NOFOLLOW`` guards the last alone."""
    current = os.dup(root)
    for segment in path.split("/"):
        try:
            below = os.open(_on_disk(segment), _FOLDER, dir_fd=current)
        finally:
            os.close(current)
        current = below
    return current


class _Walk:
    """Goes through the folders in the order of the paths, so that nothing has to be sorted as a whole."""

    def __init__(self, root: int, expect: Callable[[int, int], None] | None) -> None:
        self._root = root
        self._expect = expect
        self._files = 0
        self._bytes = 0
        self.blocked: set[str] = set()
        self.payload_folder = False
        self.findings: list[Finding] = []

    def files(self) -> Iterator[tuple[str, int]]:
        """Give each regular file and its bytes, sorted by path."""
        waiting = self._list("")
        while waiting:
            path, size = waiting.pop()
            if size != _IS_FOLDER:
                yield path, size
                continue
            try:
                waiting += self._list(path)
            except OSError as error:
                self.blocked.add(path[:-1])
                self.findings.append(_unreadable(path[:-1], error))

    def _list(self, folder: str) -> list[tuple[str, int]]:
        """Return the files and folders in a folder, the last first; a folder's path ends with ``/``, as it sorts."""
        found: list[tuple[str, int]] = []
        descriptor = os.open(_on_disk(folder) or b".", _FOLDER, dir_fd=self._root)
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    name = entry.name
                    if not name.isascii():
                        # The bytes on disk are UTF-8, whatever the locale says they are.
                        name = os.fsencode(name).decode("utf-8", "surrogateescape")
                    path = folder + name
                    status = entry.stat(follow_symlinks=False)
                    if stat.S_ISREG(status.st_mode):
                        found.append((path, status.st_size))
                        self._count(status.st_size)
                    elif self._is_folder(path, stat.S_IFMT(status.st_mode)):
                        found.append((f"{path}/", _IS_FOLDER))
                    if not path.isascii() and not is_utf8(path):
                        self.findings.append(not_utf8(path))
        finally:
            os.close(descriptor)
        found.sort(key=itemgetter(0), reverse=True)
        return found

    def _count(self, size: int) -> None:
        self._files += 1
        self._bytes += size
        if self._expect and not (size < _LARGE and self._files % _NOW_AND_THEN):
            self._expect(self._files, self._bytes)

    def _is_folder(self, path: str, kind: int) -> bool:
        if kind == stat.S_IFDIR:
            self.payload_folder |= path == "data"
            return True
        self.blocked.add(path)
        if kind == stat.S_IFLNK:
            self.findings.append(symbolic_link(path))
        else:
            self.findings.append(special_file(path, _SPECIAL.get(kind, "no regular file")))
        return False


def _on_disk(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")


def _unreadable(path: str, error: OSError) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-folder-unreadable",
        file=name,
        message=f"The folder {name} could not be read ({error.strerror}); nothing below it was checked.",
        fix="Give yourself permission to read it, or check the disk, then verify again.",
    )
