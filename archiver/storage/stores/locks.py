"""Keeps runs apart that write to the same object of a store; those that work on others go on side by side.

One byte of one file stands for an object, so that no lock file is ever left behind and none has to be removed. A run
that ends in any way, killed too, gives its locks up.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import os
import struct
from collections.abc import Callable, Iterator

from archiver.storage.durable import make_folders
from archiver.storage.stores.place import StorePlace

_NAME = "objects"
_FLOCK = "@hhqqi0q"
"""struct flock of Linux: kind, whence, first byte, bytes, process (0, as open file descriptions have none)."""

_BUSY = frozenset({errno.EAGAIN, errno.EACCES})


@contextlib.contextmanager
def object_lock(place: StorePlace, identifier: str, waiting: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold one object of a store alone for the length of the block.

    Args:
        place: the store; its folder of locks is made where it is missing.
        identifier: of the object, which need not exist.
        waiting: called once, when another run holds it and is waited for.

    Raises:
        OSError: the records cannot be written to.
    """
    make_folders(place.locks)
    # Open file descriptions, not processes, hold such locks: several threads of one process are kept apart too.
    descriptor = os.open(place.locks / _NAME, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
    try:
        asked = struct.pack(_FLOCK, fcntl.F_WRLCK, os.SEEK_SET, _byte(identifier), 1, 0)
        try:
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, asked)
        except OSError as error:
            if error.errno not in _BUSY:
                raise
            waiting()
            fcntl.fcntl(descriptor, fcntl.F_OFD_SETLKW, asked)
        yield
    finally:
        os.close(descriptor)


def _byte(identifier: str) -> int:
    """Return the byte that stands for an object; two objects share one in 2**62 cases, and then wait for each other."""
    digest = hashlib.sha256(identifier.encode("utf-8", "surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") >> 2
