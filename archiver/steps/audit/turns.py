"""Whose turn it is: the packages of all stores, those first whose last check lies furthest back, within the limits.

Asks the catalogues page by page; reads no store.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from archiver.steps.audit.asking import AuditedStore, AuditRequest
from archiver.storage.catalogue.values import PlannedCheck

Stop = Literal["max-bytes", "max-time"]

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """When the run of a store began, and what decides its lots."""

    when: datetime
    """What was tried since is passed over."""

    seed: str = ""
    ago: timedelta = timedelta()
    """How long that was ago when the run was gone on with: more has fallen due since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A package that is to be checked now."""

    store: AuditedStore
    planned: PlannedCheck

    @property
    def identifier(self) -> str | None:
        """Of the package; None of one that nobody could read yet: it is known by its path alone."""
        return None if self.planned.identifier == self.planned.path else self.planned.identifier


class Turns:
    """Gives turn after turn until a limit is reached; what is left then can be counted."""

    def __init__(
        self,
        stores: Iterable[AuditedStore],
        request: AuditRequest,
        begun: Mapping[int, Begun],
        first: Callable[[AuditedStore], Iterable[PlannedCheck]] = lambda _: (),
    ) -> None:
        """Ask for nothing yet.

        Args:
            stores: that can be reached.
            request: what is asked for.
            begun: ``id()`` of a store -> how its run began.
            first: gives the packages of a store that do not wait for their turn.
        """
        self._request = request
        self._started = request.seconds()
        self._asked = 0
        self._bytes = 0
        self._gone: set[int] = set()
        self.stopped: Stop | None = None
        """Which limit was reached."""
        self._stores = {id(store): (store, begun[id(store)]) for store in stores}
        self._turns = heapq.merge(*(_due(store, request, how, first) for store, how in self._stores.values()), key=_age)

    def __iter__(self) -> Iterator[Turn]:
        """Give the turns, to which every further iteration adds nothing once a limit is reached."""
        while not self.stopped:
            turn = next(self._turns, None)
            if turn is None:
                return
            if id(turn.store) in self._gone:
                continue
            self.stopped = self._limit(turn)
            if self.stopped:
                return
            self._asked += 1
            self._bytes += turn.planned.bytes
            yield turn

    def leave_out(self, store: AuditedStore) -> None:
        """Give no more turns of a store."""
        self._gone.add(id(store))

    def left(self) -> tuple[int, int]:
        """Count the packages that are due still, and their bytes; once the catalogues know of all that had a turn."""
        counts = [_left(store, how) for key, (store, how) in self._stores.items() if key not in self._gone]
        return sum(packages for packages, _ in counts), sum(size for _, size in counts)

    def _limit(self, turn: Turn) -> Stop | None:
        limits = self._request.limits
        if limits.max_time is not None and self._request.seconds() - self._started >= limits.max_time.total_seconds():
            return "max-time"
        # The first gets its turn whatever its size: one larger than the limit would never be read.
        if limits.max_bytes is not None and self._asked and self._bytes + turn.planned.bytes > limits.max_bytes:
            return "max-bytes"
        return None


def planned_bytes(stores: Iterable[AuditedStore], request: AuditRequest, now: datetime) -> int:
    """Return how many bytes an audit will read, as far as the catalogues know."""
    stores = list(stores)
    begun = Begun(when=now)
    if request.limits.sample is None and request.limits.share is None:
        size = sum(_left(store, begun)[1] for store in stores)
        return min(size, request.limits.max_bytes or size)
    return sum(turn.planned.bytes for turn in Turns(stores, request, {id(store): begun for store in stores}))


def _left(store: AuditedStore, begun: Begun) -> tuple[int, int]:
    older_than = _good_for(store.schedule.older_than, begun.ago)
    return store.catalogue.due([store.number], now=begun.when, older_than=older_than)


def _due(
    store: AuditedStore,
    request: AuditRequest,
    begun: Begun,
    first: Callable[[AuditedStore], Iterable[PlannedCheck]],
) -> Iterator[Turn]:
    early = {one.identifier: one for one in first(store)}
    yield from (Turn(store=store, planned=one) for one in early.values())
    planned = store.catalogue.plan(
        [store.number],
        now=begun.when,
        older_than=_good_for(store.schedule.older_than, begun.ago),
        sample=request.limits.sample,
        share=request.limits.share,
        seed=begun.seed,
    )
    yield from (Turn(store=store, planned=one) for one in planned if one.identifier not in early)


def _good_for(older_than: timedelta | None, ago: timedelta) -> timedelta | None:
    """Return how long before the beginning of its run a check had to be to be due now."""
    return None if older_than is None else max(older_than - ago, timedelta())


def _age(turn: Turn) -> datetime:
    return turn.planned.last_checked or _NEVER
