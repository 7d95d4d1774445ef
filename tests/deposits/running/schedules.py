"""Deposits with the repository of the tests under schedules of faults and kills, in one process and without waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.journal.connections import Connections
from archiver.deposits.running import Bandwidth, Rules, Run, RunClock, run_deposit
from archiver.model.deposits import EvidenceLevel
from tests.contracts.targets.memory import MemoryServer, MemoryTarget

if TYPE_CHECKING:
    import sqlite3

    from archiver.model.deposits import Parcel


class Killed(BaseException):
    """What stands for SIGKILL: nothing that the program does can hold it."""


class Time:
    """A clock that goes on by what is waited for."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def now(self) -> datetime:
        self.seconds += 1
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds


def run_of(time: Time, min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK, attempts: int = 4) -> Run:
    clock = RunClock(now=time.now, monotonic=time.monotonic, sleep=time.sleep, chance=lambda: 1.0)
    rules = Rules(min_evidence=min_evidence, attempts=attempts, patience=30)
    stop = threading.Event()
    return Run(name="one", rules=rules, clock=clock, bandwidth=Bandwidth(None, time.monotonic), stop=stop)


@contextmanager
def journal_that_ends(records: Path, after: int | None = None, *, committed: bool = False) -> Iterator[DepositJournal]:
    """Open a journal that kills the run at a write.

    Args:
        records: folder of the journal.
        after: so many writes are let through; None: all.
        committed: whether the write that kills is still on the disk.
    """
    journal = DepositJournal.open(records)
    connections = journal._connections
    for unsafe in ("synchronous = OFF", "journal_mode = MEMORY"):  # power cuts are not what is tried here
        connections._connection().execute(f"PRAGMA {unsafe}")
    left = [after]
    real = connections.writing

    @contextmanager
    def writing() -> Iterator[sqlite3.Connection]:
        if left[0] is None:
            with real() as connection:
                yield connection
            return
        left[0] -= 1
        if left[0] < 0 and not (committed and left[0] == -1):
            raise Killed
        with real() as connection:
            yield connection
        if left[0] == -1:
            raise Killed

    connections.writing = writing  # type: ignore[method-assign]
    try:
        yield journal
    finally:
        Connections.close(connections)


def deposit_once(
    records: Path, server: MemoryServer, parcel: Parcel, *, after: int | None = None, committed: bool = False
) -> Deposit | None:
    """Run one deposit; None when it was killed on the way."""
    with journal_that_ends(records, after, committed=committed) as journal:
        try:
            return run_deposit(MemoryTarget(server), parcel, journal, origin="letters", run=run_of(Time()))
        except Killed:
            return None


def held(server: MemoryServer, parcel: Parcel) -> list[dict[str, bytes]]:
    """Return what was published of a parcel, once for each time that it was."""
    drafts = [server.drafts[number] for number in server.found(parcel.key)]
    return [
        {path: bytes(content) for path, content in draft.files.items()}
        for draft in drafts
        if draft is not None
        for _ in range(draft.published)
    ]


def is_same(files: dict[str, bytes], parcel: Parcel) -> bool:
    return files == {file.path: file.source.read_bytes() for file in parcel.files}


def planned(faults: Sequence[str | None]) -> Iterator[str | None]:
    return iter(faults)


class Planned:
    """Gives faults to the requests whose words begin as told, each once, in the order of the list."""

    def __init__(self, server: MemoryServer, *faults: tuple[str, str]) -> None:
        self._left = list(faults)
        real = server.request

        def request(words: str, *, idempotent: bool, sends: bool = False) -> object:
            made = real(words, idempotent=idempotent, sends=sends)
            if self._left and words.startswith(self._left[0][0]):
                made.fault = self._left.pop(0)[1]
            return made

        server.request = request  # type: ignore[assignment,method-assign]


def deposited(
    server: MemoryServer, parcel: Parcel, journal: DepositJournal, run: Run | None = None
) -> tuple[Deposit, list[str]]:
    """Run a deposit; returns it with its findings' codes."""
    deposit = run_deposit(MemoryTarget(server), parcel, journal, origin="letters", run=run or run_of(Time()))
    return deposit, [finding.code for finding in deposit.findings]
