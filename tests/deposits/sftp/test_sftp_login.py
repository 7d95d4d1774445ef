"""Nobody is spoken to whose key is not known, and everything that keeps us out says which setting to change."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.config.targets import SecretPlace
from archiver.deposits import sftp
from archiver.errors import ConfigurationError
from archiver.model.deposits import DepositState, Packaging
from tests.contracts.targets.bench import small_parcel, surroundings_of_tests
from tests.contracts.targets.sftp import SftpBench, new_bench
from tests.deposits.sftp.making import deposited

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archiver.model import Finding
    from tests.judges.openssh import SshServer

pytestmark = pytest.mark.judge("openssh")

OTHER = "SHA256:" + "A" * 43


@pytest.fixture
def bench(ssh_server: SshServer) -> SftpBench:
    return new_bench(ssh_server)


def refused(bench: SftpBench, home: Path, **values: object) -> Finding:
    """Return why a deposit was refused; nothing may have arrived."""
    environment = {"HOME": str(home)}
    target = sftp.make(bench.settings(**values), surroundings_of_tests(**environment))  # type: ignore[arg-type]
    deposit = deposited(target, small_parcel(home / "sent", Packaging.TAR), home / "journal")
    assert deposit.state is DepositState.FAILED
    assert not list(bench.folder.iterdir())
    (finding,) = deposit.findings
    return finding


def test_an_unknown_server_is_told_with_its_fingerprint(bench: SftpBench, tmp_path: Path) -> None:
    finding = refused(bench, tmp_path, known_hosts_file=str(tmp_path / "none"))
    assert finding.code == "sftp-host-key"
    assert "targets.one.known_hosts_file" in finding.message
    assert bench.server.fingerprint in finding.message
    assert "host_fingerprint" in finding.fix


def test_nothing_but_the_own_list_is_asked_where_none_is_named(bench: SftpBench, tmp_path: Path) -> None:
    finding = refused(bench, tmp_path, known_hosts_file=None)
    assert finding.code == "sftp-host-key"
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "known_hosts").write_bytes((bench.server.home / "known_hosts").read_bytes())
    target = sftp.make(bench.settings(known_hosts_file=None), surroundings_of_tests(HOME=str(tmp_path)))
    deposit = deposited(target, small_parcel(tmp_path / "sent", Packaging.TAR), tmp_path / "other")
    assert deposit.state is DepositState.VERIFIED


def test_a_server_with_another_key_is_not_spoken_to(bench: SftpBench, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    kind, key = (tmp_path / "other.pub").read_text(encoding="ascii").split()[:2]
    (tmp_path / "known").write_text(f"[127.0.0.1]:{bench.port} {kind} {key}\n", encoding="ascii")
    finding = refused(bench, tmp_path, known_hosts_file=str(tmp_path / "known"))
    assert finding.code == "sftp-host-key"
    assert "shows another key than" in finding.message
    assert bench.server.fingerprint in finding.message


def test_the_fingerprint_goes_before_the_list(bench: SftpBench, tmp_path: Path) -> None:
    finding = refused(bench, tmp_path, host_fingerprint=OTHER)
    assert finding.code == "sftp-host-key"
    assert "targets.one.host_fingerprint" in finding.message
    right = bench.settings(host_fingerprint=bench.server.fingerprint, known_hosts_file=None)
    target = sftp.make(right, surroundings_of_tests())
    deposit = deposited(target, small_parcel(tmp_path / "sent", Packaging.TAR), tmp_path / "other")
    assert deposit.state is DepositState.VERIFIED


def test_a_key_that_the_server_does_not_know(bench: SftpBench, tmp_path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "other"], check=True)
    finding = refused(bench, tmp_path, private_key_file=str(tmp_path / "other"))
    assert finding.code == "sftp-login-refused"
    assert "targets.one.private_key_file" in finding.message


@pytest.mark.parametrize("content", [None, b"", b"no key", b"-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"])
def test_a_private_key_that_is_none(content: bytes | None, bench: SftpBench, tmp_path: Path) -> None:
    if content is not None:
        (tmp_path / "key").write_bytes(content)
    finding = refused(bench, tmp_path, private_key_file=str(tmp_path / "key"))
    assert finding.code == "sftp-key-unreadable"
    assert "targets.one.private_key_file" in finding.message


def test_a_passphrase_opens_the_key_and_is_told_nowhere(bench: SftpBench, tmp_path: Path) -> None:
    phrase = "a phrase that nobody sees"
    key = tmp_path / "key"
    key.write_bytes((bench.server.home / "user_key").read_bytes())
    key.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", phrase, "-f", key], check=True)
    assert "passphrase" in refused(bench, tmp_path, private_key_file=str(key)).message.lower()
    for secret, state in (("wrong", DepositState.FAILED), (phrase, DepositState.VERIFIED)):
        settings = bench.settings(private_key_file=str(key))
        places = {"passphrase": SecretPlace(kind="stdin")}
        settings = type(settings)(name="one", kind="sftp", own=settings.own, secrets=places)
        target = sftp.make(settings, surroundings_of_tests({"passphrase": secret}))
        deposit = deposited(target, small_parcel(tmp_path / "sent", Packaging.TAR), tmp_path / secret[:5])
        assert deposit.state is state
        assert phrase not in repr(deposit)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Path]:
    socket = tmp_path / "agent"
    if len(os.fsencode(socket)) > 100:
        pytest.skip("the folder of the tests has too long a path for a socket")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    yield socket
    process.kill()
    process.wait()


def test_an_agent_signs(agent: Path, bench: SftpBench, tmp_path: Path) -> None:
    settings = bench.settings(private_key_file=None, agent=True)
    environment = os.environ | {"SSH_AUTH_SOCK": str(agent)}
    for state, said in ((DepositState.FAILED, "has no keys"), (DepositState.VERIFIED, "None")):
        target = sftp.make(settings, surroundings_of_tests(SSH_AUTH_SOCK=str(agent)))
        deposit = deposited(target, small_parcel(tmp_path / "sent", Packaging.TAR), tmp_path / state.value)
        assert deposit.state is state
        assert said in str(deposit.reason)
        subprocess.run(["ssh-add", "-q", bench.server.home / "user_key"], env=environment, check=True)
    finding = refused(new_bench(bench.server), tmp_path, private_key_file=None, agent=True)
    assert "no SSH agent runs" in finding.message


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"host": None}, "targets.one.host is missing"),
        ({"user": None}, "targets.one.user is missing"),
        ({"folder": None}, "targets.one.folder is missing"),
        ({"private_key_file": None}, "one of them has to be there"),
        ({"agent": True}, "not private_key_file and agent"),
        ({"port": 70_000}, "targets.one.port must be at most 65535"),
        ({"host_fingerprint": "SHA256:short"}, "targets.one.host_fingerprint must be as"),
        ({"host_fingerprint": "MD5:00:11"}, "targets.one.host_fingerprint must be as"),
    ],
)
def test_unusable_settings(values: dict[str, object], said: str, bench: SftpBench) -> None:
    with pytest.raises(ConfigurationError) as error:
        sftp.make(bench.settings(**values), surroundings_of_tests())  # type: ignore[arg-type]
    assert said in str(error.value)


def test_a_folder_that_is_not_there_is_not_made(bench: SftpBench, tmp_path: Path) -> None:
    finding = refused(bench, tmp_path, folder=str(bench.folder / "none"))
    assert finding.code == "incoming-folder-missing"
    (bench.folder.parent / "a file").write_bytes(b"")
    assert "no folder" in refused(bench, tmp_path, folder=str(bench.folder.parent / "a file")).message


def test_nobody_listens(bench: SftpBench, tmp_path: Path) -> None:
    from tests.judges.seaweedfs import free_ports  # noqa: PLC0415 - beside its one use

    finding = refused(bench, tmp_path, port=free_ports(1)[0])
    assert finding.code == "deposit-given-up"
    assert "no connection to sftp://" in finding.message
