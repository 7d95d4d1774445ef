"""The catalogue: a database over stores, in SQLite or PostgreSQL, that can always be made anew from them.

``catalogue`` is its one door; ``values`` is what goes in and out. ``schema`` and ``migrations`` are its tables,
``opening`` connects; each of the other modules answers one kind of question or does one kind of change.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.storage.catalogue.faults import CatalogueDamagedError as CatalogueDamagedError
from archiver.storage.catalogue.faults import CatalogueError as CatalogueError
from archiver.storage.catalogue.values import CataloguedStore as CataloguedStore
from archiver.storage.catalogue.values import CheckAge as CheckAge
from archiver.storage.catalogue.values import CheckCount as CheckCount
from archiver.storage.catalogue.values import Duplicates as Duplicates
from archiver.storage.catalogue.values import FileCopy as FileCopy
from archiver.storage.catalogue.values import FormatCount as FormatCount
from archiver.storage.catalogue.values import Holdings as Holdings
from archiver.storage.catalogue.values import IndexedFile as IndexedFile
from archiver.storage.catalogue.values import IndexedFormat as IndexedFormat
from archiver.storage.catalogue.values import IndexedObject as IndexedObject
from archiver.storage.catalogue.values import IndexedVersion as IndexedVersion
from archiver.storage.catalogue.values import OpenFailure as OpenFailure
from archiver.storage.catalogue.values import PlannedCheck as PlannedCheck
from archiver.storage.catalogue.values import SearchHit as SearchHit

if TYPE_CHECKING:
    from archiver.storage.catalogue.catalogue import Catalogue as Catalogue


def __getattr__(name: str) -> object:
    if name == "Catalogue":  # SQLAlchemy takes a while: who only names a value does not wait for it
        from archiver.storage.catalogue.catalogue import Catalogue  # noqa: PLC0415 - see above

        return Catalogue
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
