"""The tag files of a bag exchanged as one: prepared whole, then put in place by steps that a later run can finish.

The new files are made durable in a staging folder inside the bag, which then gets its name by one rename: from there on
the update is decided, and every step left is a rename or a removal that may be done again (docs/adr/0008). The payload
is never touched.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection, Mapping
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.storage.bag_checks.unfinished import UPDATE_FOLDER
from archiver.storage.durable import STAGING_NAME, fsync_folder, publish, write_new

LIST = "files.txt"
"""In the update's folder: a line for each tag file, + before a new one and - before one that goes away."""

_LONGEST_LIST = 1 << 16
_NEW = re.compile(r"bagit\.txt|bag-info\.txt|package-info\.txt|fetch\.txt|(?:tag)?manifest-[a-z0-9]{1,40}\.txt")
_GONE = re.compile(r"package-info\.txt|(?:tag)?manifest-[^/\\\r\n]{1,200}\.txt", re.IGNORECASE)


def is_work(path: str) -> bool:
    """Tell whether a path of a bag belongs to an update that is under way or was cut off."""
    return path.partition("/")[0] in {UPDATE_FOLDER, STAGING_NAME}


def stage(staging: Path, tags: Mapping[str, bytes], gone: Collection[str]) -> Path:
    """Write a set of tag files, and the list of them, into a new folder of a staging area, durably.

    Args:
        staging: a staging area inside the bag.
        tags: name -> content, of every tag file that is made anew.
        gone: names of the tag files that go away.

    Returns:
        The folder.

    Raises:
        OSError: the disk refused.
        ValueError: a name is none that :func:`finish` would touch.
    """
    if not all(map(_NEW.fullmatch, tags)) or not all(map(_GONE.fullmatch, gone)):
        raise ValueError("no names of tag files")
    folder = staging / "update"
    folder.mkdir()
    for name, data in tags.items():
        write_new(folder / name, [data])
    lines = [f"+{name}\n" for name in tags] + [f"-{name}\n" for name in sorted(gone)]
    write_new(folder / LIST, ["".join(lines).encode()])
    fsync_folder(folder)
    return folder


def apply(bag: Path, staged: Path, staging: Path) -> None:
    """Put a staged set of tag files in place.

    Raises:
        AlreadyPublishedError: another update is under way.
        OSError: the disk refused; where the update was decided, :func:`finish` goes on with it.
    """
    publish(staged, bag / UPDATE_FOLDER)
    finish(bag, staging)


def is_unfinished(bag: Path) -> bool:
    """Tell whether an update of the bag was cut off after it was decided."""
    return os.path.lexists(bag / UPDATE_FOLDER)


def finish(bag: Path, staging: Path) -> None:
    """Take the steps that are left of an update; each may be taken again.

    Args:
        bag: the bag's folder.
        staging: a staging area inside the bag.

    Raises:
        UsageError: what lies there is no update of this program.
        OSError: the disk refused.
    """
    update = bag / UPDATE_FOLDER
    new, gone = _listed(update)
    waiting = [name for name in new if os.path.lexists(update / name)]
    # Tag manifests go first and come last: in between the bag has none, and what it has agrees with the payload.
    for name in (*waiting, *gone):
        if _is_tag_manifest(name):
            (bag / name).unlink(missing_ok=True)
    for name in waiting:
        if not _is_tag_manifest(name):
            (update / name).replace(bag / name)
    _remove(bag, gone, new)
    for name in waiting:
        if _is_tag_manifest(name):
            (update / name).replace(bag / name)
    fsync_folder(bag)
    fsync_folder(update)
    update.rename(staging / "done")  # all of it at once: without its list nobody could tell what it was
    fsync_folder(bag)


def _remove(bag: Path, gone: Collection[str], new: Collection[str]) -> None:
    for name in gone:
        # A disk that folds case has one file for manifest-SHA512.txt and manifest-sha512.txt: it is the new one.
        twin = bag / name.lower()
        if name.lower() not in new or not (bag / name).exists() or not (bag / name).samefile(twin):
            (bag / name).unlink(missing_ok=True)


def _is_tag_manifest(name: str) -> bool:
    return name.lower().startswith("tagmanifest-")


def _listed(update: Path) -> tuple[list[str], list[str]]:
    """Return the names of the new files and of those that go; the list may be a stranger's, so others are refused."""
    try:
        if not stat.S_ISDIR(update.lstat().st_mode):
            raise UsageError(_strange(update))
        descriptor = os.open(update / LIST, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise UsageError(_strange(update)) from error
    with os.fdopen(descriptor, "rb") as file:
        lines = file.read(_LONGEST_LIST).decode("utf-8", "replace").split("\n")
    new = [line[1:] for line in lines if line.startswith("+")]
    gone = [line[1:] for line in lines if line.startswith("-")]
    whole = len(new) + len(gone) + 1 == len(lines) and not lines[-1]
    if not whole or not new or not all(map(_NEW.fullmatch, new)) or not all(map(_GONE.fullmatch, gone)):
        raise UsageError(_strange(update))
    return new, gone


def _strange(update: Path) -> str:
    return f"{printable(str(update))} is not what an update leaves behind: look at it, and take it out of the bag"
