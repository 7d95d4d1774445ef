"""Whatever goes wrong, whenever a run is killed: never verified for wrong bytes, never two deposits, always an end."""

from __future__ import annotations

import dataclasses
import itertools
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.model.deposits import DepositState, Packaging, Parcel
from tests.contracts.targets.bench import small_parcel
from tests.contracts.targets.memory import FAULTS, MemoryServer
from tests.deposits.running.schedules import deposit_once, held, is_same

Plan = dict[int, str]
"""Request, from 0 -> its fault."""

Kills = list[tuple[int, bool]]
"""Writes of the journal after which a run is killed, and whether the last one reached the disk."""

EXAMPLES = int(os.environ.get("ARCHIVER_DEPOSIT_SCHEDULES", "60"))
"""Schedules of each kind; ``bin/fuzz deposits memory`` runs more."""

PASSING = ("down", "lost", "slow", "cut", "forget")


def plans(faults: Sequence[str]) -> st.SearchStrategy[Plan]:
    """Draw which requests fail and how: a few at once here and there, or one kind for a while."""
    single = st.dictionaries(st.integers(0, 25), st.sampled_from(faults), max_size=4)
    burst = st.builds(
        lambda first, count, fault: dict.fromkeys(range(first, first + count), fault),
        *(st.integers(0, 20), st.integers(2, 12), st.sampled_from(faults)),
    )
    return st.builds(lambda one, other: one | other, single, st.one_of(st.just({}), burst))


PLAN = plans(FAULTS)
KILLS: st.SearchStrategy[Kills] = st.lists(st.tuples(st.integers(0, 30), st.booleans()), max_size=4)


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Parcel:
    # Without its description, so that an example that fails can be read.
    return dataclasses.replace(small_parcel(tmp_path_factory.mktemp("sent"), Packaging.TAR), description=None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("folder")


def fresh(folder: Path) -> Path:
    """Return the folder of a journal that nothing stands in; made once, as making one waits for the disk."""
    empty, used = folder / "empty.sqlite", folder / "deposits" / "journal.sqlite"
    if not empty.exists():
        DepositJournal.open(folder / "deposits").close()
        shutil.move(used, empty)
    shutil.copy(empty, used)
    used.with_name("journal.sqlite-journal").unlink(missing_ok=True)
    return used.parent


def promises_kept(deposit: Deposit, server: MemoryServer, parcel: Parcel) -> None:
    # One that its repository lost may be deposited anew, and then there is one again.
    assert len(held(server, parcel)) <= 1, server.log
    assert "vanish" in server.met or server.ever_published <= 1, server.log
    if deposit.state is DepositState.VERIFIED:
        found = held(server, parcel)
        if not found and "vanish" in server.met:
            return  # it was there when it was compared; see below
        assert len(found) == 1, server.log
        assert is_same(found[0], parcel), server.log
        assert deposit.evidence is not None
        assert deposit.evidence.agrees
    elif not deposit.state.is_end:
        assert deposit.findings[0].code == "deposit-not-yet", server.log
    if deposit.state is not DepositState.VERIFIED:
        assert deposit.reason
    if deposit.state is DepositState.FAILED and not any(f.code == "deposit-bytes-differ" for f in deposit.findings):
        assert not held(server, parcel), server.log


@given(plan=PLAN, kills=KILLS)
@settings(max_examples=EXAMPLES)
def test_at_a_repository_that_can_be_asked(parcel: Parcel, folder: Path, plan: Plan, kills: Kills) -> None:
    records = fresh(folder)
    server = MemoryServer()
    server.plan = (plan.get(number) for number in itertools.count())
    for after, committed in kills:
        deposit = deposit_once(records, server, parcel, after=after, committed=committed)
        if deposit is not None:
            promises_kept(deposit, server, parcel)
    deposit = deposit_once(records, server, parcel)
    assert deposit is not None
    promises_kept(deposit, server, parcel)
    if deposit.state is DepositState.VERIFIED and not held(server, parcel):
        server.plan = itertools.repeat(None)
        lost = deposit_once(records, server, parcel)
        assert lost is not None
        assert (lost.state, [finding.code for finding in lost.findings]) == (DepositState.FAILED, ["deposit-gone"])


@given(plan=PLAN, kills=KILLS, careful=st.booleans())
@settings(max_examples=EXAMPLES)
def test_at_one_that_cannot_be_asked(parcel: Parcel, folder: Path, plan: Plan, kills: Kills, *, careful: bool) -> None:
    records = fresh(folder)
    server = MemoryServer(finds=False, careful=careful)
    server.plan = (plan.get(number) for number in itertools.count())
    for after, committed in kills:
        deposit_once(records, server, parcel, after=after, committed=committed)
    deposit = deposit_once(records, server, parcel)
    assert deposit is not None
    promises_kept(deposit, server, parcel)


@given(plan=plans(PASSING))
@settings(max_examples=EXAMPLES // 2)
def test_what_only_comes_and_goes_ends_well_in_the_end(parcel: Parcel, folder: Path, plan: Plan) -> None:
    records = fresh(folder)
    server = MemoryServer()
    server.plan = (plan.get(number) for number in itertools.count())
    states = []
    for _ in range(5):
        deposit = deposit_once(records, server, parcel)
        assert deposit is not None
        promises_kept(deposit, server, parcel)
        states.append(deposit.state)
    assert states[-1] is DepositState.VERIFIED, server.log


@pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("finds", [True, False], ids=["can be asked", "cannot be asked"])
def test_killed_at_each_write_of_the_journal(parcel: Parcel, folder: Path, *, finds: bool, committed: bool) -> None:
    whole = deposit_once(fresh(folder), MemoryServer(), parcel)
    assert whole is not None
    for after in range(100):
        records = fresh(folder)
        server = MemoryServer(finds=finds)
        if deposit_once(records, server, parcel, after=after, committed=committed) is not None:
            assert after > 15
            break
        deposit = deposit_once(records, server, parcel)
        assert deposit is not None
        promises_kept(deposit, server, parcel)
        if finds or deposit.state is not DepositState.UNKNOWN:
            assert (deposit.state, deposit.evidence, deposit.reason) == (whole.state, whole.evidence, whole.reason)
            assert len(server.found(parcel.key)) == 1
        else:
            # Only where nothing was known of the draft: killed while it was made.
            assert not deposit.askable
            assert [finding.code for finding in deposit.findings] == ["deposit-unclear"]
            assert not held(server, parcel)
        with DepositJournal.open(records) as journal:
            assert journal.in_doubt(deposit.id) == () or deposit.state is DepositState.UNKNOWN
    else:
        pytest.fail("it never ended")
