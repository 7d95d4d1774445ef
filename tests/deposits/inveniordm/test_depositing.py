"""Deposits with a real InvenioRDM: what another client fetches back, what is published, what is said of refusals."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.running import run_deposit
from archiver.model import SourceKind as Kind
from archiver.model import Statement, ValueSource
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.contracts.targets.inveniordm import InvenioBench
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault
from tests.judges.inveniordm import LARGEST, new_user

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.judge("inveniordm")


@pytest.fixture
def bench(inveniordm_server: dict[str, Any]) -> InvenioBench:
    return InvenioBench(inveniordm_server, new_user(inveniordm_server))


def deposited(bench: InvenioBench, parcel: Parcel, journal: DepositJournal, port: int | None = None) -> Deposit:
    made = bench.make(port)
    try:
        return run_deposit(made, parcel, journal, origin=str(parcel.bag), run=fast_run("attic", bench.min_evidence))
    finally:
        made.close()


def described(parcel: Parcel, **terms: str) -> Parcel:
    """Return a parcel whose description says all that may be published, and more."""
    assert parcel.description is not None
    source = ValueSource(kind=Kind.SIDECAR, place="letters.yaml")
    whole = {"creator": "Doe, Jane", "type": "Text", "issued": "1923", "publisher": "The Archive"} | terms
    kept = [one for one in parcel.description.statements if one.term == "title"]
    more = [Statement(term=term, text=text, source=source) for term, text in whole.items()]
    return replace(parcel, description=replace(parcel.description, statements=(*kept, *more)))


def asked(bench: InvenioBench, path: str) -> Any:  # noqa: ANN401 - what the server says
    """Ask the server as another client does."""
    headers = {"Authorization": f"Bearer {bench.user['token']}"}
    return httpx.get(f"{bench.server['url']}/api{path}", headers=headers, timeout=60).raise_for_status().json()


@pytest.mark.parametrize("tens", range(5))
def test_fifty_packages_are_fetched_back_by_another_client(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path, tens: int
) -> None:
    # Ten an account: the stand-in for the search gives all records of an account whatever is asked for.
    names = [f"letters-{10 * tens + number}" for number in range(10)]
    parcels = [small_parcel(tmp_path / "sent", Packaging.TAR, name, 700 + place) for place, name in enumerate(names)]
    wanted = {}
    lines = [f'header = "Authorization: Bearer {bench.user["token"]}"']
    for parcel in parcels:
        deposit = deposited(bench, parcel, journal)
        assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
        assert deposit.evidence is not None
        record = deposit.evidence.identifiers["record"]
        (file,) = parcel.files
        fetched = tmp_path / f"{parcel.name}.fetched"
        wanted[fetched] = file.source.read_bytes()
        lines += [f'url = "{bench.server["url"]}/api/records/{record}/draft/files/{file.path}/content"']
        lines += [f'output = "{fetched}"']
    (tmp_path / "curl").write_text("\n".join(lines), encoding="utf-8")
    subprocess.run(["curl", "--silent", "--fail", "--config", tmp_path / "curl"], check=True)
    for fetched, content in wanted.items():
        assert fetched.read_bytes() == content
    assert [bench.count(parcel) for parcel in parcels] == [1] * len(parcels)


def test_a_draft_says_what_the_description_says_and_is_not_published(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path
) -> None:
    bench.own["reserve_doi"] = True
    parcel = described(small_parcel(tmp_path, Packaging.ZIP), available="2199-01-01")
    deposit = deposited(bench, parcel, journal)
    assert deposit.evidence is not None
    names = deposit.evidence.identifiers
    draft = asked(bench, f"/records/{names['record']}/draft")
    assert draft["is_published"] is False
    assert names["doi"] == draft["pids"]["doi"]["identifier"]
    assert draft["metadata"]["creators"][0]["person_or_org"]["family_name"] == "Doe"
    assert {"scheme": "urn", "identifier": parcel.key} in draft["metadata"]["identifiers"]
    assert (draft["access"]["files"], draft["access"]["embargo"]["until"]) == ("restricted", "2199-01-01")
    assert deposit.evidence.location == f"{bench.server['url']}/uploads/{names['record']}"
    assert deposit.evidence.level is EvidenceLevel.SERVER_MD5


def test_published_on_request_and_never_twice(bench: InvenioBench, journal: DepositJournal, tmp_path: Path) -> None:
    bench.own |= {"publish": True, "access": "public"}
    parcel = described(small_parcel(tmp_path / "sent", Packaging.TAR))
    deposit = deposited(bench, parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    record = deposit.evidence.identifiers["record"]
    assert asked(bench, f"/records/{record}")["is_published"] is True
    assert deposit.evidence.location.endswith(f"/records/{record}")
    with DepositJournal.open(tmp_path / "other") as other:
        again = deposited(bench, parcel, other)
    assert (again.state, again.evidence) == (DepositState.VERIFIED, deposit.evidence)
    assert bench.count(parcel) == 1


def test_a_draft_that_was_looked_at_is_published_by_the_same_command(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path
) -> None:
    bench.own["access"] = "public"
    parcel = described(small_parcel(tmp_path / "sent", Packaging.TAR))
    first = deposited(bench, parcel, journal)
    again = deposited(bench, parcel, journal)
    assert again.times == first.times
    bench.own["publish"] = True
    deposit = deposited(bench, parcel, journal)
    assert (deposit.state, deposit.reason, deposit.tries) == (DepositState.VERIFIED, None, 2)
    assert DepositState.UPLOADING not in deposit.times
    assert first.evidence is not None
    assert deposit.evidence is not None
    record = first.evidence.identifiers["record"]
    assert deposit.evidence.location.endswith(f"/records/{record}")
    assert asked(bench, f"/records/{record}")["is_published"] is True
    assert bench.count(parcel) == 1


def test_a_draft_that_lost_its_file_is_told_and_then_filled_again(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = described(small_parcel(tmp_path / "sent", Packaging.TAR))
    deposit = deposited(bench, parcel, journal)
    assert deposit.evidence is not None
    path = f"/records/{deposit.evidence.identifiers['record']}/draft/files/{parcel.files[0].path}"
    headers = {"Authorization": f"Bearer {bench.user['token']}"}
    httpx.delete(f"{bench.server['url']}/api{path}", headers=headers, timeout=60).raise_for_status()
    gone = deposited(bench, parcel, journal)
    assert (gone.state, [one.code for one in gone.findings]) == (DepositState.FAILED, ["deposit-gone"])
    assert deposited(bench, parcel, journal).state is DepositState.VERIFIED
    assert bench.count(parcel) == 1


def test_what_cannot_be_published_is_said_before_a_byte_is_sent(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path
) -> None:
    bench.own["publish"] = True
    parcel = replace(small_parcel(tmp_path, Packaging.TAR), description=None)
    deposit = deposited(bench, parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert {finding.code for finding in deposit.findings} == {"deposit-record-incomplete"}
    said = " ".join(finding.message for finding in deposit.findings)
    assert all(name in said for name in ("title", "creators", "resource_type", "publication_date"))
    assert bench.count(parcel) == 0


def test_a_draft_is_submitted_to_its_community(bench: InvenioBench, journal: DepositJournal, tmp_path: Path) -> None:
    slug = f"letters-{bench.user['id']}"
    curator = InvenioBench(bench.server, new_user(bench.server))
    body = {
        "slug": slug,
        "metadata": {"title": "Letters"},
        "access": {"visibility": "public", "member_policy": "open", "record_policy": "open"},
    }
    headers = {"Authorization": f"Bearer {curator.user['token']}"}
    httpx.post(f"{bench.server['url']}/api/communities", json=body, headers=headers, timeout=60).raise_for_status()
    bench.own |= {"publish": True, "community": slug, "access": "public"}
    parcel = described(small_parcel(tmp_path / "sent", Packaging.TAR))
    deposit = deposited(bench, parcel, journal)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    draft = asked(bench, f"/records/{deposit.evidence.identifiers['record']}/draft")
    assert draft["status"] == "in_review"
    with DepositJournal.open(tmp_path / "other") as other:
        assert deposited(bench, parcel, other).state is DepositState.VERIFIED
    assert bench.count(parcel) == 1
    decline = f"{bench.server['url']}/api/requests/{draft['parent']['review']['id']}/actions/decline"
    httpx.post(decline, json={}, headers=headers, timeout=60).raise_for_status()
    assert deposited(bench, parcel, journal).times == deposit.times
    with DepositJournal.open(tmp_path / "third") as third:
        told = deposited(bench, parcel, third)
    assert told.evidence is not None
    assert (told.state, told.evidence.identifiers["review"]) == (DepositState.VERIFIED, "turned down by the community")
    assert asked(bench, f"/records/{told.evidence.identifiers['record']}/draft")["status"] == "declined"


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """What is wrong, and what is said of it."""

    token: str | None = None
    own: dict[str, str] = field(default_factory=dict)
    size: int = 10
    code: str
    setting: str


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            Refusal(token="expired", code="deposit-not-authorised", setting="targets.attic.token_from"),  # noqa: S106
            id="token",
        ),
        pytest.param(
            Refusal(own={"community": "nobody"}, code="deposit-place-missing", setting="targets.attic.community"),
            id="community",
        ),
        pytest.param(
            Refusal(own={"url": "/elsewhere"}, code="deposit-place-missing", setting="targets.attic.url"), id="address"
        ),
        pytest.param(Refusal(size=LARGEST + 1, code="deposit-too-large", setting="--split-size"), id="file too large"),
    ],
)
def test_refusals_name_the_setting(bench: InvenioBench, journal: DepositJournal, tmp_path: Path, case: Refusal) -> None:
    bench.user = bench.user | {"token": case.token or bench.user["token"]}
    bench.own |= case.own
    if "url" in case.own:
        bench.own["url"] = f"{bench.server['url']}{case.own['url']}"
    deposit = deposited(bench, small_parcel(tmp_path, Packaging.TAR, size=case.size), journal)
    assert deposit.state is DepositState.FAILED
    assert deposit.findings[-1].code == case.code
    assert case.setting in deposit.findings[-1].fix
    assert bench.user["token"] not in repr(deposit)


def test_a_full_quota_is_said(bench: InvenioBench, journal: DepositJournal, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=2 * LARGEST // 3)
    (file,) = parcel.files
    deposit = deposited(bench, replace(parcel, files=(file, replace(file, path="other.tar"))), journal)
    assert deposit.state is DepositState.FAILED
    assert deposit.findings[-1].code == "deposit-quota"


def disturbed(
    bench: InvenioBench, parcel: Parcel, journal: DepositJournal, fault: HttpFault, wanted: str
) -> tuple[Deposit, list[str]]:
    """Deposit with a fault at the first request of a kind, found out with another package, and return all requests."""
    other = small_parcel(parcel.files[0].source.parent / "first", parcel.packaging, "first", parcel.size)
    with HttpProxy("127.0.0.1", bench.port or 0) as proxy:
        assert deposited(bench, other, journal, proxy.port).state is DepositState.VERIFIED
        number = next(place for place, one in enumerate(proxy.seen) if f"{one.method} {one.path}".endswith(wanted))
    with HttpProxy("127.0.0.1", bench.port or 0, [HttpAt(request=number, fault=fault)]) as proxy:
        deposit = deposited(bench, parcel, journal, proxy.port)
        assert [at.fault for at in proxy.met] == [fault]
        return deposit, [f"{one.method} {one.path}" for one in proxy.seen]


@pytest.mark.parametrize("fault", [HttpFault.CUT_REQUEST, HttpFault.DONE_THEN_ERROR])
def test_large_files_go_in_parts_and_are_gone_on_with(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path, fault: HttpFault
) -> None:
    bench.own["part_size"] = "5 MiB"
    parcel = small_parcel(tmp_path, Packaging.TAR, size=LARGEST - 1)
    deposit, seen = disturbed(bench, parcel, journal, fault, "/content/3")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert [sum(one.endswith(f"/content/{part}") for one in seen) for part in (1, 2, 3, 4)] == [1, 1, 2, 1]
    assert bench.held(parcel) == {file.path: file.source.read_bytes() for file in parcel.files}


@pytest.mark.parametrize("fault", [HttpFault.FLIPPED_REQUEST, HttpFault.SHORT_REQUEST])
def test_bytes_that_changed_on_the_way_are_sent_again(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path, fault: HttpFault
) -> None:
    parcel = small_parcel(tmp_path, Packaging.TAR)
    deposit, _ = disturbed(bench, parcel, journal, fault, ".tar/content")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert bench.held(parcel) == {file.path: file.source.read_bytes() for file in parcel.files}


@pytest.mark.parametrize("fault", [HttpFault.DONE_THEN_NOTHING, HttpFault.DONE_THEN_ERROR, HttpFault.REPEATED])
def test_a_lost_reply_makes_no_second_draft(
    bench: InvenioBench, journal: DepositJournal, tmp_path: Path, fault: HttpFault
) -> None:
    parcel = small_parcel(tmp_path, Packaging.TAR)
    deposit, _ = disturbed(bench, parcel, journal, fault, "POST /api/records")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert bench.count(parcel) == 1


def test_a_lost_reply_of_publishing_is_found_out(bench: InvenioBench, journal: DepositJournal, tmp_path: Path) -> None:
    bench.own |= {"publish": True, "access": "public"}
    parcel = described(small_parcel(tmp_path, Packaging.TAR))
    with HttpProxy("127.0.0.1", bench.port or 0) as proxy:
        assert deposited(bench, described(small_parcel(tmp_path, Packaging.TAR, "first")), journal, proxy.port)
        number = next(place for place, one in enumerate(proxy.seen) if one.path.endswith("/publish"))
    with HttpProxy("127.0.0.1", bench.port or 0, [HttpAt(request=number, fault=HttpFault.DONE_THEN_ERROR)]) as proxy:
        deposit = deposited(bench, parcel, journal, proxy.port)
        assert sum(one.path.endswith("/publish") for one in proxy.seen) == 1
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert bench.count(parcel) == 1


def test_no_secret_is_in_the_journal(bench: InvenioBench, journal: DepositJournal, tmp_path: Path) -> None:
    deposited(bench, small_parcel(tmp_path / "sent", Packaging.TAR), journal)
    for file in (tmp_path / "deposits").rglob("*"):
        assert not file.is_file() or bench.user["token"].encode() not in file.read_bytes()


def test_the_server_takes_any_digest_that_it_is_told(bench: InvenioBench) -> None:
    """Why nothing that it says before a file is committed counts."""
    headers = {"Authorization": f"Bearer {bench.user['token']}"}
    with httpx.Client(base_url=f"{bench.server['url']}/api", headers=headers, timeout=60) as client:
        number = client.post("/records", json={"metadata": {"title": "Told"}}).json()["id"]
        files = f"/records/{number}/draft/files"
        client.post(files, json=[{"key": "a.tar", "size": 4, "checksum": f"md5:{'0' * 32}"}]).raise_for_status()
        client.put(f"{files}/a.tar/content", content=b"oh", headers={"Content-Type": "application/octet-stream"})
        said = client.post(f"{files}/a.tar/commit").raise_for_status().json()
    assert said["checksum"] == f"md5:{hashlib.md5(b'oh', usedforsecurity=False).hexdigest()}"
    assert said["size"] == 2
