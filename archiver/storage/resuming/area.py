"""A staging folder that outlives a kill: one for each destination, found again by the next run of the same command.

The folders of other destinations are left alone, however long ago their runs were killed: only bagging the same
destination uses one up. Never follows a link to it, and never uses a folder that belongs to somebody else.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.storage.durable import (
    RESUMABLE,
    STAGING_NAME,
    discard,
    make_folders,
    remove_abandoned,
    remove_run,
)


@dataclass(slots=True, kw_only=True)
class ResumableArea:
    """The folder of one run; nobody else works in it."""

    folder: Path

    outlives_errors: bool
    """Whether an error leaves what an earlier run did: until this one has begun to write."""

    outlives_interrupts: bool = False
    """Whether there is something in it that is worth going on with."""

    def clear(self) -> None:
        """Begin at nothing."""
        for entry in sorted(self.folder.iterdir()):
            if entry.name != "lock":
                discard(entry)


@contextlib.contextmanager
def resumable_area(destination: Path) -> Iterator[ResumableArea]:
    """Give the folder that runs for ``destination`` work in, as the last one left it.

    A block that ends by itself or with an error has its folder removed; a kill leaves it, and so does an interrupt.

    Args:
        destination: what is to be published; its parent is made.

    Raises:
        UsageError: another run for the same destination is at work, or the folder belongs to somebody else.
        OSError: the folder cannot be made.
    """
    make_folders(destination.parent)
    root = destination.parent / STAGING_NAME
    remove_abandoned(root)
    name = RESUMABLE + hashlib.sha256(os.fsencode(destination.name)).hexdigest()[:32]
    lock = _claim(root, root / name, destination)
    area = ResumableArea(folder=root / name, outlives_errors=True)
    kept = False
    try:
        yield area
    except Exception:
        kept = area.outlives_errors and _holds_work(area.folder)
        raise
    except BaseException:
        kept = area.outlives_interrupts or (area.outlives_errors and _holds_work(area.folder))
        raise
    finally:
        if kept:
            os.close(lock)
        else:
            _remove(area.folder, lock)
            with contextlib.suppress(OSError):
                root.rmdir()  # only when no other run is working here


def _holds_work(folder: Path) -> bool:
    return any(entry.name != "lock" for entry in folder.iterdir())


def _claim(root: Path, folder: Path, destination: Path) -> int:
    while True:
        with contextlib.suppress(FileExistsError):
            os.mkdir(root)  # noqa: PTH102 - pathlib's exist_ok raises when the folder goes away in between
        # The last run to leave removes the root, and a run that ends removes its folder: then it is tried again.
        with contextlib.suppress(FileNotFoundError):
            with contextlib.suppress(FileExistsError):
                folder.mkdir(mode=0o700)
            _check_own(folder)
            lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            if _locked(lock, folder / "lock", destination):
                return lock
            os.close(lock)


def _check_own(folder: Path) -> None:
    state = folder.lstat()
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.geteuid() or state.st_mode & 0o022:
        raise UsageError(
            f"{printable(str(folder))} is no folder of your own that others may not write to, so nothing is made in "
            "it: remove it, or name a destination elsewhere"
        )


def _locked(lock: int, path: Path, destination: Path) -> bool:
    """Take the lock; False where the folder went away with the run that held it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(lock)
        raise UsageError(
            f"another run is making {printable(str(destination))} just now: let it finish, or name another place"
        ) from error
    try:
        return os.path.samestat(os.fstat(lock), path.lstat())
    except FileNotFoundError:
        return False


def _remove(folder: Path, lock: int) -> None:
    # Under a name of ordinary runs first: what a kill leaves of it from here on, the next run of anything removes.
    ended = folder.with_name(f"run-{folder.name}")
    try:
        folder.rename(ended)
    except OSError:
        ended = folder
    remove_run(ended, lock)
