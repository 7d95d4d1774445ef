"""What the file system of a store can do: tried on two small files beside it, which are gone afterwards."""

from __future__ import annotations

import contextlib
import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from archiver.storage.durable import fsync_folder, staging_area
from archiver.storage.swapping import exchanged

_FICLONE = 0x40049409
"""Linux, ioctl_ficlone(2)."""

_MOUNTS = Path("/proc/self/mounts")


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreAbilities:
    """What writing to a store can rely on."""

    kind: str
    """Of the file system, as the system calls it: ``ext4``; empty where it does not say."""

    exchange: bool
    """One folder takes another's place in one step (renameat2, RENAME_EXCHANGE)."""

    reflink: bool
    """A copy can share its blocks with the original (FICLONE)."""


def store_abilities(folder: Path) -> StoreAbilities:
    """Try what the file system of a folder can do.

    Args:
        folder: one that exists; a hidden folder is made in it and removed.

    Raises:
        OSError: nothing can be written there, or an fsync was refused.
    """
    with staging_area(folder) as staging:
        one, other = staging / "one", staging / "other"
        for path in (one, other):
            path.mkdir()
        exchange = exchanged(one, other)
        first, second = one / "file", other / "file"
        first.write_bytes(b"\0" * 4096)
        reflink = _cloned(first, second)
        with first.open("rb") as file:
            os.fsync(file.fileno())
        fsync_folder(staging)
    return StoreAbilities(kind=_kind(folder), exchange=exchange, reflink=reflink)


def _cloned(source: Path, copy: Path) -> bool:
    with source.open("rb") as original, copy.open("wb") as file:
        try:
            fcntl.ioctl(file, _FICLONE, original.fileno())
        except OSError:
            return False
    return True


def _kind(folder: Path) -> str:
    """Return the type of the mount that a folder lies below: the longest of those whose path it begins with."""
    real = os.path.realpath(folder)
    found = (0, "")
    with contextlib.suppress(OSError, ValueError):
        for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
            _, place, kind, *_ = line.split(" ")
            # proc(5): blanks in a path are written \\040, tabs \\011, line feeds \\012, backslashes \\134
            for escape, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
                place = place.replace(escape, character)
            if (real + "/").startswith(place.rstrip("/") + "/") and len(place) >= found[0]:
                found = (len(place), kind)
    return found[1]
