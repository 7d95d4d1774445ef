"""What every target keeps, whatever it deposits with; each runs against its real server.

A target joins by a file in ``tests/contracts/targets``.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import Run, objections, run_deposit
from archiver.model import Severity
from archiver.model.deposits import DepositState, Packaging, Parcel
from tests.contracts.targets.bench import TargetBench, fast_run, small_parcel, target_module, target_names

TARGETS = [
    pytest.param(name, marks=[pytest.mark.judge(*judges)] if (judges := target_module(name).JUDGES) else [])
    for name in target_names()
]


@pytest.fixture(params=TARGETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[TargetBench]:
    folder = tmp_path / "bench"
    folder.mkdir()
    with target_module(name).bench(folder, request) as bench:
        yield bench


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[DepositJournal]:
    with DepositJournal.open(tmp_path / "deposits") as journal:
        yield journal


def package(tmp_path: Path, bench: TargetBench, name: str = "letters-1923", size: int = 40_000) -> Parcel:
    return small_parcel(tmp_path / "sent", bench.packaging, name, size)


def deposited(
    bench: TargetBench, parcel: Parcel, journal: DepositJournal, run: Run | None = None, name: str = "one"
) -> Deposit:
    target = bench.make()
    try:
        return run_deposit(
            target, parcel, journal, origin=str(parcel.bag), run=run or fast_run(name, bench.min_evidence)
        )
    finally:
        target.close()


def sent(parcel: Parcel) -> dict[str, bytes]:
    return {file.path: file.source.read_bytes() for file in parcel.files}


def test_what_is_verified_is_there(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    deposit = deposited(bench, parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert bench.held(parcel) == sent(parcel)
    assert bench.count(parcel) == 1
    assert deposit.evidence is not None
    assert deposit.evidence.agrees
    assert deposit.evidence.level.reaches(bench.min_evidence)
    assert deposit.evidence.location
    assert journal.in_doubt(deposit.id) == ()


def test_a_second_deposit_is_never_made(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    first = deposited(bench, parcel, journal)
    again = deposited(bench, parcel, journal)
    assert dataclasses.replace(again, exchanges=()) == dataclasses.replace(first, exchanges=())
    assert bench.count(parcel) == 1


def test_it_is_found_by_a_run_that_has_no_journal(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    deposited(bench, parcel, journal)
    if not bench.make().capabilities().finds_by_identifier:
        pytest.skip("this target cannot be asked for an earlier deposit")
    with DepositJournal.open(tmp_path / "other") as other:
        again = deposited(bench, parcel, other)
    assert again.state is DepositState.VERIFIED
    assert bench.count(parcel) == 1
    assert DepositState.UPLOADING not in again.times


def test_another_package_is_another_deposit(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    one, other = package(tmp_path, bench), package(tmp_path, bench, "maps-1888", 7)
    for parcel in (one, other):
        assert deposited(bench, parcel, journal).state is DepositState.VERIFIED
    for parcel in (one, other):
        assert bench.held(parcel) == sent(parcel)


class _StopsAt:
    """A watcher that ends the run as a kill would: at the n-th thing that it is told of."""

    def __init__(self, stop: threading.Event, count: int) -> None:
        self._stop = stop
        self._left = count

    def _told(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._stop.set()
            raise KeyboardInterrupt

    def entered(self, deposit: str, state: DepositState) -> None:  # noqa: ARG002 - a watcher
        self._told()

    def moved(self, deposit: str, count: int) -> None:  # noqa: ARG002 - a watcher
        self._told()

    def read_back(self, deposit: str, count: int) -> None:  # noqa: ARG002 - a watcher
        self._told()

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Waiting is no step."""


def test_a_run_that_is_broken_off_is_gone_on_with(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    for count in range(1, 40):
        run = fast_run("one", bench.min_evidence)
        run = dataclasses.replace(run, watcher=_StopsAt(run.stop, count))
        try:
            deposit = deposited(bench, parcel, journal, run)
        except KeyboardInterrupt:
            continue
        break
    else:
        pytest.fail("it got no further")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert bench.held(parcel) == sent(parcel)
    assert bench.count(parcel) == 1


def test_wrong_bytes_are_never_verified(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    assert deposited(bench, parcel, journal).state is DepositState.VERIFIED
    if not bench.tamper(parcel):
        pytest.skip("what this server holds cannot be changed from outside")
    with DepositJournal.open(tmp_path / "other") as other:
        deposit = deposited(bench, parcel, other)
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}
    assert deposit.reason


def test_open_may_be_asked_again_and_again(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    deposit = deposited(bench, parcel, journal)
    assert deposit.state is DepositState.VERIFIED
    journal.looked_at(deposit.id, present=True, time=deposit.changed)
    for _ in range(3):
        assert deposited(bench, parcel, journal).state is DepositState.VERIFIED
    assert bench.count(parcel) == 1


def test_says_what_it_can_do(bench: TargetBench, tmp_path: Path) -> None:
    target = bench.make()
    able = target.capabilities()
    assert bench.packaging in able.packagings
    assert target.kind
    assert target.location.isprintable()
    assert not [one for one in objections(target, package(tmp_path, bench)) if one.severity is Severity.ERROR]
    target.close()


def test_what_it_cannot_take_is_said_before_a_byte_is_sent(
    bench: TargetBench, journal: DepositJournal, tmp_path: Path
) -> None:
    able = bench.make().capabilities()
    refused = next((form for form in Packaging if form not in able.packagings), None)
    if refused is None:
        pytest.skip("this target takes every form")
    parcel = small_parcel(tmp_path / "sent", refused)
    deposit = deposited(bench, parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == ["deposit-packaging"]
    assert DepositState.OPENED not in deposit.times


def test_a_file_that_cannot_be_read_ends_in_words(bench: TargetBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = package(tmp_path, bench)
    max(parcel.files, key=lambda file: file.size).source.unlink()
    deposit = deposited(bench, parcel, journal)
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}
    assert deposit.reason
