"""The repair step: packages of a store, and bags, one after another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ArchiverError, FindingsError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.standards.ocfl.version_names import version_number
from archiver.steps.repair.bags import BagRepair, bag_identifier, repair_bag
from archiver.steps.repair.inventories import candidate, read_small_files
from archiver.steps.repair.objects import RepairRequest, repair_object
from archiver.steps.repair.protecting import package_absent
from archiver.steps.repair.results import Repair
from archiver.steps.stores.cataloguing import opened_catalogues
from archiver.steps.stores.indexing import IndexOrder, ensure_indexed, index_object
from archiver.storage.copies.opening import open_copies
from archiver.storage.durable import explain
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config.remotes import Remote
    from archiver.storage.parity.program import Par2
    from archiver.storage.stores.place import StorePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOptions:
    """What is asked for."""

    place: StorePlace
    sources: tuple[str, ...]
    """Places with copies, as the user named them."""

    remotes: tuple[Remote, ...] = ()
    par2: Par2 | None = None
    """None: parity is not used."""

    catalogue: str | None = None
    """Path or URL of the catalogue of all stores; None: the store's own."""

    dry_run: bool = False
    now: datetime
    clock: Callable[[], datetime]
    progress: Callable[[int], None] = lambda _: None


def repair_packages(options: RepairOptions, packages: Sequence[str]) -> Iterator[Repair]:
    """Repair packages of a store, and bags.

    Args:
        options: with what.
        packages: identifiers, and paths of bags.

    Yields:
        What became of each.

    Raises:
        UsageError: the store cannot be reached, or a place with copies is none.
    """
    bags = [name for name in packages if _is_bag(Path(name))]
    for name in bags:
        yield _repaired_bag(options, Path(name))
    stored = [name for name in packages if name not in bags]
    if stored:
        yield from repair_stored(options, stored)


def repair_stored(options: RepairOptions, packages: Sequence[str]) -> Iterator[Repair]:
    """Repair packages of a store.

    Args:
        options: with what.
        packages: identifiers.

    Yields:
        What became of each, one that is not there too.

    Raises:
        UsageError: the store cannot be reached, or a place with copies is none.
    """
    tree = open_tree(str(options.place.root))
    if not tree.reachable():
        raise UsageError(
            f"{printable(options.place.location)} is no store that can be reached: there is no OCFL root. A store that "
            "is gone as a whole is copied, not repaired"
        )
    _check_sources(options)
    logged = _Logged(records=options.place.records)
    request = RepairRequest(
        place=options.place,
        tree=tree,
        sources=lambda identifier: [open_copies(source, identifier, options.remotes) for source in options.sources],
        par2=options.par2,
        known_head=logged.head,
        dry_run=options.dry_run,
        now=options.now,
        clock=options.clock,
        progress=options.progress,
    )
    reader = StoreReader(tree)
    for identifier in packages:
        path = _place_of(reader, logged, options.place, identifier)
        if path is None:
            yield Repair(package=identifier, findings=[package_absent(identifier)])
            continue
        repair = _repaired(request, identifier, path)
        if repair.status == "repaired":
            repair.findings += index_object(_order(options), path)
        yield repair


def damaged_packages(options: RepairOptions) -> list[str]:
    """List the packages of the store that an audit found damaged or missing, and that nobody has acknowledged.

    Raises:
        CatalogueError: the catalogue cannot be used.
        StorageError: the log cannot be read.
    """
    ensure_indexed([_order(options)])
    with opened_catalogues([options.place], options.catalogue) as (opened,):
        failures = opened.catalogue.open_failures(opened.places)
    return list(dict.fromkeys(failure.identifier for failure in failures))


def _order(options: RepairOptions) -> IndexOrder:
    return IndexOrder(place=options.place, now=options.now, catalogue=options.catalogue, remotes=options.remotes)


def _is_bag(path: Path) -> bool:
    """Tell whether a folder is a bag, or what is left of one."""
    try:
        return path.is_dir() and any(
            (path / name).exists() for name in ("bagit.txt", "bag-info.txt", "tagmanifest-sha512.txt", "data")
        )
    except (OSError, ValueError):
        return False


