"""``archiver store index``: a store's part of the catalogue, made anew from the store and the log beside it.

Objects are read one after another and never all held; the old catalogue is used until the new one is whole. Reads no
content but the records that describe a package, and writes nothing into the store.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.errors import StorageError, UsageError
from archiver.execution.cores import usable_cores
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.steps.stores.cataloguing import (
    behind_finding,
    catalogue_location,
    damaged_finding,
    make_room,
    opened_catalogues,
    results_of,
    set_aside,
    store_location,
)
from archiver.steps.stores.object_reading import ReadObject, read_objects, read_one
from archiver.storage.catalogue import Catalogue, CatalogueDamagedError, CatalogueError
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import open_runs
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config import Remote
    from archiver.storage.catalogue.objects import PreparedObject
    from archiver.storage.catalogue.rebuilding import Rebuild
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree

_FINDINGS_KEPT = 1_000
"""Of objects that cannot be read; how many there are is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexOrder:
    """What is asked for."""

    place: StorePlace
    now: datetime
    catalogue: str | None = None
    """Path or URL of the catalogue of all stores; None: the store's own."""

    remotes: Sequence[Remote] = ()
    workers: int = field(default_factory=usable_cores)
    """Processes that read; a store that is on no disk of this machine is read by threads."""

    seen: Callable[[str, int], None] = lambda _path, _files: None
    """Hears of each object that was read: its path, and how many files it has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indexed:
    """What an index came to."""

    location: str
    """Of the store, as it is called in the catalogue."""

    catalogue: str
    """Where it is, fit for a message."""

    packages: int
    files: int
    """Content files of all versions."""

    bytes: int
    unreadable: int
    log_entries: int
    moved: tuple[tuple[str, str, str], ...]
    """(identifier, path before, path since)."""

    absent: tuple[tuple[str, str], ...]
    """(identifier, last path) of packages that are known and not there."""

    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Counts:
    packages: int = 0
    files: int = 0
    bytes: int = 0
    unreadable: dict[str, None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def index_store(order: IndexOrder) -> Indexed:
    """Make a store's part of the catalogue anew.

    Raises:
        UsageError: there is no store, or its disk is not there; the catalogue is as it was.
        StorageError: a folder of the store cannot be listed, so that nobody knows what is in it; same.
        CatalogueError: the catalogue cannot be written; same.
    """
    tree = open_tree(order.place.location, order.remotes)
    if not tree.reachable():
        raise UsageError(
            f"{printable(order.place.location)} is no OCFL storage root, or its disk is not there: nothing was "
            "changed; name the store with --store, or connect its disk"
        )
    try:
        return _index(order, tree, ())
    except CatalogueDamagedError as error:
        if order.catalogue is not None:
            raise  # a file that a person named is not touched
        finding = damaged_finding(set_aside(order.place, order.now), error)
    return _index(order, tree, (finding,))


def index_object(order: IndexOrder, path: str) -> tuple[Finding, ...]:
    """Bring the catalogue up to date with one object that was added or changed: as :func:`index_objects`."""
    return index_objects(order, [path])


def index_objects(order: IndexOrder, paths: Sequence[str]) -> tuple[Finding, ...]:
    """Bring the catalogue up to date with objects that were added or changed.

    Never fails what was done to the store: what goes wrong is a warning.

    Args:
        order: as for :func:`index_store`.
        paths: of the objects' roots from the storage root; all that is kept of them is held at once.
    """
    tree = open_tree(order.place.location, order.remotes)
    found: list[PreparedObject] = []
    findings: list[Finding] = []
    for path in paths:
        one = read_one(tree, path)
        if one.value is None:
            findings.append(behind_finding(CatalogueError(f"the package cannot be read back: {one.fault}")))
        else:
            found.append(one.value)
    try:
        with opened_catalogues([order.place], order.catalogue) as (opened,):
            for store in opened.places:
                opened.catalogue.put_objects(store, found)
    except CatalogueError as error:
        findings.append(behind_finding(error))
    except StorageError as error:
        findings.append(behind_finding(CatalogueError(str(error))))
    return tuple(findings)


def ensure_indexed(orders: Sequence[IndexOrder]) -> tuple[Finding, ...]:
    """Index the stores that their catalogues have never read whole, or whose own catalogue is damaged.

    A store that cannot be reached is left for later. Call it before :func:`opened_catalogues` where all of a store has
    to be known: to plan an audit, to search, to report.

    Returns:
        What the indexing found; nothing where nothing had to be done.

    Raises:
        CatalogueError: a catalogue that was named cannot be used.
        StorageError: a store cannot be read.
    """
    found: list[Finding] = []
    for order in orders:
        if _is_indexed(order) or not open_tree(order.place.location, order.remotes).reachable():
            continue
        found += index_store(order).findings
    return tuple(found)


def _is_indexed(order: IndexOrder) -> bool:
    location = catalogue_location(order.place, order.catalogue)
    make_room(location)
    try:
        with Catalogue.open(location) as catalogue:
            return catalogue.is_indexed(
                catalogue.register_store(store_location(order.place), alone=order.catalogue is None)
            )
    except CatalogueDamagedError:
        if order.catalogue is not None:
            raise
        return False


def _index(order: IndexOrder, tree: Tree, findings: tuple[Finding, ...]) -> Indexed:
    counts = _Counts(findings=list(findings))
    location = catalogue_location(order.place, order.catalogue)
    make_room(location)
    found = read_objects(tree, StoreReader(tree).object_paths(), order.workers)
    with contextlib.closing(found), Catalogue.open(location) as catalogue:
        store = catalogue.register_store(store_location(order.place), alone=order.catalogue is None)
        with catalogue.rebuilding(store) as rebuild:
            rebuild.put_objects(_objects(order, found, counts))
            entries = _import_log(order.place, rebuild)
            # The log may know packages that were added behind the back of the walk: they are looked for by name.
            late = (read_one(tree, path) for _, path in list(rebuild.absent()) if path)
            rebuild.put_objects(_objects(order, (one for one in late if one.value is not None), counts))
            for path in counts.unreadable:
                rebuild.put_unreadable(path)
            moved = tuple((one.identifier, one.before, one.since) for one in rebuild.moved())
            absent = tuple(one for one in rebuild.absent() if one[1] not in counts.unreadable)
        counts.findings += map(_absent_finding, absent[:_FINDINGS_KEPT])
        return Indexed(
            location=store_location(order.place),
            catalogue=catalogue.shown,
            packages=counts.packages,
            files=counts.files,
            bytes=counts.bytes,
            unreadable=len(counts.unreadable),
            log_entries=entries,
            moved=moved,
            absent=absent,
            findings=tuple(counts.findings),
        )


def _objects(order: IndexOrder, found: Iterator[ReadObject], counts: _Counts) -> Iterator[PreparedObject]:
    while True:
        try:
            one = next(found, None)
        except OSError as error:
            raise StorageError(
                f"the store {printable(order.place.location)} cannot be read: {error}; the catalogue is as it was"
            ) from error
        if one is None:
            return
        if one.value is None:
            counts.unreadable[one.path] = None
            if len(counts.unreadable) <= _FINDINGS_KEPT:
                counts.findings.append(_unreadable_finding(one.path, one.fault))
            continue
        counts.packages += 1
        counts.files += one.value.content_files
        counts.bytes += one.value.bytes
        order.seen(one.path, one.value.content_files)
        yield one.value


def _import_log(place: StorePlace, rebuild: Rebuild) -> int:
    count = rebuild.import_log(StoreLog(place.records).entries(), lambda run: results_of(place, run))
    for run in open_runs(place.records):
        rebuild.import_run(run, results_of(place, run))
    return count


def _unreadable_finding(path: str, fault: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="package-not-indexed",
        file=printable(path),
        message=f"the package at {printable(path)} cannot be read, so that the catalogue does not know it: {fault}",
        fix="run `archiver store validate` to see all that is wrong with it, and `archiver repair` to mend it",
    )


def _absent_finding(package: tuple[str, str]) -> Finding:
    identifier, path = (printable(word) for word in package)
    return Finding(
        severity=Severity.ERROR,
        code="package-absent",
        file=path or None,
        message=f"the package {identifier} was in the store at {path or 'a place nobody noted'}, and is not there now",
        fix="get it back with `archiver repair` from another copy; if it went on purpose, acknowledge it after the "
        "next audit, and it is not asked for any more",
    )
