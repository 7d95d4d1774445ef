"""The editions of a store in a catalogue: one is read; a rebuild writes a further one, which then takes its place.

A rebuild that was killed leaves an edition that nobody reads; the next one removes it. Short transactions all along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from archiver.errors import UsageError
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.faults import CatalogueError
from archiver.storage.catalogue.missing_rows import insert_missing
from archiver.storage.catalogue.objects import forget_parts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

_REMOVED_AT_ONCE = 100
"""Packages of an old edition in one transaction."""


def register(connection: Connection, location: str, kind: str | None, *, alone: bool) -> int:
    """Return the number of a store, which is new here or known; a kind that is given is its kind from now on.

    Of a catalogue that is one store's alone, that store is meant wherever it was before.
    """
    table = schema.stores
    known = connection.execute(select(table.c.id).limit(2)).scalars().all() if alone else ()
    if len(known) == 1:
        connection.execute(update(table).where(table.c.id == known[0]).values(location=location))
    connection.execute(insert_missing(connection, table).values(location=location, kind=kind or "disk"))
    # The row is held from here on: of two that register it at once, the second finds the first one's edition.
    held = kind if kind is not None else table.c.kind
    connection.execute(update(table).where(table.c.location == location).values(kind=held))
    row = connection.execute(select(table.c.id, table.c.edition).where(table.c.location == location)).one()
    if row.edition is None:
        edition = begin(connection, row.id)
        connection.execute(update(table).where(table.c.id == row.id).values(edition=edition))
    return int(row.id)


def hold(connection: Connection, store: int) -> None:
    """Have whoever writes of the same store wait until this transaction ends, where not all writers do anyway."""
    if connection.dialect.name != "sqlite":
        table = schema.stores
        connection.execute(select(table.c.id).where(table.c.id == store).with_for_update())


def begin(connection: Connection, store: int) -> int:
    """Make a new edition of a store, which nobody reads yet, and return its number."""
    made = connection.execute(insert(schema.editions).values(store=store, indexed=False, log_position=0))
    key = made.inserted_primary_key
    if key is None:
        raise CatalogueError("the database gave a new edition no number")
    return int(key[0])


def current(connection: Connection, stores: Iterable[int] | None) -> dict[int, int]:
    """Return number -> edition that is read, of the stores given, or of all.

    Raises:
        UsageError: a number is of no store of this catalogue.
    """
    table = schema.stores
    rows = connection.execute(select(table.c.id, table.c.edition).where(table.c.edition.is_not(None)))
    known: dict[int, int] = dict(tuple(row) for row in rows)
    if stores is None:
        return known
    wanted = list(stores)
    for store in wanted:
        if store not in known:
            raise UsageError(f"this catalogue has no store of number {store}")
    return {store: known[store] for store in wanted}


def written(connection: Connection, store: int) -> list[int]:
    """Return the editions that a change goes into: the one that is read, and one in the making."""
    first = current(connection, [store])[store]
    table = schema.editions
    rows = connection.execute(select(table.c.id).where(table.c.store == store, table.c.id >= first))
    return sorted(rows.scalars())


def check_in_the_making(connection: Connection, edition: int) -> None:
    """See that an edition has not been taken away.

    Raises:
        CatalogueError: another rebuild began meanwhile.
    """
    table = schema.editions
    if connection.execute(select(table.c.id).where(table.c.id == edition)).first() is None:
        raise CatalogueError("another `archiver store index` of this store has begun; this one gives way to it")


def take_place(connection: Connection, store: int, edition: int) -> None:
    """Have an edition read from now on."""
    check_in_the_making(connection, edition)
    connection.execute(update(schema.editions).where(schema.editions.c.id == edition).values(indexed=True))
    connection.execute(update(schema.stores).where(schema.stores.c.id == store).values(edition=edition))


def unread(connection: Connection, store: int) -> list[int]:
    """Return the editions of a store that are not the one that is read."""
    table = schema.editions
    read = current(connection, [store])[store]
    rows = connection.execute(select(table.c.id).where(table.c.store == store, table.c.id != read))
    return sorted(rows.scalars())


def remove_some(connection: Connection, edition: int) -> bool:
    """Remove a part of an edition that nobody reads, and tell whether there is more of it; in one transaction."""
    objects = schema.objects
    if connection.execute(select(schema.stores.c.id).where(schema.stores.c.edition == edition)).first() is not None:
        return False  # it is read by now
    numbers = list(
        connection.execute(select(objects.c.id).where(objects.c.edition == edition).limit(_REMOVED_AT_ONCE)).scalars()
    )
    if numbers:
        forget_parts(connection, numbers)
        for table in (schema.checks, schema.failures, schema.deposits):
            connection.execute(delete(table).where(table.c.object.in_(numbers)))
        connection.execute(delete(objects).where(objects.c.id.in_(numbers)))
        return True
    connection.execute(delete(schema.runs).where(schema.runs.c.edition == edition))
    connection.execute(delete(schema.editions).where(schema.editions.c.id == edition))
    return False
