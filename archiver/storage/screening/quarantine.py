"""A folder of copies of what a virus check found, for whoever has to look at it. Nothing is ever run or opened from it.

Published as packages are: whole, or not at all, replacing nothing.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from archiver.storage.durable import (
    NEW_FILE,
    AlreadyPublishedError,
    fsync_folders,
    publish,
    staging_area,
    write_all,
    write_new,
)

REPORT_NAME = "found.json"
FILES = "files"
_CHUNK = 1 << 20


def quarantine(folder: Path, name: str, files: Mapping[str, Path], report: bytes) -> Path:
    """Keep copies under ``folder/name``; what stands there already, of the same name, is left as it is.

    Args:
        folder: of the archive; made where it is not there.
        name: one that the same files always get.
        files: path to be given below ``files/`` -> copy in staging.
        report: what was found, by whom: written as ``found.json``.

    Returns:
        The folder that holds them.

    Raises:
        OSError: the disk refused.
    """
    final = folder / name
    if os.path.lexists(final):
        return final
    with staging_area(folder) as staging:
        staged = staging / name
        staged.mkdir(mode=0o700)
        for path, source in files.items():
            target = staged / FILES / path
            target.parent.mkdir(parents=True, exist_ok=True)
            _copy(source, target)
        write_new(staged / REPORT_NAME, [report])
        fsync_folders(staged)
        with contextlib.suppress(AlreadyPublishedError):  # another build found the same meanwhile
            publish(staged, final)
    return final


def _copy(source: Path, target: Path) -> None:
    """Copy one file; nobody but its owner may read the copy, and nobody run it."""
    copy = os.open(target, NEW_FILE, 0o400)
    try:
        for chunk in _chunks(source):
            write_all(copy, chunk)
        os.fsync(copy)
    finally:
        os.close(copy)


def _chunks(source: Path) -> Iterator[bytes]:
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
