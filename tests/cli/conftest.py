"""Fixtures of the command line's tests: the command run for real, through pipes or on a terminal."""

from __future__ import annotations

import os
import pty
import select
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

TIME_LIMIT = 120
"""Seconds one run may take before it counts as hung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of the command."""

    status: int
    stdout: bytes
    stderr: bytes

    @property
    def out(self) -> str:
        """What was printed on stdout."""
        return self.stdout.decode()

    @property
    def err(self) -> str:
        """What was printed on stderr."""
        return self.stderr.decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """The real command in a small environment."""

    command: tuple[str, ...]
    place: Path
    """Its working folder."""

    environment: dict[str, str]

    def __call__(self, *words: str, **changes: str) -> Ran:
        """Run it through pipes; ``changes`` go into the environment."""
        ended = subprocess.run(
            [*self.command, *words],
            cwd=self.place,
            env=self.environment | changes,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
        assert b"Traceback" not in ended.stderr, ended.stderr.decode()
        return Ran(status=ended.returncode, stdout=ended.stdout, stderr=ended.stderr)

    def on_terminal(self, *words: str, stdout_too: bool) -> Ran:
        """Run it with stderr, and stdout where asked for, on a terminal of 100 columns."""
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [*self.command, *words],
            cwd=self.place,
            env=self.environment | {"TERM": "xterm-256color", "COLUMNS": "100"},
            stdin=theirs,
            stdout=theirs if stdout_too else subprocess.PIPE,
            stderr=theirs,
        )
        os.close(theirs)
        shown = _read_all(ours)
        stdout, _ = process.communicate(timeout=TIME_LIMIT)
        os.close(ours)
        return Ran(status=process.returncode, stdout=stdout or b"", stderr=shown)


def _read_all(terminal: int) -> bytes:
    parts = []
    while select.select([terminal], [], [], TIME_LIMIT)[0]:
        try:
            part = os.read(terminal, 1 << 16)
        except OSError:  # how Linux says that the other end is closed
            break
        if not part:
            break
        parts.append(part)
    return b"".join(parts)


@pytest.fixture
def run(archiver_command: list[str], tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Return the real command, working in the test's own folder."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path_factory.mktemp("home")),
        "LANG": "C.UTF-8",
        "SOURCE_DATE_EPOCH": "1700000000",
    }
    return CommandLine(command=tuple(archiver_command), place=tmp_path, environment=environment)


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Return a source folder of three small documents in the working folder."""
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name in ("a.txt", "b.txt", "c.csv"):
        (folder / name).write_text(f"The text of {name}.\n", encoding="utf-8")
    return folder
