"""Failures of fixity checks: they stay open until somebody acknowledges them, though a later check be good."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from archiver.model import FixityOutcome
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.schema import GIVEN_UP, HERE, NEVER, OUTCOMES, instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

_MISSING = OUTCOMES.index(FixityOutcome.MISSING)
_FAILED = (OUTCOMES.index(FixityOutcome.DAMAGED), _MISSING)
_ALL_GONE = "stored-package-missing"
"""Code of the finding that a check makes where there is no object at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody knows of a package's failures."""

    identifier: str
    when: datetime
    by: str = ""
    note: str = ""


def note_failures(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take down the checks that found a package damaged or missing, given as rows of the table of checks."""
    table = schema.failures
    failed = [row for row in rows if row["outcome"] in _FAILED]
    for row in sorted(failed, key=lambda row: (row["ended"], row["object"])):
        # Of an acknowledged failure, checks up to then are part; one after it is a failure of its own.
        known = select(table).where(
            table.c.object == row["object"],
            (table.c.acknowledged == NEVER) | (table.c.acknowledged >= row["ended"]),
        )
        failure = connection.execute(known.order_by(table.c.acknowledged == NEVER, table.c.acknowledged)).first()
        seen = {"outcome": row["outcome"], "path": row["path"], "findings": row["findings"] or "[]"}
        if failure is None:
            times = {"first_seen": row["ended"], "last_seen": row["ended"], "times": 1}
            nobody = {"acknowledged": NEVER, "acknowledged_by": "", "note": ""}
            connection.execute(insert(table).values(object=row["object"], **seen, **times, **nobody))
            continue
        later = seen if row["ended"] >= failure.last_seen else {}
        times = {
            "first_seen": min(failure.first_seen, row["ended"]),
            "last_seen": max(failure.last_seen, row["ended"]),
            "times": failure.times + 1,
        }
        connection.execute(update(table).where(table.c.id == failure.id).values(**later, **times))


def acknowledge(connection: Connection, edition: int, one: Acknowledgement) -> int:
    """Close the open failures of a package that were seen up to then; return how many these were.

    A package of which nothing is left in the store is then given up: it is not checked again, until it is put again.
    """
    objects, table = schema.objects, schema.failures
    wanted = (objects.c.edition == edition) & (objects.c.identifier == one.identifier)
    package = connection.execute(select(objects).where(wanted)).first()
    if package is None:
        return 0
    number = package.id
    gone = package.outcome == _MISSING and (package.state != HERE or _nothing_is_left(connection, edition, number))
    closing = update(table).where(
        table.c.object == number, table.c.acknowledged == NEVER, table.c.first_seen <= instant(one.when)
    )
    closed = connection.execute(
        closing.values(acknowledged=instant(one.when), acknowledged_by=one.by, note=one.note)
    ).rowcount
    if gone:
        connection.execute(update(objects).where(objects.c.id == number).values(state=GIVEN_UP))
    return closed


def _nothing_is_left(connection: Connection, edition: int, number: int) -> bool:
    # While a rebuild reads the log, what it found in the store says it better than an old check.
    editions, table = schema.editions, schema.failures
    if not connection.execute(select(editions.c.indexed).where(editions.c.id == edition)).scalar():
        return False
    query = select(table.c.findings).where(table.c.object == number).order_by(table.c.last_seen.desc()).limit(1)
    kept = connection.execute(query).scalar()
    return kept is not None and any(code == _ALL_GONE for _, code, *_ in json.loads(kept))
