"""Copies documents into a bag's payload, each hashed in the one read: many small ones together, large ones alone.

A disk finishes a group of files sooner than the same files one after another: the whole batch is on its way before the
first fsync is waited for. Every file has its own fsync all the same, and one that fails fails the batch; then every one
is read back. Runs in the calling process or in a worker, whose answer is plain values. Never replaces a file and never
follows a link.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

from archiver.storage.checksums import Checksums, checksum, reads_back, will_read
from archiver.storage.durable import FOLDER, NEW_FILE_READ_BACK, fsync_together, write_all, writing_back
from archiver.storage.hashing import new_hasher
from archiver.storage.source_files import (
    Progress,
    SourceChangedError,
    SourceUnreadableError,
    open_below,
    open_folder,
    open_in_folder,
    read_open,
    read_whole,
)

if TYPE_CHECKING:
    from hashlib import _Hash as Hasher

BATCH_FILES = 256
"""Files of a batch at most; so many descriptors are open at once."""

BATCH_BYTES = 16 << 20
"""Bytes of a batch after which it ends."""

SMALL = 1 << 20
"""Bytes of a file that is read whole, and copied in a batch; larger ones are streamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyJob:
    """What a run's batches have in common."""

    source: str
    """Absolute path of the folder that documents come from."""

    target: str
    """Absolute path of the folder they go to; the folders below it are there already."""

    algorithms: tuple[str, ...]
    """As in hashlib."""

    keep_times: bool


class CopiedFile(NamedTuple):  # a frozen dataclass takes five times as long to get out of a worker
    """One document that was copied."""

    size: int
    digest: bytes
    """Of each algorithm of the job, one after another."""

    modified: int
    """Nanoseconds, of the source."""

    changed: int
    """Nanoseconds: when the source's data or properties were last changed."""

    inode: int
    """Of the source."""


class CopyFault(NamedTuple):
    """One document that was not copied."""

    kind: str
    """``changed``, ``unreadable``, or ``altered``: the copy did not read back as it was written."""

    cause: str


_ALTERED = CopyFault("altered", "the disk gave back other bytes than were written")


class DiskRefusal(NamedTuple):
    """The disk written to refused: an :class:`OSError` as a plain value."""

    errno: int
    path: str

    def error(self) -> OSError:
        """Return it as an exception."""
        return OSError(self.errno, os.strerror(self.errno), self.path or None)


class CopiedBatch(NamedTuple):
    """What came of one batch, file by file in its order; of nothing but what it names is there a whole copy."""

    files: tuple[CopiedFile | CopyFault, ...]
    refusal: DiskRefusal | None = None
    """If not None, nothing of the batch counts."""


def batches(files: Iterable[tuple[str, int]]) -> Iterator[list[str]]:
    """Group paths into batches.

    Args:
        files: path and bytes of each small file.
    """
    batch: list[str] = []
    octets = 0
    for path, size in files:
        batch.append(path)
        octets += size
        if len(batch) == BATCH_FILES or octets >= BATCH_BYTES:
            yield batch
            batch, octets = [], 0
    if batch:
        yield batch


def load(_: None) -> None:
    """Prepare workers: to have imported this module is all they need."""


def copy_batch_apart(order: tuple[CopyJob, Sequence[str]]) -> CopiedBatch:
    """Copy one batch as a worker does it: nothing is raised that a pipe would lose the meaning of."""
    job, paths = order
    try:
        return CopiedBatch(copy_batch(job, paths))
    except OSError as error:
        return CopiedBatch((), DiskRefusal(error.errno or 0, os.fsdecode(error.filename or "")))


def copy_batch(
    job: CopyJob, paths: Sequence[str], progress: Progress | None = None
) -> tuple[CopiedFile | CopyFault, ...]:
    """Copy documents, and make the copies durable before returning.

    Args:
        job: where from and where to.
        paths: of small documents below the source, ``/`` between segments, none of them ``..``.
        progress: told of the bytes of each document once it is read, and once its copy is read back.

    Returns:
        What became of each, in order. A document that is at fault itself leaves no copy.

    Raises:
        OSError: the disk written to refused; what is there of the batch must be thrown away.
    """
    copies = _Copies(job, [new_hasher(name) for name in job.algorithms], [], [], progress)
    try:
        with _Folders(job) as folders:
            files = [_copied(copies, folders, path) for path in paths]
        fsync_together(copies.descriptors)
        return tuple(copies.read_back(files))
    finally:
        for descriptor in copies.descriptors:
            os.close(descriptor)


