"""Every parser withstands malformed input: the short form of ``bin/fuzz``, the same inputs each time."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def fuzz(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "fuzz", *words]
    return subprocess.run(command, cwd=checkout, capture_output=True, encoding="utf-8", check=False, timeout=240)


def test_no_parser_raises_or_hangs(checkout: Path) -> None:
    ended = fuzz(checkout, "--runs", "400", "--seed", "1")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    *lines, total = ended.stdout.splitlines()[1:]
    assert len(lines) > 10
    assert all(" 0 failures" in line for line in lines)
    assert int(total.split()[2]) > 3000


def test_targets_are_chosen_by_name(checkout: Path) -> None:
    ended = fuzz(checkout, "fetch", "--runs", "5")
    assert [line.split()[0] for line in ended.stdout.splitlines()] == ["seed", "fetch", "in"]
    ended = fuzz(checkout, "nothing")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "there is no target nothing" in ended.stderr
