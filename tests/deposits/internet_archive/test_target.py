"""Deposits with the Internet Archive as its pages describe it; none of this has met the live one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.deposits.internet_archive import InternetArchiveTarget
from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import objections, run_deposit
from archiver.errors import ConfigurationError
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.deposits.http.servers import ScriptedServer, serving
from tests.deposits.internet_archive.documented_server import ACCESS, SECRET, DocumentedArchive, Item
from tests.deposits.internet_archive.making import archive_target
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault


@pytest.fixture
def archive() -> Iterator[DocumentedArchive]:
    archive = DocumentedArchive()
    yield archive
    assert archive.wrong == []


@pytest.fixture
def server(archive: DocumentedArchive) -> Iterator[ScriptedServer]:
    with serving(archive.serve()) as server:
        yield server


@pytest.fixture
def parcel(tmp_path: Path) -> Parcel:
    return small_parcel(tmp_path / "sent", Packaging.TAR, size=4000)


def deposited(target: InternetArchiveTarget, parcel: Parcel, journal: DepositJournal) -> Deposit:
    run = fast_run("ia")
    impatient = dataclasses.replace(run, rules=dataclasses.replace(run.rules, patience=0.1))
    try:
        return run_deposit(target, parcel, journal, origin="x", run=impatient)
    finally:
        target.close()


def described(parcel: Parcel, **terms: str) -> Parcel:
    source = ValueSource(kind=SourceKind.SIDECAR, place="x.yaml")
    statements = tuple(Statement(term=term, text=text, source=source) for term, text in terms.items())
    return dataclasses.replace(parcel, description=Description(statements=statements))


def test_an_item_has_the_record_and_the_key(
    archive: DocumentedArchive, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    one = described(
        parcel, title="Письма & maps", creator="Müller, Anna", subject="letters", type="Text", issued="1923"
    )
    deposit = deposited(archive_target(server.url, collection="test_collection"), one, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.SERVER_MD5
    assert SECRET not in str(deposit)
    assert ACCESS not in str(deposit)
    ((name, item),) = archive.items.items()
    assert deposit.evidence.identifiers == {"item": name}
    assert re.fullmatch(r"letters-1923-[0-9a-f]{16}", name)
    assert item.metadata == {
        "identifier": name,
        "title": "Письма & maps",
        "creator": "Müller, Anna",
        "subject": "letters",
        "mediatype": "texts",
        "date": "1923",
        "collection": "test_collection",
        "external-identifier": parcel.key,
    }


def test_what_waits_in_the_queue_is_neither_proven_nor_sent_again(
    archive: DocumentedArchive, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    archive.queues = True
    deposit = deposited(archive_target(server.url), parcel, journal)
    assert deposit.state is DepositState.COMPLETED
    assert "waits in the queue" in str(deposit.reason)
    with DepositJournal.open(journal.records.parent / "other") as other:
        assert deposited(archive_target(server.url), parcel, other).state is DepositState.COMPLETED
    assert len(archive.waiting) == 1
    archive.work_off()
    assert deposited(archive_target(server.url), parcel, journal).state is DepositState.VERIFIED


def test_an_item_that_does_not_say_whose_it_is_is_not_proven(journal: DepositJournal, parcel: Parcel) -> None:
    class Careless(DocumentedArchive):
        def work_off(self) -> None:
            for _, metadata, _, _ in self.waiting:
                metadata["external-identifier"] = parcel.key.replace("urn", "urm")
            super().work_off()

    with serving(Careless().serve()) as server:
        deposit = deposited(archive_target(server.url), parcel, journal)
    assert deposit.state is DepositState.UNKNOWN
    assert f"does not state the external-identifier {parcel.key}" in str(deposit.reason)


def test_a_task_that_failed_is_for_a_person(
    archive: DocumentedArchive, server: ScriptedServer, journal: DepositJournal, parcel: Parcel
) -> None:
    archive.queues = True
    deposited(archive_target(server.url), parcel, journal)
    archive.failed = 1
    deposit = deposited(archive_target(server.url), parcel, journal)
    assert deposit.state is DepositState.UNKNOWN
    assert "internet-archive-task-failed" in {one.code for one in deposit.findings}


@pytest.mark.parametrize("dark", [False, True])
def test_an_item_of_that_name_that_is_not_ours_is_left_alone(
    archive: DocumentedArchive, server: ScriptedServer, journal: DepositJournal, parcel: Parcel, *, dark: bool
) -> None:
    name = archive_target(server.url)._item(parcel)
    archive.items[name] = Item(metadata={"identifier": name, "external-identifier": "urn:isbn:1"})
    shown = archive._shown
    archive._shown = lambda name: {"is_dark": True} if dark else shown(name)  # type: ignore[method-assign]  # as it says
    deposit = deposited(archive_target(server.url), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert deposit.findings[0].code == "internet-archive-item-taken"
    assert "targets.ia.item_prefix" in deposit.findings[0].fix
    assert archive.items[name].files == {}


@pytest.mark.parametrize(
    "fault", [HttpFault.DONE_THEN_NOTHING, HttpFault.DONE_THEN_ERROR, HttpFault.REPEATED, HttpFault.FLIPPED_REQUEST]
)
def test_a_disturbed_upload_ends_in_one_right_item(
    archive: DocumentedArchive, server: ScriptedServer, journal: DepositJournal, parcel: Parcel, fault: HttpFault
) -> None:
    with HttpProxy("127.0.0.1", server.server_address[1], [HttpAt(request=2, fault=fault)]) as proxy:
        deposit = deposited(archive_target(f"http://127.0.0.1:{proxy.port}"), parcel, journal)
        assert proxy.seen[2].method == "PUT"
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    ((_, item),) = archive.items.items()
    assert list(item.files.values()) == [parcel.files[0].source.read_bytes()]


def test_an_expired_key_names_the_setting(server: ScriptedServer, journal: DepositJournal, parcel: Parcel) -> None:
    deposit = deposited(archive_target(server.url, secret="old"), parcel, journal)  # noqa: S106 - it is none
    assert deposit.findings[0].code == "deposit-not-authorised"
    assert "targets.ia.secret_key_from" in deposit.findings[0].fix


def test_a_media_type_is_demanded(server: ScriptedServer, parcel: Parcel) -> None:
    one = described(parcel, title="Letters")
    (found,) = objections(archive_target(server.url), one)
    assert found.code == "internet-archive-media-type-missing"
    assert "targets.ia.media_type" in found.fix
    assert objections(archive_target(server.url, media_type="texts"), one) == ()


@pytest.mark.parametrize("name", ["x" * 200, "Ёлка", "---", "a.b c", "con"])
def test_every_package_has_a_name_that_an_item_may_have(parcel: Parcel, name: str) -> None:
    target = archive_target("https://example.org", item_prefix="our.")
    item = target._item(dataclasses.replace(parcel, name=name))
    assert re.fullmatch(r"our\.[A-Za-z0-9_.-]{4,76}", item)
    assert item == target._item(dataclasses.replace(parcel, name=name))


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"media_type": "books"}, "targets.ia.media_type must be one of", id="media type"),
        pytest.param({"item_prefix": "-x"}, "targets.ia.item_prefix must be", id="prefix"),
        pytest.param({"s3_url": "http://example.org"}, "targets.ia.s3_url must begin with https://", id="url"),
    ],
)
def test_settings_that_cannot_be_used_are_named(keys: dict[str, str], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        archive_target("https://example.org", **keys)
