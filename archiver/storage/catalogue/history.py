"""Fixity checks in an edition of a store, and the failures that stay open until somebody acknowledges them.

The same results written twice, or in another order, leave the same rows: the log is read again whenever it is needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.audit_log.result_lines import read_result_line, result_line
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.objects import digest_bytes, in_batches, known_objects
from archiver.storage.catalogue.schema import ABSENT, GIVEN_UP, HERE, NEVER, OUTCOMES, instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 500
_as_kept = Finding
"""Makes a finding whose code was made by a check, and stands in the database."""

_NO_ANSWER = OUTCOMES.index(FixityOutcome.COULD_NOT_CHECK)
_FAILED = (OUTCOMES.index(FixityOutcome.DAMAGED), OUTCOMES.index(FixityOutcome.MISSING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement:
    """Somebody knows of a package's failures."""

    identifier: str
    when: datetime
    by: str = ""
    note: str = ""


def findings_json(result: FixityResult) -> str | None:
    """Return the findings of a check as they are kept; None without any.

    They are kept as a line of the run has them, which is where a rebuild takes them from.
    """
    if not result.findings:
        return None
    findings = read_result_line(result_line(result)).findings
    return json.dumps([[one.severity.value, one.code, one.file, one.message, one.fix] for one in findings])


def findings_of(text: str | None) -> tuple[Finding, ...]:
    """Return kept findings."""
    return tuple(
        _as_kept(severity=Severity(severity), file=file, message=message, fix=fix, code=code)
        for severity, code, file, message, fix in json.loads(text or "[]")
    )


def write_results(connection: Connection, edition: int, run: str, results: Sequence[FixityResult]) -> None:
    """Write fixity checks of one run; those that are there already stay as they are.

    A package that the edition does not know is taken down as one that the store has no more.
    """
    number = _run_number(connection, edition, run)
    for batch in in_batches(results, _AT_ONCE):
        _write_batch(connection, edition, number, batch)


def _write_batch(connection: Connection, edition: int, run: int, batch: Sequence[FixityResult]) -> None:
    objects = take_down(connection, edition, [(one.identifier, one.path) for one in batch])
    checks = schema.checks
    written = select(checks.c.object).where(checks.c.run == run, checks.c.object.in_(set(objects.values())))
    there = set(connection.execute(written).scalars())
    rows: dict[int, dict[str, Any]] = {}
    for one in batch:
        number = objects[one.identifier]
        if number not in there:
            rows[number] = _check_row(run, number, one)
    if not rows:
        return
    connection.execute(insert(checks), list(rows.values()))
    for row in rows.values():
        _note_check(connection, row)
    _note_failures(connection, [row for row in rows.values() if row["outcome"] in _FAILED])


def _check_row(run: int, number: int, one: FixityResult) -> dict[str, Any]:
    return {
        "run": run,
        "object": number,
        "path": one.path,
        "version": one.version,
        "inventory_digest": None if one.inventory_digest is None else digest_bytes(one.inventory_digest),
        "outcome": OUTCOMES.index(one.outcome),
        "files": one.files,
        "bytes": one.bytes,
        "started": instant(one.started),
        "ended": instant(one.ended),
        "findings": findings_json(one),
    }


def take_down(connection: Connection, edition: int, packages: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the numbers of packages' rows, given as identifier and path; unknown ones become absent packages."""
    known = known_objects(connection, edition, [identifier for identifier, _ in packages])
    new = {identifier: path for identifier, path in packages if identifier not in known}
    if new:
        connection.execute(insert(schema.objects), [absent_row(edition, *package) for package in new.items()])
        known |= known_objects(connection, edition, list(new))
    return {identifier: number for identifier, (number, _, _) in known.items()}


def absent_row(edition: int, identifier: str, path: str) -> dict[str, Any]:
    """Return the row of a package of which nothing but its name is known."""
    row: dict[str, Any] = {"edition": edition, "identifier": identifier, "path": path, "state": ABSENT}
    row |= {"head": "", "head_number": 0, "inventory_digest": b"", "digest_algorithm": ""}
    row |= {"created": "", "updated": "", "bytes": 0, "content_files": 0}
    return row | {"checked": NEVER, "attempted": NEVER, "outcome": None}


def _note_check(connection: Connection, row: dict[str, Any]) -> None:
    table = schema.objects
    last = {"attempted": row["ended"], "outcome": row["outcome"]}
    one = table.c.id == row["object"]
    connection.execute(update(table).where(one, table.c.attempted <= row["ended"]).values(last))
    if row["outcome"] != _NO_ANSWER:
        answered = update(table).where(one, table.c.checked < row["ended"])
        connection.execute(answered.values(checked=row["ended"]))


def _note_failures(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    table = schema.failures
    for row in sorted(rows, key=lambda row: (row["ended"], row["object"])):
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

    A package that is not in the store any more is then given up: it is not checked again.
    """
    known = known_objects(connection, edition, [one.identifier]).get(one.identifier)
    if known is None:
        return 0
    number, _, state = known
    table = schema.failures
    closing = update(table).where(
        table.c.object == number, table.c.acknowledged == NEVER, table.c.first_seen <= instant(one.when)
    )
    closed = connection.execute(
        closing.values(acknowledged=instant(one.when), acknowledged_by=one.by, note=one.note)
    ).rowcount
    if state != HERE:
        objects = schema.objects
        connection.execute(update(objects).where(objects.c.id == number).values(state=GIVEN_UP))
    return closed


def _run_number(connection: Connection, edition: int, run: str) -> int:
    table = schema.runs
    wanted = select(table.c.id).where(table.c.edition == edition, table.c.name == run)
    number = connection.execute(wanted).scalar()
    if number is None:
        connection.execute(insert(table).values(edition=edition, name=run))
        number = connection.execute(wanted).scalar_one()
    return int(number)
