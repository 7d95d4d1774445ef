"""Opens the catalogue of a store, and keeps it up with the store and its log.

A catalogue is a cache (docs/adr/0021): one that is damaged is set aside and made anew, and one that cannot be written
spoils no work on the store.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ArchiverError, StorageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.catalogue import Catalogue, CatalogueDamagedError, CatalogueError
from archiver.storage.durable import explain, make_folders
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import run_path, run_results
from archiver.storage.stores.place import is_remote

if TYPE_CHECKING:
    from archiver.model import FixityResult
    from archiver.storage.stores.place import StorePlace


@dataclass(frozen=True, slots=True, kw_only=True)
class CataloguedStores:
    """A catalogue that is open, with those of the stores asked for that are in it."""

    catalogue: Catalogue
    places: dict[int, StorePlace]
    """Number of a store in this catalogue -> where it lies."""


def catalogue_location(place: StorePlace, url: str | None) -> str | Path:
    """Return where the catalogue of a store is.

    Args:
        place: of the store.
        url: the one that is asked for or configured for all stores; None: the store's own.
    """
    return place.catalogue if url is None else url


def store_location(place: StorePlace) -> str:
    """Return what a store is called in a catalogue: the same from whatever folder it is named."""
    if is_remote(place.location):
        return place.location.rstrip("/")
    return os.path.abspath(place.location)  # noqa: PTH100 - a link stays a link, as for its records


@contextlib.contextmanager
def opened_catalogues(
    places: Sequence[StorePlace], url: str | None = None, kinds: Sequence[str] = ()
) -> Iterator[list[CataloguedStores]]:
    """Open the catalogues of some stores: one for all where a URL is given, else each store's own.

    Stores are registered; what their logs say and the catalogues do not know yet is taken over.

    Args:
        places: of the stores, each once.
        url: of the catalogue of all stores.
        kinds: of the stores, in their order; those that none is given for keep theirs.

    Raises:
        CatalogueError: a catalogue cannot be used.
        StorageError: a log cannot be read, or the records not written.
    """
    with contextlib.ExitStack() as stack:
        opened: dict[str, CataloguedStores] = {}
        for number, place in enumerate(places):
            location = catalogue_location(place, url)
            known = opened.get(str(location))
            if known is None:
                make_room(location)
                catalogue = stack.enter_context(Catalogue.open(location))
                known = opened[str(location)] = CataloguedStores(catalogue=catalogue, places={})
            kind = kinds[number] if number < len(kinds) else None
            store = known.catalogue.register_store(store_location(place), kind, alone=url is None)
            known.places[store] = place
            take_over_log(known.catalogue, store, place)
        yield list(opened.values())


def take_over_log(catalogue: Catalogue, store: int, place: StorePlace) -> int:
    """Import what the store's log says since the last time; return how many entries that were."""
    position = catalogue.log_position(store)
    return catalogue.import_log(
        store, StoreLog(place.records).entries(after=position), lambda run: results_of(place, run)
    )


def results_of(place: StorePlace, run: str) -> Iterator[FixityResult]:
    """Read the results of a run; none where its file is gone or the log names no run."""
    with contextlib.suppress(ArchiverError, FileNotFoundError):
        yield from run_results(run_path(place.records, run))


def set_aside(place: StorePlace, now: datetime) -> Path:
    """Rename a store's own catalogue that is damaged, with its journal; return its new name.

    Raises:
        StorageError: the disk refused.
    """
    words = now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")
    aside = place.catalogue.with_name(f"{place.catalogue.name}.damaged-{words}")
    try:
        # The journal first: a new catalogue must not be mended by the old one's.
        for suffix in ("-journal", "-wal", "-shm", ""):
            with contextlib.suppress(FileNotFoundError):
                Path(f"{place.catalogue}{suffix}").rename(f"{aside}{suffix}")
    except OSError as error:
        raise StorageError(explain(error, place.catalogue)) from error
    return aside


def damaged_finding(aside: Path, error: CatalogueDamagedError) -> Finding:
    """Say that a catalogue was made anew because the old one was damaged."""
    return Finding(
        severity=Severity.WARNING,
        code="catalogue-damaged",
        file=printable(aside.name),
        message=f"the catalogue was damaged: {error}. It was made anew; the old one is kept as {printable(str(aside))}",
        fix="check the disk that holds the store's records; delete the old catalogue when you have seen it",
    )


def behind_finding(error: CatalogueError) -> Finding:
    """Say that a catalogue does not know yet what was done to its store."""
    return Finding(
        severity=Severity.WARNING,
        code="catalogue-behind",
        file=None,
        message=f"the store is as it should be, but its catalogue does not know yet: {error}",
        fix="mend what the message names, and run `archiver store index`",
    )


def make_room(location: str | Path) -> None:
    """Make the folder of a store's own catalogue.

    Raises:
        StorageError: the disk refused.
    """
    if isinstance(location, Path):
        try:
            make_folders(location.parent)
        except OSError as error:
            raise StorageError(explain(error, location.parent)) from error
