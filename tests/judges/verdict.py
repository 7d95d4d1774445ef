"""What a judge says, and how a judge that is missing or broken is told apart from a verdict.

Judges are programs that share no code with Archiver. One that is not there skips the test, with the reason; under
``ARCHIVER_REQUIRE_JUDGES=1`` that is a failure. One that could not run raises: silence never counts as a pass.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHECKOUT = Path(__file__).resolve().parents[2]
JUDGES = CHECKOUT / ".judges"
SHARED = CHECKOUT.parent / "shared"
_TIME_LIMIT = 600
"""Seconds that one run of a judge may take."""


class JudgeBrokenError(Exception):
    """The judge could not judge: it crashed, timed out or answered something unreadable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeResult:
    """One verdict."""

    passed: bool
    detail: str
    """The judge's own words, for ``assert result.passed, result.detail``."""


def missing(name: str, reason: str) -> None:
    """Skip the running test because a judge is not there, or fail it where judges are required."""
    import pytest  # noqa: PLC0415 - bin/fuzz asks judges too, and has no pytest

    message = f"the judge {name} is missing: {reason}; bin/test sets it up"
    if os.environ.get("ARCHIVER_REQUIRE_JUDGES") == "1":
        pytest.fail(message, pytrace=False)
    pytest.skip(message)


def run(
    command: Sequence[str | Path], *, home: Path, environment: Mapping[str, str] | None = None, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a judge with a home and a working folder of its own, in UTF-8, within the time limit.

    Args:
        command: the program and its arguments.
        home: an existing folder that the judge may write to.
        environment: what it needs beside ``PATH`` and ``HOME``.
        text: what it reads from its standard input.

    Raises:
        JudgeBrokenError: it did not start or did not end in time. The exit status is the caller's to judge.
    """
    clean = {"PATH": os.environ["PATH"], "HOME": str(home), "TMPDIR": str(home), "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    try:
        return subprocess.run(
            [str(part) for part in command],
            env=clean | dict(environment or {}),
            cwd=home,
            input=text,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_TIME_LIMIT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise JudgeBrokenError(f"{command[0]} could not run: {error}") from error
