"""The story of a deposit over SFTP by the real command: a package cut off by a kill, gone on with, and its receipt."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from archiver.steps.bags.api import make_bag

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.judges.openssh import SshServer
    from tests.stories.commands import Archiver, Ran

pytestmark = pytest.mark.judge("openssh")

PHRASE = "a-phrase-that-nobody-sees"
SIZE = 12 << 20


@pytest.fixture
def place(tmp_path: Path, ssh_server: SshServer) -> Path:
    """Return a working folder with a bag, a key with a passphrase, and an archiver.toml; its folder on the server."""
    source = tmp_path / "source"
    source.mkdir()
    (source / "film.bin").write_bytes(os.urandom(SIZE))
    make_bag(source, tmp_path / "packages" / "film", bag_info=[("External-Identifier", "urn:example:film")])
    key = tmp_path / "key"
    shutil.copy(ssh_server.home / "user_key", key)
    key.chmod(0o600)
    subprocess.run(["ssh-keygen", "-q", "-p", "-P", "", "-N", PHRASE, "-f", key], check=True)
    secret = tmp_path / "phrase"
    secret.write_text(f"{PHRASE}\n", encoding="utf-8")
    secret.chmod(0o600)
    folder = ssh_server.files / tmp_path.name
    folder.mkdir()
    lines = ["[targets.partner]", 'kind = "sftp"', 'host = "127.0.0.1"', f"port = {ssh_server.port}"]
    lines += [f'user = "{ssh_server.user}"', f'folder = "{folder}"', f'host_fingerprint = "{ssh_server.fingerprint}"']
    lines += ['private_key_file = "key"', 'passphrase_from = "file:phrase"', "retry_wait = 0.01"]
    (tmp_path / "archiver.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (tmp_path / "there").symlink_to(folder)
    return tmp_path


def run(archiver: Archiver, place: Path, *words: str, prefix: Sequence[str] = ()) -> Ran:
    return archiver("deposit", *words, cwd=place, changes={"SOURCE_DATE_EPOCH": ""}, prefix=prefix)


@pytest.mark.judge("strace")
def test_a_deposit_that_was_killed_is_appended_to(place: Path, archiver: Archiver) -> None:
    kill = ["strace", "-f", "-o", "/dev/null", "-e", "trace=sendto", "-e", "inject=sendto:signal=SIGKILL:when=300"]
    killed = run(archiver, place, "packages/film", "--to", "partner", prefix=kill)
    assert killed.status == -9
    (part,) = (place / "there" / ".archiver-deposits").glob("*.part")
    had = part.stat().st_size
    assert 0 < had < SIZE
    assert [one.name for one in (place / "there").iterdir()] == [".archiver-deposits"]

    resumed = run(archiver, place, "resume", "--json")
    assert resumed.status == 0, resumed.stderr
    (one,) = resumed.objects
    assert (one["state"], one["evidence"]) == ("verified", "read-back")
    assert one["location"].endswith(f"{place.name}/film.tar")
    with (place / "receipt.json").open("w", encoding="utf-8") as shown:
        shown.write(run(archiver, place, "receipts", "packages/film", "--json").stdout)
    said = _everything_written(place)
    assert f"{part} 0-" not in said
    assert PHRASE not in said + killed.stderr + resumed.stdout + resumed.stderr
    assert sorted(one.name for one in (place / "there").iterdir()) == [".archiver-deposits", "film.tar"]


def test_a_server_that_nobody_vouches_for(place: Path, archiver: Archiver, ssh_server: SshServer) -> None:
    text = (place / "archiver.toml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if "host_fingerprint" not in line]
    (place / "archiver.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ran = run(archiver, place, "packages/film", "--to", "partner")
    assert ran.status in {1, 5}
    assert "[sftp-host-key]" in ran.stderr
    assert ssh_server.fingerprint in ran.stderr
    assert "Traceback" not in ran.stderr
    ran = run(archiver, place, "packages/film", "--to", "partner", "--json")
    assert json.loads(ran.stdout)["state"] == "failed"
    assert not list((place / "there").iterdir())


def _everything_written(place: Path) -> str:
    """Return the journal, the receipts and what was shown, as text."""
    files = [file for file in place.rglob("*") if file.is_file() and file.name not in {"phrase", "film.bin", "key"}]
    return "".join(file.read_bytes().decode("utf-8", "replace") for file in files if file.suffix != ".tar")