def _repaired_bag(options: RepairOptions, bag: Path) -> Repair:
    identifier = bag_identifier(bag)
    sources = [open_copies(source, identifier, options.remotes) for source in options.sources]
    try:
        return repair_bag(BagRepair(bag=bag, sources=sources, dry_run=options.dry_run, now=options.now))
    except OSError as error:
        return Repair(package=str(bag), path=str(bag), findings=[_refused(str(bag), explain(error, bag))])


def _repaired(request: RepairRequest, identifier: str, path: str) -> Repair:
    try:
        return repair_object(request, identifier, path)
    except UsageError:
        raise
    except OSError as error:
        cause = explain(error, request.place.root)
    except ArchiverError as error:
        cause = str(error)
    return Repair(package=identifier, path=path, findings=[_refused(identifier, cause)])


def _refused(package: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="repair-refused",
        file=None,
        message=f"{printable(package)} could not be repaired: {cause}.",
        fix="Check the disks that it and its records lie on, and run the same command again: it goes on from here.",
    )


def _check_sources(options: RepairOptions) -> None:
    own = os.path.realpath(options.place.location)
    for source in options.sources:
        if os.path.realpath(source) == own:
            raise UsageError(f"--from {printable(source)} is the very store that is to be repaired")


def _place_of(reader: StoreReader, logged: _Logged, place: StorePlace, identifier: str) -> str | None:
    """Return where a package lies, or lay; None where the store never had it as far as anybody knows."""
    expected = reader.expected_path(identifier)
    if expected is not None and _is_there(reader, expected):
        return expected
    path = logged.path(identifier)
    if path is not None and _may_be(reader, path, identifier):
        return path
    try:
        found = reader.find(identifier)
    except OSError:
        found = None  # a folder cannot be listed; what the log says may do
    if found is None and path is None and expected is not None and os.path.lexists(place.parity / expected):
        path = expected
    return found or path or _place_of_damaged(reader, identifier)


def _may_be(reader: StoreReader, path: str, identifier: str) -> bool:
    """Tell whether a package lies where the log says it was put: there is an object, and it is not another one."""
    if not _is_there(reader, path):
        return False
    try:
        return reader.read_object(path).identifier == identifier
    except FindingsError:
        return True  # it is damaged


def _place_of_damaged(reader: StoreReader, identifier: str) -> str | None:
    """Return where an object with a damaged inventory lies, by those of its versions; None where none is found."""
    try:
        for path in reader.object_paths():
            small = read_small_files(reader.tree, path)
            if any(candidate(sealed.data, "", identifier) for sealed in small.versions.values()):
                return path
    except OSError:
        pass  # a folder that cannot be listed may hold it; nothing can be said
    return None


def _is_there(reader: StoreReader, path: str) -> bool:
    try:
        return reader.tree.kind(path) is not None
    except OSError:
        return True


@dataclass(slots=True, kw_only=True)
class _Logged:
    """What the log says of where packages were put; read when it is first asked."""

    records: Path
    _known: dict[str, tuple[str, int]] | None = field(default=None, init=False)

    def path(self, identifier: str) -> str | None:
        """Return the path of a package's object; None where the log does not know it, or names no place in a store."""
        path = self._told().get(identifier, ("", 0))[0]
        return path if path and {"", ".", ".."}.isdisjoint(path.split("/")) else None

    def head(self, identifier: str) -> int:
        """Return the number of a package's last version; 0 where the log does not say."""
        return self._told().get(identifier, ("", 0))[1]

    def _told(self) -> dict[str, tuple[str, int]]:
        if self._known is None:
            self._known = {}
            for entry in StoreLog(self.records).entries():
                said = [entry.body.get(key) for key in ("identifier", "path", "version")]
                identifier, path, version = (value if isinstance(value, str) else "" for value in said)
                if entry.kind == "added" and identifier:
                    number = version_number(version) or 0
                    self._known[identifier] = (path, max(number, self._known.get(identifier, ("", 0))[1]))
        return self._known
