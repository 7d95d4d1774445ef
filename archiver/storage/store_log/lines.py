"""Files of lines that are only ever appended to: reading within limits, the last line, and what was torn off.

Every line ends in one LF. What stands behind the last LF was never acknowledged: a run was killed, or the power cut,
while it was written.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from archiver.errors import StorageError, UsageError
from archiver.standards.audit_log.canonical import LONGEST_LINE
from archiver.standards.names import printable
from archiver.storage.durable import explain, forget_pages, fsync_folder, make_folders, write_all

_BLOCK = 1 << 16
_APPEND = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a file, as it stands there."""

    number: int
    """From 1."""

    offset: int
    """Bytes before it."""

    data: bytes
    """Without its LF; of a line that is too long only the beginning, one byte more than any line may have."""

    ended: bool
    """Whether its LF is there."""


@contextlib.contextmanager
def opened_for_appending(path: Path, *, wait: bool) -> Iterator[int]:
    """Open a file to append to, made durable in its folder when new, and hold it alone for the length of the block.

    Args:
        path: the file; folders above it are made.
        wait: for another run that holds it.

    Yields:
        Its descriptor, open for reading and writing.

    Raises:
        StorageError: the disk refused, or it is no regular file.
        UsageError: another run holds it and is not to be waited for.
    """
    try:
        make_folders(path.parent)
        descriptor = os.open(path, _APPEND, 0o666)
    except OSError as error:
        raise refused(path, error) from error
    try:
        _hold(path, descriptor, wait=wait)
        yield descriptor
    finally:
        os.close(descriptor)


def lines(path: Path) -> Iterator[Line]:
    """Read a file line by line, however large it is; a file that is not there has none.

    Raises:
        StorageError: it cannot be read, or is no regular file.
    """
    try:
        with _opened(path) as file:
            offset = number = 0
            while data := file.readline(LONGEST_LINE + 1):
                number += 1
                start, offset = offset, offset + len(data)
                ended = data.endswith(b"\n")
                yield Line(number=number, offset=start, data=data.removesuffix(b"\n"), ended=ended)
                while not ended and (rest := file.readline(_BLOCK)):  # the rest of one that is too long
                    offset += len(rest)
                    ended = rest.endswith(b"\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise refused(path, error) from error


def last_line(descriptor: int, end: int) -> tuple[int, bytes]:
    """Read the line that ends at ``end``, from behind.

    Args:
        descriptor: of the file.
        end: just after an LF, greater than 0.

    Returns:
        Bytes before it, and the line without its LF; of one that is too long the last bytes alone.
    """
    data = b""
    start = end - 1
    while start > 0 and len(data) <= LONGEST_LINE:
        size = min(_BLOCK, start)
        block = read_at(descriptor, size, start - size)
        found = block.rfind(b"\n")
        if found >= 0:
            return start - size + found + 1, block[found + 1 :] + data
        data, start = block + data, start - size
    return start, data


def lines_from_behind(descriptor: int) -> Iterator[bytes]:
    """Read the whole lines of a file, last to first, without their LFs; of one that is too long, something else."""
    end = end_of_lines(descriptor)
    rest = b""
    while end > 0:
        size = min(_BLOCK, end)
        first, *others = (read_at(descriptor, size, end - size) + rest).split(b"\n")
        others.pop()  # behind the last LF stands nothing
        yield from reversed(others)
        rest = first + b"\n" if len(first) <= LONGEST_LINE else b"\0\n"
        end -= size
    if rest:
        yield rest.removesuffix(b"\n")


def end_of_lines(descriptor: int) -> int:
    """Return where the last whole line ends: bytes behind it were torn off."""
    end = os.fstat(descriptor).st_size
    while end > 0:
        size = min(_BLOCK, end)
        found = read_at(descriptor, size, end - size).rfind(b"\n")
        if found >= 0:
            return end - size + found + 1
        end -= size
    return 0


def append_line(path: Path, descriptor: int, line: bytes, *, durable: bool = True) -> None:
    """Append one line, and hold that it is there; what was written of it is taken back when that fails.

    Args:
        path: for messages.
        descriptor: of :func:`opened_for_appending`.
        line: with its LF.
        durable: fsync, and read back from the disk.

    Raises:
        StorageError: the disk refused, or gave back something else.
    """
    end = os.lseek(descriptor, 0, os.SEEK_END)
    try:
        write_all(descriptor, line)
        if durable:
            os.fsync(descriptor)
            forget_pages(descriptor)
        kept = os.fstat(descriptor).st_size == end + len(line)
        kept = kept and (not durable or read_at(descriptor, len(line), end) == line)
    except BaseException as error:
        _take_back(descriptor, end)
        if isinstance(error, OSError):
            raise refused(path, error) from error
        raise
    if not kept:
        _take_back(descriptor, end)
        raise StorageError(f"what was written to {printable(str(path))} is not what is read back: check its disk")


def refused(path: Path, error: OSError) -> StorageError:
    """Word what the disk refused."""
    return StorageError(f"{printable(str(path))} cannot be used: {explain(error, path)}")


def _take_back(descriptor: int, end: int) -> None:
    with contextlib.suppress(OSError):
        os.ftruncate(descriptor, end)
        os.fsync(descriptor)


def _opened(path: Path) -> BinaryIO:
    descriptor = os.open(path, _READ)
    file = open(descriptor, "rb", buffering=_BLOCK)  # noqa: PTH123, SIM115 - by its descriptor; the caller closes it
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "it is no regular file")
    return file


def _hold(path: Path, descriptor: int, *, wait: bool) -> None:
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StorageError(f"{printable(str(path))} is no regular file: take it away")
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.fstat(descriptor).st_size:  # new, or a run was killed before its name was durable
            fsync_folder(path.parent)
    except BlockingIOError as error:
        raise UsageError(f"another run is at work on {printable(str(path))}: wait until it is done") from error
    except OSError as error:
        raise refused(path, error) from error


def read_at(descriptor: int, size: int, start: int) -> bytes:
    """Read up to ``size`` bytes from ``start`` on; fewer only where the file ends."""
    data = b""
    while len(data) < size and (block := os.pread(descriptor, size - len(data), start + len(data))):
        data += block
    return data
