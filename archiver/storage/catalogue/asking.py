"""Questions about what stores hold and how its checks came out; every answer comes page by page or is small."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import case, func, select

from archiver.model import FixityOutcome
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.history import findings_of
from archiver.storage.catalogue.objects import in_batches
from archiver.storage.catalogue.schema import ABSENT, HERE, NEVER, OUTCOMES, instant, moment
from archiver.storage.catalogue.values import (
    CheckAge,
    CheckCount,
    FormatCount,
    Holdings,
    IndexedFormat,
    OpenFailure,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

_AT_ONCE = 500
_DAY = 86_400_000_000
"""Microseconds."""

Editions = Mapping[int, int]
"""Number of a store -> its edition that is read."""


def titles(connection: Connection, edition: int, identifiers: Iterable[str]) -> dict[str, str]:
    """Return identifier -> title of the packages that an edition knows and that have one."""
    objects, described = schema.objects, schema.descriptions
    query = select(objects.c.identifier, described.c.title).select_from(
        objects.join(described, described.c.object == objects.c.id)
    )
    found: dict[str, str] = {}
    for some in in_batches(identifiers, _AT_ONCE):
        rows = connection.execute(query.where(objects.c.edition == edition, objects.c.identifier.in_(some)))
        found |= {identifier: title for identifier, title in rows if title}
    return found


def holdings(connection: Connection, stores: Editions) -> Iterator[Holdings]:
    """Yield what each store holds."""
    table, versions = schema.objects, schema.versions
    for store, edition in stores.items():
        here = (table.c.edition == edition) & (table.c.state == HERE)
        numbers = connection.execute(
            select(
                func.count(),
                func.coalesce(func.sum(table.c.content_files), 0),
                func.coalesce(func.sum(table.c.bytes), 0),
                func.coalesce(func.sum(case((table.c.checked == NEVER, 1), else_=0)), 0),
                func.min(case((table.c.checked != NEVER, table.c.checked))),
                func.max(table.c.checked),
            ).where(here)
        ).one()
        joined = select(func.count()).select_from(versions.join(table, table.c.id == versions.c.object))
        absent = select(func.count()).where(table.c.edition == edition, table.c.state == ABSENT)
        outcomes = select(table.c.outcome, func.count()).where(here).group_by(table.c.outcome)
        yield Holdings(
            store=store,
            packages=numbers[0],
            versions=connection.execute(joined.where(here)).scalar_one(),
            files=int(numbers[1]),
            bytes=int(numbers[2]),
            absent=connection.execute(absent).scalar_one(),
            never_checked=int(numbers[3]),
            oldest_check=moment(numbers[4]),
            newest_check=moment(numbers[5]),
            outcomes={OUTCOMES[key]: count for key, count in connection.execute(outcomes) if key is not None},
        )


def formats(connection: Connection, stores: Editions) -> Iterator[FormatCount]:
    """Yield the formats of each store's documents, the most frequent first."""
    files, objects, known = schema.files, schema.objects, schema.formats
    for store, edition in stores.items():
        count = func.count()
        counted = (
            select(
                files.c.format,
                count.label("files"),
                func.count(files.c.object.distinct()).label("packages"),
                func.coalesce(func.sum(files.c.size), 0).label("bytes"),
            )
            .select_from(objects.join(files, files.c.object == objects.c.id))
            .where(objects.c.edition == edition, objects.c.state == HERE, files.c.current, files.c.document)
            .group_by(files.c.format)
            .subquery()
        )
        query = select(counted, known.c.puid, known.c.media_type, known.c.name)
        query = query.select_from(counted.outerjoin(known, known.c.id == counted.c.format))
        for row in connection.execute(query.order_by(counted.c.files.desc(), known.c.puid, known.c.media_type)):
            form = IndexedFormat(puid=row.puid or "", media_type=row.media_type or "", name=row.name or "")
            yield FormatCount(store=store, form=form, files=row.files, packages=row.packages, bytes=int(row.bytes))


def check_counts(connection: Connection, stores: Editions) -> Iterator[CheckCount]:
    """Yield what the checks of each day came to, store by store, oldest first."""
    checks, runs = schema.checks, schema.runs
    day = (checks.c.ended - checks.c.ended % _DAY).label("day")
    for store, edition in stores.items():
        query = (
            select(day, checks.c.outcome, func.count().label("checks"), func.sum(checks.c.bytes).label("bytes"))
            .select_from(checks.join(runs, runs.c.id == checks.c.run))
            .where(runs.c.edition == edition)
            .group_by(day, checks.c.outcome)
            .order_by(day, checks.c.outcome)
        )
        for row in connection.execute(query):
            at = moment(int(row.day))
            yield CheckCount(
                store=store,
                day=at.date().isoformat() if at else "1970-01-01",
                outcome=FixityOutcome(OUTCOMES[row.outcome]),
                checks=row.checks,
                bytes=int(row.bytes),
            )


def check_ages(connection: Connection, stores: Editions, now: datetime) -> Iterator[CheckAge]:
    """Yield how many packages were last checked how many days ago, store by store, the latest first, never last."""
    table = schema.objects
    for store, edition in stores.items():
        midnight = table.c.checked - table.c.checked % _DAY
        query = select(midnight, func.count()).where(table.c.edition == edition, table.c.state == HERE)
        rows = connection.execute(query.group_by(midnight).order_by(midnight.desc()))
        ages: dict[int | None, int] = {}
        for at, count in rows:
            days = None if at == NEVER else max(0, (instant(now) - int(at)) // _DAY)
            ages[days] = ages.get(days, 0) + count
        yield from (CheckAge(store=store, days=days, packages=count) for days, count in ages.items())


def open_failures(connection: Connection, stores: Editions) -> Iterator[OpenFailure]:
    """Yield the failures that nobody has acknowledged, store by store, oldest first."""
    table, objects = schema.failures, schema.objects
    for store, edition in stores.items():
        query = (
            select(table, objects.c.identifier, objects.c.outcome.label("since"))
            .select_from(table.join(objects, objects.c.id == table.c.object))
            .where(objects.c.edition == edition, table.c.acknowledged == NEVER)
            .order_by(table.c.first_seen, objects.c.identifier)
        )
        for row in connection.execute(query):
            first, last = moment(row.first_seen), moment(row.last_seen)
            if first is None or last is None:
                continue
            yield OpenFailure(
                store=store,
                identifier=row.identifier,
                path=row.path,
                outcome=FixityOutcome(OUTCOMES[row.outcome]),
                first_seen=first,
                last_seen=last,
                times=row.times,
                findings=findings_of(row.findings),
                since=None if row.since is None else FixityOutcome(OUTCOMES[row.since]),
            )
