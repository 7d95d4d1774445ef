"""Reading documents of a source folder: opened without following links, copied and hashed in one read.

Never writes to the source, never opens a device or a pipe.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.storage.durable import FOLDER, NEW_FILE, writing_back
from archiver.storage.hashing import CHUNK, Hashing

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
        raise _unreadable(error) from error
    try:
        yield file
    finally:
        os.close(file)


def _open_regular(root: Path, path: str) -> int:
    folder, _, name = path.rpartition("/")
    opened = _open_folder(root, folder)
    try:
        return _open_in_folder(opened, name)[0]
    finally:
        os.close(opened)


def open_folder(root: str | Path, folder: str) -> int:
    """Open the folder ``root/folder``, following no symbolic link below ``root``.

    Args:
        root: the source folder; it may itself be reached through a link.
        folder: ``/`` between segments, none of them ``..``; empty for ``root`` itself.

    Returns:
        A descriptor, which the caller closes.

    Raises:
        SourceUnreadableError: no permission, gone, or a segment is no folder.
    """
    try:
        return _open_folder(root, folder)
    except OSError as error:
        raise _unreadable(error) from error


def open_in_folder(folder: int, name: str) -> tuple[int, os.stat_result]:
    """Open the regular file ``name`` of an open folder for reading, following no link.

    Returns:
        A descriptor, which the caller closes, and what the open file says of itself.

    Raises:
        SourceUnreadableError: no permission, gone, or no regular file.
    """
    try:
        return _open_in_folder(folder, name)
    except OSError as error:
        raise _unreadable(error) from error


class OpenFolder:
    """Opens documents of one source, most of which lie beside the one before: the folder last used is kept open.

    A context, which closes the folder.
    """

    def __init__(self, root: Path) -> None:
        """Take the source folder; nothing is opened yet."""
        self._root = root
        self._folder: str | None = None
        self._descriptor = -1

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the folder."""
        self._close()

    def open(self, path: str) -> int:
        """Open the regular file ``path`` for reading, following no symbolic link below the source.

        Returns:
            A descriptor, which the caller closes.

        Raises:
            SourceUnreadableError: no permission, gone, a segment is a link, or the last is no regular file.
        """
        folder, _, name = path.rpartition("/")
        if folder != self._folder:
            self._close()
            self._descriptor = open_folder(self._root, folder)
            self._folder = folder
        return open_in_folder(self._descriptor, name)[0]

    def _close(self) -> None:
        if self._folder is not None:
            self._folder = None
            os.close(self._descriptor)


def read_whole(file: int, size: int) -> bytes:
    """Read a small document from its first byte.

    Args:
        file: descriptor.
        size: bytes that it has; whether it has more by now, its state afterwards tells.

    Returns:
        So many bytes, fewer where it has shrunk, one more where it has grown already.

    Raises:
        SourceUnreadableError: it cannot be read.
    """
    data = _next_chunk(file, size + 1)
    while len(data) < size and (more := _next_chunk(file, size + 1 - len(data))):
        data += more
    return data


def _open_folder(root: str | Path, folder: str) -> int:
    current = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for segment in folder.split("/") if folder else ():
        try:
            below = os.open(segment, FOLDER, dir_fd=current)
        finally:
            os.close(current)
        current = below
    return current


# Without waiting: a pipe put there since the scan must not hang the batch.
_DOCUMENT = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def _open_in_folder(folder: int, name: str) -> tuple[int, os.stat_result]:
    file = os.open(name, _DOCUMENT, dir_fd=folder)
    state = os.fstat(file)
    if not stat.S_ISREG(state.st_mode):
        os.close(file)
        raise OSError(0, "it is no regular file any more")
    return file, state


def _unreadable(error: OSError) -> SourceUnreadableError:
    return SourceUnreadableError(os.strerror(error.errno) if error.errno else error.strerror or str(error))


def read_document(root: Path, path: str, algorithms: Sequence[str], progress: Progress | None = None) -> ReadDocument:
    """Hash one document in one read.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be opened or read.
    """
    with open_below(root, path) as source:
        return _read_document(*read_open(source, path, algorithms, None, progress))


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
        return _read_document(*read_open(source, path, algorithms, take, progress))


def copy_document(  # noqa: PLR0913 - keywords, each asking for one thing
    root: Path,
    path: str,
    target: Path,
    algorithms: Sequence[str],
    progress: Progress | None = None,
    *,
    keep_time: bool = False,
    also: Take | None = None,
) -> ReadDocument:
    """Copy one document to the new file ``target`` and hash it in the same read; the copy is fsynced.

    Args:
        root: the source folder.
        path: of the document, ``/`` between segments.
        target: does not exist yet.
        algorithms: hashlib's names.
        progress: told of each piece read.
        keep_time: give the copy the document's time of last modification.
        also: given each piece of the document, once it is written.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be opened or read.
        OSError: the disk of ``target`` refused.
    """
    with open_below(root, path) as source:
        copy = os.open(target, NEW_FILE, 0o666)
        try:
            write = writing_back(copy)
            take = write if also is None else _both(write, also)
            digests, seen = read_open(source, path, algorithms, take, progress)
            if keep_time:
                os.utime(copy, ns=(seen.st_mtime_ns, seen.st_mtime_ns))  # before the fsync, which makes it durable too
            os.fsync(copy)
        finally:
            os.close(copy)
    return _read_document(digests, seen)


def _both(first: Take, second: Take) -> Take:
    def take(chunk: bytes) -> None:
        first(chunk)
        second(chunk)

    return take


def read_open(
    source: int, path: str, algorithms: Sequence[str], take: Take | None, progress: Progress | None
) -> tuple[dict[str, bytes], os.stat_result]:
    """Read an open document to its end and hash it.

    Args:
        source: descriptor, at the first byte.
        path: for messages.
        algorithms: hashlib's names.
        take: given each piece, or None.
        progress: told of each piece read.

    Returns:
        The digest by each algorithm, and the state of the source after the last byte.

    Raises:
        SourceChangedError: its size or modification time changed meanwhile.
        SourceUnreadableError: it cannot be read.
    """
    before = os.fstat(source)
    with Hashing(algorithms) as hashing:
        # One byte more than is left, so that growth is seen; room for a whole chunk would cost a small file dear.
        while chunk := _next_chunk(source, min(CHUNK, before.st_size - hashing.size + 1)):
            hashing.update(chunk)
            if take is not None:
                take(chunk)
            if hashing.size > before.st_size:  # something goes on writing to it; reading after it might never end
                break
            if progress is not None:
                progress(len(chunk))
        digests = hashing.digests()
    after = os.fstat(source)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or hashing.size != after.st_size:
        raise SourceChangedError(f"{path} was written to while it was read")
    return digests, after


def _read_document(digests: dict[str, bytes], seen: os.stat_result) -> ReadDocument:
    return ReadDocument(size=seen.st_size, digests={name: digest.hex() for name, digest in digests.items()})


def _next_chunk(source: int, count: int = CHUNK) -> bytes:
    try:
        return os.read(source, count)
    except OSError as error:
        raise _unreadable(error) from error
