"""A bag that is a folder on disk: walked and read without following a link, opening a device or waiting on a pipe.

Never writes, and never changes the working folder.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.model import Finding, Severity
from archiver.standards.names import is_utf8, printable
from archiver.storage.bag_checks.container import Chunk, Listing
from archiver.storage.bag_checks.entries import not_utf8, special_file, symbolic_link

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Without waiting (a pipe put in a file's place after the walk would block) and without taking a terminal.
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CHUNK = 1 << 20
_SPECIAL = {
    stat.S_IFIFO: "a pipe (FIFO)",
    stat.S_IFSOCK: "a socket",
    stat.S_IFBLK: "a device",
    stat.S_IFCHR: "a device",
}


class FolderBag:
    """One bag folder, held open by its descriptor: a rename of the folder meanwhile changes nothing."""

    def __init__(self, path: Path) -> None:
        """Open the folder; ``path`` itself may be a symbolic link, nothing below it is followed.

        Raises:
            OSError: it is not there, no folder, or cannot be opened.
        """
        self._root = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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
        walk = _Walk(self._root)
        walk.run()
        walk.findings.sort(key=lambda finding: finding.file or "")
        return Listing(
            files=dict(sorted(walk.files.items())),
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
        """Give a file's bytes in chunks of up to 1 MiB."""
        descriptor = os.open(_on_disk(path), _FILE, dir_fd=self._root)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(errno.EINVAL, "no regular file any more")
            if status.st_size < _CHUNK:
                # One byte more than it should have: a file that grew meanwhile is read to its real end.
                while data := os.read(descriptor, status.st_size + 1):
                    yield data
                return
            buffer = memoryview(bytearray(_CHUNK))
            while count := os.readv(descriptor, [buffer]):
                yield buffer[:count]
        finally:
            os.close(descriptor)

    def modified(self, path: str) -> int | None:
        """Return when a file was last modified: nanoseconds since 1970; None when it cannot be told."""
        try:
            return os.stat(_on_disk(path), dir_fd=self._root, follow_symlinks=False).st_mtime_ns
        except OSError:
            return None


class _Walk:
    def __init__(self, root: int) -> None:
        self._root = root
        self._folders = [""]
        self.files: dict[str, int] = {}
        self.blocked: set[str] = set()
        self.payload_folder = False
        self.findings: list[Finding] = []

    def run(self) -> None:
        while self._folders:
            folder = self._folders.pop()
            try:
                self._list(folder)
            except OSError as error:
                if not folder:
                    raise
                self.blocked.add(folder)
                self.findings.append(_unreadable(folder, error))

    def _list(self, folder: str) -> None:
        descriptor = os.open(_on_disk(folder) or b".", _FOLDER, dir_fd=self._root)
        prefix = f"{folder}/" if folder else ""
        try:
            with os.scandir(descriptor) as entries:
                for entry in entries:
                    # The bytes on disk are UTF-8, whatever the locale says they are.
                    name = os.fsencode(entry.name).decode("utf-8", "surrogateescape")
                    # Interned: the manifests name the same paths, and a million of them are held once.
                    self._take(sys.intern(prefix + name), entry.stat(follow_symlinks=False))
        finally:
            os.close(descriptor)

    def _take(self, path: str, status: os.stat_result) -> None:
        kind = stat.S_IFMT(status.st_mode)
        if kind == stat.S_IFREG:
            self.files[path] = status.st_size
        elif kind == stat.S_IFDIR:
            self._folders.append(path)
            self.payload_folder |= path == "data"
        elif kind == stat.S_IFLNK:
            self.blocked.add(path)
            self.findings.append(symbolic_link(path))
        else:
            self.blocked.add(path)
            self.findings.append(special_file(path, _SPECIAL.get(kind, "no regular file")))
        if not path.isascii() and not is_utf8(path):
            self.findings.append(not_utf8(path))


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
