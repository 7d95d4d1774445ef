"""Reading documents of a source folder: opened without following links, copied and hashed in one read.

Never writes to the source, never opens a device or a pipe.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from archiver.storage.durable import write_all

_CHUNK = 1 << 20

Progress = Callable[[int], None]
"""Called with the number of bytes just read."""


class SourceChangedError(Exception):
    """The document was written to while it was read; what was read may be neither its old nor its new state."""


class SourceUnreadableError(Exception):
    """The document cannot be opened or read: no permission, gone, a link or a device put in its place, a bad disk."""


Take = Callable[[bytes], None]
"""Called with each piece of a document, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """What one reading of a document saw."""

    size: int
    """Bytes read."""

    digests: dict[str, str]
    """Algorithm -> lower-case hexadecimal."""


@contextmanager
def open_below(root: Path, path: str) -> Iterator[int]:
    """Open the regular file ``root/path`` for reading, following no symbolic link below ``root``.

    Args:
        root: the source folder; it may itself be reached through a link.
        path: ``/`` between segments, none of them ``..``.

    Raises:
        SourceUnreadableError: no permission, gone, a segment is a link, or the last is no regular file.
    """
    try:
        file = _open_regular(root, path)
    except OSError as error:
        raise SourceUnreadableError(os.strerror(error.errno) if error.errno else str(error)) from error
    try:
        yield file
    finally:
        os.close(file)


def _open_regular(root: Path, path: str) -> int:
    *folders, name = path.split("/")
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=current)
            os.close(current)
            current = below
        # O_NONBLOCK: a pipe put there since the scan must not hang the batch.
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=current)
    finally:
        os.close(current)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError(0, "it is no regular file any more")
    return file


def read_document(root: Path, path: str, algorithms: Sequence[str], progress: Progress | None = None) -> ReadDocument:
    """Hash one document in one read.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be opened or read.
    """
    with open_below(root, path) as source:
        return _read(source, path, algorithms, None, progress)


def pass_document(
    root: Path,
    path: str,
    algorithms: Sequence[str],
    begin: Callable[[os.stat_result], None],
    take: Take,
    progress: Progress | None = None,
) -> ReadDocument:
    """Hash one document in one read, and hand on what is read.

    Args:
        root: the source folder.
        path: of the document, ``/`` between segments.
        algorithms: hashlib's names.
        begin: called once, before the first piece, with what the open file says of itself; may raise.
        take: given each piece.
        progress: told of each piece read.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be opened or read.
    """
    with open_below(root, path) as source:
        begin(os.fstat(source))
        return _read(source, path, algorithms, take, progress)


def copy_document(
    root: Path,
    path: str,
    target: Path,
    algorithms: Sequence[str],
    progress: Progress | None = None,
    *,
    keep_time: bool = False,
) -> ReadDocument:
    """Copy one document to the new file ``target`` and hash it in the same read; the copy is fsynced.

    Args:
        root: the source folder.
        path: of the document, ``/`` between segments.
        target: does not exist yet.
        algorithms: hashlib's names.
        progress: told of each piece read.
        keep_time: give the copy the document's time of last modification.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be opened or read.
        OSError: the disk of ``target`` refused.
    """
    with open_below(root, path) as source:
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        try:
            seen = _read(source, path, algorithms, partial(write_all, copy), progress)
            if keep_time:
                modified = os.fstat(source).st_mtime_ns
                os.utime(copy, ns=(modified, modified))  # before the fsync, which makes the times durable too
            os.fsync(copy)
        finally:
            os.close(copy)
    return seen


def _read(
    source: int, path: str, algorithms: Sequence[str], take: Take | None, progress: Progress | None
) -> ReadDocument:
    hashers = {name: hashlib.new(name, usedforsecurity=False) for name in algorithms}
    before = os.fstat(source)
    size = 0
    while chunk := _next_chunk(source):
        for hasher in hashers.values():
            hasher.update(chunk)
        if take is not None:
            take(chunk)
        size += len(chunk)
        if size > before.st_size:  # something goes on writing to it; reading after it might never end
            break
        if progress is not None:
            progress(len(chunk))
    after = os.fstat(source)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != after.st_size:
        raise SourceChangedError(f"{path} was written to while it was read")
    return ReadDocument(size=size, digests={name: hasher.hexdigest() for name, hasher in hashers.items()})


def _next_chunk(source: int) -> bytes:
    try:
        return os.read(source, _CHUNK)
    except OSError as error:
        raise SourceUnreadableError(os.strerror(error.errno) if error.errno else str(error)) from error
