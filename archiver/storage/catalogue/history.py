"""Fixity checks in an edition of a store, and what is known of packages by them.

The same results written twice, or in another order, leave the same rows: the log is read again whenever it is needed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select, update

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.standards.audit_log.result_lines import read_result_line, result_line
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.failures import note_failures
from archiver.storage.catalogue.objects import digest_bytes, in_batches, known_objects
from archiver.storage.catalogue.schema import ABSENT, NEVER, OUTCOMES, instant

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 500
_as_kept = Finding
"""Makes a finding whose code was made by a check, and stands in the database."""

_NO_ANSWER = OUTCOMES.index(FixityOutcome.COULD_NOT_CHECK)


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
    _note_checks(connection, list(rows.values()))
    note_failures(connection, list(rows.values()))


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
    """Return the numbers of packages' rows, given as identifier and path; unknown ones become absent packages.

    An object whose identifier nobody could read is known by its path in the identifier's place: what lies there now is
    meant, whatever it is called.
    """
    known = known_objects(connection, edition, [identifier for identifier, _ in packages])
    numbers = {identifier: number for identifier, (number, _, _) in known.items()}
    new = {identifier: path for identifier, path in packages if identifier not in numbers}
    numbers |= _by_path(connection, edition, [path for identifier, path in new.items() if path == identifier])
    new = {identifier: path for identifier, path in new.items() if identifier not in numbers}
    if new:
        connection.execute(insert(schema.objects), [absent_row(edition, *package) for package in new.items()])
        numbers |= {name: known[0] for name, known in known_objects(connection, edition, list(new)).items()}
    return numbers


def _by_path(connection: Connection, edition: int, paths: Sequence[str]) -> dict[str, int]:
    table = schema.objects
    query = select(table.c.path, table.c.id).where(table.c.edition == edition, table.c.path.in_(paths))
    return dict(tuple(row) for row in connection.execute(query)) if paths else {}


def absent_row(edition: int, identifier: str, path: str) -> dict[str, Any]:
    """Return the row of a package of which nothing but its name is known."""
    row: dict[str, Any] = {"edition": edition, "identifier": identifier, "path": path, "state": ABSENT}
    row |= {"head": "", "head_number": 0, "inventory_digest": b"", "digest_algorithm": ""}
    row |= {"created": "", "updated": "", "bytes": 0, "content_files": 0}
    return row | {"checked": NEVER, "attempted": NEVER, "outcome": None}


def _note_checks(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Note the last check of each package, and the last one that had an answer."""
    table = schema.objects
    one = table.c.id == bindparam("of")
    last = update(table).where(one, table.c.attempted <= bindparam("at"))
    values = [{"of": row["object"], "at": row["ended"], "came_to": row["outcome"]} for row in rows]
    connection.execute(last.values(attempted=bindparam("at"), outcome=bindparam("came_to")), values)
    answered = [value for value in values if value["came_to"] != _NO_ANSWER]
    if answered:
        later = update(table).where(one, table.c.checked < bindparam("at"))
        connection.execute(later.values(checked=bindparam("at")), answered)


def _run_number(connection: Connection, edition: int, run: str) -> int:
    table = schema.runs
    wanted = select(table.c.id).where(table.c.edition == edition, table.c.name == run)
    number = connection.execute(wanted).scalar()
    if number is None:
        connection.execute(insert(table).values(edition=edition, name=run))
        number = connection.execute(wanted).scalar_one()
    return int(number)
