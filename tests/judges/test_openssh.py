"""The SFTP server of the tests: its own client can fetch from it, and nobody without its key can."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.judges.openssh import SshServer


@pytest.mark.judge("openssh")
def test_what_lies_there_can_be_fetched(ssh_server: SshServer, tmp_path: Path) -> None:
    folder = ssh_server.files / tmp_path.name
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "b.txt").write_bytes(b"b\n")
    ssh_server.fetch(folder / "a", tmp_path)
    assert (tmp_path / "a" / "b.txt").read_bytes() == b"b\n"
    assert ssh_server.fingerprint.startswith("SHA256:")


@pytest.mark.judge("openssh")
def test_a_missing_file_is_an_error(ssh_server: SshServer, tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        ssh_server.fetch(ssh_server.files / "no such file", tmp_path)
