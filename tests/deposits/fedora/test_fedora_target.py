"""Deposits with a real Fedora 6: what it holds afterwards, and what is said when it holds nothing."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import itertools
import threading
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from archiver.deposits.contract import RetryableError
from archiver.deposits.fedora.naming import container_name, file_name
from archiver.deposits.journal import Deposit, DepositJournal
from archiver.deposits.journal.values import deposit_id
from archiver.deposits.running import run_deposit, side_by_side
from archiver.errors import ConfigurationError
from archiver.model import Description
from archiver.model.deposits import DepositState, EvidenceLevel, Packaging, Parcel
from archiver.standards.turtle import described_turtle
from tests.contracts.targets._fedora import FedoraBench
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.deposits.fedora.making import PASSWORD, USER, fedora_interface, fedora_target
from tests.deposits.http.conftest import Noted
from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault
from tests.judges.fedora import USERS, stored_object

if TYPE_CHECKING:
    from archiver.deposits.fedora.target import FedoraTarget
    from archiver.deposits.running import Run

ARCHIVAL_GROUP = '<http://fedora.info/definitions/v4/repository#ArchivalGroup>;rel="type"'


@pytest.fixture
def bench(fedora_server: dict[str, Any]) -> FedoraBench:
    return FedoraBench(fedora_server)


@pytest.fixture
def person(bench: FedoraBench) -> Iterator[httpx.Client]:
    """Somebody else at the repository, who sees the container that the test deposits in."""
    base = f"{bench.server['url']}/"
    with httpx.Client(base_url=base, auth=(USER, PASSWORD), timeout=60) as client:
        yield client


def deposited(target: FedoraTarget, parcel: Parcel, journal: DepositJournal, run: Run | None = None) -> Deposit:
    try:
        run = run or fast_run("fedora", EvidenceLevel.SERVER_SHA512)
        return run_deposit(target, parcel, journal, origin=parcel.name, run=run)
    finally:
        target.close()


def verified(deposit: Deposit) -> bool:
    return (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)


def only_finding(deposit: Deposit) -> tuple[str, str]:
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}, deposit
    finding = deposit.findings[-1]
    return finding.code, f"{finding.message} {finding.fix}"


def test_what_is_sent_is_one_object_that_says_what_it_is(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client
) -> None:
    deposit = deposited(bench.make(), parcel, journal)
    assert verified(deposit)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.SERVER_SHA512
    reply = person.get(deposit.evidence.location, headers={"Accept": "application/n-triples"})
    assert f'<http://purl.org/dc/terms/identifier> "{parcel.key}" .' in reply.text
    assert '<http://purl.org/dc/terms/creator> "Müller, Anna" .' in reply.text
    assert "ArchivalGroup" in reply.headers["link"]
    assert stored_object(bench.server, f"{bench.place}/{container_name(parcel)}/letters-1923.tar") is None
    assert list(bench.files(parcel)) == ["letters-1923.tar"]
    signed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    assert PASSWORD not in str(deposit)
    assert signed not in str(deposit)


@pytest.mark.parametrize(
    ("keys", "code", "says"),
    [
        pytest.param({"secret": "expired"}, "deposit-not-authorised", "targets.fedora.password_from", id="password"),
        pytest.param(
            {"user": "reader", "secret": USERS["reader"][0]},
            *("deposit-not-authorised", "targets.fedora.password_from"),
            id="may only read",
        ),
    ],
)
def test_what_the_server_refuses_names_the_setting(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, keys: dict[str, Any], code: str, says: str
) -> None:
    found, words = only_finding(deposited(bench.make(**keys), parcel, journal))
    assert found == code
    assert says in words
    assert bench.count(parcel) == 0


@pytest.mark.parametrize("transactions", [True, False])
def test_a_container_that_is_not_there_is_not_made(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client, *, transactions: bool
) -> None:
    target = fedora_target(f"{bench.server['url']}/{bench.place}/nowhere", transactions=transactions)
    code, words = only_finding(deposited(target, parcel, journal))
    assert code == "deposit-place-missing"
    assert "targets.fedora.url" in words
    assert person.get(f"{bench.place}/nowhere").status_code == httpx.codes.NOT_FOUND


def test_an_archival_group_takes_no_packages(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client
) -> None:
    person.put(f"{bench.place}/group", headers={"Link": ARCHIVAL_GROUP, "Content-Type": "text/turtle"})
    target = fedora_target(f"{bench.server['url']}/{bench.place}/group")
    code, words = only_finding(deposited(target, parcel, journal))
    assert code == "fedora-conflict"
    assert "targets.fedora.url" in words


def test_no_room_at_the_server_is_said(bench: FedoraBench, journal: DepositJournal, parcel: Parcel) -> None:
    plan = [HttpAt(request=4, fault=HttpFault.ANSWERED, status=507, lasting=True)]
    with HttpProxy("127.0.0.1", bench.port, plan) as proxy:
        deposit = deposited(bench.make(proxy.port), parcel, journal)
    assert {finding.code for finding in deposit.findings} >= {"deposit-quota"}
    assert bench.count(parcel) == 0


@pytest.mark.parametrize("transactions", [True, False])
def test_a_file_of_other_bytes_is_refused_by_the_server(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, *, transactions: bool
) -> None:
    (file,) = parcel.files
    content = bytearray(file.source.read_bytes())
    content[1] ^= 1
    file.source.write_bytes(content)
    deposit = deposited(bench.make(transactions=transactions), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert "other bytes than were sent" in str(deposit.reason)
    assert bench.files(parcel) == {}
    assert bench.count(parcel) == int(not transactions)


def test_a_file_that_is_gone_from_its_store_is_not_verified(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, tmp_path: Path
) -> None:
    deposited(bench.make(), parcel, journal)
    for file in bench.files(parcel).values():
        file.unlink()
    with DepositJournal.open(tmp_path / "other") as other:
        deposit = deposited(bench.make(), parcel, other)
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}
    assert deposit.reason


@pytest.mark.parametrize("transactions", [True, False])
@pytest.mark.parametrize("fault", [HttpFault.DONE_THEN_NOTHING, HttpFault.DONE_THEN_ERROR, HttpFault.REPEATED])
def test_no_request_whose_reply_is_lost_makes_a_second_deposit(
    bench: FedoraBench, tmp_path: Path, fault: HttpFault, *, transactions: bool
) -> None:
    with HttpProxy("127.0.0.1", bench.port, []) as proxy, DepositJournal.open(tmp_path / "calm") as journal:
        calm = small_parcel(tmp_path / "calm-sent", Packaging.TAR, name="calm")
        deposited(bench.make(proxy.port, transactions=transactions), calm, journal)
        changing = [number for number, seen in enumerate(proxy.seen) if seen.method not in {"GET", "HEAD"}]
    assert len(changing) == (4 if transactions else 2), "begin, create, put, commit"
    for number in changing:
        one = small_parcel(tmp_path / f"sent-{number}", Packaging.TAR, name=f"one-{number}")
        plan = [HttpAt(request=number, fault=fault)]
        with (
            HttpProxy("127.0.0.1", bench.port, plan) as proxy,
            DepositJournal.open(tmp_path / str(number)) as journal,
        ):
            deposit = deposited(bench.make(proxy.port, transactions=transactions), one, journal)
            assert proxy.met
        assert verified(deposit)
        assert bench.held(one) == {one.files[0].path: one.files[0].source.read_bytes()}


def begun(bench: FedoraBench, person: httpx.Client, parcel: Parcel) -> str:
    """Make the package's container in a transaction of somebody else, and return that."""
    transaction = person.post(f"{bench.server['url']}/fcr:tx").headers["location"]
    made = person.put(
        f"{bench.place}/{container_name(parcel)}",
        headers={"Link": ARCHIVAL_GROUP, "Content-Type": "text/turtle", "Atomic-ID": transaction},
    )
    made.raise_for_status()
    return str(transaction)


