"""A store's part of the catalogue, made anew beside the old one, which is read until the new one is whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from archiver.storage.catalogue import editions, objects, schema
from archiver.storage.catalogue.history import absent_row, take_down
from archiver.storage.catalogue.importing import ResultsOf, Transaction, import_entries, import_results
from archiver.storage.catalogue.schema import GIVEN_UP, HERE

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archiver.model import FixityResult
    from archiver.storage.catalogue.objects import PreparedObject
    from archiver.storage.catalogue.values import IndexedObject, LoggedEntry

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedObject:
    """A package whose folder is elsewhere since the catalogue last looked."""

    identifier: str
    before: str
    since: str


class Rebuild:
    """One rebuild: packages, then the log, then it takes its place. Made by ``Catalogue.rebuilding``."""

    def __init__(self, reading: Transaction, writing: Transaction, store: int) -> None:
        self._reading = reading
        self._writing = writing
        self._store = store
        with reading() as connection:
            self._old = editions.current(connection, [store])[store]
        # What a killed run left, and what another one has in the making: it notices, and gives way.
        self._remove(self._unread())
        with writing() as connection:
            self._new = editions.begin(connection, store)

    def put_objects(self, found: Iterable[IndexedObject | PreparedObject]) -> int:
        """Write packages as they were found; return how many. What was added meanwhile in a later version stays.

        Raises:
            CatalogueError: another rebuild of the same store has begun.
        """
        count = 0
        for batch in objects.object_batches(found):
            with self._writing() as connection:
                editions.check_in_the_making(connection, self._new)
                objects.write_objects(connection, self._new, batch)
            count += len(batch)
        return count

    def import_log(self, entries: Iterable[LoggedEntry], results: ResultsOf) -> int:
        """Take over the whole log; return how many entries it has."""
        return import_entries(self._reading, self._writing, self._new, entries, results)

    def import_run(self, run: str, results: Iterable[FixityResult]) -> None:
        """Take over the results of a run that the log does not say the end of: it goes on, or was killed."""
        import_results(self._writing, self._new, run, results)

    def moved(self) -> Iterator[MovedObject]:
        """Yield the packages whose folder has moved since the catalogue last looked."""
        old, new = schema.objects.alias(), schema.objects.alias()
        query = (
            select(new.c.identifier, old.c.path.label("before"), new.c.path.label("since"))
            .select_from(new.join(old, old.c.identifier == new.c.identifier))
            .where(old.c.edition == self._old, new.c.edition == self._new, old.c.path != new.c.path)
            .where(old.c.state == HERE, new.c.state == HERE)
            .order_by(new.c.identifier)
        )
        with self._reading() as connection:
            rows = connection.execute(query).all()
        yield from (MovedObject(identifier=row.identifier, before=row.before, since=row.since) for row in rows)

    def put_unreadable(self, path: str) -> None:
        """Keep a place in mind where an object is that cannot be read, so that audits tell of it.

        What is known of the place is kept; else it is called by its path until somebody can read it.
        """
        table = schema.objects
        known = select(table.c.identifier).where(table.c.path == path, table.c.state != GIVEN_UP)
        with self._writing() as connection:
            editions.check_in_the_making(connection, self._new)
            if connection.execute(known.where(table.c.edition == self._new)).first() is None:
                before = connection.execute(known.where(table.c.edition == self._old)).scalar()
                take_down(connection, self._new, [(before or path, path)])

    def absent(self) -> Iterator[tuple[str, str]]:
        """Yield identifier and last path of packages that the store has no more, and that nobody has acknowledged.

        They are those that the log knows and, from then on, those that the old part of the catalogue knows.
        """
        table = schema.objects
        with self._writing() as connection:
            self._carry_over(connection)
        query = select(table.c.identifier, table.c.path).where(
            table.c.edition == self._new, table.c.state != HERE, table.c.state != GIVEN_UP
        )
        with self._reading() as connection:
            rows = connection.execute(query.order_by(table.c.identifier)).all()
        yield from ((row.identifier, row.path) for row in rows)

    def _carry_over(self, connection: Connection) -> None:
        old, new = schema.objects.alias(), schema.objects.alias()
        named = select(schema.objects.c.path).where(schema.objects.c.edition == self._new)
        query = (
            select(old.c.identifier, old.c.path)
            .select_from(old.outerjoin(new, (new.c.identifier == old.c.identifier) & (new.c.edition == self._new)))
            .where(old.c.edition == self._old, old.c.state != GIVEN_UP, new.c.id.is_(None))
            # What was called by its path has got its name since then.
            .where((old.c.identifier != old.c.path) | old.c.path.not_in(named))
        )
        gone = connection.execute(query.order_by(old.c.id)).all()
        for rows in objects.in_batches(gone, _AT_ONCE):
            connection.execute(
                insert(schema.objects), [absent_row(self._new, row.identifier, row.path) for row in rows]
            )

    def take_place(self) -> None:
        """Have the new part read from now on."""
        with self._writing() as connection:
            self._carry_over(connection)
            editions.take_place(connection, self._store, self._new)

    def give_up(self) -> None:
        """Remove the new part, unless it is read already."""
        self._remove([self._new])

    def remove_old(self) -> None:
        """Remove what the new part took the place of."""
        self._remove(edition for edition in self._unread() if edition < self._new)

    def _unread(self) -> list[int]:
        with self._reading() as connection:
            return editions.unread(connection, self._store)

    def _remove(self, old: Iterable[int]) -> None:
        for edition in old:
            more = True
            while more:
                with self._writing() as connection:
                    more = editions.remove_some(connection, edition)
