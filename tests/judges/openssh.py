"""A real SFTP server of the tests' own: OpenSSH, on a loopback port that the kernel gives, for this user alone."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.judges.seaweedfs import free_ports

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_READY = "Server listening on"
_START_LIMIT = 30.0
_TRIES = 5
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/sbin")

_CONFIGURATION = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {home}/host_key
AuthorizedKeysFile {home}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PasswordAuthentication no
PermitRootLogin yes
MaxStartups 1000
MaxSessions 100
Subsystem sftp internal-sftp {words}
"""


def sshd_program() -> str | None:
    """Return the path of OpenSSH's server, or None; distributions keep it off an ordinary user's PATH."""
    return shutil.which("sshd", path=os.pathsep.join([os.environ.get("PATH", ""), *_PLACES]))


@dataclass(frozen=True, slots=True, kw_only=True)
class SshServer:
    """One running server."""

    port: int
    home: Path
    """Holds ``known_hosts``, ``user_key`` and ``host_key.pub``, and the folder ``files``, empty at first."""

    user: str
    process: subprocess.Popen[str]

    @property
    def files(self) -> Path:
        """A folder that the user may write to."""
        return self.home / "files"

    @property
    def fingerprint(self) -> str:
        """Of the server's key, as ``ssh-keygen -l`` writes it."""
        said = subprocess.run(
            ["ssh-keygen", "-l", "-f", self.home / "host_key.pub"], capture_output=True, text=True, check=True
        )
        return said.stdout.split()[1]

    def known_at(self, port: int) -> Path:
        """Return a ``known_hosts`` for the same server behind another port, such as a proxy's."""
        known = self.home / f"known_hosts.{port}"
        if not known.exists():
            kind, key = (self.home / "host_key.pub").read_text(encoding="ascii").split()[:2]
            # Others may be reading it: it is never there in part.
            new = known.with_name(f"{known.name}.{threading.get_ident()}")
            new.write_text(f"[127.0.0.1]:{port} {kind} {key}\n", encoding="ascii")
            new.replace(known)
        return known

    def fetch(self, remote: Path | str, to: Path) -> None:
        """Fetch a file or folder by OpenSSH's own client, into a folder."""
        self._client("sftp", ["-r", f"{self.user}@127.0.0.1:{remote}", str(to)], "-P")

    def _client(self, program: str, words: Sequence[str], port: str) -> None:
        options = {
            "IdentityFile": self.home / "user_key",
            "UserKnownHostsFile": self.home / "known_hosts",
            "GlobalKnownHostsFile": "/dev/null",
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "BatchMode": "yes",
        }
        said = [f"-o{name}={value}" for name, value in options.items()]
        command = [program, "-F", "/dev/null", port, str(self.port), *said, *words]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)


@contextmanager
def running_openssh(home: Path, words: str = "") -> Iterator[SshServer]:
    """Run the server for the length of the block.

    Args:
        home: an empty folder.
        words: further words for its part that speaks SFTP, such as ``-R``: nothing may be written.
    """
    for name in ("host_key", "user_key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", home / name], check=True)
    shutil.copy(home / "user_key.pub", home / "authorized_keys")
    (home / "files").mkdir()
    port, process = _started(home, words)
    try:
        user = pwd.getpwuid(os.getuid()).pw_name
        server = SshServer(port=port, home=home, user=user, process=process)
        server.known_at(port).rename(home / "known_hosts")
        threading.Thread(target=_drain, args=(process,), daemon=True).start()
        yield server
    finally:
        process.kill()
        process.wait()


def _started(home: Path, words: str) -> tuple[int, subprocess.Popen[str]]:
    program = sshd_program()
    assert program is not None
    if os.getuid() == 0:
        # What it does before a login, it does without rights in this folder of the system.
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    said = ""
    for _ in range(_TRIES):  # another process may take the port first
        port = free_ports(1)[0]
        configuration = home / "sshd_config"
        configuration.write_text(_CONFIGURATION.format(port=port, home=home, words=words), encoding="ascii")
        process = subprocess.Popen(
            [*_ends_with_us(), program, "-D", "-e", "-f", configuration],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
        said = _until_ready(process)
        if process.poll() is None and _READY in said:
            return port, process
        process.wait()
    raise AssertionError(said)


def _ends_with_us() -> list[str]:
    """Return what has the kernel end the server when the tests are killed."""
    return ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def _until_ready(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    late = threading.Timer(_START_LIMIT, process.kill)
    late.start()
    said = ""
    for line in process.stderr:
        said += line
        if _READY in line:
            break
    late.cancel()
    return said


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    for _ in process.stderr:
        pass
