"""Gathers a report: what the catalogues of stores say of their packages and checks, and what the logs tell besides.

Several catalogues are added up. It reads; all it changes is a catalogue: one that was never made is made, and one that
had not heard yet what a log says takes it over.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from archiver.config import Remote
from archiver.errors import UsageError
from archiver.model import Finding
from archiver.model.reports import (
    AgeBand,
    DuplicateTotals,
    LogState,
    ReportedFailure,
    StoreHoldings,
    StoreReport,
    YearHoldings,
)
from archiver.standards.names import printable
from archiver.steps.reporting.adding_up import Formats, Totals
from archiver.steps.reporting.logged import read_acts
from archiver.steps.reporting.periods import DayChecks, periods_of
from archiver.steps.reporting.risks import FormatRisks
from archiver.steps.stores.cataloguing import CataloguedStores, opened_catalogues
from archiver.steps.stores.indexing import IndexOrder, ensure_indexed
from archiver.storage.catalogue import Holdings, OpenFailure
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import StorePlace
from archiver.storage.stores.tree import open_tree

MOST_LISTED = 500
"""Of each kind of thing that a report lists; how many there are is told."""

MOST_NOTES = 20
"""Findings of an index that a report tells."""

APART = "The stores have catalogues of their own: content that several of them hold is not counted."

_BANDS = (30, 90, 365)
_KEYS = ("30", "90", "365", "older", "never")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportOrder:
    """What is to be reported."""

    places: Sequence[StorePlace]
    catalogue: str | None
    """Of all stores; None: each has its own."""

    archive: str | None
    risks: FormatRisks
    now: datetime
    remotes: tuple[Remote, ...] = ()


@contextlib.contextmanager
def opened_stores(order: ReportOrder) -> Iterator[tuple[list[CataloguedStores], tuple[str, ...]]]:
    """Open the catalogues of the stores, made where there are none; yield them, and what a reader has to know of them.

    Raises:
        UsageError: there is no such store, and nothing is known of one.
        ArchiverError: a catalogue or a log cannot be used.
    """
    notes = [note for place in order.places if (note := _reached(place, order.remotes))]
    notes += _noticed(ensure_indexed([_indexing(order, place) for place in order.places]))
    with opened_catalogues(order.places, order.catalogue) as opened:
        yield opened, (*notes, *_gone(opened))


def gather(order: ReportOrder) -> StoreReport:
    """Return the report.

    Raises:
        UsageError: there is no such store, and nothing is known of one.
        ArchiverError: a catalogue or a log cannot be used.
    """
    with opened_stores(order) as (opened, notes):
        gathered = _Gathered(order)
        for one in opened:
            gathered.add(one)
        apart = (APART,) if len(opened) > 1 else ()
        return gathered.report((*notes, *apart))


class _Gathered:
    """Adds up what several catalogues say."""

    def __init__(self, order: ReportOrder) -> None:
        self._order = order
        self._formats = Formats(order.risks)
        self._years: Totals[int | None] = Totals()
        self._ages: Totals[str] = Totals()
        self._stores: list[StoreHoldings] = []
        self._failures: list[ReportedFailure] = []
        self._failures_total = 0
        self._days: list[DayChecks] = []
        self._duplicates = DuplicateTotals(digests=0, bytes=0, saved=0)

    def add(self, one: CataloguedStores) -> None:
        """Take what one catalogue says of its stores."""
        numbers = list(one.places)
        asked = one.catalogue.reporting(numbers)
        kinds = {store.id: store.kind for store in one.catalogue.stores()}
        self._stores += [_store(one, told, kinds[told.store]) for told in one.catalogue.holdings(numbers)]
        self._formats.add(one.catalogue.formats(numbers))
        self._years.add(asked.years())
        bands = asked.ages(self._order.now, _BANDS)
        self._ages.add({("never" if band is None else _KEYS[band]): totals for band, totals in bands.items()})
        total, oldest = asked.failures(MOST_LISTED)
        self._failures_total += total
        self._failures += [_failure(one, failure) for failure in oldest]
        self._days += [
            DayChecks(day=date.fromisoformat(day.day), outcome=day.outcome, checks=day.checks, bytes=day.bytes)
            for day in one.catalogue.check_counts(numbers)
        ]
        held, copies = asked.held_more_than_once()
        before = self._duplicates
        self._duplicates = DuplicateTotals(
            digests=before.digests + held, bytes=before.bytes + copies, saved=before.saved + asked.held_once()
        )

    def report(self, notes: tuple[str, ...]) -> StoreReport:
        """Return all that was gathered, and what the logs say."""
        order, ages = self._order, self._ages
        acts = read_acts(order.places, MOST_LISTED)
        oldest = sorted(self._failures, key=lambda one: (one.since or order.now, one.store, one.identifier))
        return StoreReport(
            generated=order.now,
            archive=order.archive,
            stores=tuple(self._stores),
            formats=self._formats.listed(MOST_LISTED),
            formats_total=self._formats.total,
            years=tuple(
                YearHoldings(year=year, packages=totals.packages, files=totals.files, bytes=totals.bytes)
                for year, totals in sorted(self._years.items(), key=lambda pair: (pair[0] is None, pair[0] or 0))
            ),
            ages=tuple(AgeBand(key=key, packages=ages[key].packages, bytes=ages[key].bytes) for key in _KEYS),
            failures=tuple(oldest[:MOST_LISTED]),
            failures_total=self._failures_total,
            timeline=periods_of(self._days, order.now.date()),
            repairs=acts.repairs,
            repairs_total=acts.repairs_total,
            stamps=acts.stamps,
            stamps_total=acts.stamps_total,
            logs=tuple(_log(place) for place in order.places),
            duplicates=self._duplicates,
            risk_source=order.risks.source,
            notes=notes,
        )


def _store(one: CataloguedStores, told: Holdings, kind: str) -> StoreHoldings:
    return StoreHoldings(
        location=one.places[told.store].location,
        kind=kind,
        packages=told.packages,
        versions=told.versions,
        files=told.files,
        bytes=told.bytes,
        last_checked=told.newest_check,
    )


def _failure(one: CataloguedStores, failure: OpenFailure) -> ReportedFailure:
    return ReportedFailure(
        store=one.places[failure.store].location,
        identifier=failure.identifier,
        path=failure.path,
        outcome=failure.outcome,
        since=failure.first_seen,
        checked=failure.last_seen,
        detail=failure.findings[0].message if failure.findings else "",
    )


def _log(place: StorePlace) -> LogState:
    head = StoreLog(place.records).head()
    return LogState(
        store=place.location,
        entries=head.seq if head else 0,
        head=head.digest if head else None,
        when=head.time if head else None,
    )


def _reached(place: StorePlace, remotes: tuple[Remote, ...]) -> str | None:
    """Return a sentence when a store cannot be reached though something is known of it.

    Raises:
        UsageError: nothing is known of it either.
    """
    if open_tree(place.location, remotes).reachable():
        return None
    shown = printable(place.location)
    if place.log.exists() or place.catalogue.exists():
        return f"The store {shown} cannot be reached now: what is told of it is what was known last."
    raise UsageError(f"there is no store at {shown}: name one with --store, or make one with archiver store add")


def _noticed(findings: Sequence[Finding]) -> list[str]:
    """Return what an index found in words; of very much the first, and how much more there is."""
    more = len(findings) - MOST_NOTES
    told = [finding.message for finding in findings[:MOST_NOTES]]
    return [*told, f"archiver store index tells of {more:,} more things like these."] if more > 0 else told


def _indexing(order: ReportOrder, place: StorePlace) -> IndexOrder:
    return IndexOrder(place=place, now=order.now, catalogue=order.catalogue, remotes=order.remotes)


def _gone(opened: Sequence[CataloguedStores]) -> Iterator[str]:
    """Say of which stores packages are known by name alone: they are gone, or could not be read for the catalogue."""
    for one in opened:
        for told in one.catalogue.holdings(list(one.places)):
            if told.absent:
                shown = printable(one.places[told.store].location)
                packages = "1 package" if told.absent == 1 else f"{told.absent:,} packages"
                them = "it is" if told.absent == 1 else "they are"
                yield f"The store {shown} lacks {packages} that it had, or {them} unreadable: an audit says which."
