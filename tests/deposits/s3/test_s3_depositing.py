"""Deposits in object stores, against real servers: fetched back by others, gone on with, and not believed at once."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit
from archiver.model.deposits import DepositState, EvidenceLevel, Parcel
from tests.contracts.targets._buckets import BucketBench
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.contracts.targets.s3 import strict_server
from tests.contracts.targets.s3_weak import weak_bench
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault
from tests.judges.rclone import fetch_bucket

if TYPE_CHECKING:
    from archiver.deposits.contract import Target

FIVE = 5 << 20


@pytest.fixture
def strict(request: pytest.FixtureRequest) -> BucketBench:
    return BucketBench(server=strict_server(request))


@pytest.fixture
def weak() -> Iterator[BucketBench]:
    with weak_bench(None) as bench:
        yield bench


def deposited(
    target: Target, parcel: Parcel, journal: DepositJournal, level: EvidenceLevel = EvidenceLevel.READ_BACK
) -> Deposit:
    try:
        return run_deposit(target, parcel, journal, origin=str(parcel.bag), run=fast_run("one", level))
    finally:
        target.close()


@pytest.mark.judge("s3", "rclone")
def test_fifty_packages_are_fetched_back_by_another_client(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcels = [
        small_parcel(tmp_path / "sent", strict.packaging, f"box-{number}", 1000 + number) for number in range(50)
    ]
    target = strict.make()
    run = fast_run("one", EvidenceLevel.SERVER_SHA256)
    found = [run_deposit(target, parcel, journal, origin="box", run=run) for parcel in parcels]
    target.close()
    assert {deposit.state for deposit in found} == {DepositState.VERIFIED}
    fetched = tmp_path / "fetched"
    with tempfile.TemporaryDirectory(prefix="rclone-") as home:
        place = f"{strict.server.bucket}/{strict.prefix}"
        fetch_bucket(strict.server.url, strict.server.keys, place, fetched, Path(home))
    sent = {file.path: file.source.read_bytes() for parcel in parcels for file in parcel.files}
    assert {path.name: path.read_bytes() for path in fetched.iterdir()} == sent


@pytest.mark.judge("s3")
def test_a_cut_upload_is_gone_on_with_part_by_part(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    bench = dataclasses.replace(strict, in_parts=FIVE, parallel=1)
    parcel = small_parcel(tmp_path / "sent", bench.packaging, "long", 2 * FIVE + 1000)
    # From 0: looked for, bucket, uploads; the probe's four; uploads, begun: 9 is the first part, 10 the second.
    plan = [HttpAt(request=10, fault=HttpFault.CUT_REQUEST)]
    with HttpProxy("127.0.0.1", bench.server.port, plan) as proxy:
        deposit = deposited(bench.make(proxy.port), parcel, journal)
        parts = [seen.path.partition("partNumber=")[2][:1] for seen in proxy.seen if "partNumber=" in seen.path]
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.SERVER_SHA256
    assert bench.held(parcel) == {parcel.files[0].path: parcel.files[0].source.read_bytes()}
    assert bench.count(parcel) == 1
    assert parts == ["1", "1", "1", "2", "2", "3"], "the probe's two; then each once, and the second once more"


@pytest.mark.judge("s3")
def test_a_question_that_is_damaged_on_its_way_does_not_count_against_the_store(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    # The probe's first part, which has the digest of its bytes as they were.
    with HttpProxy("127.0.0.1", strict.server.port, [HttpAt(request=4, fault=HttpFault.FLIPPED_REQUEST)]) as proxy:
        deposit = deposited(strict.make(proxy.port), parcel, journal, EvidenceLevel.SERVER_SHA256)
        assert [at.fault for at in proxy.met] == [HttpFault.FLIPPED_REQUEST]
        assert "partNumber=" in proxy.seen[4].path
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)


@pytest.mark.judge("s3")
def test_the_probe_leaves_nothing_where_its_end_is_damaged_on_its_way(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    plan = [HttpAt(request=6, fault=HttpFault.ANSWERED, status=403)]
    with HttpProxy("127.0.0.1", strict.server.port, plan) as proxy:
        deposit = deposited(strict.make(proxy.port), parcel, journal)
        assert [seen.method for seen in proxy.seen[6:8]] == ["DELETE", "DELETE"]
    assert deposit.state is DepositState.VERIFIED
    assert strict.count(parcel) == 1, "the object, and no upload"


@pytest.mark.judge("s3")
def test_uploads_that_a_network_began_twice_do_not_stay(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    # The beginning of the probe's upload; the object itself is sent whole.
    plan = [HttpAt(request=3, fault=HttpFault.REPEATED)]
    with HttpProxy("127.0.0.1", strict.server.port, plan) as proxy:
        deposit = deposited(strict.make(proxy.port), parcel, journal)
        assert proxy.seen[3].path.endswith("?uploads")
    assert deposit.state is DepositState.VERIFIED
    assert strict.count(parcel) == 1, "the object, and no upload"


@pytest.mark.judge("rclone")
def test_a_digest_that_a_store_only_repeats_is_not_believed(
    weak: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", weak.packaging)
    deposit = deposited(weak.make(), parcel, journal)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.SERVER_MD5
    assert deposit.evidence.files[0].digest == parcel.files[0].digests["md5"]
    # What it repeats, once it was told: the very reason.
    client, key = weak.server.client(), f"{weak.prefix}/told.tar"
    told = hashlib.sha256(b"something else").digest()
    client.put_object(Bucket=weak.server.bucket, Key=key, Body=b"wrong", ChecksumSHA256=_base64(told))
    head = client.head_object(Bucket=weak.server.bucket, Key=key, ChecksumMode="ENABLED")
    assert head["ChecksumSHA256"] == _base64(told)


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode()


@pytest.mark.judge("rclone")
def test_checksums_can_be_insisted_on(weak: BucketBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", weak.packaging)
    bench = dataclasses.replace(weak, own={"checksums": "required"})
    deposit = deposited(bench.make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == ["s3-no-checksums"]
    assert weak.count(parcel) == 0


@pytest.mark.judge("rclone")
def test_a_store_that_forgot_the_metadata_is_not_sent_the_same_again(
    weak: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", weak.packaging)
    file = parcel.files[0]
    weak.server.client().put_object(
        Bucket=weak.server.bucket, Key=f"{weak.prefix}/{file.path}", Body=file.source.read_bytes()
    )
    deposit = deposited(weak.make(), parcel, journal)
    assert deposit.state is DepositState.VERIFIED
    assert DepositState.UPLOADING not in deposit.times


@pytest.mark.judge("s3")
def test_an_object_of_somebody_else_is_not_touched(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    client, key = strict.server.client(), f"{strict.prefix}/{parcel.files[0].path}"
    client.put_object(Bucket=strict.server.bucket, Key=key, Body=b"another's")
    deposit = deposited(strict.make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == ["s3-object-exists"]
    assert client.get_object(Bucket=strict.server.bucket, Key=key)["Body"].read() == b"another's"


@pytest.mark.judge("s3")
def test_one_that_came_in_between_is_not_replaced(strict: BucketBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    client, key = strict.server.client(), f"{strict.prefix}/{parcel.files[0].path}"

    def meanwhile() -> None:
        client.put_object(Bucket=strict.server.bucket, Key=key, Body=b"another's")

    # From 0: looked for, bucket, uploads, the probe's four; then it is put.
    with HttpProxy("127.0.0.1", strict.server.port, at_request={7: meanwhile}) as proxy:
        deposit = deposited(strict.make(proxy.port), parcel, journal)
        assert proxy.seen[7].status == 412
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}
    assert "s3-object-exists" in [finding.code for finding in deposit.findings]
    assert client.get_object(Bucket=strict.server.bucket, Key=key)["Body"].read() == b"another's"


@pytest.mark.judge("s3")
@pytest.mark.parametrize(
    ("own", "code", "setting"),
    [
        ({"bucket": "no-such-bucket"}, "deposit-place-missing", "targets.bucket.bucket"),
        ({"access_key_id": "nobody"}, "deposit-not-authorised", "targets.bucket.secret_access_key_from"),
    ],
)
def test_what_is_wrong_names_the_setting(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path, own: dict[str, str], code: str, setting: str
) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    deposit = deposited(dataclasses.replace(strict, own=own).make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == [code]
    assert setting in deposit.findings[0].fix


@pytest.mark.judge("s3")
def test_a_file_that_changed_on_the_disk_is_not_completed(
    strict: BucketBench, journal: DepositJournal, tmp_path: Path
) -> None:
    bench = dataclasses.replace(strict, in_parts=FIVE)
    parcel = small_parcel(tmp_path / "sent", bench.packaging)
    source = parcel.files[0].source
    source.write_bytes(bytes([source.read_bytes()[0] ^ 1]) + source.read_bytes()[1:])
    deposit = deposited(bench.make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert [finding.code for finding in deposit.findings] == ["deposit-source-changed"]
    assert bench.count(parcel) == 0


@pytest.mark.judge("s3")
def test_no_secret_is_in_the_journal(strict: BucketBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", strict.packaging)
    assert deposited(strict.make(), parcel, journal).exchanges
    for file in (tmp_path / "deposits").rglob("*"):
        assert not file.is_file() or strict.server.keys[1].encode() not in file.read_bytes()
