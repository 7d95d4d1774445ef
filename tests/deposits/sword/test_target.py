"""Deposits with a real SWORD server, swh-deposit: what it holds afterwards, and what is said when it holds nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit, side_by_side
from archiver.errors import ConfigurationError
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.contracts.targets.sword import SwordBench
from tests.deposits.sword.making import PASSWORD, sword_target
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault
from tests.judges.swh_deposit import LARGEST, fill, held, set_status

if TYPE_CHECKING:
    from archiver.deposits.sword.target import SwordTarget


@pytest.fixture
def bench(swh_deposit_server: dict[str, Any]) -> SwordBench:
    return SwordBench(swh_deposit_server)


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return small_parcel(tmp_path / "sent", Packaging.ZIP)


def deposited(
    target: SwordTarget,
    parcel: Parcel,
    journal: DepositJournal,
    min_evidence: EvidenceLevel = EvidenceLevel.READ_BACK,
) -> Deposit:
    try:
        return run_deposit(target, parcel, journal, origin=parcel.name, run=fast_run("swh", min_evidence))
    finally:
        target.close()


def only_finding(deposit: Deposit) -> tuple[str, str]:
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}, deposit
    finding = deposit.findings[-1]
    return finding.code, f"{finding.message} {finding.fix}"


def test_what_is_sent_is_described_and_can_be_found(bench: SwordBench, journal: DepositJournal, parcel: Parcel) -> None:
    deposit = deposited(bench.make(), parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.READ_BACK
    assert deposit.evidence.identifiers["state"] == "deposited"
    (one,) = held(bench.server, bench.user)
    (record,) = one["records"]
    assert "<dcterms:title>Letters of letters-1923</dcterms:title>" in record
    assert parcel.key in record
    assert PASSWORD not in str(deposit)


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        pytest.param({"secret": "expired"}, "deposit-not-authorised", "targets.swh.password_from", id="password"),
        pytest.param({"collection": "nowhere"}, "sword-collection-missing", "targets.swh.collection", id="collection"),
        pytest.param({"packaging": "bagit"}, "sword-packaging-refused", "targets.swh.packaging", id="packaging"),
    ],
)
def test_what_the_server_refuses_names_the_setting(
    bench: SwordBench, journal: DepositJournal, parcel: Parcel, keys: dict[str, str], code: str, says: str
) -> None:
    target = sword_target(bench.server["url"], **({"user": bench.user} | keys))
    found, words = only_finding(deposited(target, parcel, journal))
    assert found == code
    assert says in words
    assert held(bench.server, bench.user) == []


def test_the_only_collection_need_not_be_named(bench: SwordBench) -> None:
    target = sword_target(bench.server["url"], user=bench.user, collection="")
    assert target.capabilities().finds_by_identifier


def test_what_is_larger_than_the_server_takes_is_not_sent(
    bench: SwordBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path, Packaging.ZIP, size=LARGEST + 1)
    assert bench.make().capabilities().largest_bytes == LARGEST
    code, _ = only_finding(deposited(bench.make(), parcel, journal))
    assert code == "deposit-too-large"
    assert held(bench.server, bench.user) == []


def test_a_file_of_other_bytes_is_refused_by_the_server(
    bench: SwordBench, journal: DepositJournal, parcel: Parcel
) -> None:
    (file,) = parcel.files
    content = bytearray(file.source.read_bytes())
    content[1] ^= 1
    file.source.write_bytes(content)
    deposit = deposited(bench.make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert "other bytes than were sent" in str(deposit.reason)
    (one,) = held(bench.server, bench.user)
    assert (one["status"], one["files"]) == ("partial", [])


def test_a_file_that_is_gone_at_the_server_is_not_verified(
    bench: SwordBench, journal: DepositJournal, parcel: Parcel, tmp_path: Path
) -> None:
    deposited(bench.make(), parcel, journal)
    (one,) = held(bench.server, bench.user)
    one["files"][0].unlink()
    with DepositJournal.open(tmp_path / "other") as other:
        code, words = only_finding(deposited(bench.make(), parcel, other))
    assert code == "deposit-evidence-too-weak"
    assert 'min_evidence = "none"' in words


def test_a_deposit_that_the_server_rejects_can_be_made_again(
    bench: SwordBench, journal: DepositJournal, parcel: Parcel
) -> None:
    first = deposited(bench.make(), parcel, journal)
    (one,) = held(bench.server, bench.user)
    set_status(bench.server, one["id"], "rejected")
    journal.looked_at(first.id, present=True, time=first.changed)
    code, words = only_finding(deposited(bench.make(), parcel, journal))
    assert code == "sword-deposit-dropped"
    assert "rejected" in words
    journal.looked_at(first.id, present=False, time=first.changed)
    again = deposited(bench.make(), parcel, journal)
    assert (again.state, again.reason) == (DepositState.VERIFIED, None)
    assert [one["status"] for one in held(bench.server, bench.user)] == ["rejected", "deposited"]


@pytest.mark.parametrize("fault", [HttpFault.DONE_THEN_NOTHING, HttpFault.DONE_THEN_ERROR, HttpFault.REPEATED])
def test_no_request_whose_reply_is_lost_makes_a_second_deposit(
    bench: SwordBench, tmp_path: Path, fault: HttpFault
) -> None:
    with HttpProxy("127.0.0.1", bench.port, []) as proxy, DepositJournal.open(tmp_path / "calm") as journal:
        calm = small_parcel(tmp_path / "calm-sent", Packaging.ZIP, name="calm")
        deposited(bench.make(proxy.port), calm, journal)
        changing = [number for number, seen in enumerate(proxy.seen) if seen.method != "GET"]
    assert len(changing) == 3, "create, put, complete"
    for number in changing:
        one = small_parcel(tmp_path / f"sent-{number}", Packaging.ZIP, name=f"one-{number}")
        plan = [HttpAt(request=number, fault=fault)]
        with (
            HttpProxy("127.0.0.1", bench.port, plan) as proxy,
            DepositJournal.open(tmp_path / str(number)) as journal,
        ):
            deposit = deposited(bench.make(proxy.port), one, journal)
            assert proxy.met
        assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
        assert bench.count(one) == 1


def test_a_deposit_is_found_on_a_later_page_of_the_list(
    bench: SwordBench, journal: DepositJournal, parcel: Parcel, tmp_path: Path
) -> None:
    fill(bench.server, bench.user, 230)
    deposited(bench.make(), parcel, journal)
    with DepositJournal.open(tmp_path / "other") as other:
        assert deposited(bench.make(), parcel, other).state is DepositState.VERIFIED
    assert bench.count(parcel) == 1


def test_a_draft_of_another_client_is_gone_on_with(bench: SwordBench, journal: DepositJournal, parcel: Parcel) -> None:
    target = bench.make()
    with DepositJournal.open(journal.records.parent / "other") as other:
        run = fast_run("swh")
        run.stop.set()
        with pytest.raises(KeyboardInterrupt):
            run_deposit(target, parcel, other, origin="x", run=run)
    assert deposited(bench.make(), parcel, journal).state is DepositState.VERIFIED
    assert bench.count(parcel) == 1


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"user": ""}, "targets.swh.user is missing", id="no user"),
        pytest.param({"packaging": "cardboard"}, "targets.swh.packaging must be one of", id="packaging"),
        pytest.param({"url": "http://example.org/sd"}, "targets.swh.url must begin with https://", id="url"),
    ],
)
def test_settings_that_cannot_be_used_are_named(keys: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        sword_target(**({"url": "https://example.org/sd"} | keys))


@pytest.mark.judge("sword2")
def test_fifty_packages_are_fetched_back_by_another_client(
    bench: SwordBench, journal: DepositJournal, tmp_path: Path
) -> None:
    from tests.judges.sword2 import ask_sword2  # noqa: PLC0415 - needs its judge

    run = fast_run("swh")
    names = [f"box-{number}" for number in range(50)]
    parcels = [small_parcel(tmp_path, Packaging.ZIP, name=name, size=1000 + 37 * len(name)) for name in names]
    sent: dict[str, str] = {}
    done = side_by_side(
        parcels,
        lambda parcel, target: run_deposit(target, parcel, journal, origin=parcel.name, run=run),
        bench.make,
        parallel=4,
        stop=run.stop,
    )
    for parcel, deposit in done:
        assert isinstance(deposit, Deposit), deposit
        assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
        assert deposit.evidence is not None
        server, _, number = deposit.evidence.location.removesuffix("/atom/").rpartition("/archive/")
        sent[f"{server}/private/{number}/upload-urls/"] = parcel.files[0].digests["sha512"]
    assert len(sent) == len(parcels)
    told = ask_sword2(bench.server["url"], bench.user, PASSWORD, list(sent), tmp_path)
    assert told["held"] == {address: [digest] for address, digest in sent.items()}
    assert told["largest"] == LARGEST
    (collection,) = told["collections"].values()
    assert collection[1] == ["http://purl.org/net/sword/package/SimpleZip"]
