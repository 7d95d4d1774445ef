"""One rule of the runner at a time: what it does after a certain fault at a certain request."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.config.tables import Table
from archiver.config.targets import TargetSettings
from archiver.deposits.contract import Attempt, LostReplyError, NotYetError, RetryableError, Standing
from archiver.deposits.journal import Deposit, DepositJournal, JournalError
from archiver.deposits.running import Bandwidth, Rules, Run, RunClock, rules_of, run_deposit, side_by_side
from archiver.errors import ConfigurationError
from archiver.model import Finding, Severity
from archiver.model.deposits import DepositState, Evidence, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import small_parcel
from tests.contracts.targets.memory import MemoryServer, MemoryTarget
from tests.deposits.running.schedules import Planned, Time, deposited, held, run_of


def test_a_lost_publish_is_asked_for_and_not_repeated(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("POST publish", "lost"))
    deposit, _ = deposited(server, parcel, journal)
    assert deposit.state is DepositState.VERIFIED
    assert sum(line.startswith("POST publish") for line in server.log) == 1


def test_a_lost_create_is_found_by_the_key(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("POST drafts", "lost"))
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    assert len(server.drafts) == 1


@pytest.mark.parametrize("careful", [True, False])
def test_a_lost_create_that_cannot_be_found_waits_for_a_person(
    parcel: Parcel, journal: DepositJournal, *, careful: bool
) -> None:
    server = MemoryServer(finds=False, careful=careful)
    Planned(server, ("POST drafts", "lost"))
    for _ in range(2):
        deposit, codes = deposited(server, parcel, journal)
        assert (deposit.state, codes, deposit.askable) == (DepositState.UNKNOWN, ["deposit-unclear"], False)
        assert len(server.drafts) == 1
    journal.looked_at(deposit.id, present=False, time=deposit.changed)
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED


@pytest.mark.parametrize("careful", [True, False])
def test_a_lost_publish_of_what_is_gone_then_waits_for_a_person(
    parcel: Parcel, journal: DepositJournal, *, careful: bool
) -> None:
    server = MemoryServer(finds=False, careful=careful)
    Planned(server, ("POST publish", "lost"), ("GET draft", "vanish"))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes, deposit.askable) == (DepositState.UNKNOWN, ["deposit-unclear"], False)
    assert server.ever_published == 1


def test_a_draft_that_is_gone_is_made_again_and_sent_from_the_beginning(
    parcel: Parcel, journal: DepositJournal
) -> None:
    server = MemoryServer()
    Planned(server, ("PUT", ""), ("PUT", "down"), ("GET", "forget"))
    deposit, _ = deposited(server, parcel, journal)
    assert deposit.state is DepositState.VERIFIED
    assert len(server.drafts) == 2
    assert len(held(server, parcel)) == 1


def test_a_file_is_gone_on_with_from_where_it_was_cut(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("PUT", ""), ("PUT", "cut"))
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    starts = [int(line.split()[2]) for line in server.log if line.startswith("PUT")]
    assert starts == [0, 16384, 16384 + 8192, 16384 + 8192 + 16384][: len(starts)]
    assert starts.count(0) == 1


def test_is_given_up_in_words_where_nothing_gets_further(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    server.plan = iter(["down"] * 100)
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.FAILED, ["deposit-given-up"])
    assert deposit.reason == "tried 4 times in a row without getting any further: connection refused"
    assert len(server.log) == 4


def test_before_it_is_given_up_the_target_is_asked_once_more(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, *(("POST publish", "slow") for _ in range(4)))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.FAILED, ["deposit-given-up"])
    assert server.log[-1].startswith("GET draft")
    again, _ = deposited(server, parcel, journal)
    assert (again.state, again.tries) == (DepositState.VERIFIED, 2)
    assert len(server.drafts) == 1


def test_what_was_sent_and_cannot_be_asked_for_is_unknown_and_resume_asks(
    parcel: Parcel, journal: DepositJournal
) -> None:
    server = MemoryServer()
    Planned(server, ("POST publish", "lost"), *(("GET draft", "down") for _ in range(4)))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, deposit.askable) == (DepositState.UNKNOWN, True)
    assert codes == ["deposit-in-doubt", "deposit-given-up"]
    assert [one.id for one in journal.unfinished()] == [deposit.id]
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    assert server.ever_published == 1


def test_what_may_have_arrived_all_the_same_is_not_called_failed(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, *(("PUT", "slow") for _ in range(4)), ("GET draft", "down"))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, deposit.askable) == (DepositState.UNKNOWN, True)
    assert codes == ["deposit-in-doubt", "deposit-given-up"]
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED


def test_a_refusal_names_its_setting_and_fails(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("POST publish", "refuse"))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.FAILED, ["memory-refused"])
    assert deposit.findings[0].fix == "set token_from"


def test_what_is_said_against_it_and_does_not_stop_it_is_told_in_the_end(
    parcel: Parcel, journal: DepositJournal
) -> None:
    class WarningTarget(MemoryTarget):
        def demands(self, parcel: Parcel) -> tuple[Finding, ...]:  # noqa: ARG002 - the contract's signature
            return (Finding(severity=Severity.WARNING, code="memory-warned", file=None, message="no date", fix="one"),)

    deposit = run_deposit(WarningTarget(MemoryServer()), parcel, journal, origin="letters", run=run_of(Time()))
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert [finding.code for finding in deposit.findings] == ["memory-warned"]


@pytest.mark.parametrize("fault", ["down", "refuse"])
def test_wrong_bytes_that_were_seen_there_are_told_until_it_is_asked_again(
    parcel: Parcel, journal: DepositJournal, fault: str
) -> None:
    server = MemoryServer()
    Planned(server, ("PUT", "flip"))
    _, codes = deposited(server, parcel, journal)
    assert codes == ["deposit-bytes-differ"]
    Planned(server, *[("GET", fault)] * 20)
    for _ in range(2):
        deposit, codes = deposited(server, parcel, journal)
        assert deposit.state is DepositState.FAILED
        assert codes == ["deposit-given-up" if fault == "down" else "memory-refused", "deposit-bytes-differ"]


def test_what_the_target_had_and_lost_is_told(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("GET files", "refuse"))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.UNKNOWN, ["deposit-in-doubt", "memory-refused"])
    server.drafts = [None]
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.FAILED, ["deposit-gone"])
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED


def test_weak_evidence_is_not_proof_until_it_is_taken_for_it(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer(level=EvidenceLevel.SIZE)
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.UNKNOWN, ["deposit-evidence-too-weak"])
    deposit, _ = deposited(server, parcel, journal, run_of(Time(), EvidenceLevel.SIZE))
    assert deposit.state is DepositState.VERIFIED
    assert server.ever_published == 1


@pytest.mark.parametrize("left_out", [True, False])
def test_evidence_of_some_files_alone_is_not_proof(tmp_path: Path, journal: DepositJournal, *, left_out: bool) -> None:
    parcel = small_parcel(tmp_path / "folder", Packaging.FOLDER)

    class Forgetful(MemoryTarget):
        def verify(self, attempt: Attempt) -> Evidence:
            evidence = super().verify(attempt)
            return dataclasses.replace(evidence, files=evidence.files[1:] if left_out else ())

    deposit = run_deposit(Forgetful(MemoryServer()), parcel, journal, origin="letters", run=run_of(Time()))
    assert deposit.state is DepositState.UNKNOWN
    assert [finding.code for finding in deposit.findings] == ["deposit-not-shown"]


def test_a_target_that_needs_time_is_waited_for_a_little_and_looked_at_later(
    parcel: Parcel, journal: DepositJournal
) -> None:
    server = MemoryServer()
    Planned(server, *(("GET files", "not-yet") for _ in range(50)))
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.COMPLETED, ["deposit-not-yet"])
    asked = sum(line.startswith("GET files") for line in server.log)
    assert 2 < asked < 50
    assert [one.id for one in journal.unfinished()] == [deposit.id]


@pytest.mark.parametrize("fault", [ConfigurationError("targets.one.token_from"), JournalError("disk full")])
def test_what_is_not_about_the_deposit_ends_the_run(parcel: Parcel, journal: DepositJournal, fault: Exception) -> None:
    class Unset(MemoryTarget):
        def open(self, attempt: Attempt) -> Standing:  # noqa: ARG002 - as every target
            raise fault

    with pytest.raises(type(fault)):
        run_deposit(Unset(MemoryServer()), parcel, journal, origin="letters", run=run_of(Time()))
    assert [one.state for one in journal.deposits()] == [DepositState.PLANNED]


def test_a_fault_of_a_targets_own_code_ends_its_deposit_in_words(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    Planned(server, ("POST drafts", "bug"))
    deposit, codes = deposited(server, parcel, journal)
    # It stood in a block of what was intended: nobody knows what came of it.
    assert (deposit.state, codes) == (DepositState.UNKNOWN, ["deposit-in-doubt", "deposit-broken-off"])
    assert "ValueError: a reply that is no JSON" in deposit.findings[1].message
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED


@pytest.mark.parametrize(
    ("failures", "after", "chance", "wait"),
    [
        (1, None, 1.0, 2.0),
        (2, None, 0.5, 2.0),
        (4, None, 1.0, 16.0),
        (40, None, 1.0, 60.0),
        (1, 30.0, 0.0, 30.0),
        (1, 30.0, 1.0, 32.0),
        (1, -5.0, 1.0, 2.0),
        (1, float("nan"), 1.0, 2.0),
        (1, float("inf"), 1.0, 2.0),
        (1, 86_400.0, 1.0, None),
    ],
)
def test_waits_longer_each_time_and_as_long_as_it_is_asked_to(
    failures: int, after: float | None, chance: float, wait: float | None
) -> None:
    assert Rules(retry_wait=2.0).wait(failures, after, chance) == wait


def test_rules_come_from_the_targets_table() -> None:
    own = Table(name="targets.one", values={}, file="archiver.toml")
    settings = TargetSettings(name="one", kind="memory", own=own, attempts=3, retry_wait=0.5)
    assert rules_of(settings) == Rules(attempts=3, retry_wait=0.5)
    assert rules_of(settings, EvidenceLevel.SIZE).min_evidence is EvidenceLevel.SIZE


def test_all_threads_together_keep_to_the_bandwidth() -> None:
    time = Time()
    bandwidth = Bandwidth(1000, time.monotonic)
    waits = [bandwidth.take(500) for _ in range(4)]
    assert waits == [0.5, 1.0, 1.5, 2.0]
    time.seconds = 60
    assert bandwidth.take(1) == 0.0, "a wait this short is made up for later"
    assert bandwidth.take(999) == 1.0, "what was not used is not saved up"
    assert Bandwidth(None, time.monotonic).take(10**12) == 0.0


def test_two_runs_of_the_same_deposit_make_one(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    stop = threading.Event()
    clock = RunClock(now=lambda: datetime.now(UTC), monotonic=lambda: 0.0, sleep=stop.wait, chance=lambda: 0.0)
    run = Run(name="one", rules=Rules(), clock=clock, bandwidth=Bandwidth(None, clock.monotonic), stop=stop)

    def work(parcel: Parcel, target: MemoryTarget) -> Deposit:
        return run_deposit(target, parcel, journal, origin="letters", run=run)

    inside, most = [0], [0]

    class Counted(MemoryTarget):
        def open(self, attempt: Attempt) -> Standing:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
            standing = super().open(attempt)
            threading.Event().wait(0.05)  # long enough for another one to come in, if nothing keeps it out
            inside[0] -= 1
            return standing

    ends = side_by_side([parcel] * 4, work, lambda: Counted(server), parallel=4, stop=stop)  # type: ignore[arg-type]
    states = [deposit.state for _, deposit in ends if isinstance(deposit, Deposit)]
    assert states == [DepositState.VERIFIED] * 4
    assert (len(server.drafts), server.ever_published, most) == (1, 1, [1])
    assert not stop.is_set()


def test_a_run_that_is_to_stop_stops_everywhere(tmp_path: Path, journal: DepositJournal) -> None:
    server = MemoryServer()
    run = run_of(Time())
    parcels = [small_parcel(tmp_path / "sent", Packaging.ZIP, f"box-{number}") for number in range(6)]

    def work(parcel: Parcel, target: MemoryTarget) -> Deposit:
        if parcel.name == "box-2":
            run.stop.set()
        return run_deposit(target, parcel, journal, origin="letters", run=run)

    done = []

    def follow() -> None:
        for parcel, _ in side_by_side(parcels, work, lambda: MemoryTarget(server), parallel=1, stop=run.stop):  # type: ignore[arg-type]
            done.append(parcel.name)

    with pytest.raises(KeyboardInterrupt):
        follow()
    assert done == ["box-0", "box-1"]


def test_one_job_that_fails_leaves_the_others_alone() -> None:
    def work(job: int, _: object) -> int:
        if job == 1:
            raise RetryableError("no")
        return job

    stop = threading.Event()
    ends = dict(side_by_side([0, 1, 2], work, lambda: MemoryTarget(MemoryServer()), parallel=2, stop=stop))
    assert isinstance(ends.pop(1), RetryableError)
    assert ends == {0: 0, 2: 2}


def test_the_bad_ends_are_told_apart() -> None:
    assert RetryableError("x", after=3).after == 3
    assert str(LostReplyError("x")) == "x"
    assert NotYetError("x").wait is None
