"""One deposit a trial: disturbed, looked at, then gone on with in peace; says which promises were broken.

What is promised: it ends verified, failed or unknown, with a reason, or stays to be gone on with; it is verified only
where the server holds the same bytes, seen by another way; the server never holds two; and in peace it comes to the end
that it would have come to undisturbed, unless the server was made to keep other bytes.
"""

from __future__ import annotations

import contextlib
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.journal.values import deposit_id
from archiver.deposits.running import Run, run_deposit
from archiver.errors import ArchiverError, UsageError
from archiver.model.deposits import DepositState, Packaging, Parcel
from tests.contracts.targets.bench import TargetBench, fast_run, small_parcel

if TYPE_CHECKING:
    from archiver.deposits.contract import Target

NAME = "faulty"
"""Of the target."""

SIZE = 40_000
"""Bytes of a package of one file."""

_GONE_ON_WITH = 3
"""Times that a person runs the command again before calling it a failure."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of all trials with one target."""

    ends: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    """(kind of fault, how the disturbed run ended, how it ended in peace) -> trials."""

    broken: list[str] = field(default_factory=list)
    """Promises, each with the trial and its plan."""

    @property
    def trials(self) -> int:
        """How many there were."""
        return sum(self.ends.values())

    def lines(self, name: str) -> Iterator[str]:
        """Yield a line a kind of fault."""
        kinds: dict[str, Counter[str]] = {}
        for (kind, first, last), count in self.ends.items():
            kinds.setdefault(kind, Counter())[first if first == last else f"{first} then {last}"] += count
        for kind, ends in sorted(kinds.items()):
            told = ", ".join(f"{count} {end}" for end, count in ends.most_common())
            yield f"{name:<14} {kind:<62} {ends.total():>5}: {told}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens in one trial."""

    kind: str
    plan: str
    """For people, enough to repeat it."""

    damages: bool = False
    """Whether it may make the server keep other bytes, or hide what it keeps."""

    repeats: bool = False
    """Whether it makes requests that the target did not make."""


class Trials:
    """Deposits with one target, which share a journal."""

    def __init__(self, bench: TargetBench, folder: Path, port: int | None) -> None:
        """Take the target, an empty folder, and the port of the proxy before its server."""
        self.bench = bench
        self.tally = Tally()
        self.folder = folder
        self._port = port
        target = self._make()
        self._address = target.kind, target.location
        target.close()

    def parcel(self, number: int) -> Parcel:
        """Make the package of a trial: no two are alike."""
        size = SIZE if self.bench.packaging is Packaging.FOLDER else getattr(self.bench, "fault_size", SIZE)
        name = f"letters-{number}" if number >= 0 else f"undisturbed-{-number}"
        return small_parcel(self.folder / "sent" / name, self.bench.packaging, name, size)

    def deposit(self, parcel: Parcel, run: Run | None = None) -> Deposit:
        """Deposit it as one run of the command does."""
        target = self._make()
        try:
            with self.journal() as journal:
                run = run or fast_run(NAME, self.bench.min_evidence)
                return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=run)
        finally:
            target.close()

    @contextlib.contextmanager
    def journal(self) -> Iterator[DepositJournal]:
        """Open the journal anew, as each run does."""
        with DepositJournal.open(self.folder / "deposits") as journal:
            yield journal

    def trial(
        self, number: int, fault: Fault, disturbed: Callable[[Parcel], object], peace: Callable[[], object]
    ) -> None:
        """Run one trial.

        Args:
            number: of the trial; its package is named by it.
            fault: what happens in it.
            disturbed: deposits the package, disturbed.
            peace: ends all disturbance.
        """
        parcel = self.parcel(number)
        wrong: list[str] = []
        try:
            disturbed(parcel)
        except ArchiverError as error:  # nothing could be written down, and it said so
            wrong += [] if str(error) else ["it said nothing"]
        except Exception as error:  # noqa: BLE001 - that is what must never come out
            wrong.append(f"{type(error).__name__}: {error}")
        peace()
        first = self._known(parcel)
        wrong += self._looked_at(parcel, first, fault)
        last = first
        if first is None or first.state is not DepositState.VERIFIED:
            last = self._in_peace(parcel, first)
            wrong += self._at_the_end(parcel, last, fault)
        self.tally.ends[fault.kind, _state(first), _state(last)] += 1
        self.tally.broken += [f"trial {number}, {fault.plan}: {one} ({_told(last)})" for one in wrong]

    def sent(self, parcel: Parcel) -> dict[str, bytes]:
        """Return what the server must hold."""
        return {file.path: file.source.read_bytes() for file in parcel.files}

    def _held(self, parcel: Parcel) -> Mapping[str, bytes] | None:
        try:
            return self.bench.held(parcel)
        except (AssertionError, OSError, ValueError, zipfile.BadZipFile) as error:
            # What another reader cannot make sense of is there, and is not what was sent.
            return {"unreadable": str(error).encode()}

    def _make(self) -> Target:
        return self.bench.make(self._port) if self._port is not None else self.bench.make()

    def _known(self, parcel: Parcel) -> Deposit | None:
        known = deposit_id(NAME, *self._address, parcel.key)
        with self.journal() as journal, contextlib.suppress(UsageError):
            return journal.deposit(known)
        return None

    def _looked_at(self, parcel: Parcel, deposit: Deposit | None, fault: Fault) -> list[str]:
        wrong = []
        count = self.bench.count(parcel)
        if count > 1 + fault.repeats:
            wrong.append(f"the server holds {count} deposits")
        if deposit is None:
            return [*wrong, "the server knows of it, and the journal does not"] if count else wrong
        if deposit.state is DepositState.VERIFIED and self._held(parcel) != self.sent(parcel):
            wrong.append("verified, and the server does not hold it")
        if deposit.state in {DepositState.FAILED, DepositState.UNKNOWN} and not (deposit.reason and deposit.findings):
            wrong.append(f"{deposit.state}, and no reason is said")
        return wrong

    def _in_peace(self, parcel: Parcel, deposit: Deposit | None) -> Deposit:
        for _ in range(_GONE_ON_WITH):
            if deposit is not None and deposit.state is DepositState.UNKNOWN and not deposit.askable:
                whole = self._held(parcel) is not None
                if not whole and self.bench.count(parcel):
                    return deposit  # a person removes what is unfinished there; nothing else may
                with self.journal() as journal:
                    journal.looked_at(deposit.id, present=whole, time=datetime.now(UTC))
            deposit = self.deposit(parcel)
            if deposit.state is DepositState.VERIFIED:
                break
        assert deposit is not None
        return deposit

    def _at_the_end(self, parcel: Parcel, deposit: Deposit, fault: Fault) -> list[str]:
        wrong = self._looked_at(parcel, deposit, fault)
        held = self._held(parcel)
        if deposit.state is DepositState.VERIFIED:
            return wrong
        if not deposit.reason:
            wrong.append(f"{deposit.state} in peace, and no reason is said")
        needs_a_person = deposit.state is DepositState.UNKNOWN and not deposit.askable
        if not fault.damages and not needs_a_person:
            wrong.append(f"{deposit.state} in peace, although nothing made the server keep other bytes")
        elif held is not None and held == self.sent(parcel) and not needs_a_person:
            wrong.append(f"{deposit.state} in peace, and the server holds it")
        return wrong


def _state(deposit: Deposit | None) -> str:
    return deposit.state.value if deposit is not None else "nothing"


def _told(deposit: Deposit | None) -> str:
    if deposit is None:
        return "nothing in the journal"
    return f"{deposit.state.value}: {deposit.reason}" if deposit.reason else deposit.state.value
