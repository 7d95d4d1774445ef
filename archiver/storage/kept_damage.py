"""Quarantine: damaged files are kept when a repair puts others in their place, with a note that says why.

Published as a folder of its own, whole or not at all. What a disk does not give of a file any more is kept as zeros.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archiver.standards.names import printable
from archiver.storage.durable import (
    NEW_FILE,
    AlreadyPublishedError,
    fsync_folder,
    fsync_folders,
    publish,
    staging_area,
    write_all,
    write_new,
)
from archiver.storage.new_links import link_open_file
from archiver.storage.parity.shards import rescued
from archiver.storage.stores.reading import joined

if TYPE_CHECKING:
    from archiver.storage.stores.tree import Tree

NOTE = "note.json"
FILES = "files"
_DONE = "done"
_LONGEST_NOTE = 1 << 24
_LONGEST_NAME = 100


def keep_damage(
    quarantine: Path, tree: Tree, path: str, files: Iterable[str], note: Mapping[str, Any], now: datetime
) -> Path:
    """Keep files of a damaged package.

    Args:
        quarantine: folder of all that is kept; made where it is missing.
        tree: that the package lies in.
        path: of the package in it.
        files: what is kept of it, from its root; links and special files are named in the note alone.
        note: what is said of it; ``identifier`` names the package.
        now: for the folder's name.

    Returns:
        The folder, durable.

    Raises:
        OSError: the disk refused.
    """
    with staging_area(quarantine) as staging:
        staged = staging / "kept"
        (staged / FILES).mkdir(parents=True)
        kept: list[str] = []
        lost: list[str] = []
        for file in files:
            (kept if _keep(tree, joined(path, file), staged / FILES / file) else lost).append(printable(file))
        text = json.dumps({**note, "kept": kept, "not_kept": lost}, ensure_ascii=False, indent=1)
        write_new(staged / NOTE, [text.encode("utf-8", "backslashreplace") + b"\n"])
        fsync_folders(staged)
        for final in _names(quarantine, str(note["identifier"]), now):
            with contextlib.suppress(AlreadyPublishedError):
                publish(staged, final)
                return final
    raise AssertionError("names never end")


def mark_done(kept: Path) -> None:
    """Write down that what a folder of the quarantine was kept for has happened, and stands in the log."""
    with contextlib.suppress(FileExistsError):
        write_new(kept / _DONE, [])
    fsync_folder(kept)


def unfinished(quarantine: Path, identifier: str) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give what was kept of a package by runs that did not come to their end, with the notes."""
    try:
        names = sorted(os.listdir(quarantine))  # noqa: PTH208 - only names are needed
    except (FileNotFoundError, NotADirectoryError):
        return
    for name in names:
        folder = quarantine / name
        if _slug(identifier) not in name or os.path.lexists(folder / _DONE):
            continue
        try:
            with (folder / NOTE).open("rb") as file:
                note = json.loads(file.read(_LONGEST_NOTE))
        except (OSError, ValueError):
            continue
        if isinstance(note, dict) and note.get("identifier") == printable(identifier):
            yield folder, note


def _keep(tree: Tree, path: str, target: Path) -> bool:
    """Keep one file: as another name of it, else as a copy of what can be read of it.

    Returns:
        False for what is no file, or cannot be opened.

    Raises:
        OSError: the disk of the target refused.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        try:
            file = stack.enter_context(tree.open(path))
        except OSError:
            return False
        if not isinstance(file, FileIO):
            return False
        try:
            link_open_file(file.fileno(), target)
        except OSError:  # another file system, or one that gives no file two names
            _copy(file.fileno(), target)
    return True


def _copy(descriptor: int, target: Path) -> None:
    copy = os.open(target, NEW_FILE, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        for chunk in rescued(lambda offset, count: os.pread(descriptor, count, offset), size):
            write_all(copy, chunk)
        os.fsync(copy)
    finally:
        os.close(copy)


def _names(quarantine: Path, identifier: str, now: datetime) -> Iterator[Path]:
    name = f"{now:%Y%m%dT%H%M%SZ}-{_slug(identifier)}"
    yield quarantine / name
    number = 2
    while True:
        yield quarantine / f"{name}-{number}"
        number += 1


def _slug(identifier: str) -> str:
    letters = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in identifier)
    return letters[:_LONGEST_NAME].strip("-") or "package"
