"""A store of this machine as the target ``store`` sees it: packages are found, added and read again."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import FindingsError, StorageError
from archiver.model.deposits import Evidence, EvidenceLevel, FileEvidence, Packaging, Parcel, ParcelFile
from archiver.steps.deposits.folders import LocalFolders
from archiver.steps.stores.adding import AddSettings, add_packages
from archiver.storage.durable import staging_area
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.stores.file_batch import FileBatch
from archiver.storage.stores.object_writing import version_holding
from archiver.storage.stores.place import StorePlace, is_remote, store_place
from archiver.storage.stores.reading import StoredObject, StoreReader, joined, logical_files
from archiver.storage.stores.root import find_root
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config import Configuration
    from archiver.config.targets import TargetSettings
    from archiver.storage.stores.tree import Tree


def package_store(
    settings: TargetSettings, configuration: Configuration, now: Callable[[], datetime]
) -> LocalPackageStore:
    """Return the store that a target means: the one at its ``path``, with ``records``; else the archive's own.

    Raises:
        ConfigurationError: a key is unusable.
        UsageError: no store can lie there.
    """
    own = settings.own
    base = Path(own.file).parent
    records = base / own.text("records") if "records" in own else None
    if "path" in own:
        path = own.text("path")
        place = store_place(path if is_remote(path) else base / path, records)
    else:
        place = store_place(configuration.store.path, records or configuration.store.records)
    return LocalPackageStore(place, configuration, now)


class LocalPackageStore:
    """What :class:`archiver.deposits.surroundings.PackageStore` asks for; made for each use, it remembers nothing."""

    def __init__(self, place: StorePlace, configuration: Configuration, now: Callable[[], datetime]) -> None:
        """Take where the store lies; it is made with the first package.

        Args:
            place: of the store.
            configuration: of the archive: layout, and who adds packages.
            now: with its zone.
        """
        self._place = place
        self._configuration = configuration
        self._now = now

    @property
    def location(self) -> str:
        """Where it lies: an absolute path, or a URL."""
        where = self._place.location
        return where if is_remote(where) else os.path.abspath(where)  # noqa: PTH100 - follows no link

    def find(self, parcel: Parcel) -> str | None:
        """Return the version that holds exactly this package; None when none does.

        Raises:
            FindingsError: the object is there, and cannot be relied on.
            StorageError: the store cannot be read.
            UsageError: there is something else in its place.
        """
        stored = self._object(parcel)
        if stored is None:
            return None
        algorithm = stored.inventory.digest_algorithm
        state: dict[str, list[str]] = {}
        for path, file in _files(parcel):
            if algorithm not in file.digests:
                return None
            state.setdefault(file.digests[algorithm], []).append(path)
        return version_holding(stored, {digest: tuple(sorted(paths)) for digest, paths in state.items()})

    def add(self, parcel: Parcel) -> str:
        """Add the package as a version of its object, and return which.

        Raises:
            FindingsError: it was not added; the findings say why.
            StorageError: the store cannot be made, or its records cannot be written.
            UsageError: there is something else in its place.
        """
        with self._bag(parcel) as bag:
            settings = AddSettings(
                place=self._place,
                packages=(bag,),
                configuration=self._configuration,
                now=self._now().astimezone(UTC).replace(microsecond=0),
                message=f"Deposited: {parcel.name}",
                workers=1,
                catalogue=self._configuration.catalogue,
            )
            (result,) = add_packages(settings, _Quiet(), lambda _: None, lambda _: None)
        if result.status == "failed" or result.version is None:
            raise FindingsError(result.findings)
        return result.version

    def check(self, parcel: Parcel, version: str) -> Evidence:
        """Read every byte of a version again, from the disk, and compare.

        Raises:
            FindingsError: the object cannot be relied on.
            StorageError: the store cannot be read.
        """
        stored = self._object(parcel)
        tree = open_tree(self._place.location)
        held = {} if stored is None or version not in stored.inventory.versions else logical_files(stored, version)
        evidence = []
        for path, file in _files(parcel):
            place = joined(stored.path, held[path][0]) if stored is not None and path in held else None
            seen = _read_again(tree, place) if place else None
            evidence.append(
                FileEvidence(
                    path=file.path,
                    level=EvidenceLevel.READ_BACK if seen else EvidenceLevel.NONE,
                    size=seen[0] if seen else None,
                    digest=seen[1] if seen else None,
                    agrees=seen == (file.size, file.digests["sha256"]),
                )
            )
        return Evidence(
            files=evidence,
            location=self.location,
            identifiers={"object": parcel.identifier, "version": version},
        )

    def _object(self, parcel: Parcel) -> StoredObject | None:
        if find_root(self._place) is None:
            return None
        reader = StoreReader(open_tree(self._place.location))
        try:
            path = reader.find(parcel.identifier)
        except OSError as error:
            raise StorageError(f"the store {self._place.location} cannot be read: {error}") from error
        return None if path is None else reader.read_object(path)

    @contextlib.contextmanager
    def _bag(self, parcel: Parcel) -> Iterator[Path]:
        """Give the bag as a folder: a package out of another store is one for the length of the block alone."""
        if all(file.source == (parcel.bag / path).absolute() for path, file in _files(parcel)):
            yield parcel.bag
            return
        folders = LocalFolders()
        try:
            with staging_area(self._place.records) as staging:
                folder = staging / parcel.name
                folder.mkdir()
                with FileBatch(folder, lambda _: None) as batch:
                    for path, file in _files(parcel):
                        with folders.reader(file.source) as source:
                            batch.copy(path, source)
                    batch.flush()
                yield folder
        except OSError as error:
            raise StorageError(f"{parcel.name} could not be copied out for the store: {error}") from error


def _read_again(tree: Tree, place: str) -> tuple[int, str] | None:
    """Return bytes and SHA-256 of a file as the disk gives it back; None where it does not."""
    try:
        with tree.open(place, fresh=True) as opened, Hashing(("sha256",)) as hashing:
            while data := opened.read(CHUNK):
                hashing.update(data)
            return hashing.size, hashing.digests()["sha256"].hex()
    except OSError:
        return None


def _files(parcel: Parcel) -> Iterator[tuple[str, ParcelFile]]:
    """Yield path in the bag, and file."""
    if parcel.packaging is not Packaging.FOLDER:
        raise AssertionError("a store takes the files of a bag, each under its path")
    for file in parcel.files:
        yield file.path.removeprefix(f"{parcel.name}/"), file


class _Quiet:
    def begin(self, total: int) -> None:
        """Tell nobody."""

    def advance(self, count: int) -> None:
        """Tell nobody."""
