"""A storage root to write to: found as it is, or made new (OCFL 1.1 section 4). Never changes one that is there."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.standards.names import printable
from archiver.standards.ocfl.inventory import INVENTORY_TYPES, ROOT_DECLARATION
from archiver.standards.ocfl.layouts import Layout
from archiver.standards.ocfl.names import EXTENSIONS, LAYOUT_FILE, root_declaration, root_files
from archiver.storage.durable import (
    STAGING_NAME,
    AlreadyPublishedError,
    explain,
    fsync_folder,
    fsync_folders,
    make_folders,
    publish,
    remove_abandoned,
    staging_area,
    write_new,
)
from archiver.storage.stores.place import StorePlace
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreRoot:
    """A storage root that objects can be added to."""

    place: StorePlace
    layout: Layout
    ocfl_version: str
    """``1.0`` or ``1.1``: of the root, and of new objects in it."""


def find_root(place: StorePlace) -> StoreRoot | None:
    """Return the storage root at a place; None where there is nothing, an empty folder, or what a killed run began.

    Raises:
        UsageError: there is something else, or its layout is not known, so that nothing can be added.
    """
    root, shown = place.root, printable(place.location)
    try:
        names = sorted(os.listdir(root))  # noqa: PTH208 - only names are needed
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"{shown} cannot be used as a store: {os.strerror(error.errno or 0)}") from error
    version = next((one for one in reversed(INVENTORY_TYPES) if root_declaration(one) in names), None)
    if version is None:
        if _may_become_one(root, names):
            return None
        raise UsageError(
            f"{shown} holds other files and is no OCFL storage root: it has no {ROOT_DECLARATION}... file; "
            "name an empty folder, or one that does not exist yet"
        )
    layout = StoreReader(open_tree(str(root))).layout
    if layout is None:
        raise UsageError(
            f"{shown} does not say by a layout known here where its objects lie, so that nothing can be added: see its "
            "ocfl_layout.json"
        )
    return StoreRoot(place=place, layout=layout, ocfl_version=version)


def tidy_beside(place: StorePlace) -> None:
    """Remove what runs left beside the storage root that were killed while they made it."""
    staging = Path(os.path.abspath(place.root)).parent / STAGING_NAME  # noqa: PTH100 - as below
    remove_abandoned(staging)
    with suppress(OSError):
        staging.rmdir()  # only when no other run is at work


def make_root(place: StorePlace, layout: Layout) -> StoreRoot:
    """Make an OCFL 1.1 storage root where :func:`find_root` has found none.

    Returns:
        The root as it is now: another run may have made it meanwhile.

    Raises:
        StorageError: the disk refused.
        UsageError: what another run put there is no storage root.
    """
    files = root_files(layout)
    try:
        if os.path.lexists(place.root):
            _fill(place.root, files)
        else:
            _publish(Path(os.path.abspath(place.root)), files)  # noqa: PTH100 - a link stays a link
    except OSError as error:
        raise StorageError(
            f"{explain(error, place.root)}; the store {printable(place.location)} was not made"
        ) from error
    return find_root(place) or StoreRoot(place=place, layout=layout, ocfl_version="1.1")


def _publish(root: Path, files: dict[str, bytes]) -> None:
    with staging_area(root.parent) as staging:
        staged = staging / "root"
        staged.mkdir()
        _fill(staged, files)
        fsync_folders(staged)
        try:
            publish(staged, root)
        except AlreadyPublishedError:
            if not os.path.lexists(root / root_declaration("1.1")):  # another run was quicker
                raise


def _fill(root: Path, files: dict[str, bytes]) -> None:
    """Write into a folder that is there; the declaration last, without which it is no storage root."""
    for path, content in sorted(files.items(), key=lambda file: file[0].startswith(ROOT_DECLARATION)):
        file = root / path
        make_folders(file.parent)
        if os.path.lexists(file):  # of a killed run: the same, or cut short
            file.unlink()
        write_new(file, [content])
        if file.read_bytes() != content:
            raise OSError(errno.EIO, os.strerror(errno.EIO), str(file))  # it says that it has written, and has not
        fsync_folder(file.parent)


def _may_become_one(root: Path, names: list[str]) -> bool:
    """Tell whether a folder holds nothing but what a run leaves that was killed while it made a root there."""
    ours = {LAYOUT_FILE, EXTENSIONS, "lost+found"}
    if not ours.issuperset(names):
        return False
    extensions = root / EXTENSIONS
    if not extensions.is_dir():
        return EXTENSIONS not in names and LAYOUT_FILE not in names
    return not any(entry.is_file() for entry in extensions.iterdir())
