"""Deposits with OpenSSH: fetched back by its own client, gone on with after cuts, never verified when they differ."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from archiver.deposits import sftp
from archiver.deposits.journal import DepositJournal
from archiver.deposits.running import run_deposit, side_by_side
from archiver.model.deposits import DepositState, Packaging
from tests.contracts.targets.bench import fast_run, small_parcel, surroundings_of_tests
from tests.contracts.targets.sftp import SftpBench, new_bench
from tests.contracts.targets.watched_folder import held_below, tamper_below
from tests.deposits.sftp.making import deposited, requests, sent
from tests.faults.plans import Direction, TcpAt, TcpFault
from tests.faults.tcp_proxy import TcpProxy

if TYPE_CHECKING:
    from archiver.deposits.contract import Target
    from archiver.model.deposits import Parcel
    from tests.judges.openssh import SshServer

pytestmark = pytest.mark.judge("openssh")

LARGE = 16 << 20
"""Bytes: more than are under way at once, so that a cut falls in the midst."""


@pytest.fixture(params=[Packaging.TAR, Packaging.FOLDER])
def bench(request: pytest.FixtureRequest, ssh_server: SshServer) -> SftpBench:
    return new_bench(ssh_server, request.param)


@pytest.fixture
def tars(ssh_server: SshServer) -> SftpBench:
    return new_bench(ssh_server)


def test_fifty_packages_are_fetched_back_by_another_client(bench: SftpBench, tmp_path: Path) -> None:
    parcels = [small_parcel(tmp_path / "sent", bench.packaging, f"package-{n}", 300 * n * n) for n in range(50)]
    run = fast_run("one")
    with DepositJournal.open(tmp_path / "journal") as journal:

        def work(parcel: Parcel, target: Target) -> DepositState:
            return run_deposit(target, parcel, journal, origin="x", run=run).state

        states = [state for _, state in side_by_side(parcels, work, bench.make, parallel=4, stop=run.stop)]
    assert states == [DepositState.VERIFIED] * 50
    with tempfile.TemporaryDirectory() as home:
        bench.server.fetch(bench.folder, Path(home))
        fetched = Path(home) / bench.folder.name
        assert all(held_below(fetched, one) == sent(one) for one in parcels)
        assert len([one for one in fetched.iterdir() if not one.name.startswith(".")]) == len(parcels)


@pytest.mark.parametrize(
    ("fault", "offset"), [(TcpFault.CUT, 3_000), (TcpFault.RESET, 1 << 20), (TcpFault.CUT, 14 << 20)]
)
def test_a_cut_connection_is_gone_on_with(fault: TcpFault, offset: int, tars: SftpBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=LARGE)
    cut = TcpAt(connection=0, direction=Direction.TO_SERVER, offset=offset, fault=fault)
    with TcpProxy("127.0.0.1", tars.port, [cut]) as proxy:
        deposit = deposited(tars.make(proxy.port), parcel, tmp_path / "journal")
        assert [at.fault for at in proxy.met] == [fault]
        carried = sum(to_server for to_server, _ in proxy.sizes)
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert tars.held(parcel) == sent(parcel)
    # Not sent twice: what was under way may be lost, and no more.
    assert carried < LARGE + (10 << 20)


def test_what_a_killed_run_sent_is_appended_to(tars: SftpBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=LARGE)
    cut = TcpAt(connection=0, direction=Direction.TO_SERVER, offset=13 << 20, fault=TcpFault.CUT)
    gone = TcpAt(connection=1, direction=Direction.TO_SERVER, offset=0, fault=TcpFault.REFUSED, lasting=True)
    with TcpProxy("127.0.0.1", tars.port, [cut, gone]) as proxy:
        broken = deposited(tars.make(proxy.port), parcel, tmp_path / "first")
    assert broken.state is not DepositState.VERIFIED
    part = next((tars.folder / ".archiver-deposits").glob("*.part"), None)
    assert part is not None
    had = part.stat().st_size
    assert had > 4 << 20
    deposit = deposited(tars.make(), parcel, tmp_path / "second")
    assert deposit.state is DepositState.VERIFIED
    (write,) = requests(deposit, "write")[-1:]
    assert int(write.rpartition(" ")[2].partition("-")[0]) >= had - (8 << 20)
    assert int(write.rpartition(" ")[2].partition("-")[0]) > 0
    assert tars.held(parcel) == sent(parcel)


def test_a_bit_that_turns_over_on_the_way_is_noticed(tars: SftpBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=1 << 20)
    flip = TcpAt(connection=0, direction=Direction.TO_SERVER, offset=500_000, fault=TcpFault.FLIPPED)
    with TcpProxy("127.0.0.1", tars.port, [flip]) as proxy:
        deposit = deposited(tars.make(proxy.port), parcel, tmp_path / "journal")
        assert proxy.met
    assert deposit.state is DepositState.VERIFIED
    assert tars.held(parcel) == sent(parcel)


def test_what_was_changed_at_the_server_is_found(bench: SftpBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", bench.packaging)
    target: Any = bench.make()
    hands_over = target._place.hand_over

    def hand_over(staged: str, final: str) -> None:
        hands_over(staged, final)
        tamper_below(bench.folder, parcel)

    target._place.hand_over = hand_over
    deposit = deposited(target, parcel, tmp_path / "journal")
    assert (deposit.state, [one.code for one in deposit.findings]) == (DepositState.FAILED, ["deposit-bytes-differ"])
    assert deposit.evidence is not None
    assert [one.agrees for one in deposit.evidence.files].count(False) == 1


@pytest.mark.parametrize("change", [lambda data: data + b"x", lambda data: data[:-1]])
def test_a_file_of_another_size_is_found(change: Any, tars: SftpBench, tmp_path: Path) -> None:  # noqa: ANN401 - a lambda
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposited(tars.make(), parcel, tmp_path / "one")
    file = tars.folder / parcel.files[0].path
    file.write_bytes(change(file.read_bytes()))
    assert deposited(tars.make(), parcel, tmp_path / "two").state is DepositState.FAILED


def test_a_watcher_of_the_server_may_take_it(tars: SftpBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    settings = tars.settings(watched=True)
    target: Any = sftp.make(settings, surroundings_of_tests())
    hands_over = target._place.hand_over

    def hand_over(staged: str, final: str) -> None:
        hands_over(staged, final)
        Path(final).rename(tmp_path / "taken")

    target._place.hand_over = hand_over
    deposit = deposited(target, parcel, tmp_path / "journal")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert deposit.evidence is not None
    assert "taken-away" in deposit.evidence.identifiers
    assert (tmp_path / "taken").read_bytes() == parcel.files[0].source.read_bytes()


def test_names_come_through_as_they_are(ssh_server: SshServer, tmp_path: Path) -> None:
    bench = new_bench(ssh_server, Packaging.FOLDER)
    parcel = small_parcel(tmp_path / "sent", Packaging.FOLDER, "Ünï 'quoted' \\n $HOME;*?[x]")
    deposit = deposited(bench.make(), parcel, tmp_path / "journal")
    assert deposit.state is DepositState.VERIFIED
    assert held_below(bench.folder, parcel) == sent(parcel)
    assert os.fsencode(parcel.name) in os.listdir(os.fsencode(bench.folder))  # noqa: PTH208 - as bytes


def test_a_folder_in_the_users_own(tars: SftpBench) -> None:
    target = sftp.make(tars.settings(folder="incoming", port=22, user="archive"), surroundings_of_tests())
    assert target.location == "sftp://archive@127.0.0.1/~/incoming"
    assert tars.make().location == f"sftp://{tars.server.user}@127.0.0.1:{tars.port}{tars.folder}"
