"""The catalogue over stores: what they hold, how their checks came out, and what is due.

A cache: everything in it comes from a store and the log beside it, and can be made anew from them at any time. Each
method is one transaction or a row of short ones, so that several programs may work with one catalogue; and every method
may be called from any thread. It reads no store and no log.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self

from sqlalchemy import select

from archiver.errors import UsageError
from archiver.storage.catalogue import asking, copies, editions, failures, history, objects, planning, schema, searching
from archiver.storage.catalogue.faults import in_words
from archiver.storage.catalogue.importing import ResultsOf, import_entries
from archiver.storage.catalogue.opening import database_url, open_database, shown_url, writing
from archiver.storage.catalogue.rebuilding import Rebuild
from archiver.storage.catalogue.reporting import CatalogueReporting
from archiver.storage.catalogue.values import (
    CataloguedStore,
    CheckAge,
    CheckCount,
    Duplicates,
    FileCopy,
    FormatCount,
    Holdings,
    IndexedObject,
    LoggedEntry,
    OpenFailure,
    PlannedCheck,
    SearchHit,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from archiver.model import FixityResult

_RESULTS_AT_ONCE = 500


class Catalogue:
    """One database; made by :meth:`open`, and closed by :meth:`close` or at the end of a ``with`` block."""

    def __init__(self, engine: Engine, shown: str) -> None:
        self._engine = engine
        self._writer = writing(engine)
        self.shown = shown
        """Where it is, fit for a message."""

    @classmethod
    def open(cls, location: str | Path) -> Self:
        """Open a catalogue; a new one is made, an older one brought up to date.

        Args:
            location: path of an SQLite file, or a URL: ``postgresql://user@host/name``, without a password.

        Raises:
            UsageError: the URL is of another kind of database, or has a password in it.
            CatalogueError: the database cannot be used; see :mod:`archiver.storage.catalogue.faults`.
            MissingProgramError: psycopg is not installed.
        """
        url = database_url(location)
        return cls(open_database(url), shown_url(url))

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Stores

    def register_store(self, location: str, kind: str | None = None, *, alone: bool = False) -> int:
        """Return the number of a store in this catalogue, which is new or known by its location.

        Args:
            location: path or URL; compared letter by letter, so hand over the same form each time.
            kind: what its schedule goes by, ``disk`` where none was ever given; of a known store it is changed.
            alone: the catalogue is this store's own: the one store in it is this one, though it was elsewhere before.
        """
        with self._writing() as connection:
            return editions.register(connection, location, kind, alone=alone)

    def stores(self) -> tuple[CataloguedStore, ...]:
        """Return the stores that are known."""
        table = schema.stores
        with self._reading() as connection:
            rows = connection.execute(select(table.c.id, table.c.location, table.c.kind).order_by(table.c.id))
            return tuple(CataloguedStore(id=row.id, location=row.location, kind=row.kind) for row in rows)

    def is_indexed(self, store: int) -> bool:
        """Tell whether all of the store was ever read into this catalogue; else it knows what was put since then."""
        with self._reading() as connection:
            edition = editions.current(connection, [store])[store]
            table = schema.editions
            return bool(connection.execute(select(table.c.indexed).where(table.c.id == edition)).scalar_one())

    def titles(self, location: str, identifiers: Iterable[str]) -> dict[str, str]:
        """Return the titles of packages of a store, of those that are known; nothing where the store is not known."""
        table = schema.stores
        with self._reading() as connection:
            edition = connection.execute(select(table.c.edition).where(table.c.location == location)).scalar()
            return {} if edition is None else asking.titles(connection, edition, identifiers)

    # What they hold

    def put_objects(self, store: int, found: Iterable[IndexedObject | objects.PreparedObject]) -> int:
        """Write packages that were added or changed; return how many.

        A package whose known head version is later stays as it is: somebody was quicker.
        """
        count = 0
        for batch in objects.object_batches(found):
            with self._writing(store) as connection:
                for edition in editions.written(connection, store):
                    objects.write_objects(connection, edition, batch)
            count += len(batch)
        return count

    @contextlib.contextmanager
    def rebuilding(self, store: int) -> Iterator[Rebuild]:
        """Make a store's part of the catalogue anew; it takes the place of the old part when the block has ended.

        When the block raises, or is killed, the old part stays as it was.
        """
        rebuild = Rebuild(self._reading, lambda: self._writing(store), store)
        try:
            yield rebuild
            rebuild.take_place()
        except BaseException:
            with contextlib.suppress(Exception):
                rebuild.give_up()
            raise
        rebuild.remove_old()

    # Checks

    def results(self, store: int, found: Iterable[FixityResult], run: str) -> int:
        """Write fixity checks of a run; return how many were given. One that is known already stays as it is."""
        count = 0
        for batch in objects.in_batches(found, _RESULTS_AT_ONCE):
            with self._writing(store) as connection:
                for edition in editions.written(connection, store):
                    history.write_results(connection, edition, run, batch)
            count += len(batch)
        return count

    def acknowledge(self, store: int, identifier: str, *, when: datetime, by: str = "", note: str = "") -> int:
        """Close a package's open failures; return how many there were."""
        one = failures.Acknowledgement(identifier=identifier, when=when, by=by, note=note)
        with self._writing(store) as connection:
            read, *in_the_making = editions.written(connection, store)
            for edition in in_the_making:
                failures.acknowledge(connection, edition, one)
            return failures.acknowledge(connection, read, one)

    def import_log(self, store: int, entries: Iterable[LoggedEntry], results: ResultsOf) -> int:
        """Take over what a store's log says since the last time; return how many entries were new.

        Args:
            store: its number.
            entries: of its log, oldest first; those up to :meth:`log_position` are passed over.
            results: gives the results of a run, by its name; asked when the log says that the run has ended.
        """
        with self._reading() as connection:
            edition = editions.current(connection, [store])[store]
        return import_entries(self._reading, lambda: self._writing(store), edition, entries, results)

    def log_position(self, store: int) -> int:
        """Return the number of the last entry of the store's log that was taken over; 0 before the first."""
        with self._reading() as connection:
            edition = editions.current(connection, [store])[store]
            table = schema.editions
            wanted = select(table.c.log_position).where(table.c.id == edition)
            return int(connection.execute(wanted).scalar_one())

    def plan(  # noqa: PLR0913 - each is a question of its own, and every one may be left out
        self,
        stores: Iterable[int],
        *,
        now: datetime,
        older_than: timedelta | Mapping[int, timedelta] | None = None,
        limit_bytes: int | None = None,
        sample: int | None = None,
        share: float | None = None,
        seed: str = "",
    ) -> Iterator[PlannedCheck]:
        """Yield the packages whose turn it is, the longest unchecked first, over all stores.

        Results may be written meanwhile: whoever was tried at ``now`` or later is not met again.

        Args:
            stores: their numbers.
            now: when the audit began.
            older_than: how long a check is good for, for all stores or by a store's number; none: everything is due.
            limit_bytes: stop before the package that goes beyond; the first is taken whatever its size.
            sample: this many, drawn by lot from those that are due.
            share: this share of them, from 0 to 1, drawn by lot.
            seed: decides the lots.
        """
        with self._reading() as connection:
            wanted = editions.current(connection, stores)
        if isinstance(older_than, timedelta):
            older_than = dict.fromkeys(wanted, older_than)
        plan = planning.Plan(
            stores=wanted,
            now=now,
            older_than=older_than or {},
            limit_bytes=limit_bytes,
            sample=sample,
            share=share,
            seed=seed,
        )
        return planning.planned(self._reading, plan)

    def due(
        self, stores: Iterable[int], *, now: datetime, older_than: timedelta | Mapping[int, timedelta] | None = None
    ) -> tuple[int, int]:
        """Return how many packages :meth:`plan` would yield without limits and lots, and their bytes."""
        with self._reading() as connection:
            wanted = editions.current(connection, stores)
            if isinstance(older_than, timedelta):
                older_than = dict.fromkeys(wanted, older_than)
            return planning.due(connection, planning.Plan(stores=wanted, now=now, older_than=older_than or {}))

    def open_failures(self, stores: Iterable[int] | None = None) -> tuple[OpenFailure, ...]:
        """Return what was found damaged or missing and nobody has acknowledged, oldest first."""
        with self._reading() as connection:
            return tuple(asking.open_failures(connection, editions.current(connection, stores)))

    # Questions

    def search(self, wanted: str, *, stores: Iterable[int] | None = None, limit: int = 20) -> tuple[SearchHit, ...]:
        """Return the packages whose description has every word, best first.

        Args:
            wanted: words; ``"..."`` is a phrase, ``word*`` the beginning of a word.
            stores: their numbers; None: all.
            limit: how many at most.

        Raises:
            UsageError: there is no word in it.
        """
        if not searching.has_words(wanted):
            raise UsageError("there is no word to search for; give letters or digits")
        with self._reading() as connection:
            return tuple(searching.search(connection, _turned(editions.current(connection, stores)), wanted, limit))

    def holdings(self, stores: Iterable[int] | None = None) -> tuple[Holdings, ...]:
        """Return what each store holds, in numbers."""
        with self._reading() as connection:
            return tuple(asking.holdings(connection, editions.current(connection, stores)))

    def formats(self, stores: Iterable[int] | None = None) -> tuple[FormatCount, ...]:
        """Return the formats of each store's documents, the most frequent first."""
        with self._reading() as connection:
            return tuple(asking.formats(connection, editions.current(connection, stores)))

    def check_counts(self, stores: Iterable[int] | None = None) -> tuple[CheckCount, ...]:
        """Return what the checks of each day came to, oldest first."""
        with self._reading() as connection:
            return tuple(asking.check_counts(connection, editions.current(connection, stores)))

    def check_ages(self, stores: Iterable[int] | None = None, *, now: datetime) -> tuple[CheckAge, ...]:
        """Return how many packages were last checked how many days ago; those never checked last."""
        with self._reading() as connection:
            return tuple(asking.check_ages(connection, editions.current(connection, stores), now))

    def reporting(self, stores: Iterable[int] | None = None) -> CatalogueReporting:
        """Return what answers the questions of a report on some stores, or on all."""
        with self._reading() as connection:
            return CatalogueReporting(self._reading, editions.current(connection, stores))

    def duplicates(self, stores: Iterable[int] | None = None, *, everything: bool = False) -> Iterator[Duplicates]:
        """Yield the bytes that several packages have.

        Args:
            stores: their numbers; None: all.
            everything: also what came from the making of packages, what only earlier versions have, and empty files.
        """
        with self._reading() as connection:
            wanted = _turned(editions.current(connection, stores))
        return copies.duplicates(self._reading, wanted, everything=everything)

    def files_by_digest(self, digest: str, stores: Iterable[int] | None = None) -> tuple[FileCopy, ...]:
        """Return every place where the bytes of a digest lie; hexadecimal, as inventories have it."""
        with self._reading() as connection:
            wanted = _turned(editions.current(connection, stores))
            return tuple(copies.files_by_digest(connection, wanted, digest))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with in_words(self.shown), self._engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self, store: int | None = None) -> Iterator[Connection]:
        with in_words(self.shown), self._writer.begin() as connection:
            if store is not None:
                editions.hold(connection, store)
            yield connection


def _turned(stores: Mapping[int, int]) -> dict[int, int]:
    return {edition: store for store, edition in stores.items()}
