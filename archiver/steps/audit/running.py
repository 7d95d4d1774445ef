"""An audit from beginning to end: whose turn it is, what came of it, and the record that it leaves in each store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from archiver.model import Finding
from archiver.steps.audit.asking import AuditedStore, AuditRequest, AuditSummary, Checked
from archiver.steps.audit.closing import checked_first, close_repaired, repaired_since
from archiver.steps.audit.known_state import held_against_known
from archiver.steps.audit.reading import PackageReader, Reader
from archiver.steps.audit.recording import Recording
from archiver.steps.audit.suspicion import Watch
from archiver.steps.audit.turns import Begun, Turns
from archiver.steps.program import PROGRAM
from archiver.storage.parity.checking import check_parity
from archiver.storage.stores.fixity_findings import store_unreachable

if TYPE_CHECKING:
    from datetime import datetime

    from archiver.model import FixityResult
    from archiver.standards.audit_log.canonical import Json
    from archiver.storage.bag_checks.container import Progress


class Audit:
    """One audit of some stores: take what :meth:`run` gives, then ask for :attr:`summary`."""

    def __init__(
        self,
        stores: Sequence[AuditedStore],
        request: AuditRequest,
        progress: Progress | None = None,
        reader: Callable[[Mapping[int, AuditedStore], AuditRequest, Progress | None], Reader] = PackageReader,
    ) -> None:
        """Ask nothing of any store yet.

        Args:
            stores: each once.
            request: what is asked for.
            progress: told of the bytes read.
            reader: makes what reads packages.
        """
        self._reader = reader
        self._stores = stores
        self._request = request
        self._progress = progress
        self.summary = AuditSummary()
        """What it came to, once it has ended."""

    def run(self) -> Iterator[Checked]:
        """Check package after package; what is given is kept already.

        Raises:
            UsageError: another audit of one of the stores is under way.
            StorageError: the disk of the records refused.
            CatalogueError: the catalogue did.
        """
        started = self._request.seconds()
        with ExitStack() as stack:
            # First of all: later there may be threads, and files and locks that no other process should hold.
            reader = stack.enter_context(self._reader(dict(enumerate(self._stores)), self._request, self._progress))
            reachable = [store for store in self._stores if store.tree.reachable()]
            books = [_Book(store, self._request, stack) for store in self._stores]
            for book in books:
                self.summary.resumed += book.recording.resumed
                waits = [one for one in (self.summary.apart, book.recording.since) if one is not None]
                self.summary.apart = max(waits, default=None)
                if book.store not in reachable:
                    yield self._told(book.unreachable(store_unreachable(book.store.place.location).finding))
            yield from self._checked(reader, [book for book in books if book.store in reachable])
            self._end(books)
        self.summary.took = timedelta(seconds=self._request.seconds() - started)

    def _checked(self, reader: Reader, books: Sequence[_Book]) -> Iterator[Checked]:
        by_store = {id(book.store): book for book in books}
        turns = Turns(
            [book.store for book in books],
            self._request,
            {id(book.store): book.begun for book in books},
            lambda store: checked_first(store, by_store[id(store)].repaired),
        )
        for turn, result in reader.read(iter(turns)):
            book = by_store[id(turn.store)]
            yield from map(self._told, book.take(held_against_known(turn.planned, result)))
            if book.watch.finding is not None:
                turns.leave_out(turn.store)
        for book in books:
            yield from map(self._told, book.end())
        for book in books:
            book.recording.tell()
        self.summary.left_packages, self.summary.left_bytes = turns.left()
        for book in books:
            book.stopped = book.stopped or turns.stopped

    def _told(self, checked: Checked) -> Checked:
        self.summary.count(checked)
        return checked

    def _end(self, books: Sequence[_Book]) -> None:
        for book in books:
            book.close()
            self.summary.closed += tuple((book.store.name, one) for one in book.closed)
            failures = book.store.catalogue.open_failures([book.store.number])
            self.summary.failures += tuple((book.store.name, one) for one in failures)


class _Book:
    """What is written down of one store."""

    def __init__(self, store: AuditedStore, request: AuditRequest, stack: ExitStack) -> None:
        self.store = store
        self._request = request
        self.repaired: dict[str, datetime] = repaired_since(store)
        self.recording = stack.enter_context(Recording(store, request))
        self.watch = Watch(store)
        self.stopped: str | None = None
        self.closed: list[str] = []
        self._told = False
        self._has_parity = store.place.parity.is_dir()

    @property
    def seed(self) -> str:
        """What decides the lots of a sample."""
        return self._request.seed or self.recording.run

    @property
    def begun(self) -> Begun:
        """How the run began."""
        return Begun(when=self.recording.begun, seed=self.seed, ago=self.recording.ago)

    def take(self, result: FixityResult) -> Iterator[Checked]:
        """Take in one result; give what can be said now."""
        yield from self._believed(self.watch.take(result))

    def end(self) -> Iterator[Checked]:
        """Give what was held back until the last."""
        yield from self._believed(self.watch.decide())

    def unreachable(self, finding: Finding) -> Checked:
        """Say that the store as a whole could not be checked."""
        self.watch.finding = finding
        self.stopped = finding.code
        self._told = True
        return Checked(store=self.store.name, result=None, finding=finding)

    def close(self) -> None:
        """Sign the run off."""
        self.closed = close_repaired(self.store, self.repaired, self._request.clock())
        self.recording.close(self._body())

    def _believed(self, results: Sequence[FixityResult]) -> Iterator[Checked]:
        for one in results:
            result = self._with_parity(one)
            self.recording.add(result)
            yield Checked(store=self.store.name, result=result)
        if self.watch.finding is not None and not self._told:
            yield self.unreachable(self.watch.finding)

    def _with_parity(self, result: FixityResult) -> FixityResult:
        """Add what is wrong with a package's parity: that is no damage of the package, and its healing in danger."""
        parity = check_parity(self.store.place, result.path) if self._has_parity else ()
        return replace(result, findings=(*result.findings, *parity)) if parity else result

    def _body(self) -> dict[str, Json]:
        limits, schedule = self._request.limits, self.store.schedule
        asked: dict[str, Json] = {
            "older_than_seconds": None if schedule.older_than is None else int(schedule.older_than.total_seconds()),
            "max_bytes": limits.max_bytes,
            "max_seconds": None if limits.max_time is None else int(limits.max_time.total_seconds()),
            "bytes_a_second": schedule.rate,
        }
        if limits.sample is not None or limits.share is not None:
            sample = limits.sample if limits.sample is not None else f"{(limits.share or 0) * 100:g}%"
            asked |= {"sample": sample, "seed": self.seed}
        body: dict[str, Json] = {"store": self.store.name, "program": PROGRAM, "asked": asked}
        body["stopped"] = self.stopped or "finished"
        if self.watch.finding is not None:
            body["not_checked"] = self.watch.finding.message
        return body
