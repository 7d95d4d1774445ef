"""Questions that a report asks: totals over whole stores, and the checks of packages one after another.

Totals are computed by the database; lists come a page at a time, with no transaction open between two pages, so that an
audit may write meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from archiver.model import FixityOutcome, FixityResult
from archiver.storage.catalogue import schema
from archiver.storage.catalogue.deposits import RecordedDeposit, deposits_of
from archiver.storage.catalogue.history import findings_of
from archiver.storage.catalogue.schema import HERE, NEVER, OUTCOMES, instant, moment
from archiver.storage.catalogue.values import OpenFailure

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection

_PAGE = 200
_OLDEST_YEAR = 1970
"""Before it nobody stored a package: an inventory that says so says nothing."""

Reading = Callable[[], AbstractContextManager["Connection"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageTotals:
    """Packages that have something in common."""

    packages: int
    files: int
    """Content files of all versions."""

    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedCheck:
    """One check, and where it is recorded."""

    store: int
    run: str
    result: FixityResult


class CatalogueReporting:
    """Answers for some stores of a catalogue; made by :meth:`Catalogue.reporting`."""

    def __init__(self, reading: Reading, stores: Mapping[int, int]) -> None:
        """Take how to read, and the edition of each store."""
        self._reading = reading
        self._stores = stores
        self._of_editions = {edition: store for store, edition in stores.items()}

    def years(self) -> dict[int | None, PackageTotals]:
        """Return what came into the stores by year; None: packages that do not say when."""
        table = schema.objects
        year = func.substr(table.c.created, 1, 4)
        query = select(year, func.count(), func.sum(table.c.content_files), func.sum(table.c.bytes))
        found: dict[int | None, Counter[str]] = {}
        with self._reading() as connection:
            for words, packages, files, octets in connection.execute(query.where(self._here()).group_by(year)):
                told = int(words) if words and len(words) == 4 and words.isascii() and words.isdigit() else 0
                totals = found.setdefault(told if told >= _OLDEST_YEAR else None, Counter())
                totals.update(packages=packages, files=int(files or 0), bytes=int(octets or 0))
        return {key: _totals(counted) for key, counted in found.items()}

    def ages(self, now: datetime, days: Sequence[int]) -> dict[int | None, PackageTotals]:
        """Return the packages by how long ago a check last had an answer.

        Args:
            now: with its zone.
            days: ends of the bands, ascending; the last one has no end.

        Returns:
            Index of a band, one more than there are ends, or None for packages never checked -> what is in it.
        """
        table = schema.objects
        edges = [(table.c.checked == NEVER, -1)]
        edges += [(table.c.checked >= instant(now - timedelta(days=end)), index) for index, end in enumerate(days)]
        band = case(*edges, else_=len(days))
        query = select(band, func.count(), func.sum(table.c.content_files), func.sum(table.c.bytes))
        with self._reading() as connection:
            rows = connection.execute(query.where(self._here()).group_by(band)).all()
        return {
            (None if key == -1 else int(key)): PackageTotals(
                packages=count, files=int(files or 0), bytes=int(size or 0)
            )
            for key, count, files, size in rows
        }

    def failures(self, limit: int) -> tuple[int, tuple[OpenFailure, ...]]:
        """Return how many failures are open, and the oldest of them."""
        table, objects = schema.failures, schema.objects
        joined = table.join(objects, objects.c.id == table.c.object)
        is_open = objects.c.edition.in_(list(self._of_editions)) & (table.c.acknowledged == NEVER)
        columns = (table, objects.c.edition, objects.c.identifier, objects.c.outcome.label("since"))
        query = select(*columns).select_from(joined).where(is_open)
        with self._reading() as connection:
            total = connection.execute(select(func.count()).select_from(joined).where(is_open)).scalar_one()
            rows = connection.execute(query.order_by(table.c.first_seen, table.c.id).limit(limit)).all()
        return int(total), tuple(self._failure(row) for row in rows)

    def held_more_than_once(self) -> tuple[int, int]:
        """Return how many contents of documents several packages or stores have, and the bytes of further copies."""
        files = schema.files
        copies = func.count(files.c.object.distinct())
        several = (
            select((func.max(files.c.size) * (copies - 1)).label("bytes"))
            .where(files.c.object.in_(self._numbers()), files.c.document, files.c.current, files.c.size > 0)
            .group_by(files.c.digest_key)
            .having(func.min(files.c.object) < func.max(files.c.object))
            .subquery()
        )
        with self._reading() as connection:
            row = connection.execute(select(func.count(), func.coalesce(func.sum(several.c.bytes), 0))).one()
        return int(row[0]), int(row[1])

    def held_once(self) -> int:
        """Return the bytes that packages do not hold again, because files of their newest version are equal."""
        files = schema.files
        equal = (
            select((func.max(files.c.size) * (func.count() - 1)).label("bytes"))
            .where(files.c.object.in_(self._numbers()), files.c.current, files.c.size > 0)
            .group_by(files.c.object, files.c.digest_key)
            .having(func.count() > 1)
            .subquery()
        )
        with self._reading() as connection:
            return int(connection.execute(select(func.coalesce(func.sum(equal.c.bytes), 0))).scalar_one())

    def packages(self, wanted: Collection[str] | None = None) -> Iterator[str]:
        """Yield the identifiers of all packages that are known, each once; of those ``wanted``, where given."""
        table = schema.objects
        earlier: list[int] = []
        for edition in self._of_editions:
            for rows in self._pages(edition, wanted):
                named = [row.identifier for row in rows]
                told: set[str] = set()
                if earlier:
                    known = select(table.c.identifier).where(
                        table.c.edition.in_(earlier), table.c.identifier.in_(named)
                    )
                    with self._reading() as connection:
                        told = set(connection.execute(known).scalars())
                yield from (identifier for identifier in named if identifier not in told)
            earlier.append(edition)

    def checks(self, wanted: Collection[str] | None = None) -> Iterator[RecordedCheck]:
        """Yield every check of packages, package by package, oldest first; of those ``wanted``, where given."""
        checks, runs = schema.checks, schema.runs
        for edition, store in self._of_editions.items():
            for rows in self._pages(edition, wanted):
                known = {row.id: row for row in rows}
                query = (
                    select(checks, runs.c.name)
                    .select_from(checks.join(runs, runs.c.id == checks.c.run))
                    .where(checks.c.object.in_(list(known)))
                    .order_by(checks.c.object, checks.c.ended, checks.c.run)
                )
                with self._reading() as connection:
                    found = connection.execute(query).all()
                for row in found:
                    yield RecordedCheck(store=store, run=row.name, result=_result(known[row.object], row))

    def deposits(self, wanted: Collection[str] | None = None) -> tuple[RecordedDeposit, ...]:
        """Return the deposits of packages with repositories, oldest first; of those ``wanted``, where given."""
        with self._reading() as connection:
            return deposits_of(connection, self._of_editions, wanted)

    def _pages(self, edition: int, wanted: Collection[str] | None) -> Iterator[Sequence[Any]]:
        table = schema.objects
        query = select(table.c.id, table.c.identifier, table.c.path).where(table.c.edition == edition)
        if wanted is not None:
            query = query.where(table.c.identifier.in_(list(wanted)))
        after = 0
        while True:
            with self._reading() as connection:
                rows = connection.execute(query.where(table.c.id > after).order_by(table.c.id).limit(_PAGE)).all()
            if not rows:
                return
            yield rows
            after = rows[-1].id

    def _here(self) -> ColumnElement[bool]:
        table = schema.objects
        return table.c.edition.in_(list(self._of_editions)) & (table.c.state == HERE)

    def _numbers(self) -> Any:  # noqa: ANN401 - a query of SQLAlchemy
        return select(schema.objects.c.id).where(self._here())

    def _failure(self, row: Any) -> OpenFailure:  # noqa: ANN401 - a row of SQLAlchemy
        return OpenFailure(
            store=self._of_editions[row.edition],
            identifier=row.identifier,
            path=row.path,
            outcome=FixityOutcome(OUTCOMES[row.outcome]),
            first_seen=_when(row.first_seen),
            last_seen=_when(row.last_seen),
            times=row.times,
            findings=findings_of(row.findings),
            since=None if row.since is None else FixityOutcome(OUTCOMES[row.since]),
        )


def _totals(counted: Mapping[str, int]) -> PackageTotals:
    return PackageTotals(packages=counted["packages"], files=counted["files"], bytes=counted["bytes"])


def _when(value: int) -> datetime:
    """Return the moment of a check that has been, though it were at the very beginning of time."""
    return moment(value) or datetime.fromtimestamp(0, UTC)


def _result(known: Any, row: Any) -> FixityResult:  # noqa: ANN401 - rows of SQLAlchemy
    return FixityResult(
        identifier=known.identifier,
        path=row.path or known.path,
        version=row.version,
        inventory_digest=None if row.inventory_digest is None else row.inventory_digest.hex(),
        outcome=FixityOutcome(OUTCOMES[row.outcome]),
        files=row.files,
        bytes=row.bytes,
        started=_when(row.started),
        ended=_when(row.ended),
        findings=findings_of(row.findings),
    )
