"""Deposits with a server that keeps to SWORD's profile and to nothing else: what it does not show is not made up."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.deposits.http.servers import ScriptedServer, serving
from tests.deposits.sword.making import sword_target
from tests.deposits.sword.plain_server import PlainServer

PROOF = EvidenceLevel.READ_BACK
SIMPLE_ZIP = "http://purl.org/net/sword/package/SimpleZip"


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return small_parcel(tmp_path / "sent", Packaging.TAR, size=4000)


def deposited(
    server: ScriptedServer, parcel: Parcel, journal: DepositJournal, min_evidence: EvidenceLevel = PROOF, **keys: str
) -> Deposit:
    target = sword_target(f"{server.url}/sd", **({"collection": ""} | keys))
    try:
        return run_deposit(target, parcel, journal, origin="x", run=fast_run("swh", min_evidence))
    finally:
        target.close()


@pytest.mark.parametrize("receipts", [True, False], ids=["receipt", "no receipt"])
def test_a_file_is_read_back_by_the_statement(parcel: Parcel, journal: DepositJournal, *, receipts: bool) -> None:
    plain = PlainServer(receipts=receipts)
    with serving(plain.serve()) as server:
        deposit = deposited(server, parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert plain.drafts == [parcel.files[0].source.read_bytes()]
    assert plain.complete == {0}
    assert deposit.evidence is not None
    assert deposit.evidence.identifiers["state"].endswith("archived")


def test_other_bytes_are_never_verified(parcel: Parcel, journal: DepositJournal) -> None:
    plain = PlainServer()
    with serving(plain.serve()) as server:
        first = deposited(server, parcel, journal)
        content = plain.drafts[0]
        assert content is not None
        plain.drafts[0] = content[:-1] + b"?"
        journal.looked_at(first.id, present=True, time=first.changed)
        again = deposited(server, parcel, journal)
    assert again.state is DepositState.FAILED
    assert [one.code for one in again.findings] == ["deposit-bytes-differ"]


def test_nothing_is_proven_by_a_server_that_gives_nothing_back(parcel: Parcel, journal: DepositJournal) -> None:
    plain = PlainServer(gives_back=False)
    with serving(plain.serve()) as server:
        deposit = deposited(server, parcel, journal)
        assert (deposit.state, deposit.findings[0].code) == (DepositState.UNKNOWN, "deposit-evidence-too-weak")
        lowered = deposited(server, parcel, journal, EvidenceLevel.NONE)
    assert lowered.state is DepositState.VERIFIED
    assert len(plain.drafts) == 1


def test_a_lost_reply_to_the_first_request_is_for_a_person(parcel: Parcel, journal: DepositJournal) -> None:
    plain = PlainServer(loses="POST /collection")
    with serving(plain.serve()) as server:
        deposit = deposited(server, parcel, journal)
        assert deposit.state is DepositState.UNKNOWN
        assert f"Look in {server.url}/collection" in str(deposit.reason)
        assert "'Letters of letters-1923'" in str(deposit.reason)
        assert deposited(server, parcel, journal).state is DepositState.UNKNOWN
    assert len(plain.drafts) == 1


def test_a_lost_reply_to_the_file_is_no_trouble(parcel: Parcel, journal: DepositJournal) -> None:
    plain = PlainServer(loses="PUT")
    with serving(plain.serve()) as server:
        assert deposited(server, parcel, journal).state is DepositState.VERIFIED
    assert len(plain.drafts) == 1


@pytest.mark.parametrize(
    ("states", "end"),
    [
        pytest.param(True, DepositState.VERIFIED, id="the state has changed"),
        pytest.param(False, DepositState.UNKNOWN, id="no state is stated"),
    ],
)
def test_a_lost_reply_to_the_last_request_is_cleared_up_by_the_state(
    parcel: Parcel, journal: DepositJournal, *, states: bool, end: DepositState
) -> None:
    plain = PlainServer(states=states, loses="POST /edit")
    with serving(plain.serve()) as server:
        deposit = deposited(server, parcel, journal)
    assert deposit.state is end, deposit.reason
    assert sum(one.startswith("POST /edit/") for one in plain.asked) == 1


def test_a_packaging_that_is_not_offered_is_refused_before_anything_is_sent(
    parcel: Parcel, journal: DepositJournal
) -> None:
    plain = PlainServer(packagings=("http://example.org/own",))
    with serving(plain.serve()) as server:
        deposit = deposited(server, parcel, journal)
        assert [one.code for one in deposit.findings] == ["sword-packaging-refused"]
        assert "http://example.org/own" in str(deposit.reason)
    assert plain.drafts == []


def test_a_server_that_takes_zips_alone_is_sent_a_zip(journal: DepositJournal, tmp_path: Path) -> None:
    plain = PlainServer(packagings=(SIMPLE_ZIP,), accepts=("application/zip",))
    with serving(plain.serve()) as server:
        target = sword_target(f"{server.url}/sd", collection="Letters")
        assert target.capabilities().packagings == (Packaging.ZIP,)
        assert target.capabilities().unpacks == (Packaging.ZIP,)
        target.close()
        zipped = small_parcel(tmp_path / "zip", Packaging.ZIP)
        assert deposited(server, zipped, journal).state is DepositState.VERIFIED
