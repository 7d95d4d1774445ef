"""Keeps runs apart that deposit the same package with the same target; all others go on side by side.

One byte of one file stands for a deposit, so that nothing is left behind. A run that ends in any way gives it up.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

from archiver.deposits.journal import JournalError
from archiver.standards.names import printable

_NAME = "locks"
_FLOCK = "@hhqqi0q"
"""struct flock of Linux: kind, whence, first byte, bytes, process (0, as open file descriptions have none)."""

_BUSY = frozenset({errno.EAGAIN, errno.EACCES})
_LOOK_EVERY = 0.25
"""Seconds. Asked again and again, not waited for in the kernel: a thread that waits there cannot be stopped."""


@contextlib.contextmanager
def deposit_lock(records: Path, deposit: str, wait: Callable[[float], None]) -> Iterator[None]:
    """Hold a deposit alone for the length of the block; another run that has it is waited for.

    Args:
        records: the folder of the journal.
        deposit: its id.
        wait: waits for so many seconds, and raises what ends the waiting.

    Raises:
        JournalError: the records cannot be written to.
    """
    try:
        descriptor = os.open(records / _NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    except OSError as error:
        raise JournalError(f"{printable(str(records / _NAME))} cannot be opened: {error.strerror}") from error
    try:
        while not _is_taken(descriptor, int(deposit, 16), records):
            wait(_LOOK_EVERY)
        yield
    finally:
        os.close(descriptor)


def _is_taken(descriptor: int, byte: int, records: Path) -> bool:
    # Open file descriptions, not processes, hold such locks: several threads of one process are kept apart too.
    asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, asked)
    except OSError as error:
        if error.errno in _BUSY:
            return False
        raise JournalError(f"{printable(str(records / _NAME))} cannot be locked: {error.strerror}") from error
    return True
