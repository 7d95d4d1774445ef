"""Which package is checked next: the one whose last check lies furthest back, a page at a time.

Whoever was tried goes to the end of the queue, with or without an answer, so that one that cannot be read does not keep
the others waiting; but only an answer makes it count as checked.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from archiver.model import FixityOutcome
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.schema import GIVEN_UP, OUTCOMES, instant, moment
from archiver.storage.catalogue.values import PlannedCheck

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Select

_PAGE = 500
_WHOLE = 1 << 64

Reading = Callable[[], AbstractContextManager["Connection"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an audit asks for."""

    stores: Mapping[int, int]
    """Number of a store -> its edition."""

    now: datetime
    older_than: Mapping[int, timedelta]
    """Number of a store -> how long a check is good for; a store that is not in it: no check is too young."""

    limit_bytes: int | None = None
    sample: int | None = None
    """How many packages, drawn by lot from those whose turn it is."""

    share: float | None = None
    """The same as a share of them: 0.05 for one in twenty."""

    seed: str = ""
    """Decides the lots: the same seed draws the same packages."""


def planned(reading: Reading, plan: Plan) -> Iterator[PlannedCheck]:
    """Yield what is to be checked, oldest first over all stores.

    No transaction is open between two of them, so that whoever checks may write its results; these are not met again.
    """
    queues = [_queue(reading, plan, store) for store in sorted(plan.stores)]
    wanted = _wanted(reading, plan)
    left = plan.limit_bytes
    for _, one in heapq.merge(*queues, key=lambda pair: pair[0]):
        if not wanted(one):
            continue
        if left is not None:
            if left < one.bytes and left < (plan.limit_bytes or 0):
                return  # it has to wait; the first one is taken whatever its size, or a large one would wait for ever
            left -= one.bytes
        yield one


def _queue(reading: Reading, plan: Plan, store: int) -> Iterator[tuple[tuple[int, int, int], PlannedCheck]]:
    after = (-1, -1)
    while True:
        with reading() as connection:
            rows = connection.execute(_page(plan, store, after)).all()
        for row in rows:
            yield (row.attempted, store, row.id), _planned(store, row)
        if len(rows) < _PAGE:
            return
        after = (rows[-1].attempted, rows[-1].id)


def due(connection: Connection, plan: Plan) -> tuple[int, int]:
    """Count the packages whose turn it is, and their bytes; of limits and lots nothing is regarded."""
    table = schema.objects
    packages = size = 0
    for store in plan.stores:
        query = select(func.count(), func.coalesce(func.sum(table.c.bytes), 0)).where(*_due(plan, store))
        row = connection.execute(query).one()
        packages, size = packages + int(row[0]), size + int(row[1])
    return packages, size


def _page(plan: Plan, store: int, after: tuple[int, int]) -> Select[Any]:
    table = schema.objects
    attempted, number = after
    query = select(table).where(
        *_due(plan, store),
        (table.c.attempted > attempted) | ((table.c.attempted == attempted) & (table.c.id > number)),
        table.c.attempted >= attempted,
    )
    return query.order_by(table.c.attempted, table.c.id).limit(_PAGE)


def _due(plan: Plan, store: int) -> Iterator[ColumnElement[bool]]:
    table = schema.objects
    yield table.c.edition == plan.stores[store]
    yield table.c.state != GIVEN_UP
    yield table.c.attempted < instant(plan.now)
    if store in plan.older_than:
        yield table.c.checked <= instant(plan.now - plan.older_than[store])


def _planned(store: int, row: Any) -> PlannedCheck:  # noqa: ANN401 - a row of SQLAlchemy
    return PlannedCheck(
        store=store,
        identifier=row.identifier,
        path=row.path,
        bytes=row.bytes,
        files=row.content_files,
        last_checked=moment(row.checked),
        last_outcome=None if row.outcome is None else FixityOutcome(OUTCOMES[row.outcome]),
        head=row.head or None,
        inventory_digest=row.inventory_digest.hex() or None,
    )


def _wanted(reading: Reading, plan: Plan) -> Callable[[PlannedCheck], bool]:
    if plan.sample is None and plan.share is None:
        return lambda _: True
    if plan.sample is None:
        limit = int((plan.share or 0) * _WHOLE)
        return lambda one: _lot(plan.seed, one.store, one.identifier) < limit
    lots = (
        _lot(plan.seed, store, one.identifier)
        for store in sorted(plan.stores)
        for _, one in _queue(reading, plan, store)
    )
    drawn = frozenset(heapq.nsmallest(plan.sample, lots))
    return lambda one: _lot(plan.seed, one.store, one.identifier) in drawn


def _lot(seed: str, store: int, identifier: str) -> int:
    """Return a number that nobody can tell before, and that is the same for the same seed."""
    words = f"{seed}\0{store}\0{identifier}".encode("utf-8", "backslashreplace")
    return int.from_bytes(hashlib.blake2b(words, digest_size=8).digest(), "big")
