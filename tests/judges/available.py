"""Which judges are there: one function a judge, which says what is missing in words, or None."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from tests.judges.openssh import sshd_program
from tests.judges.postgresql import postgresql_programs
from tests.judges.verdict import JUDGES, SHARED, JudgeBrokenError, run

if TYPE_CHECKING:
    from collections.abc import Callable

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def browser() -> str | None:
    """Return the path of a Chromium, or None."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def _environment(name: str) -> str | None:
    # The lock's copy is written last: without it the environment is half made.
    if (JUDGES / name / ".complete").is_file() and (JUDGES / name / "bin" / "python").exists():
        return None
    return f"no environment .judges/{name}"


def _axe() -> str | None:
    return _environment("axe") or (None if browser() else "no chromium on PATH")


def _verapdf() -> str | None:
    if not (JUDGES / "verapdf" / ".complete").is_file():
        return "no jars in .judges/verapdf"
    return _program("java")


def _fedora() -> str | None:
    if not (JUDGES / "fedora" / ".complete").is_file():
        return "no web application in .judges/fedora"
    return _program("java")


def _commons_ip() -> str | None:
    return _environment("commons-ip") or _program("java")


def _openssh() -> str | None:
    return (None if sshd_program() else "no program sshd") or _program("ssh-keygen") or _program("sftp")


def _program(name: str) -> str | None:
    return None if shutil.which(name) else f"no program {name} on PATH"


def _rocfl() -> str | None:
    return None if (JUDGES / "rocfl" / ".complete").is_file() else "no program in .judges/rocfl"


def _inveniordm() -> str | None:
    if not (SHARED / "oracles" / "servers" / "opensearch_stand_in.py").is_file():
        return "no stand-in for OpenSearch in the shared folder"
    absent = None if postgresql_programs() else "PostgreSQL's programs postgres and initdb are not installed"
    return _environment("inveniordm") or absent or _program("redis-server")


def _swh_deposit() -> str | None:
    absent = None if postgresql_programs() else "PostgreSQL's programs postgres and initdb are not installed"
    return _environment("swh-deposit") or absent


@cache
def _strace() -> str | None:
    absent = _program("strace")
    if absent:
        return absent
    with tempfile.TemporaryDirectory() as home:
        try:
            traced = run(["strace", "-f", "-o", "trace", "true"], home=Path(home))
        except (JudgeBrokenError, subprocess.SubprocessError) as error:
            return str(error)
    return None if traced.returncode == 0 else f"strace may not trace here ({traced.stderr.strip()})"


_PROBES: dict[str, Callable[[], str | None]] = {
    "bagit": lambda: _environment("bagit"),
    "bagit-profile": lambda: _environment("bagit-profile"),
    "pdftopdfa": lambda: _environment("pdftopdfa"),
    "ro-crate": lambda: _environment("ro-crate"),
    "axe": _axe,
    "commons-ip": _commons_ip,
    "eark": lambda: _environment("eark"),
    "fedora": _fedora,
    "verapdf": _verapdf,
    "pdftotext": lambda: _program("pdftotext"),
    "clamd": lambda: _program("clamd"),
    "clamscan": lambda: _program("clamscan"),
    "openssh": _openssh,
    "qpdf": lambda: _program("qpdf"),
    "libreoffice": lambda: _program("soffice"),
    "ocfl": lambda: _environment("ocfl"),
    "rclone": lambda: _environment("rclone"),
    "rocfl": _rocfl,
    "s3": lambda: _environment("s3"),
    "strace": _strace,
    "sword2": lambda: _environment("sword2"),
    "swh-deposit": _swh_deposit,
    "inveniordm": _inveniordm,
    "systemd-analyze": lambda: _program("systemd-analyze"),
    "unzip": lambda: _program("unzip"),
}


def why_missing(name: str) -> str | None:
    """Say what keeps a judge from running, or None when it is there.

    Raises:
        KeyError: there is no judge of that name; a misspelt marker must not skip a test for ever.
    """
    return _PROBES[name]()
