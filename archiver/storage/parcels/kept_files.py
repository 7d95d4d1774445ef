"""Files of a bag copied into a folder while they are read: its records, or all of it where it lies in an archive."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from archiver.storage.checksums import Checksums
from archiver.storage.durable import fsync_folders, write_all
from archiver.storage.stores.file_batch import FileBatch


class KeptFiles:
    """A sink that copies some of the files; a context is the batch's, not its own."""

    def __init__(self, folder: Path, batch: FileBatch, wanted: Callable[[str, int], bool]) -> None:
        """Take a folder that is there, and empty.

        Args:
            folder: of the copies.
            batch: that writes below it.
            wanted: tells by path and bytes which files are copied.
        """
        self._folder = folder
        self._batch = batch
        self._wanted = wanted
        self._open: tuple[str, int, Checksums] | None = None
        self._size = 0

    def begin(self, path: str, size: int) -> None:
        """Begin a file."""
        self.drop()
        if self._wanted(path, size):
            self._open = (path, self._batch.create(path), Checksums())
            self._size = size

    def write(self, data: bytes) -> None:
        """Take its next bytes."""
        if self._open:
            _, copy, sums = self._open
            sums.add(data)
            write_all(copy, data)

    def end(self) -> None:
        """Hand the copy over to be made durable and read back."""
        if self._open:
            (path, copy, sums), self._open = self._open, None
            self._batch.add(path, copy, sums, self._size)

    def drop(self) -> None:
        """Let go of a file that was not read to its end."""
        if self._open:
            os.close(self._open[1])
            self._open = None

    def seal(self) -> None:
        """Make everything durable.

        Raises:
            NotReadBackError: a copy is not what was written.
            OSError: the disk refused.
        """
        self._batch.flush()
        fsync_folders(self._folder)
