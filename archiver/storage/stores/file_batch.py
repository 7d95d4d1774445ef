"""New files of one staged object: written, made durable many at a time, and read back.

A disk finishes a group of files sooner than the same files one after another. Every file has its own fsync all the
same, and is read back once it is durable. Never replaces a file.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from archiver.storage.checksums import Checksums, will_read
from archiver.storage.durable import NEW_FILE_READ_BACK, fsync_together, write_all
from archiver.storage.source_files import Progress

_MOST_FILES = 128
"""Files that are open at once."""

_MOST_BYTES = 16 << 20
"""Bytes after which a batch is made durable."""


_PIECE = 1 << 20


class NotReadBackError(Exception):
    """The disk gave back other bytes than were written; ``path`` says of which file, from the folder."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class FileBatch:
    """Files below one folder; a context manager that leaves no file open."""

    def __init__(self, folder: Path, progress: Progress) -> None:
        """Take a folder that is there and that nobody else writes to.

        Args:
            folder: of the files.
            progress: told of bytes read back.
        """
        self._folder = folder
        self._progress = progress
        self._made = {""}
        self._waiting: dict[str, tuple[int, Checksums | None]] = {}
        self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def create(self, path: str) -> int:
        """Create a file, and the folders above it.

        Args:
            path: from the folder, ``/`` between segments.

        Returns:
            A descriptor, for :meth:`add` or for the caller to close.

        Raises:
            OSError: it is there already, or the disk refused.
        """
        self._make_folders(path.rpartition("/")[0])
        return os.open(self.place(path), NEW_FILE_READ_BACK, 0o666)

    def add(self, path: str, descriptor: int, sums: Checksums | None, size: int) -> None:
        """Take over a file that is written to its end.

        Args:
            path: as for :meth:`create`.
            descriptor: of it, which is closed from here.
            sums: what was written; None where nothing was, and what is there was read already.
            size: bytes.

        Raises:
            NotReadBackError: of this file or one before.
            OSError: the disk refused.
        """
        self._waiting[path] = (descriptor, sums)
        self._bytes += size
        if len(self._waiting) >= _MOST_FILES or self._bytes >= _MOST_BYTES:
            self.flush()

    def write(self, path: str, content: bytes) -> None:
        """Create a small file and write it.

        Raises:
            NotReadBackError: of a file before.
            OSError: it is there already, or the disk refused.
        """
        descriptor = self.create(path)
        try:
            write_all(descriptor, content)
        except BaseException:
            os.close(descriptor)
            raise
        sums = Checksums()
        sums.add(content)
        self.add(path, descriptor, sums, len(content))

    def copy(self, path: str, source: BinaryIO) -> None:
        """Create a file and write what is left of another into it.

        Raises:
            NotReadBackError: of a file before.
            OSError: it is there already, the disk refused, or the source cannot be read.
        """
        descriptor = self.create(path)
        sums, size = Checksums(), 0
        try:
            while data := source.read(_PIECE):
                sums.add(data)
                write_all(descriptor, data)
                size += len(data)
        except BaseException:
            os.close(descriptor)
            raise
        self.add(path, descriptor, sums, size)

    def flush(self) -> None:
        """Make every file durable, and read it back.

        Raises:
            NotReadBackError: the first that is not what was written.
            OSError: the disk refused.
        """
        fsync_together([descriptor for descriptor, _ in self._waiting.values()])
        for descriptor, _ in self._waiting.values():
            will_read(descriptor)
        for path, (descriptor, sums) in self._waiting.items():
            if sums is not None and not sums.read_back(descriptor, self._progress):
                raise NotReadBackError(path)
        self._close()

    def remove(self, path: str) -> None:
        """Remove a file, and the folders that held nothing else.

        Raises:
            NotReadBackError: of a file that waited.
            OSError: the disk refused.
        """
        if path in self._waiting:
            self.flush()
        os.unlink(self.place(path))  # noqa: PTH108 - a name on disk, not a Path
        folder = path.rpartition("/")[0]
        while folder:
            try:
                os.rmdir(self.place(folder))  # noqa: PTH106 - as above
            except OSError as error:
                if error.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
                    raise  # an empty folder must not be published (OCFL 1.1, E024)
                return
            self._made.discard(folder)
            folder = folder.rpartition("/")[0]

    def _make_folders(self, folder: str) -> None:
        if folder not in self._made:
            self._make_folders(folder.rpartition("/")[0])
            os.makedirs(self.place(folder), exist_ok=True)  # noqa: PTH103 - as above
            self._made.add(folder)

    def place(self, path: str) -> str:
        """Return where a file lies."""
        # Names are UTF-8 on disk, whatever the locale says they are.
        return f"{self._folder}/{os.fsdecode(path.encode('utf-8', 'surrogateescape'))}"

    def _close(self) -> None:
        waiting, self._waiting, self._bytes = self._waiting, {}, 0
        for descriptor, _ in waiting.values():
            os.close(descriptor)
