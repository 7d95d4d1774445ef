"""Opens the stores of an audit: each that is there, with a catalogue that knows what it should hold.

A store that cannot be reached now is opened all the same where its records are: that it is gone is what an audit tells.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from archiver.errors import UsageError
from archiver.model import Finding
from archiver.standards.names import printable
from archiver.steps.audit.asking import AuditedStore
from archiver.steps.stores.cataloguing import opened_catalogues
from archiver.steps.stores.indexing import IndexOrder, ensure_indexed
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config import Remote
    from archiver.steps.audit.limits import AuditLimits
    from archiver.storage.stores.place import StorePlace
    from archiver.storage.stores.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class StoresAsked:
    """Which stores."""

    places: Sequence[StorePlace]
    catalogue: str | None = None
    """Path or URL of the catalogue of all stores; None: each store has its own."""

    remotes: Sequence[Remote] = ()
    now: datetime


@contextmanager
def opened_stores(asked: StoresAsked, limits: AuditLimits) -> Iterator[tuple[list[AuditedStore], tuple[Finding, ...]]]:
    """Open the stores for the length of the block.

    A store that its catalogue has never read whole is indexed first, and so is one whose catalogue is damaged.

    Yields:
        The stores, in their order, and what was noticed while their catalogues were made.

    Raises:
        UsageError: there is neither a store nor the records of one.
        CatalogueError: a catalogue cannot be used.
        StorageError: a log cannot be read, or the records not written.
    """
    places = _each_once(asked.places)
    trees = {place.location: open_tree(place.location, asked.remotes) for place in places}
    for place in places:
        _check_is_there(place, trees[place.location])
    findings = ensure_indexed(
        [IndexOrder(place=one, now=asked.now, catalogue=asked.catalogue, remotes=asked.remotes) for one in places]
    )
    with opened_catalogues(places, asked.catalogue) as opened:
        stores = {
            place.location: AuditedStore(
                place=place,
                tree=trees[place.location],
                catalogue=known.catalogue,
                number=number,
                schedule=limits.of_store(place.location),
            )
            for known in opened
            for number, place in known.places.items()
        }
        yield [stores[place.location] for place in places], findings


def _each_once(places: Sequence[StorePlace]) -> list[StorePlace]:
    return list({place.location: place for place in places}.values())


def _check_is_there(place: StorePlace, tree: Tree) -> None:
    if not os.path.lexists(place.log) and not tree.reachable():
        raise UsageError(
            f"{printable(place.location)} is no OCFL storage root, or its disk is not there, and nothing is known of "
            f"it in {printable(str(place.records))}: name a store with --store, or connect its disk"
        )
