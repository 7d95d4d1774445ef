"""Deposits with an SFTP server that is not OpenSSH and has none of its extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.config.targets import SecretPlace, TargetSettings
from archiver.deposits import sftp
from archiver.model.deposits import DepositState, Packaging
from tests.contracts.targets.bench import small_parcel, surroundings_of_tests
from tests.contracts.targets.watched_folder import held_below, own_table
from tests.deposits.sftp.making import deposited, sent
from tests.deposits.sftp.plain_server import USER, PlainServer, plain_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archiver.deposits.contract import Target

PASSWORD = "correct horse battery"  # noqa: S105 - of these tests alone


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PlainServer]:
    root = tmp_path / "root"
    (root / "incoming").mkdir(parents=True)
    with plain_server(root, PASSWORD) as server:
        yield server


def target(server: PlainServer, password: str = PASSWORD, **values: object) -> Target:
    said: dict[str, object] = {"host": "127.0.0.1", "port": server.port, "user": USER, "folder": "/incoming"}
    own = own_table(**(said | {"host_fingerprint": server.fingerprint} | values))
    places = {"password": SecretPlace(kind="stdin")}
    settings = TargetSettings(name="one", kind="sftp", own=own, secrets=places, timeout=10)
    return sftp.make(settings, surroundings_of_tests({"password": password}))


@pytest.mark.parametrize("packaging", Packaging)
def test_a_server_without_extensions_will_do(packaging: Packaging, server: PlainServer, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", packaging, size=3_000_000)
    deposit = deposited(target(server), parcel, tmp_path / "journal")
    assert (deposit.state, deposit.reason) == (DepositState.VERIFIED, None)
    assert held_below(server.root / "incoming", parcel) == sent(parcel)
    again = deposited(target(server), parcel, tmp_path / "other")
    assert again.state is DepositState.VERIFIED
    assert DepositState.UPLOADING not in again.times


def test_a_wrong_password_names_its_setting_and_is_told_nowhere(server: PlainServer, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposit = deposited(target(server, "a wrong password"), parcel, tmp_path / "journal")
    (finding,) = deposit.findings
    assert finding.code == "sftp-login-refused"
    assert "targets.one.password_from" in finding.message
    assert set(server.passwords) == {"a wrong password"}
    kept = b"".join(file.read_bytes() for file in (tmp_path / "journal").iterdir())
    assert b"a wrong password" not in kept


def test_a_password_is_not_sent_to_an_unknown_server(server: PlainServer, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR)
    deposit = deposited(target(server, host_fingerprint="SHA256:" + "A" * 43), parcel, tmp_path / "journal")
    assert [finding.code for finding in deposit.findings] == ["sftp-host-key"]
    assert server.passwords == []


def test_a_block_that_fails_alone_leaves_no_hole(server: PlainServer, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=3_000_000)
    server.bad = 1_000_000
    assert deposited(target(server), parcel, tmp_path / "journal").state is DepositState.FAILED
    (part,) = (server.root / "incoming" / ".archiver-deposits").glob("*.part")
    content = parcel.files[0].source.read_bytes()
    assert part.read_bytes() == content[: part.stat().st_size]
    assert part.stat().st_size <= 1_000_000
    server.bad = -1
    assert deposited(target(server), parcel, tmp_path / "journal").state is DepositState.VERIFIED
    assert held_below(server.root / "incoming", parcel) == sent(parcel)


def test_a_full_disk_is_told_and_gone_on_with(server: PlainServer, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", Packaging.TAR, size=3_000_000)
    server.room = 2_000_000
    deposit = deposited(target(server), parcel, tmp_path / "journal")
    (finding,) = deposit.findings
    assert (deposit.state, finding.code) == (DepositState.FAILED, "incoming-refused")
    assert "quota" in finding.fix
    (part,) = (server.root / "incoming" / ".archiver-deposits").glob("*.part")
    had = part.stat().st_size
    assert 0 < had <= 2_000_000
    assert part.read_bytes() == parcel.files[0].source.read_bytes()[:had]
    server.room = 1 << 30
    deposit = deposited(target(server), parcel, tmp_path / "journal")
    assert deposit.state is DepositState.VERIFIED
    assert (1 << 30) - server.room < 3_000_000 - had + 10_000
    assert held_below(server.root / "incoming", parcel) == sent(parcel)
