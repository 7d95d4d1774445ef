"""A whole staged object gets its place in the store in one step, whether it is new or takes another's place.

Folders that a new object's path needs come with it in the same step: a store never holds an empty folder.
"""

from __future__ import annotations

import os
from pathlib import Path

from archiver.standards.ocfl.inventory import DECLARATION, INVENTORY_TYPES
from archiver.storage.durable import AlreadyPublishedError, discard, fsync_folder, publish
from archiver.storage.stores.place import StorePlace
from archiver.storage.stores.staging import exchange, staged_object

_WAY = "way"
"""Staged folders that a new object's path needs."""


def publish_object(place: StorePlace, work: Path, path: str, *, replaces: bool) -> None:
    """Publish the staged object of ``work``.

    Args:
        place: the store.
        work: a folder of this run's, directly below the one that staging gave; its ``object`` is whole and durable.
        path: of the object from the storage root, safe.
        replaces: whether the store has an object there, whose place it takes.

    Raises:
        AlreadyPublishedError: something else stands there, or an object stands in the way to it.
        OSError: the disk refused; the store is as it was, unless it is the very last fsync that failed.
    """
    if replaces:
        exchange(place, work, path)
        return
    segments = path.split("/")
    for depth in range(1, len(segments)):
        above = place.root.joinpath(*segments[:depth])
        if not os.path.lexists(above):
            way = _way(work, segments[depth:])
            try:
                publish(way, above)
            except AlreadyPublishedError:  # another run has made this folder meanwhile
                way.joinpath(*segments[depth:]).rename(staged_object(work))
                discard(way)
            else:
                return
        if any(os.path.lexists(above / f"{DECLARATION}{version}") for version in INVENTORY_TYPES):
            raise AlreadyPublishedError(f"{above} is an object itself, and objects hold no others")
    publish(staged_object(work), place.root / path)


def _way(work: Path, segments: list[str]) -> Path:
    """Put the staged object into new folders, all but the last segment; return the uppermost of them."""
    way = work / _WAY
    folder = way
    folders = [way]
    for segment in segments[:-1]:
        folder /= segment
        folders.append(folder)
    folder.mkdir(parents=True)
    staged_object(work).rename(folder / segments[-1])
    for one in reversed(folders):
        fsync_folder(one)
    return way
