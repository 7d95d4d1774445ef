"""Keeps two runs from working on one folder at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for the length of the block, wherever it is moved meanwhile; a run that ends in any way lets go.

    Raises:
        OSError: the folder cannot be opened.
        UsageError: another run holds it.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise UsageError(f"another run is at work on {printable(str(folder))}: wait until it is done") from error
        except OSError:
            pass  # a file system without locks on folders: what decides is a rename that replaces nothing
        yield
    finally:
        os.close(descriptor)
