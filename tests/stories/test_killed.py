"""Killed at any system call there is a whole package or none, and the next run ends as an undisturbed one does."""

from __future__ import annotations

import json
import os
import shutil
import signal
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.stories.commands import Archiver, packages_of
from tests.stories.tracing import CALLS, ORDER, WORDS, Call, Undisturbed, injecting, left_running, marked_path
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.stories.collections_built import Collection

KILLS = 50
GROUPS = 5
"""The kills are dealt out to so many tests, so that they run side by side."""

INTERRUPTED = "archiver: interrupted. What was published is whole; the same command finishes the rest."


def kill_points(calls: Sequence[Call]) -> list[Call]:
    """Return 50 calls: every rename, each kind of call at least at its first and last, the rest evenly spread."""
    chosen = [call for call in calls if call.name == "renameat2"]
    for name in CALLS:
        of_kind = [call for call in calls if call.name == name]
        chosen += [call for call in (of_kind[:1] + of_kind[-1:]) if call not in chosen]
    rest = [call for call in calls if call not in chosen]
    wanted = KILLS - len(chosen)
    return chosen + [rest[number * len(rest) // wanted] for number in range(wanted)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_at_spread_out_calls(
    group: int, strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    points = kill_points(undisturbed.calls)
    assert len(set(points)) == KILLS
    assert {call.name for call in points} >= {"openat", "write", "fsync", "renameat2", "mkdir", "rmdir", "close"}
    expected, sources = undisturbed.expected, touched(letters / "seeds")
    for call in points[group::GROUPS]:
        shutil.rmtree(letters / "packages", ignore_errors=True)
        _killed_once(call, strace, archiver, letters)
        _every_package_is_whole(archiver, letters, expected)
        again = archiver(*WORDS, cwd=letters)
        assert again.status == 0, again.stderr
        assert contents(letters / "packages") == expected, f"after a kill at {call}"
    assert touched(letters / "seeds") == sources


def _killed_once(call: Call, strace: str, archiver: Archiver, place: Path) -> None:
    marker = uuid.uuid4().hex
    prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
    ran = archiver(*WORDS, cwd=place, changes=ORDER | marked_path(marker), prefix=prefix)
    assert ran.status == -signal.SIGKILL, f"not killed at {call}: {ran.stderr}"
    assert left_running(marker) == []


def _every_package_is_whole(archiver: Archiver, place: Path, expected: dict[str, str]) -> None:
    found = packages_of(place / "packages")
    assert {package.name for package in found} <= {"letter", "table"}
    if found:
        verdicts = archiver.verify(*found, cwd=place)
        assert len(verdicts) == len(found)
    for package in found:
        whole = {path: state for path, state in expected.items() if Path(path).parts[0] == package.name}
        state = {package.name: expected[package.name]} | {
            f"{package.name}/{path}": state for path, state in contents(package).items()
        }
        assert state == whole


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("when", [3, 30])
def test_stopped_by_a_signal_while_writing(
    name: str, when: int, strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    marker = uuid.uuid4().hex
    prefix = injecting(strace, "fsync", when, f"signal={name}")
    ran = archiver(*WORDS, cwd=letters, changes=ORDER | marked_path(marker), prefix=prefix)
    assert ran.status == 130
    assert ran.stderr.strip().splitlines()[-1] == INTERRUPTED
    assert not (letters / "packages" / ".archiver-staging").exists()
    assert left_running(marker) == []
    expected = undisturbed.expected
    _every_package_is_whole(archiver, letters, expected)
    assert archiver(*WORDS, cwd=letters).status == 0
    assert contents(letters / "packages") == expected


def test_control_c_reaches_the_whole_group(own: Collection, archiver: Archiver, tmp_path: Path) -> None:
    """As a terminal does it: the interrupt goes to every process of the group, after the first package is done."""
    running = archiver.start(*own.arguments, "--out", tmp_path / "packages", "--json", cwd=tmp_path)
    assert running.stdout is not None
    first = json.loads(running.stdout.readline())
    assert first["status"] == "built"
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert err.strip() == INTERRUPTED
    done = [first["item"], *(json.loads(line)["item"] for line in out.splitlines())]
    assert len(done) < len(own.results), "it was not interrupted in time to show anything"
    assert not (tmp_path / "packages" / ".archiver-staging").exists()
    left = packages_of(tmp_path / "packages")
    assert 0 < len(left) < len(own.packages)
    for package in left:
        assert contents(package) == contents(own.place / "packages" / package.name)


def test_a_killed_runs_staging_goes_with_the_next_run_of_anything(
    strace: str, archiver: Archiver, letters: Path
) -> None:
    prefix = injecting(strace, "renameat2", 1, "signal=SIGKILL")
    assert archiver(*WORDS, cwd=letters, prefix=prefix).status == -signal.SIGKILL
    staging = letters / "packages" / ".archiver-staging"
    assert list(staging.iterdir()), "there was nothing to clean up"
    (letters / "seeds" / "letter.txt").unlink()
    assert archiver(*WORDS, cwd=letters).statuses == {"table.yaml": "built"}
    assert [entry.name for entry in (letters / "packages").iterdir()] == ["table"]
