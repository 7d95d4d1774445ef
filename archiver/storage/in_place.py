"""A folder made into a bag where it stands, by two renames: into the bag that was prepared beside it, then to its name.

No payload byte is copied or written. Between the two renames nothing stands under the name, and everything lies in the
bag beside it, whole; what was cut off there is finished by one rename (docs/adr/0008).
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Mapping
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import derived_name, printable
from archiver.storage.durable import discard, fsync_folder, publish, write_new

_SUFFIX = ".archiver-bag"
_TAG_FILE = re.compile(r"bagit\.txt|bag-info\.txt|(?:tag)?manifest-[a-z0-9]{1,40}\.txt")


def beside(folder: Path) -> Path:
    """Return where the bag of a folder is prepared: ``.letters.archiver-bag`` beside ``letters``.

    Args:
        folder: absolute.
    """
    return folder.with_name(derived_name(f".{folder.name}", _SUFFIX))


def name_beside(name: str) -> str | None:
    """Return the name of the folder whose bag bears a name such as :func:`beside` gives; None for any other name."""
    return name[1 : -len(_SUFFIX)] or None if name.startswith(".") and name.endswith(_SUFFIX) else None


def is_cut_off(folder: Path) -> bool:
    """Tell whether a run was cut off between its two renames: the folder is away, and whole in the bag beside it."""
    bag = beside(folder)
    return not os.path.lexists(folder) and _is_folder(bag / "data") and os.path.lexists(bag / "bagit.txt")


def finish(folder: Path) -> None:
    """Take the second rename of a run that was cut off before it.

    Raises:
        OSError: the disk refused.
        AlreadyPublishedError: something stands under the folder's name again.
    """
    publish(beside(folder), folder)


def clear(folder: Path) -> None:
    """Remove what a run left beside the folder that was cut off before its first rename: tag files, and no more.

    Raises:
        UsageError: something else is there.
        OSError: it cannot be looked at.
    """
    bag = beside(folder)
    if not os.path.lexists(bag):
        return
    shown = printable(str(bag))
    if os.path.lexists(bag / "data"):
        raise UsageError(
            f"{shown} holds a folder that an earlier run moved there, and {printable(str(folder))} exists again since: "
            f"look at both, and move one of them away"
        )
    if not _is_folder(bag) or not all(map(_TAG_FILE.fullmatch, os.listdir(bag))):  # noqa: PTH208 - names alone
        raise UsageError(f"{shown} is in the way and not what an earlier run leaves: look at it, and move it away")
    discard(bag)


def prepare(folder: Path, tags: Mapping[str, bytes]) -> Path:
    """Write the tag files of a folder's bag beside it, durably; return where.

    Raises:
        OSError: the disk refused.
    """
    bag = beside(folder)
    bag.mkdir(mode=0o700)
    for name, data in tags.items():
        write_new(bag / name, [data])
    # The manifests say what the folder holds: whoever may not look into it may not look at them.
    bag.chmod(stat.S_IMODE(folder.stat().st_mode) | stat.S_IRWXU)
    fsync_folder(bag)
    fsync_folder(bag.parent)
    return bag


def exchange(folder: Path) -> None:
    """Move the folder into its prepared bag as ``data``, and the bag to the folder's name.

    Whatever goes wrong in between, the folder is moved back where that can be done.

    Raises:
        OSError: the disk refused.
        AlreadyPublishedError: something took the name in between; the folder lies in the bag beside it.
    """
    bag = beside(folder)
    folder.rename(bag / "data")
    try:
        fsync_folder(bag)
        fsync_folder(bag.parent)
        publish(bag, folder)
    except BaseException:
        if os.path.lexists(bag / "data") and not os.path.lexists(folder):
            (bag / "data").rename(folder)
            fsync_folder(folder.parent)
        raise


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False
