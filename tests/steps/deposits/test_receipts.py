"""Tests of receipts: what they say, where they stand, and that each is written once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.deposits.journal import Deposit
from archiver.deposits.journal.values import ParcelFacts, SentFile
from archiver.errors import StorageError
from archiver.model.deposits import DepositState, Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging
from archiver.steps.deposits.packages import PackageHere, PackageInStore
from archiver.steps.deposits.receipts.keeping import read_receipt, receipts_of, write_receipt
from archiver.steps.verify import bags_below, verify_paths
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.place import store_place
from tests.steps.stores.bags_to_add import ONE, add, bag

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges.schemas import SchemaJudge

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
NAMES = {"p": "http://www.loc.gov/premis/v3"}
WAY = ("planned", "opened", "uploading", "uploaded", "completing", "completed")


def evidence(*, agrees: bool = True, level: EvidenceLevel = EvidenceLevel.SERVER_MD5) -> Evidence:
    files = [FileEvidence(path="one.tar", level=level, size=10_240, digest="ab", agrees=agrees)]
    return Evidence(files=files, location="https://zenodo.org/records/7", identifiers={"doi": "10.5281/zenodo.7"})


def deposit(
    state: DepositState = DepositState.VERIFIED,
    *,
    way: tuple[str, ...] = WAY,
    proven: Evidence | None = None,
    reason: str | None = None,
    folder: bool = False,
) -> Deposit:
    sent = SentFile(path="one.tar", size=10_240, digests={"sha512": "a" * 128, "sha256": "b" * 64, "md5": "c" * 32})
    times = {DepositState(name): NOON + timedelta(seconds=number) for number, name in enumerate((*way, state.value))}
    return Deposit(
        id="0123456789ab",
        target="zenodo",
        kind="inveniordm",
        location="https://zenodo.org/",
        origin="one",
        parcel=ParcelFacts(
            identifier=ONE,
            name="one",
            package_digest="d" * 64,
            packaging=Packaging.FOLDER if folder else Packaging.TAR,
            size=10_240,
            file_count=7 if folder else 1,
            file=None if folder else sent,
        ),
        state=state,
        reason=reason,
        evidence=proven,
        exchanges=(
            Exchange(
                time=NOON, request="PUT https://zenodo.org/x", reply="201 Created", headers={"ETag": "1"}, body="{}"
            ),
        ),
        times=times,
    )


def events(premis: Path) -> list[tuple[str, str]]:
    found = etree.parse(premis).iterfind(".//p:event", NAMES)
    return [
        (event.findtext("p:eventType", "", NAMES), event.findtext(".//p:eventOutcome", "", NAMES)) for event in found
    ]


@pytest.fixture
def package(tmp_path: Path) -> PackageHere:
    return PackageHere(path=bag(tmp_path / "packages" / "one"))


@pytest.mark.parametrize(
    ("one", "told"),
    [
        pytest.param(
            deposit(proven=evidence()),
            [
                ("message digest calculation", "success"),
                ("transfer", "success"),
                ("fixity check", "success"),
                ("ingestion end", "success"),
            ],
            id="verified",
        ),
        pytest.param(
            deposit(DepositState.FAILED, proven=evidence(agrees=False), reason="other bytes"),
            [
                ("message digest calculation", "success"),
                ("transfer", "success"),
                ("fixity check", "fail"),
                ("ingestion end", "fail"),
            ],
            id="wrong bytes",
        ),
        pytest.param(
            deposit(DepositState.FAILED, way=WAY[:3], reason="refused"),
            [("message digest calculation", "success"), ("transfer", "fail")],
            id="failed on the way",
        ),
        pytest.param(
            deposit(DepositState.UNKNOWN, way=WAY[:6], reason="it does not say"),
            [("message digest calculation", "success"), ("transfer", "success"), ("ingestion end", "warning")],
            id="unknown",
        ),
        pytest.param(
            deposit(way=("planned", "completed"), proven=evidence(), folder=True),
            [("message digest calculation", "success"), ("fixity check", "success"), ("ingestion end", "success")],
            id="found there, as a folder",
        ),
        pytest.param(
            deposit(proven=evidence(level=EvidenceLevel.NONE)),
            [
                ("message digest calculation", "success"),
                ("transfer", "success"),
                ("fixity check", "not run"),
                ("ingestion end", "success"),
            ],
            id="without evidence",
        ),
    ],
)
def test_premis_tells_what_happened_and_no_more(
    tmp_path: Path,
    package: PackageHere,
    premis_schema: SchemaJudge,
    one: Deposit,
    told: list[tuple[str, str]],
) -> None:
    receipt = write_receipt(one, package, tmp_path / "records", NOON)
    assert receipt.premis.parent == tmp_path / "packages" / "one.receipts"
    assert events(receipt.premis) == told
    result = premis_schema(receipt.premis.read_bytes())
    assert result.passed, result.detail
    root = etree.parse(receipt.premis).getroot()
    assert ONE in [one.text for one in root.iterfind(".//p:objectIdentifierValue", NAMES)]
    linked = {one.text for one in root.iterfind(".//p:linkingAgentIdentifierValue", NAMES)}
    agents = {one.text for one in root.iterfind("p:agent/p:agentIdentifier/p:agentIdentifierValue", NAMES)}
    assert linked <= agents


def test_the_identifiers_of_the_target_stand_in_both_forms(tmp_path: Path, package: PackageHere) -> None:
    receipt = write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)
    text = receipt.premis.read_text()
    assert "10.5281/zenodo.7" in text
    assert "https://zenodo.org/records/7" in text
    values = read_receipt(receipt)
    assert values is not None
    assert values["evidence"]["identifiers"] == {"doi": "10.5281/zenodo.7"}
    assert values["exchanges"][0] == {
        "time": "2026-11-22T12:00:00Z",
        "request": "PUT https://zenodo.org/x",
        "reply": "201 Created",
        "headers": {"ETag": "1"},
        "body": "{}",
    }


def test_the_same_deposit_in_the_same_state_has_one_receipt(tmp_path: Path, package: PackageHere) -> None:
    records = tmp_path / "records"
    first = write_receipt(deposit(DepositState.UNKNOWN, reason="ask"), package, records, NOON)
    assert write_receipt(deposit(DepositState.UNKNOWN, reason="ask"), package, records, NOON) == first
    later = write_receipt(deposit(proven=evidence()), package, records, NOON)
    assert later.premis != first.premis
    assert [one.premis for one in receipts_of(package)] == [first.premis, later.premis]
    assert first.premis.name == "zenodo-20261122T120006Z.premis.xml"


def test_what_a_kill_left_out_is_written_by_the_next_run(tmp_path: Path, package: PackageHere) -> None:
    receipt = write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)
    whole = receipt.premis.read_bytes()
    receipt.premis.unlink()
    again = write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)
    assert again == receipt
    assert receipt.premis.read_bytes() == whole


def test_receipts_beside_packages_are_no_bags(tmp_path: Path, package: PackageHere) -> None:
    write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)
    assert bags_below(package.path.parent) == [package.path, package.path.parent / "one source"]
    (package.path.parent / "lost.receipts").mkdir()
    (package.path.parent / "lost.receipts" / "data").mkdir()
    verdicts = [verdict.valid for verdict in verify_paths([package.path.parent])]
    assert verdicts == [False, True, False]


def test_where_nothing_can_be_written_beside_the_package_it_stands_in_the_records(
    tmp_path: Path, package: PackageHere
) -> None:
    (package.path.parent / "one.receipts").write_bytes(b"a file")
    records = tmp_path / "records"
    receipt = write_receipt(deposit(proven=evidence()), package, records, NOON)
    assert receipt.premis.parent == records / "receipts"
    assert [finding.code for finding in receipt.findings] == ["receipt-elsewhere"]
    assert [one.premis for one in receipts_of(package, records)] == [receipt.premis]
    assert receipts_of(PackageHere(path=tmp_path / "other"), records) == ()


def test_where_nothing_can_be_written_at_all_it_is_said(tmp_path: Path, package: PackageHere) -> None:
    (package.path.parent / "one.receipts").write_bytes(b"a file")
    (tmp_path / "records").write_bytes(b"a file")
    with pytest.raises(StorageError, match="was not written"):
        write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)


def test_of_a_stored_package_it_stands_in_the_stores_records_and_log(tmp_path: Path) -> None:
    store = tmp_path / "store"
    add(store, bag(tmp_path / "one"))
    package = PackageInStore(place=store_place(store), identifier=ONE)
    for _ in range(2):
        receipt = write_receipt(deposit(proven=evidence()), package, tmp_path / "records", NOON)
        assert receipt.findings == ()
    assert receipt.premis.is_relative_to(store_place(store).records / "receipts")
    (entry,) = StoreLog(store_place(store).records).entries(kinds=("deposited",))
    assert (entry.body["target"], entry.body["state"], entry.body["evidence"]) == ("zenodo", "verified", "server-md5")
    assert entry.body["receipt"] == receipt.json.name
    assert json.loads(receipt.json.read_bytes())["package"]["identifier"] == ONE


def test_names_of_strangers_do_not_break_a_receipt(
    tmp_path: Path, package: PackageHere, premis_schema: SchemaJudge
) -> None:
    strange = "\x07 <a> & \u202e \udc80"
    proven = Evidence(
        files=[FileEvidence(path=strange, level=EvidenceLevel.SIZE, size=1, agrees=False)],
        location=strange,
        identifiers={"record": strange},
    )
    receipt = write_receipt(deposit(DepositState.FAILED, proven=proven, reason=strange), package, tmp_path, NOON)
    result = premis_schema(receipt.premis.read_bytes())
    assert result.passed, result.detail
    assert read_receipt(receipt)
