"""Trials that fail one system call of a deposit, kill it there, or change what is held before it is looked at."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from random import Random

from archiver.model.deposits import DepositState, Parcel
from tests.contracts.targets.bench import TargetBench, fast_run
from tests.faults.traced import Call, calls_of, with_fault
from tests.faults.trials import NAME, Fault, Tally, Trials

ON_DISK = (
    *("openat", "write", "pwrite64", "fsync", "fdatasync", "mkdir", "mkdirat", "rmdir", "rename", "renameat"),
    *(
        "renameat2",
        "unlink",
        "unlinkat",
        "link",
        "linkat",
        "ftruncate",
        "pread64",
        "read",
        "copy_file_range",
        "sendfile",
    ),
)
TO_SERVERS = ("sendto", "sendmsg", "recvfrom", "connect")
_ERRORS = ("error=EIO", "error=ENOSPC", "error=EINTR")
KILL = "signal=SIGKILL"


class _Tampers:
    """A watcher that changes what the server holds as soon as it says that it has it."""

    def __init__(self, bench: TargetBench, parcel: Parcel) -> None:
        self._bench, self._parcel = bench, parcel
        self.done = False

    def entered(self, deposit: str, state: DepositState) -> None:  # noqa: ARG002 - a watcher
        if state is DepositState.COMPLETED and not self.done:
            self.done = self._bench.tamper(self._parcel)

    def moved(self, deposit: str, count: int) -> None:
        """Nothing is to be done."""

    def read_back(self, deposit: str, count: int) -> None:
        """Nothing is to be done."""

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Nothing is to be done."""


class OnThisMachine:
    """Trials with one target, by the system calls that a deposit with it makes."""

    def __init__(self, bench: TargetBench, folder: Path, strace: str) -> None:
        """Learn what an undisturbed deposit takes.

        Args:
            bench: the target; its server may be anywhere.
            folder: does not exist yet; it lies on the same file system as all that the deposit writes.
            strace: the tracer.
        """
        folder.mkdir()
        self._trials = Trials(bench, folder, None)
        self._strace = strace
        self._trials.trial(-1, Fault(kind="undisturbed", plan="nothing"), self._trials.deposit, lambda: None)
        parcel = self._trials.parcel(-2)
        self._calls = calls_of(
            strace, lambda: self._trials.deposit(parcel), ON_DISK + TO_SERVERS, folder.parent / "calls"
        )

    @property
    def tally(self) -> Tally:
        """What came of it."""
        return self._trials.tally

    def errors(self) -> list[tuple[Call, str]]:
        """Return every call on what a deposit reads and writes on disk, with every error."""
        ours = [call for call in self._calls if call.name in ON_DISK and self._is_ours(call)]
        return [(call, error) for call in ours for error in _ERRORS]

    def kills(self) -> list[tuple[Call, str]]:
        """Return every call on disk and to servers, to be killed at."""
        return [(call, KILL) for call in self._calls if call.name in TO_SERVERS or self._is_ours(call)]

    def trial(self, number: int, call: Call, what: str) -> None:
        """Let one call do ``what``."""
        fault = Fault(kind=f"{call.name}: {what.partition('=')[2]}", plan=f"{call.name} {call.when} {what} {call.told}")
        self._trials.trial(
            number,
            fault,
            lambda parcel: with_fault(self._strace, lambda: self._trials.deposit(parcel), call, what),
            lambda: None,
        )

    def tampered(self, number: int) -> None:
        """Change what the server holds between its word that it has it and the look at it."""
        fault = Fault(kind="what it holds changed before it is looked at", plan="tampered", damages=True)

        def disturbed(parcel: Parcel) -> None:
            bench = self._trials.bench
            watcher = _Tampers(bench, parcel)
            run = dataclasses.replace(fast_run(NAME, bench.min_evidence), watcher=watcher)
            deposit = self._trials.deposit(parcel, run)
            if watcher.done and deposit.state is DepositState.VERIFIED:
                raise RuntimeError("verified, and it was changed before")

        self._trials.trial(number, fault, disturbed, lambda: None)

    def _is_ours(self, call: Call) -> bool:
        return str(self._trials.folder.parent) in call.told


def drawn(points: list[tuple[Call, str]], count: int, seed: int) -> list[tuple[Call, str]]:
    """Return so many of the points, each when there are fewer; the same for the same seed."""
    return Random(seed).sample(points, min(count, len(points)))  # noqa: S311 - chance that can be repeated
