"""``bin/fuzz years``: years of audits under a clock of its own, with outages and kills; nothing may be forgotten.

What plans, keeps and signs off is the real thing: planner, catalogue, run files, log. Only for the bytes another thing
stands: packages are there as rows of the catalogue, and a reader that reads nothing says what came of each. After each
audit the simulation's own books are held against what was done: the longest unchecked came first, and an audit that was
not cut off has either left nothing due or used up its budget.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Self

from archiver.model import Finding, FixityOutcome, FixityResult, Severity
from archiver.steps.audit.asking import AuditedStore, AuditRequest
from archiver.steps.audit.closing import acknowledge
from archiver.steps.audit.limits import AuditLimits, Schedule
from archiver.steps.audit.running import Audit
from archiver.steps.audit.verify_log import verify_log
from archiver.storage.catalogue import Catalogue
from archiver.storage.catalogue.values import IndexedObject, IndexedVersion
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.local_tree import LocalTree
from archiver.storage.stores.place import store_place
from fuzz.holds import holds

if TYPE_CHECKING:
    from archiver.steps.audit.turns import Turn
    from archiver.storage.stores.tree import EntryKind

PACKAGES = 100_000
YEARS = 10
EVERY = timedelta(days=365)
"""How long a check is good for: with a hundred thousand packages, a million checks in ten years."""

SURPLUS = 1.3
"""What an audit may read, as a multiple of what falls due in a day."""

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
_IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own, gone at once
_SIZE = 1000
_DAY = timedelta(days=1)
_OK, _NOT = FixityOutcome.OK, FixityOutcome.COULD_NOT_CHECK


@dataclass(slots=True)
class Clock:
    """Goes on by a tenth of a second whenever it is looked at."""

    now: datetime

    def look(self) -> datetime:
        """Return the time."""
        self.now += timedelta(milliseconds=100)
        return self.now

    def seconds(self) -> float:
        """Return it as seconds."""
        return (self.now - BEGIN).total_seconds()


class Disk(LocalTree):
    """The place of a store whose disk comes and goes, and whose packages are nowhere."""

    there = True

    def reachable(self) -> bool:
        """Tell whether the disk is there today."""
        return self.there

    def kind(self, path: str) -> EntryKind | None:  # noqa: ARG002 - the signature of a tree
        """Tell that a package is there while the disk is."""
        return "folder" if self.there else None


@dataclass(slots=True)
class Reading:
    """Stands for reading: says of a few packages that they are damaged, or could not be read."""

    request: AuditRequest
    chance: Random

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def read(self, turns: Iterator[Turn]) -> Iterator[tuple[Turn, FixityResult]]:
        """Give a result for each turn."""
        for turn in turns:
            lot = self.chance.random()
            outcome = FixityOutcome.DAMAGED if lot < 0.0001 else _NOT if lot < 0.001 else _OK
            told = () if outcome is _OK else (_finding(outcome),)
            started = self.request.clock()
            yield (
                turn,
                FixityResult(
                    identifier=turn.planned.identifier,
                    path=turn.planned.path,
                    version="v1",
                    inventory_digest="0" * 128,
                    outcome=outcome,
                    files=1,
                    bytes=turn.planned.bytes,
                    started=started,
                    ended=self.request.clock(),
                    findings=told,
                ),
            )


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What so many years came to."""

    audits: int = 0
    killed: int = 0
    days_off: int = 0
    """Days without any audit, or without the disk."""

    checks: int = 0
    acknowledged: int = 0
    longest: timedelta = timedelta()
    """Between two answers on one package, in all the time."""

    slowest: float = 0.0
    """Seconds that an audit took beside its checks, at most."""

    kinds: Counter[str] = field(default_factory=Counter)


