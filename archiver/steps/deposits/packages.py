"""What can be deposited: a bag's folder, a bag in an archive, or a package in a store; opened for one reading.

Nothing is judged here, and nothing is written.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.standards.names import printable
from archiver.steps.places import why_absent
from archiver.steps.stores.exporting import folder_name
from archiver.steps.stores.looking_up import look_up
from archiver.steps.stores.showing import check_version
from archiver.storage.archives.opening import is_archive
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.bag_reader import opened_container
from archiver.storage.parcels.stored_bag import StoredBag
from archiver.storage.serialized.archive import split_extension
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config.remotes import Remote
    from archiver.storage.stores.place import StorePlace

_EDITION = "1"
"""Of what a parcel is made like: another one, and none that was made before is used again."""

Opened = tuple[BagContainer, Progress | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageHere:
    """A bag as a folder, or in a ``.tar``, ``.tar.gz``, ``.tar.zst`` or ``.zip``."""

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageInStore:
    """A package in a store."""

    place: StorePlace
    identifier: str
    version: str | None = None
    """Such as ``v2``; None: the newest."""

    remotes: Sequence[Remote] = ()
    """What the configuration says of stores elsewhere."""


Package = PackageHere | PackageInStore


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSource:
    """A package that was found, and how it is read."""

    shown: str
    """As the user named it, printable."""

    path: Path
    """What its verdict calls it."""

    name: str
    """The bag's folder name."""

    facts: str
    """Digest, hexadecimal, of all that tells without reading it that it is what it was."""

    archive: Path | None
    """The file that it lies in."""

    archive_facts: str
    """What tells that the archive is what it was; empty where there is none."""

    folder: Path | None
    """Its folder, where it is one."""

    open: Callable[[Progress | None], AbstractContextManager[Opened]]
    place: Callable[[str], Path | None]
    """Path in the bag -> where its bytes lie as a file of their own; None where they do not."""


def find_package(package: Package) -> PackageSource:
    """Find a package, and look at what it is without reading it.

    Raises:
        UsageError: there is none.
        FindingsError: it is in a store whose records of it cannot be relied on.
        OSError: it cannot be looked at.
    """
    if isinstance(package, PackageInStore):
        return _in_store(package)
    path = package.path
    if not os.path.lexists(path):
        reason = why_absent(path) or "name a bag, an archive with a bag in it, or a package of the store"
        raise UsageError(f"there is no package {printable(str(path))}: {reason}")
    return _in_archive(path) if is_archive(path) else _in_folder(path)


def _in_folder(path: Path) -> PackageSource:
    def opened(progress: Progress | None) -> AbstractContextManager[Opened]:
        return opened_container(path, "full", progress)

    return PackageSource(
        shown=printable(str(path)),
        path=path,
        name=Path(os.path.abspath(path)).name,  # noqa: PTH100 - a link stays a link
        facts=_digest("folder", os.path.realpath(path), *_tree_facts(path)),
        archive=None,
        archive_facts="",
        folder=path,
        open=opened,
        place=partial(_below, path),
    )


def _in_archive(path: Path) -> PackageSource:
    def opened(progress: Progress | None) -> AbstractContextManager[Opened]:
        return opened_container(path, "full", progress)

    seen = file_facts(path)
    return PackageSource(
        shown=printable(str(path)),
        path=path,
        name=_stem(path.name),
        facts=_digest("archive", os.path.realpath(path), seen),
        archive=path,
        archive_facts=seen,
        folder=None,
        open=opened,
        place=lambda _: None,
    )


def _in_store(package: PackageInStore) -> PackageSource:
    tree = open_tree(package.place.location, package.remotes)
    found = look_up(tree, package.identifier)
    version = check_version(found.stored, package.version or found.stored.inventory.head)
    bag = StoredBag(found.reader, found.stored, version)

    @contextmanager
    def opened(progress: Progress | None) -> Iterator[Opened]:
        yield bag, progress

    return PackageSource(
        shown=printable(package.identifier),
        path=Path(printable(package.identifier)),
        name=folder_name(found, version),
        facts=_digest("store", package.place.location, package.identifier, version, found.stored.inventory_digest),
        archive=None,
        archive_facts="",
        folder=None,
        open=opened,
        place=bag.place,
    )


def file_facts(path: Path) -> str:
    """Return what tells that a file is what it was: its size, times and number.

    Raises:
        OSError: it is not there.
    """
    return _facts(path.lstat() if not path.is_symlink() else path.stat())


def _facts(seen: os.stat_result) -> str:
    return f"{seen.st_size} {seen.st_mtime_ns} {seen.st_ctime_ns} {seen.st_ino}"


def _tree_facts(folder: Path) -> Iterator[str]:
    """Yield a line for each entry below a folder, in an order of its own, and what the tag manifests hold."""
    waiting = [os.fspath(folder)]
    while waiting:
        below = waiting.pop()
        with os.scandir(below) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
        for entry in found:
            seen = entry.stat(follow_symlinks=False)
            if stat.S_ISDIR(seen.st_mode):
                waiting.append(entry.path)
            else:
                yield f"{entry.path}\0{stat.S_IFMT(seen.st_mode)} {_facts(seen)}"
            if entry.name.startswith("tagmanifest-") and stat.S_ISREG(seen.st_mode) and below == os.fspath(folder):
                with open(entry.path, "rb") as file:  # noqa: PTH123 - a name on disk, not a Path
                    yield hashlib.file_digest(file, "sha256").hexdigest()


def _digest(*parts: str) -> str:
    whole = hashlib.sha256()
    for part in (_EDITION, *parts):
        whole.update(part.encode("utf-8", "surrogateescape") + b"\n")
    return whole.hexdigest()


def _below(folder: Path, path: str) -> Path:
    return folder / os.fsdecode(path.encode("utf-8", "surrogateescape"))


def _stem(name: str) -> str:
    stem, form = split_extension(name)
    return stem if form else name.rpartition(".tar")[0] or name
