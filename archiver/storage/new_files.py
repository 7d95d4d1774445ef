"""One new file beside others: written in staging, made durable, and named in one step that replaces nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.standards.names import printable
from archiver.storage.durable import AlreadyPublishedError, explain, fsync_folder, publish, staging_area


def write_new_file(path: Path, write: Callable[[Path], object]) -> None:
    """Make a new file.

    Args:
        path: where; nothing may be there yet.
        write: makes the file at the place it is given, which is on the same disk.

    Raises:
        UsageError: something is there already, or its folder is not.
        StorageError: the disk refused; nothing half-done is left.
    """
    shown = printable(str(path))
    if os.path.lexists(path):
        raise _taken(shown)
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {printable(str(path.parent))} to put {shown} in")
    try:
        with staging_area(path.parent) as staging:
            staged = staging / path.name
            write(staged)
            _make_durable(staged)
            fsync_folder(staging)
            publish(staged, path)
    except AlreadyPublishedError as error:
        raise _taken(shown) from error
    except OSError as error:
        raise StorageError(f"{explain(error, path.parent)}; {shown} was not written") from error


def _make_durable(file: Path) -> None:
    descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _taken(shown: str) -> UsageError:
    return UsageError(f"{shown} exists already, and nothing is overwritten: name another file with --out")