def test_another_transaction_is_waited_for(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client
) -> None:
    transaction = begun(bench, person, parcel)
    deposit = deposited(bench.make(), parcel, journal)
    assert deposit.state is DepositState.FAILED
    assert "updated by another transaction" in str(deposit.reason)
    person.delete(transaction).raise_for_status()
    assert verified(deposited(bench.make(), parcel, journal))


def test_a_server_that_does_not_say_its_digests_in_time_is_read_back(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel
) -> None:
    with HttpProxy("127.0.0.1", bench.port, [HttpAt(request=8, fault=HttpFault.DONE_THEN_NOTHING)]) as proxy:
        deposit = deposited(bench.make(proxy.port), parcel, journal, fast_run("fedora"))
        assert [seen.method for seen in proxy.seen if seen.fault is not None] == ["HEAD"]
    assert verified(deposit)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.READ_BACK


def test_a_large_file_is_read_back(bench: FedoraBench, journal: DepositJournal, tmp_path: Path) -> None:
    large = small_parcel(tmp_path / "sent", Packaging.TAR, size=(16 << 20) + 1)
    deposit = deposited(bench.make(), large, journal, fast_run("fedora"))
    assert verified(deposit)
    assert deposit.evidence is not None
    assert deposit.evidence.level is EvidenceLevel.READ_BACK
    asked = [one.request.partition(" ")[0] for one in deposit.exchanges if one.request.endswith(".tar")]
    assert asked == ["HEAD", "PUT", "GET"]
    bench.tamper(large)
    with DepositJournal.open(tmp_path / "other") as other:
        code, _ = only_finding(deposited(bench.make(), large, other, fast_run("fedora")))
    assert code == "deposit-bytes-differ"


