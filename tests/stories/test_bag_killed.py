"""``archiver bag`` killed, or its disk refusing, at any system call: nothing at the destination or a whole bag."""

from __future__ import annotations

import errno
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.stories.tracing import CALLS, ORDER, Call, calls_in, injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

WORDS = ("bag", "source é", "out/bag", "--json", "--algorithm", "sha256", "--algorithm", "sha512")
KILLS = 12
GROUPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A bag that nothing got in the way of."""

    place: Path
    """Working folder with the source; ``out`` is free again."""

    expected: dict[str, str]
    """What the bag holds."""

    calls: tuple[Call, ...]
    """From the first one in staging on."""


@pytest.fixture
def traced(strace: str, archiver: Archiver, tmp_path: Path) -> Traced:
    """Return a working folder, what bagging its source gives, and the calls that it takes."""
    place = tmp_path / "place"
    for folder in ("one", "two/three"):
        (place / "source é" / folder).mkdir(parents=True)
        for number in range(1, 5):
            (place / "source é" / folder / f"{number} 100%.txt").write_bytes(b"text\n" * number * 1000)
    assert archiver(*WORDS, cwd=place).status == 0  # Python's own caches are written
    shutil.rmtree(place / "out")
    prefix = [strace, "-y", "-s", "0", "-o", str(tmp_path / "log"), "-e", f"trace={','.join(CALLS)}"]
    assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == 0
    calls = list(calls_in(tmp_path / "log"))
    first = next(number for number, call in enumerate(calls) if ".archiver-staging" in call.told)
    expected = contents(place / "out" / "bag")
    shutil.rmtree(place / "out")
    return Traced(place=place, expected=expected, calls=tuple(calls[first:]))


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's entries."""
    return sorted(entry.name for entry in folder.iterdir())


def kill_points(calls: tuple[Call, ...]) -> list[Call]:
    """Return the rename, the call right before and right after it, and others evenly spread."""
    rename = next(number for number, call in enumerate(calls) if call.name == "renameat2")
    chosen = list(calls[rename - 1 : rename + 2])
    rest = [call for call in calls if call not in chosen]
    wanted = KILLS - len(chosen)
    return chosen + [rest[number * (len(rest) - 1) // (wanted - 1)] for number in range(wanted)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_there_is_nothing_or_a_whole_bag(group: int, strace: str, archiver: Archiver, traced: Traced) -> None:
    place, out = traced.place, traced.place / "out"
    sources = touched(place / "source é")
    points = kill_points(traced.calls)
    assert len(set(points)) == KILLS
    for call in points[group::GROUPS]:
        shutil.rmtree(out, ignore_errors=True)
        prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL, call
        assert set(names_in(out)) <= {"bag", ".archiver-staging"}, call
        if (out / "bag").exists():
            assert contents(out / "bag") == traced.expected, call
            assert archiver(*WORDS, cwd=place).status == 2
        else:
            assert archiver(*WORDS, cwd=place).status == 0
            assert names_in(out) == ["bag"], call
        assert contents(out / "bag") == traced.expected, call
    assert touched(place / "source é") == sources


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("write", errno.ENOSPC, "disk-full"),
        ("write", errno.EIO, "disk-refused"),
        ("fsync", errno.EIO, "disk-refused"),
        ("renameat2", errno.EIO, "disk-refused"),
    ],
)
def test_a_disk_that_refuses_is_a_finding(
    name: str, error: int, code: str, strace: str, archiver: Archiver, traced: Traced
) -> None:
    of_kind = [call for call in traced.calls if call.name == name and call.in_staging]
    for call in {of_kind[0], of_kind[len(of_kind) // 2], of_kind[-1]}:
        shutil.rmtree(traced.place / "out", ignore_errors=True)
        prefix = injecting(strace, name, call.when, f"error={errno.errorcode[error]}")
        ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix)
        assert (ran.status, ran.codes) == (1, {code}), call
        assert ran.objects[0]["status"] == "failed"
        assert names_in(traced.place / "out") == [], call


@pytest.mark.parametrize("kind", ["data/one", "manifest-sha512"])
def test_a_write_that_never_reaches_the_disk_is_seen(
    kind: str, strace: str, archiver: Archiver, traced: Traced
) -> None:
    call = next(call for call in traced.calls if call.name == "write" and call.in_staging and kind in call.told)
    size = call.told.rpartition("= ")[2]
    prefix = injecting(strace, "write", call.when, f"retval={size}")
    ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix)
    assert ran.status == 1, ran.stdout
    assert ("copy-not-read-back" if kind.startswith("data") else "package-not-read-back") in ran.codes
    assert names_in(traced.place / "out") == []
    assert archiver(*WORDS, cwd=traced.place).status == 0
    assert contents(traced.place / "out" / "bag") == traced.expected


def test_the_last_fsync_failing_is_no_success(strace: str, archiver: Archiver, traced: Traced) -> None:
    rename = next(number for number, call in enumerate(traced.calls) if call.name == "renameat2")
    last = next(call for call in traced.calls[rename:] if call.name == "fsync")
    ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=injecting(strace, "fsync", last.when, "error=EIO"))
    assert ran.status == 1
    assert "stands whole, but it is not sure" in ran.stdout
    assert contents(traced.place / "out" / "bag") == traced.expected