class Years:
    """A store, its records and the simulation's own books."""

    def __init__(self, place: Path, packages: int, every: timedelta, chance: Random) -> None:
        self.place = store_place(place / "store")
        self.place.root.mkdir()
        self.place.records.mkdir()
        self.disk = Disk(self.place.location, self.place.root)
        self.catalogue = Catalogue.open(self.place.catalogue)
        self.number = self.catalogue.register_store(str(self.place.root))
        self.clock = Clock(BEGIN)
        self.every = every
        self.chance = chance
        self.outcome = Outcome()
        self.answered: dict[str, datetime] = {}
        """Package -> its last check with an answer."""
        self.tried: dict[str, datetime] = {}
        """Package -> its last check; in the order of these."""
        self.budget = max(1, round(packages / every.days * SURPLUS)) * _SIZE
        self.catalogue.put_objects(self.number, (_package(number) for number in range(packages)))
        self.waiting = [f"urn:example:{number}" for number in range(packages)]
        """Never tried, the next one last."""
        self.waiting.reverse()

    def live(self, days: int) -> Outcome:
        """Let so many days pass, with an audit on each that one can be made on."""
        off = 0
        for day in range(days):
            self.clock.now = max(self.clock.now, BEGIN + day * _DAY)
            lot = self.chance.random()
            if not off and lot < 0.01:
                off = self.chance.randint(1, 12)
            off = max(0, off - 1)
            self.disk.there = not off
            if off and self.chance.random() < 0.5:
                self.outcome.days_off += 1  # the machine is off, not the disk alone
                continue
            self.outcome.days_off += bool(off)
            self._audit(kill=lot > 0.97)
            if day % 365 == 364:
                print(f"{day + 1} days, {self.outcome.checks} checks", file=sys.stderr, flush=True)
            if day % 30 == 29:
                self._acknowledge()
        self._audit(kill=False)
        return self.outcome

    def _audit(self, *, kill: bool) -> None:
        store = AuditedStore(
            place=self.place,
            tree=self.disk,
            catalogue=self.catalogue,
            number=self.number,
            schedule=Schedule(older_than=self.every),
        )
        request = AuditRequest(
            limits=AuditLimits(max_bytes=self.budget), clock=self.clock.look, seconds=self.clock.seconds
        )
        audit = Audit([store], request, reader=lambda _stores, asked, _progress: Reading(asked, self.chance))
        begun = self.clock.now
        left = self.chance.randint(0, self.budget // _SIZE) if kill else None
        done = read = 0
        results = audit.run()
        for checked in results:
            if checked.result is not None:
                self._entered(checked.result, begun)
                done, read = done + 1, read + checked.result.bytes
            if done == left:
                results.close()  # type: ignore[attr-defined]
                break
        self.outcome.checks += done
        self.outcome.audits += 1
        if left is not None and done == left:
            self.outcome.killed += 1
        elif self.disk.there:
            used = read + _SIZE > self.budget
            holds(used or not self._overdue(begun), f"{begun}: {read} bytes read, and more was due")

    def _entered(self, result: FixityResult, begun: datetime) -> None:
        """Hold one check against the books: it was the turn of the package that waited longest."""
        name = result.identifier
        before = self.tried.pop(name, None)
        if before is None:
            holds(self.waiting.pop() == name, f"{name} was tried before its turn")
        else:
            holds(not self.waiting, f"{name} was tried again while others never were")
            answered = self.answered.get(name)
            holds(answered is None or answered <= begun - self.every + _DAY, f"{name} was not due on {begun}")
            for first in islice(self.tried, 3):  # whoever was tried earlier, and not this time, was not due
                fresh = self.tried[first] > before or self._is_fresh(first, begun)
                holds(fresh, f"{name} had its turn before {first}")
        self.tried[name] = result.ended
        self.outcome.kinds[result.outcome.value] += 1
        if result.outcome is not _NOT:
            if name in self.answered:
                self.outcome.longest = max(self.outcome.longest, result.ended - self.answered[name])
            self.answered[name] = result.ended

    def _is_fresh(self, name: str, begun: datetime) -> bool:
        return name in self.answered and self.answered[name] > begun - self.every - _DAY

    def _overdue(self, begun: datetime) -> list[str]:
        """Return some packages that were due and were not tried in the audit that began then."""
        if self.waiting:
            return self.waiting[-1:]
        due: list[str] = []
        for name, tried in self.tried.items():
            if tried >= begun - self.every or len(due) > 3:
                break
            if not self._is_fresh(name, begun):
                due.append(name)
        return due

    def _acknowledge(self) -> None:
        store = AuditedStore(
            place=self.place, tree=self.disk, catalogue=self.catalogue, number=self.number, schedule=Schedule()
        )
        for one in self.catalogue.open_failures([self.number]):
            self.outcome.acknowledged += acknowledge(store, one.identifier, "looked into", "nobody", self.clock.look())

    def check_records(self) -> None:
        """See that the log holds, and that it has every check that was made."""
        verdict = verify_log(self.place.records, ())
        holds(verdict.holds, f"the log does not hold: {verdict.findings}")
        holds(verdict.results == self.outcome.checks, f"{verdict.results} results of {self.outcome.checks} checks")
        holds(not verdict.open_runs, f"left open: {verdict.open_runs}")
        counted: Counter[str] = Counter()
        for entry in StoreLog(self.place.records).entries():
            if entry.kind == "audit" and isinstance(entry.body["outcomes"], Mapping):
                counted.update({name: int(str(count)) for name, count in entry.body["outcomes"].items()})
        holds(+counted == +self.outcome.kinds, f"{counted} in the log, {self.outcome.kinds} were told")
        (held,) = self.catalogue.holdings([self.number])
        holds(held.oldest_check == min(self.answered.values()), "the oldest check is the catalogue's")


def years(arguments: list[str]) -> int:
    """Run it, and return the exit status.

    Args:
        arguments: packages, years, a seed; each may be left out from the end.
    """
    numbers = [int(one) for one in arguments]
    packages, count, seed = numbers + [PACKAGES, YEARS, 0][len(numbers) :]
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=_IN_MEMORY if _IN_MEMORY.is_dir() else None) as scratch:
        outcome = lived(Path(scratch), packages, count * 365, EVERY, Random(seed))  # noqa: S311 - no secret
    print(
        f"{count} years of {packages} packages, seed {seed}: {outcome.audits} audits, {outcome.killed} killed, "
        f"{outcome.days_off} days off, {outcome.checks} checks {dict(outcome.kinds)}, longest between two answers "
        f"{outcome.longest.days} days, {outcome.acknowledged} failures acknowledged; log intact  "
        f"{time.monotonic() - started:.0f} s"
    )
    return 0


def lived(place: Path, packages: int, days: int, every: timedelta, chance: Random) -> Outcome:
    """Let a store live so many days.

    Args:
        place: an empty folder.
        packages: in the store.
        days: how many.
        every: how long a check is good for.
        chance: decides everything.

    Raises:
        AssertionError: something that must hold does not.
    """
    store = Years(place, packages, every, chance)
    try:
        outcome = store.live(days)
        store.check_records()
    finally:
        store.catalogue.close()
    return outcome


def _package(number: int) -> IndexedObject:
    return IndexedObject(
        identifier=f"urn:example:{number}",
        path=f"{number:06}",
        head="v1",
        versions=(IndexedVersion(number=1, created="2026-01-01T00:00:00Z"),),
        inventory_digest="0" * 128,
        digest_algorithm="sha512",
        bytes=_SIZE,
        content_files=1,
    )


def _finding(outcome: FixityOutcome) -> Finding:
    code = "stored-file-damaged" if outcome is FixityOutcome.DAMAGED else "stored-file-unreadable"
    return Finding(severity=Severity.ERROR, code=code, file="letter", message="It is said so.", fix="Nothing.")
