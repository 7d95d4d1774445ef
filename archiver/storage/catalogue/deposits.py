"""Deposits of a store's packages with repositories, as its log tells of them: one row an entry.

The receipts themselves lie in the store's records; what stands here is always rebuildable from the log.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select

from archiver.storage.catalogue import schema
from archiver.storage.catalogue.history import take_down
from archiver.storage.catalogue.schema import instant, moment

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from archiver.storage.catalogue.values import LoggedEntry

_WORDS = ("deposit", "target", "kind", "location", "state", "evidence", "held_at", "receipt", "program")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedDeposit:
    """One deposit, as it stood when its receipt was written."""

    store: int
    identifier: str
    """Of the package."""

    when: datetime
    deposit: str
    """Its name in the journal of deposits."""

    target: str
    kind: str
    location: str
    state: str
    """``verified``, ``failed`` or ``unknown``."""

    evidence: str
    """Level; empty where there is none."""

    held_at: str
    receipt: str
    """Name of its file in the store's records."""

    program: str


def note_deposit(connection: Connection, edition: int, entry: LoggedEntry, identifier: str) -> None:
    """Write down what an entry of the log tells; one that is there already stays as it is."""
    number = take_down(connection, edition, [(identifier, "")])[identifier]
    table = schema.deposits
    known = select(table.c.entry).where(table.c.object == number, table.c.entry == entry.seq)
    if connection.execute(known).first() is None:
        words = {name: _text(entry.body, name) for name in _WORDS}
        connection.execute(insert(table).values(object=number, entry=entry.seq, moment=instant(entry.time), **words))


def deposits_of(
    connection: Connection, stores: Mapping[int, int], wanted: Collection[str] | None
) -> tuple[RecordedDeposit, ...]:
    """Return the deposits of packages, oldest first.

    Args:
        connection: of the catalogue.
        stores: edition -> number of the store.
        wanted: identifiers of packages; None: all.
    """
    table, objects = schema.deposits, schema.objects
    query = (
        select(table, objects.c.identifier, objects.c.edition)
        .select_from(table.join(objects, objects.c.id == table.c.object))
        .where(objects.c.edition.in_(list(stores)))
        .order_by(table.c.moment, objects.c.edition, table.c.entry)
    )
    if wanted is not None:
        query = query.where(objects.c.identifier.in_(list(wanted)))
    return tuple(_recorded(row, stores) for row in connection.execute(query))


def _recorded(row: Any, stores: Mapping[int, int]) -> RecordedDeposit:  # noqa: ANN401 - a row of SQLAlchemy
    when = moment(row.moment)
    if when is None:
        raise ValueError("a deposit without its time")
    words = {name: getattr(row, name) for name in _WORDS}
    return RecordedDeposit(store=stores[row.edition], identifier=row.identifier, when=when, **words)


def _text(body: Mapping[str, Any], key: str) -> str:
    value = body.get(key)
    return value if isinstance(value, str) else ""
