"""What was verified is asked for again: it is still there, gone, gone in part, or to go further."""

from __future__ import annotations

import pytest

from archiver.deposits.journal import DepositJournal
from archiver.model.deposits import DepositState, Parcel
from tests.contracts.targets.memory import MemoryServer
from tests.deposits.running.schedules import Planned, deposited, held


@pytest.mark.parametrize("finds", [True, False])
def test_what_was_verified_and_is_gone_is_told_when_it_is_asked_for_again(
    parcel: Parcel, journal: DepositJournal, *, finds: bool
) -> None:
    server = MemoryServer(finds=finds)
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    server.drafts = [None]
    deposit, codes = deposited(server, parcel, journal)
    if not finds:
        assert deposit.state is DepositState.VERIFIED, "it cannot be asked, and no second one is made"
        return
    assert (deposit.state, codes) == (DepositState.FAILED, ["deposit-gone"])
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    assert len(held(server, parcel)) == 1


def test_what_was_verified_and_is_to_be_published_now_is_gone_on_with(parcel: Parcel, journal: DepositJournal) -> None:
    server = MemoryServer()
    first, _ = deposited(server, parcel, journal)
    server.drafts[0].published = 0  # type: ignore[union-attr]
    sent = [line for line in server.log if line.startswith("PUT")]
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes, deposit.tries) == (DepositState.VERIFIED, [], first.tries + 1)
    assert deposit.times != first.times
    assert len(held(server, parcel)) == 1
    assert [line for line in server.log if line.startswith("PUT")] == sent


def test_what_was_verified_and_is_gone_in_part_is_told_before_it_is_sent_again(
    parcel: Parcel, journal: DepositJournal
) -> None:
    server = MemoryServer()
    deposited(server, parcel, journal)
    (draft,) = server.drafts
    assert draft is not None
    draft.published = 0
    draft.files[parcel.files[-1].path].pop()
    deposit, codes = deposited(server, parcel, journal)
    assert (deposit.state, codes) == (DepositState.FAILED, ["deposit-gone"])
    assert "has only a part of it now" in str(deposit.reason)
    assert deposited(server, parcel, journal)[0].state is DepositState.VERIFIED
    assert len(held(server, parcel)) == 1


@pytest.mark.parametrize("fault", ["down", "refuse", "not-yet", "lost", "bug"])
def test_what_was_verified_stays_so_where_the_target_cannot_be_asked(
    parcel: Parcel, journal: DepositJournal, fault: str
) -> None:
    server = MemoryServer()
    first, _ = deposited(server, parcel, journal)
    Planned(server, ("GET", fault))
    assert deposited(server, parcel, journal)[0].times == first.times
