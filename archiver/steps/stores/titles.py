"""Titles of stored packages, where a catalogue is there and knows them. Makes no catalogue, and mends none."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from archiver.errors import ArchiverError
from archiver.steps.stores.listing import Titles

if TYPE_CHECKING:
    from archiver.storage.stores.place import StorePlace


@contextlib.contextmanager
def known_titles(place: StorePlace, catalogue: str | None) -> Iterator[Titles | None]:
    """Open the catalogue of a store for the length of the block, to ask it for titles.

    Args:
        place: of the store.
        catalogue: of all stores; None: the store's own.

    Yields:
        None where there is no catalogue, or one that cannot be used: a list without titles is a list all the same.
    """
    if catalogue is None and not place.catalogue.is_file():
        yield None
        return
    # SQLAlchemy takes a while to import.
    from archiver.steps.stores.cataloguing import catalogue_location, store_location  # noqa: PLC0415 - see above
    from archiver.storage.catalogue import Catalogue  # noqa: PLC0415 - same

    with contextlib.ExitStack() as stack:
        try:
            opened = stack.enter_context(Catalogue.open(catalogue_location(place, catalogue)))
        except ArchiverError:
            yield None
            return

        def titles(identifiers: Sequence[str]) -> Mapping[str, str]:
            try:
                return opened.titles(store_location(place), identifiers)
            except ArchiverError:
                return {}

        yield titles
