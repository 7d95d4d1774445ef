"""``archiver bag extract`` killed, or its disk refusing, at any system call: nothing there, or the whole payload."""

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

WORDS = ("bag", "extract", "bag é", "out/payload", "--json")
KILLS = 16
GROUPS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """An extraction that nothing got in the way of."""

    place: Path
    expected: dict[str, str]
    calls: tuple[Call, ...]
    """From the first one in staging on."""


@pytest.fixture
def traced(strace: str, archiver: Archiver, tmp_path: Path) -> Traced:
    """Return a working folder with a bag, what extracting it gives, and the calls that it takes."""
    place = tmp_path / "place"
    (place / "source" / "two").mkdir(parents=True)
    for number in range(1, 4):
        (place / "source" / "two" / f"{number}.txt").write_bytes(b"text\n" * number * 1000)
    assert archiver("bag", "source", "bag é", cwd=place).status == 0
    assert archiver(*WORDS, cwd=place).status == 0  # Python's own caches are written
    expected = contents(place / "out" / "payload")
    assert expected == contents(place / "source")
    shutil.rmtree(place / "out")
    prefix = [strace, "-y", "-s", "0", "-o", str(tmp_path / "log"), "-e", f"trace={','.join(CALLS)}"]
    assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == 0
    shutil.rmtree(place / "out")
    calls = list(calls_in(tmp_path / "log"))
    first = next(number for number, call in enumerate(calls) if ".archiver-staging" in call.told)
    return Traced(place=place, expected=expected, calls=tuple(calls[first:]))


def names_in(folder: Path) -> list[str]:
    """Return the names of a folder's entries; none of a folder that is not there."""
    return sorted(entry.name for entry in folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_there_is_nothing_or_the_whole_payload(
    group: int, strace: str, archiver: Archiver, traced: Traced
) -> None:
    place, out = traced.place, traced.place / "out"
    before = touched(place / "bag é")
    rename = next(number for number, call in enumerate(traced.calls) if call.name == "renameat2")
    points = list(traced.calls[rename - 1 : rename + 2])
    points += [traced.calls[number * (len(traced.calls) - 1) // (KILLS - 1)] for number in range(KILLS)]
    for call in points[group::GROUPS]:
        shutil.rmtree(out, ignore_errors=True)
        prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL, call
        assert set(names_in(out)) <= {"payload", ".archiver-staging"}, call
        if not (out / "payload").exists():
            assert archiver(*WORDS, cwd=place).status == 0, call
            assert names_in(out) == ["payload"], call
        assert contents(out / "payload") == traced.expected, call
    assert touched(place / "bag é") == before


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("write", errno.ENOSPC, "disk-full"),
        ("fsync", errno.EIO, "disk-refused"),
        ("renameat2", errno.EIO, "disk-refused"),
    ],
)
def test_a_disk_that_refuses_is_a_finding(
    name: str, error: int, code: str, strace: str, archiver: Archiver, traced: Traced
) -> None:
    of_kind = [call for call in traced.calls if call.name == name and call.in_staging]
    for call in {of_kind[0], of_kind[len(of_kind) // 2], of_kind[-1]}:
        shutil.rmtree(traced.place / "out", ignore_errors=True)  # as it was when the calls were counted
        prefix = injecting(strace, name, call.when, f"error={errno.errorcode[error]}")
        ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix)
        assert (ran.status, ran.codes, ran.objects[0]["status"]) == (1, {code}, "failed"), call
        assert names_in(traced.place / "out") == [], call
