"""Folders and files of this machine as targets write and read them: there whole or not at all, synced and read back."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from archiver.errors import StorageError
from archiver.standards.bagit import unsafe_reason
from archiver.standards.names import printable
from archiver.storage.checksums import Checksums
from archiver.storage.durable import (
    AlreadyPublishedError,
    explain,
    forget_pages,
    fsync_folder,
    fsync_folders,
    publish,
    staging_area,
    write_all,
)
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.stores.file_batch import FileBatch, NotReadBackError


class LocalFolders:
    """What :class:`archiver.deposits.surroundings.Folders` asks for."""

    @contextlib.contextmanager
    def publish(self, destination: Path) -> Iterator[StagedFolder]:
        """Give a folder that becomes ``destination`` when the block ends; never replaces, and an error leaves nothing.

        Raises:
            FileExistsError: there is something of that name.
            StorageError: the disk refused, or gave back other bytes than were written.
        """
        if os.path.lexists(destination):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(destination))
        with contextlib.ExitStack() as resources:
            try:
                folder = resources.enter_context(staging_area(destination.parent)) / "folder"
                folder.mkdir()
            except OSError as error:
                raise StorageError(explain(error, destination.parent)) from error
            batch = resources.enter_context(FileBatch(folder, lambda _: None))
            staged = StagedFolder(batch, destination)
            yield staged
            with staged.disk():
                batch.flush()
                fsync_folders(folder)
                publish(folder, destination)

    def move(self, staged: Path, final: Path) -> None:
        """Rename a file or folder on one file system in one step, replacing nothing, synced.

        Raises:
            FileExistsError: there is something of that name.
            OSError: the disk refused.
        """
        try:
            publish(staged, final)
        except AlreadyPublishedError as error:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(final)) from error
        fsync_folder(staged.parent)

    def sha256(self, file: Path) -> str:
        """Read a file again from the disk, and return its SHA-256.

        Raises:
            OSError: it cannot be read, or is no regular file.
        """
        with Hashing(("sha256",)) as hashing, self.reader(file) as source:
            forget_pages(source.fileno())
            while data := source.read(CHUNK):
                hashing.update(data)
            return hashing.digests()["sha256"].hex()

    @contextlib.contextmanager
    def reader(self, file: Path) -> Iterator[BinaryIO]:
        """Open a regular file, never through a link of its own name.

        Raises:
            OSError: it cannot be opened, or is something else.
        """
        # O_NONBLOCK: opening a pipe that took the file's place must not wait for a writer.
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as opened:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise OSError(errno.EINVAL, "no regular file", os.fspath(file))
            yield opened


class StagedFolder:
    """A folder that is being written."""

    def __init__(self, batch: FileBatch, destination: Path) -> None:
        """Take what writes into it, and what it will be called."""
        self._batch = batch
        self._destination = destination

    def write(self, path: str, content: bytes) -> None:
        """Write a small file.

        Raises:
            FileExistsError: it was written already.
            StorageError: the disk refused.
        """
        _check(path)
        with self.disk():
            self._batch.write(path, content)

    def copy(self, path: str, source: Path, moved: Callable[[int], None]) -> str:
        """Copy a file.

        Args:
            path: below the folder.
            source: a regular file.
            moved: told of bytes as they are written.

        Returns:
            SHA-256, hexadecimal, of what was read.

        Raises:
            FileExistsError: it was written already.
            OSError: the source cannot be read.
            StorageError: the disk refused.
        """
        _check(path)
        sums = Checksums()
        with LocalFolders().reader(source) as file, Hashing(("sha256",)) as hashing:
            with self.disk():
                copy = self._batch.create(path)
            taken = False
            try:
                while data := file.read(CHUNK):
                    sums.add(data)
                    hashing.update(data)
                    with self.disk():
                        write_all(copy, data)
                    moved(len(data))
                digest = hashing.digests()["sha256"].hex()
                taken = True
            finally:
                if not taken:
                    os.close(copy)
            with self.disk():
                self._batch.add(path, copy, sums, hashing.size)
        return digest

    @contextlib.contextmanager
    def create(self, path: str) -> Iterator[BinaryIO]:
        """Open a new file for writing, for what is put together on the way; synced when the block ends.

        Raises:
            FileExistsError: it was written already.
            StorageError: the disk refused to make or to sync it; what a write in the block raises is the block's.
        """
        _check(path)
        with self.disk():
            copy = self._batch.create(path)
        with os.fdopen(copy, "w+b", CHUNK) as file:
            yield file
            with self.disk():
                file.flush()
                os.fsync(copy)

    @contextlib.contextmanager
    def disk(self) -> Iterator[None]:
        """Word what the disk refuses in the block."""
        try:
            yield
        except AlreadyPublishedError as error:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(self._destination)) from error
        except NotReadBackError as error:
            raise StorageError(
                f"{error.path}, written for {self._destination}, did not read back as it was written: check the disk"
            ) from error
        except FileExistsError:
            raise
        except OSError as error:
            raise StorageError(explain(error, self._destination.parent)) from error


def _check(path: str) -> None:
    """Refuse to write anywhere but below the folder."""
    if reason := unsafe_reason(path):
        raise StorageError(f"{printable(path)} {reason}: no file is written there")
