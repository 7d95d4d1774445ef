"""Where what is written to a store lies until it is whole: in its records, or on its own disk where that is another.

A killed run's folder goes away with the next run, after an exchange of folders that was cut off in it is ended. Nothing
in it is part of the store.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from archiver.standards.ocfl.names import EXTENSIONS
from archiver.standards.ocfl.paths import path_fault
from archiver.storage.durable import (
    abandoned_runs,
    claim_run,
    discard,
    fsync_folder,
    make_folders,
    remove_run,
    write_new,
)
from archiver.storage.stores.place import StorePlace
from archiver.storage.swapping import finish_swap, swap

STAGING_EXTENSION = "archiver-staging"
"""Folder below the storage root's extensions, there only while something is written that the records cannot hold."""

_OBJECT = "object"
_NOTE = "exchange"
"""File beside a staged object: path in the storage root of the one it takes the place of."""

_LONGEST_NOTE = 1 << 14


@contextlib.contextmanager
def store_staging(place: StorePlace) -> Iterator[Path]:
    """Give a run a folder in the file system of the storage root, which exists; remove it after the block.

    Raises:
        OSError: the disk refused.
    """
    elsewhere = place.root / EXTENSIONS / STAGING_EXTENSION
    for staging in (place.staging, elsewhere):
        end_killed_runs(place, staging)
    make_folders(place.staging)
    staging, (run, lock) = place.staging, claim_run(place.staging)
    if not _in_same_file_system(place.root, run):
        remove_run(run, lock)
        _remove_empty(staging)
        make_folders(elsewhere.parent)
        staging, (run, lock) = elsewhere, claim_run(elsewhere)
    try:
        yield run
    finally:
        _remove(place, run, lock)
        _remove_empty(staging)


def end_killed_runs(place: StorePlace, staging: Path) -> None:
    """End exchanges that killed runs were cut off in, and remove what else is left of those runs.

    Raises:
        OSError: the disk refused to end an exchange: nothing of that run is removed.
    """
    for run, lock in abandoned_runs(staging):
        _remove(place, run, lock)


def exchange(place: StorePlace, work: Path, path: str) -> None:
    """Put the staged object ``work/object`` in the place of one of the store, which is then removed.

    What is to be done is written down first: where it takes several steps, the next run ends them.

    Args:
        place: the store.
        work: a folder of this run's, directly below the one that :func:`store_staging` gave.
        path: of the object from the storage root.

    Raises:
        OSError: the disk refused; the store has the old object, or it is the very last fsync that failed.
    """
    write_new(work / _NOTE, [os.fsencode(path)])
    fsync_folder(work)
    swap(work / _OBJECT, place.root / path)
    discard(work / _NOTE)
    discard(work / _OBJECT)


def staged_object(work: Path) -> Path:
    """Return where an object is put together in a folder of a run's."""
    return work / _OBJECT


def _remove(place: StorePlace, run: Path, lock: int) -> None:
    try:
        _end_exchanges(place, run)
    except BaseException:
        os.close(lock)  # what is there may be all there is of an object
        raise
    remove_run(run, lock)


def _remove_empty(staging: Path) -> None:
    with contextlib.suppress(OSError):
        staging.rmdir()  # only when no other run is at work


def _end_exchanges(place: StorePlace, run: Path) -> None:
    with contextlib.suppress(FileNotFoundError), os.scandir(run) as works:
        for work in sorted(entry.path for entry in works if entry.is_dir(follow_symlinks=False)):
            path = _noted(Path(work))
            if path is not None:
                finish_swap(Path(work, _OBJECT), place.root / path)


def _noted(work: Path) -> str | None:
    try:
        descriptor = os.open(work / _NOTE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        path = os.fsdecode(os.read(descriptor, _LONGEST_NOTE))
    finally:
        os.close(descriptor)
    return None if path_fault(path) else path


def _in_same_file_system(root: Path, run: Path) -> bool:
    """Tell whether a folder can be renamed from one place to the other: a link between them says so without trying."""
    with os.scandir(root) as entries:
        file = next((entry.path for entry in entries if entry.is_file(follow_symlinks=False)), None)
    probe = run / "probe"
    try:
        if file is not None:
            os.link(file, probe, follow_symlinks=False)
            probe.unlink()
            return True
    except OSError as error:
        if error.errno == errno.EXDEV:
            return False
    return root.stat().st_dev == run.stat().st_dev  # a file system without links
