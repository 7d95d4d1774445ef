"""Runs the real command as a user would, in an environment of its own, and reads what it says."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EPOCH = "1700000000"
"""``SOURCE_DATE_EPOCH`` of every story: 14 November 2023, 22:13:20 UTC."""

TIME_LIMIT = 240
"""Seconds one run may take before it counts as hung."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """One run of the command."""

    status: int
    stdout: str
    stderr: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        """Every line of stdout as the JSON object it must be."""
        return [json.loads(line) for line in self.stdout.splitlines()]

    @property
    def statuses(self) -> dict[str, str]:
        """Item -> status, of a build with ``--json``."""
        return {one["item"]: one["status"] for one in self.objects}

    @property
    def codes(self) -> set[str]:
        """Every finding's code, of a build or a verification with ``--json``."""
        return {finding["code"] for one in self.objects for finding in one["findings"]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Archiver:
    """The command; call it with its arguments."""

    command: tuple[str, ...]
    home: Path
    """A folder that nothing else uses."""

    def environment(self, changes: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return a small environment that no variable of the caller reaches, with ``changes`` made to it."""
        base = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8", "SOURCE_DATE_EPOCH": EPOCH}
        return base | dict(changes or {})

    def __call__(
        self,
        *words: str | Path,
        cwd: Path,
        changes: Mapping[str, str] | None = None,
        prefix: Sequence[str | Path] = (),
        typed: str = "",
    ) -> Ran:
        """Run ``prefix command words`` to its end.

        Args:
            words: arguments of the command.
            cwd: the working folder.
            changes: to the environment.
            prefix: a tracer and its arguments.
            typed: what it finds on standard input.
        """
        ended = subprocess.run(
            [*map(str, prefix), *self.command, *map(str, words)],
            cwd=cwd,
            env=self.environment(changes),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            timeout=TIME_LIMIT,
            check=False,
        )
        assert "Traceback" not in ended.stderr, ended.stderr
        return Ran(status=ended.returncode, stdout=ended.stdout, stderr=ended.stderr)

    def start(self, *words: str | Path, cwd: Path, prefix: Sequence[str | Path] = ()) -> subprocess.Popen[str]:
        """Start the command in a session of its own and return it running."""
        return subprocess.Popen(
            [*map(str, prefix), *self.command, *map(str, words)],
            cwd=cwd,
            env=self.environment({"PYTHONUNBUFFERED": "1"}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def verify(self, *words: str | Path, cwd: Path) -> list[dict[str, Any]]:
        """Verify in full and return one object a bag; fails where the command does not find every bag valid."""
        ran = self("verify", *words, "--json", cwd=cwd)
        assert ran.status == 0, ran.stdout + ran.stderr
        assert ran.objects
        assert all(one["valid"] is True and one["complete"] is True for one in ran.objects)
        return ran.objects


def packages_of(destination: Path) -> list[Path]:
    """Return the packages of a destination: every entry but staging."""
    if not destination.exists():
        return []
    return sorted(entry for entry in destination.iterdir() if entry.name != ".archiver-staging")