def copy_large(job: CopyJob, path: str, progress: Progress) -> CopiedFile | CopyFault:
    """Copy one document of any size, make the copy durable and read it back; reading, hashing and writing overlap.

    Args:
        job: where from and where to.
        path: as for :func:`copy_batch`.
        progress: told of each piece read, from the source and then from the copy.

    Returns:
        What became of it. With a fault there may be half a copy.

    Raises:
        OSError: the disk written to refused.
    """
    try:
        with open_below(Path(job.source), path) as source:
            copy = os.open(f"{job.target}/{path}", NEW_FILE_READ_BACK, 0o666)
            try:
                sums, write = Checksums(), writing_back(copy)

                def take(piece: bytes) -> None:
                    sums.add(piece)
                    write(piece)

                digests, seen = read_open(source, path, job.algorithms, take, progress)
                if job.keep_times:
                    os.utime(copy, ns=(seen.st_mtime_ns, seen.st_mtime_ns))
                fsync_together([copy])
                if not sums.read_back(copy, progress):
                    return _ALTERED
            finally:
                os.close(copy)
    except SourceChangedError as error:
        return CopyFault("changed", str(error))
    except SourceUnreadableError as error:
        return CopyFault("unreadable", str(error))
    return _file(seen, b"".join([digests[name] for name in job.algorithms]))


def throw_away(job: CopyJob, paths: Iterable[str]) -> None:
    """Remove what there is of a batch whose worker died.

    Raises:
        OSError: the disk refused.
    """
    for path in paths:
        with suppress(FileNotFoundError):
            Path(job.target, path).unlink()


class _Folders:
    """The folders that the last document was copied from and to, open: its neighbours need no walk of their own."""

    def __init__(self, job: CopyJob) -> None:
        self._job = job
        self._folder: str | None = None
        self._open: tuple[int, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def of(self, folder: str) -> tuple[int, ...]:
        """Return descriptors of one folder, in the source and in the target."""
        if folder != self._folder:
            self._close()
            self._folder = None
            self._open = (open_folder(self._job.source, folder),)
            self._open += (os.open(f"{self._job.target}/{folder}", FOLDER),)
            self._folder = folder
        return self._open

    def _close(self) -> None:
        for descriptor in self._open:
            os.close(descriptor)
        self._open = ()


class _Copies(NamedTuple):
    """The copies of one batch, open, and what they must read back as."""

    job: CopyJob
    hashers: list[Callable[..., Hasher]]
    """Constructors, in the order of the job's algorithms."""

    descriptors: list[int]
    sums: list[tuple[int, int]]
    """Bytes and checksum of what each was given."""

    progress: Progress | None

    def read_back(self, files: list[CopiedFile | CopyFault]) -> Iterator[CopiedFile | CopyFault]:
        """Give what became of each document, now that the copies are durable."""
        for descriptor in self.descriptors:
            will_read(descriptor)
        copies = zip(self.descriptors, self.sums, strict=True)
        for file in files:
            if isinstance(file, CopyFault):
                yield file
                continue
            descriptor, (size, expected) = next(copies)
            yield file if reads_back(descriptor, size, expected) else _ALTERED
            if self.progress is not None:
                self.progress(size)


def _copied(copies: _Copies, folders: _Folders, path: str) -> CopiedFile | CopyFault:
    job = copies.job
    folder, _, name = path.rpartition("/")
    try:
        source, target = folders.of(folder)
        data, seen = _read(source, name, copies.progress)
    except SourceChangedError as error:
        return CopyFault("changed", str(error))
    except SourceUnreadableError as error:
        return CopyFault("unreadable", str(error))
    copies.sums.append((len(data), checksum(data)))  # before anything else is done with them
    copy = os.open(name, NEW_FILE_READ_BACK, 0o666, dir_fd=target)
    copies.descriptors.append(copy)
    written = os.write(copy, data)
    if written < len(data):
        write_all(copy, memoryview(data)[written:])
    if job.keep_times:
        os.utime(copy, ns=(seen.st_mtime_ns, seen.st_mtime_ns))  # before the fsync, which makes the times durable too
    return _file(seen, b"".join([hasher(data, usedforsecurity=False).digest() for hasher in copies.hashers]))


def _file(seen: os.stat_result, digest: bytes) -> CopiedFile:
    return CopiedFile(seen.st_size, digest, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino)


def _read(folder: int, name: str, progress: Progress | None) -> tuple[bytes, os.stat_result]:
    """Read one document whole."""
    file, before = open_in_folder(folder, name)
    try:
        if before.st_size > 2 * SMALL:  # something writes to it since it was looked at
            raise SourceChangedError(f"{name} has grown since it was looked at")
        data = read_whole(file, before.st_size)
        if progress is not None:
            progress(len(data))
        after = os.fstat(file)
    finally:
        os.close(file)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(data) != after.st_size:
        raise SourceChangedError(f"{name} was written to while it was read")
    return data, after
