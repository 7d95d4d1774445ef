"""Deposits with a Dataverse as its guide describes it; none of this has met a live one."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.deposits.dataverse.target import DataverseTarget
from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import objections, run_deposit
from archiver.errors import ConfigurationError
from archiver.model import Description
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.deposits.dataverse.documented_server import TOKEN, DocumentedDataverse, Held
from tests.deposits.dataverse.making import dataverse_target
from tests.deposits.http.servers import ScriptedServer, serving
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault


@pytest.fixture
def dataverse() -> Iterator[DocumentedDataverse]:
    dataverse = DocumentedDataverse()
    yield dataverse
    assert dataverse.wrong == []


@pytest.fixture
def server(dataverse: DocumentedDataverse) -> Iterator[ScriptedServer]:
    with serving(dataverse.serve()) as server:
        yield server


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return small_parcel(tmp_path / "sent", Packaging.TAR, size=4000)


def deposited(target: DataverseTarget, parcel: Parcel, journal: DepositJournal) -> Deposit:
    run = fast_run("dv")
    impatient = dataclasses.replace(run, rules=dataclasses.replace(run.rules, patience=0.1))
    try:
        return run_deposit(target, parcel, journal, origin="x", run=impatient)
    finally:
        target.close()


def test_without_publish_it_stays_a_draft_and_is_found_again(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel, tmp_path: Path
) -> None:
    deposit = deposited(dataverse_target(server.url), parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.SERVER_MD5
    assert deposit.evidence.identifiers == {"doi": "10.5072/FK2/101", "state": "draft"}
    assert TOKEN not in str(deposit)
    (record,) = dataverse.records
    assert record.state == "DRAFT"
    assert [one.label for one in record.files] == ["letters-1923.tar"]
    dataverse.index = False
    with DepositJournal.open(tmp_path / "other") as other:
        assert deposited(dataverse_target(server.url), parcel, other).state is DepositState.VERIFIED
    assert len(dataverse.records) == 1


def test_a_draft_that_was_looked_at_is_published_by_the_same_command(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    first = deposited(dataverse_target(server.url), parcel, journal)
    assert deposited(dataverse_target(server.url), parcel, journal).times == first.times
    deposit = deposited(dataverse_target(server.url, publish=True), parcel, journal)
    assert (deposit.state, deposit.tries) == (DepositState.VERIFIED, 2)
    assert DepositState.UPLOADING not in deposit.times
    (record,) = dataverse.records
    assert (record.state, len(record.files)) == ("RELEASED", 1)


def test_a_draft_that_lost_its_file_is_told_and_then_filled_again(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    deposited(dataverse_target(server.url), parcel, journal)
    (record,) = dataverse.records
    record.files.clear()
    gone = deposited(dataverse_target(server.url), parcel, journal)
    assert (gone.state, [one.code for one in gone.findings]) == (DepositState.FAILED, ["deposit-gone"])
    assert deposited(dataverse_target(server.url), parcel, journal).state is DepositState.VERIFIED
    assert [one.label for one in record.files] == ["letters-1923.tar"]


@pytest.mark.parametrize(
    ("checksum", "level"),
    [
        ("MD5", EvidenceLevel.SERVER_MD5),
        ("SHA-1", EvidenceLevel.READ_BACK),
        ("SHA-256", EvidenceLevel.SERVER_SHA256),
        ("SHA-512", EvidenceLevel.SERVER_SHA512),
    ],
)
def test_what_a_checksum_proves_depends_on_its_kind(
    dataverse: DocumentedDataverse,
    server: ScriptedServer,
    journal: DepositJournal,
    parcel: Parcel,
    checksum: str,
    level: EvidenceLevel,
) -> None:
    dataverse.checksum = checksum
    deposit = deposited(dataverse_target(server.url, publish=True), parcel, journal)
    assert deposit.evidence is not None
    assert (deposit.state, deposit.evidence.level) == (DepositState.VERIFIED, level)
    assert deposit.evidence.identifiers["version"] == "1.0"


@pytest.mark.parametrize("fault", [HttpFault.DONE_THEN_NOTHING, HttpFault.DONE_THEN_ERROR])
@pytest.mark.parametrize("request_number", [2, 5, 7], ids=["create", "add", "publish"])
def test_a_lost_reply_makes_no_second_deposit(
    dataverse: DocumentedDataverse,
    server: ScriptedServer,
    journal: DepositJournal,
    parcel: Parcel,
    fault: HttpFault,
    request_number: int,
) -> None:
    dataverse.index = False
    plan = [HttpAt(request=request_number, fault=fault)]
    with HttpProxy("127.0.0.1", server.server_address[1], plan) as proxy:
        target = dataverse_target(f"http://127.0.0.1:{proxy.port}", publish=True)
        deposit = deposited(target, parcel, journal)
        assert [one.request for one in proxy.met] == [request_number]
        assert proxy.seen[request_number].method == "POST"
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    (record,) = dataverse.records
    assert len(record.files) == 1


def test_requests_that_are_passed_on_twice_leave_no_copy(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    plan = [HttpAt(request=5, fault=HttpFault.REPEATED, lasting=True)]
    with HttpProxy("127.0.0.1", server.server_address[1], plan) as proxy:
        deposit = deposited(dataverse_target(f"http://127.0.0.1:{proxy.port}", publish=True), parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    (record,) = dataverse.records
    assert [held.label for held in record.files] == ["letters-1923.tar"]


def test_other_bytes_of_the_same_name_are_replaced_in_a_draft(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    deposited(dataverse_target(server.url), parcel, journal)
    (record,) = dataverse.records
    record.files[0] = Held(number=7, label=record.files[0].label, content=b"cut off")
    with DepositJournal.open(journal.records.parent / "other") as other:
        assert deposited(dataverse_target(server.url), parcel, other).state is DepositState.VERIFIED
    assert [held.content for held in record.files] == [parcel.files[0].source.read_bytes()]


def test_a_publication_is_waited_for(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    dataverse.publishes_at_once = False
    deposit = deposited(dataverse_target(server.url, publish=True), parcel, journal)
    assert deposit.state is DepositState.COMPLETED
    assert "finalizePublication" in str(deposit.reason)
    dataverse.records[0].state = "RELEASED"
    assert deposited(dataverse_target(server.url, publish=True), parcel, journal).state is DepositState.VERIFIED


def test_a_publication_that_fails_is_said(
    dataverse: DocumentedDataverse, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    dataverse.publishes_at_once, dataverse.lock = False, "FileValidationFailed"
    deposit = deposited(dataverse_target(server.url, publish=True), parcel, journal)
    assert deposit.state is DepositState.UNKNOWN
    assert "dataverse-not-published" in {one.code for one in deposit.findings}


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        pytest.param({"token": "expired"}, "deposit-not-authorised", "targets.dv.token_from", id="token"),
        pytest.param({"collection": "nowhere"}, "deposit-place-missing", "targets.dv.collection", id="collection"),
    ],
)
def test_what_the_server_refuses_names_the_setting(
    server: ScriptedServer, journal: DepositJournal, parcel: Parcel, keys: dict[str, str], code: str, says: str
) -> None:
    deposit = deposited(dataverse_target(server.url, **keys), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert deposit.findings[0].code == code
    assert says in deposit.findings[0].fix


def test_what_a_record_lacks_is_said_before_anything_is_asked(
    dataverse: DocumentedDataverse, server: ScriptedServer, parcel: Parcel
) -> None:
    target = dataverse_target(server.url, contact_email="", subject="")
    found = {one.message.partition("Dataverse demands ")[2]: one.fix for one in objections(target, parcel)}
    assert found["the e-mail address of a contact."] == "Set targets.dv.contact_email."
    assert "set targets.dv.subject" in next(fix for message, fix in found.items() if message.startswith("a subject"))
    assert len(found) == 2
    assert dataverse.asked == []


def test_a_package_without_a_record_lacks_much(server: ScriptedServer, parcel: Parcel) -> None:
    bare = dataclasses.replace(parcel, description=Description())
    assert len(objections(dataverse_target(server.url), bare)) == 3


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"collection": ""}, "targets.dv.collection is missing", id="collection"),
        pytest.param({"subject": "Cookery"}, "targets.dv.subject must be one of", id="subject"),
        pytest.param({"contact_email": "nobody"}, "targets.dv.contact_email must be", id="address"),
        pytest.param({"publish": "yes"}, "targets.dv.publish must be true or false", id="publish"),
        pytest.param({"url": "http://example.org"}, "targets.dv.url must begin with https://", id="url"),
    ],
)
def test_settings_that_cannot_be_used_are_named(keys: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        dataverse_target(**({"url": "https://example.org"} | keys))