@dataclasses.dataclass
class StopsAtTheEnd:
    """A watcher that ends the run before it is told that all was sent."""

    stop: threading.Event

    def entered(self, deposit: str, state: DepositState) -> None:  # noqa: ARG002 - a watcher
        if state is DepositState.COMPLETING:
            self.stop.set()
            raise KeyboardInterrupt

    def moved(self, deposit: str, count: int) -> None:
        """Bytes are of no concern."""

    def read_back(self, deposit: str, count: int) -> None:
        """Nor are these."""

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Waiting is no step."""


@pytest.mark.parametrize("ended", [True, False])
def test_a_transaction_is_gone_on_with_unless_it_has_ended(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client, *, ended: bool
) -> None:
    run = fast_run("fedora", EvidenceLevel.SERVER_SHA512)
    with pytest.raises(KeyboardInterrupt):
        deposited(bench.make(), parcel, journal, dataclasses.replace(run, watcher=StopsAtTheEnd(run.stop)))
    target = bench.make()
    known = journal.writer(deposit_id("fedora", target.kind, target.location, parcel.key)).memory()["transaction"]
    assert bench.count(parcel) == 0
    if ended:
        person.delete(f"{bench.server['url']}/fcr:tx/{known}").raise_for_status()
    deposit = deposited(target, parcel, journal)
    assert verified(deposit)
    assert bench.count(parcel) == 1
    requests = [one.request for one in deposit.exchanges]
    assert sum(one.startswith("POST ") for one in requests) == 1 + ended
    assert sum(".tar" in one for one in requests if one.startswith("PUT ")) == 1 + ended


def test_what_stands_there_already_is_not_replaced(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client
) -> None:
    address = f"{bench.place}/{container_name(parcel)}"
    person.put(address, content="of somebody else", headers={"Content-Type": "text/plain"}).raise_for_status()
    deposit = deposited(bench.make(), parcel, journal)
    assert deposit.state in {DepositState.FAILED, DepositState.UNKNOWN}
    assert person.get(address).text == "of somebody else"
    other = small_parcel(journal.records.parent / "other", Packaging.TAR, name="other")
    person.put(f"{bench.place}/{container_name(other)}").raise_for_status()
    code, words = only_finding(deposited(bench.make(), other, journal))
    assert code == "fedora-name-taken"
    assert container_name(other) in words
    assert bench.files(other) == {}


def test_what_came_there_since_it_was_looked_for_is_not_replaced(
    bench: FedoraBench, parcel: Parcel, person: httpx.Client
) -> None:
    address = f"{bench.server['url']}/{bench.place}/group"
    person.put(address, headers={"Link": ARCHIVAL_GROUP, "Content-Type": "text/turtle"}).raise_for_status()
    person.put(f"{address}/a.tar", content=b"of somebody else", headers={"Content-Type": "application/x-tar"})
    interface = fedora_interface(bench.server["url"])
    with pytest.raises(RetryableError, match="made by another request meanwhile"):
        interface.create(Noted(), address, described_turtle(Description(), title="a", key="k"), None)
    interface.put(Noted(), f"{address}/a.tar", parcel.files[0], None)
    interface.close()
    assert person.get(f"{address}/a.tar").content == b"of somebody else"
    assert "identifier" not in person.get(address).text


def test_what_was_removed_is_not_sent_again(
    bench: FedoraBench, journal: DepositJournal, parcel: Parcel, person: httpx.Client
) -> None:
    first = deposited(bench.make(), parcel, journal)
    assert first.evidence is not None
    person.delete(first.evidence.location).raise_for_status()
    with DepositJournal.open(journal.records.parent / "other") as other:
        code, words = only_finding(deposited(bench.make(), parcel, other))
        assert code == "fedora-tombstone"
        assert f"{first.evidence.location}/fcr:tombstone" in words
        person.delete(f"{first.evidence.location}/fcr:tombstone").raise_for_status()
        assert verified(deposited(bench.make(), parcel, other))


def test_a_transaction_is_kept_alive_while_a_long_file_is_sent(
    bench: FedoraBench, journal: DepositJournal, tmp_path: Path
) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=1_000_000)
    ticks = itertools.count()
    start = datetime.now(UTC)
    run = fast_run("fedora", EvidenceLevel.SERVER_SHA512)
    clock = dataclasses.replace(run.clock, now=lambda: start + timedelta(seconds=30 * next(ticks)))
    with HttpProxy("127.0.0.1", bench.port, []) as proxy:
        deposit = deposited(bench.make(proxy.port), parcel, journal, dataclasses.replace(run, clock=clock))
        posts = [(seen.path.rpartition("/")[2], seen.status) for seen in proxy.seen if seen.method == "POST"]
    assert verified(deposit)
    (begun, *kept) = posts
    assert begun == ("fcr:tx", 201)
    assert kept
    assert {status for _, status in kept} == {204}


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        pytest.param({"user": ""}, "targets.fedora.user is missing", id="no user"),
        pytest.param({"url": "http://example.org/rest"}, "targets.fedora.url must begin with https://", id="url"),
        pytest.param({"url": "https://example.org/packages"}, "Write transactions = false", id="no root"),
        pytest.param({"transactions": "yes"}, "targets.fedora.transactions", id="transactions"),
    ],
)
def test_settings_that_cannot_be_used_are_named(keys: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        fedora_target(**({"url": "https://example.org/rest/packages"} | keys))


def test_an_address_without_its_root_does_without_transactions() -> None:
    assert fedora_target("https://example.org/packages", transactions=False).location == "https://example.org/packages"


def test_names_mean_nothing_to_the_server(parcel: Parcel) -> None:
    odd = dataclasses.replace(parcel, identifier="fcr:tx/../Ärger #1?")
    assert container_name(odd) == f"package-fcr-tx-rger-1.{parcel.package_digest[:32]}"
    assert [file_name(path) for path in ("日本.tar", "fcr:acl.zip", "a b.tar")] == [
        "package.tar",
        "package-fcr-acl.zip",
        "a-b.tar",
    ]


def test_fifty_packages_are_fetched_back_by_another_client(
    bench: FedoraBench, journal: DepositJournal, tmp_path: Path
) -> None:
    run = fast_run("fedora", EvidenceLevel.SERVER_SHA512)
    names = [f"box-{number}" for number in range(50)]
    parcels = [small_parcel(tmp_path, Packaging.TAR, name=name, size=1000 + 37 * len(name)) for name in names]
    done = side_by_side(
        parcels,
        lambda parcel, target: run_deposit(target, parcel, journal, origin=parcel.name, run=run),
        bench.make,
        parallel=4,
        stop=run.stop,
    )
    signed = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    for parcel, deposit in done:
        assert isinstance(deposit, Deposit), deposit
        assert verified(deposit)
        assert deposit.evidence is not None
        asked = urllib.request.Request(  # noqa: S310 - a server of the tests
            f"{deposit.evidence.location}/{file_name(parcel.files[0].path)}",
            headers={"Authorization": f"Basic {signed}"},
        )
        with urllib.request.urlopen(asked, timeout=60) as reply:  # noqa: S310 - as above
            assert hashlib.sha512(reply.read()).hexdigest() == parcel.files[0].digests["sha512"]
