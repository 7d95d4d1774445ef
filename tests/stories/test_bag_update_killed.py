"""``archiver bag update`` killed, or its disk refusing, at any system call: the old bag, the new, or one to finish."""

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

WORDS = ("bag", "update", "bag é", "--json", "--algorithm", "sha512", "--drop", "md5")
CHANGES = ("rename", "renameat2", "unlink", "unlinkat", "rmdir", "mkdir")
KILLS = 28
GROUPS = 4
WORK = (".archiver-update", ".archiver-staging")


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """An update that nothing got in the way of."""

    place: Path
    """Working folder with the bag as it was, and ``kept``, another copy of it."""

    before: dict[str, str]
    after: dict[str, str]
    calls: tuple[Call, ...]
    """From the first one in staging on."""


@pytest.fixture
def traced(strace: str, archiver: Archiver, tmp_path: Path) -> Traced:
    """Return a bag, what updating it gives, and the calls that it takes."""
    place = tmp_path / "place"
    (place / "source" / "two").mkdir(parents=True)
    for number in range(1, 4):
        (place / "source" / "two" / f"{number}.txt").write_bytes(b"text\n" * number * 1000)
    assert archiver("bag", "source", "kept", "--algorithm", "md5", "--algorithm", "sha1", cwd=place).status == 0
    shutil.rmtree(place / "source")
    anew(place)
    before = contents(place / "bag é")
    assert archiver(*WORDS, cwd=place).status == 0  # Python's own caches are written
    after = contents(place / "bag é")
    anew(place)
    traced = ",".join({*CALLS, *CHANGES})
    prefix = [strace, "-y", "-s", "0", "-o", str(tmp_path / "log"), "-e", f"trace={traced}"]
    assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == 0
    calls = list(calls_in(tmp_path / "log"))
    first = next(number for number, call in enumerate(calls) if ".archiver-staging" in call.told)
    anew(place)
    return Traced(place=place, before=before, after=after, calls=tuple(calls[first:]))


def anew(place: Path) -> None:
    """Put the bag back as it was."""
    shutil.rmtree(place / "bag é", ignore_errors=True)
    shutil.copytree(place / "kept", place / "bag é")


def of_the_bag(place: Path) -> dict[str, str]:
    """Return what the bag holds, without the update's own folders."""
    return {path: state for path, state in contents(place / "bag é").items() if not path.startswith(WORK)}


def kill_points(calls: tuple[Call, ...]) -> list[Call]:
    """Return every call that changes a name, and others evenly spread."""
    chosen = [call for call in calls if call.name in CHANGES]
    rest = [call for call in calls if call not in chosen]
    wanted = max(KILLS - len(chosen), 4)
    return chosen + [rest[number * (len(rest) - 1) // (wanted - 1)] for number in range(wanted)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_it_is_the_old_bag_or_the_new_one_or_one_to_finish(
    group: int, strace: str, archiver: Archiver, traced: Traced
) -> None:
    place = traced.place
    told = set()
    for call in kill_points(traced.calls)[group::GROUPS]:
        anew(place)
        payload = touched(place / "bag é" / "data")
        prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL, call
        verified = archiver("verify", "bag é", "--json", cwd=place)
        errors = {one["code"] for one in verified.objects[0]["findings"] if one["severity"] == "error"}
        assert errors <= {"bag-update-unfinished"}, call
        told |= errors
        if not errors:
            assert of_the_bag(place) in (traced.before, traced.after), call
        again = archiver("bag", "update", "bag é", "--json", "--algorithm", "sha512", cwd=place)
        assert again.status == 0, (call, again.stdout, again.stderr)
        if "md5" in again.objects[0]["algorithms"]:  # it had not been decided, so that md5 was not dropped
            assert archiver(*WORDS, cwd=place).status == 0
            assert of_the_bag(place).keys() == traced.after.keys(), call
        else:
            assert contents(place / "bag é") == traced.after, call
        assert archiver("verify", "bag é", "--json", cwd=place).objects[0]["valid"] is True, call
        assert touched(place / "bag é" / "data") == payload, call
    assert told == {"bag-update-unfinished"}


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("write", errno.ENOSPC, "disk-full"),
        ("fsync", errno.EIO, "disk-refused"),
        ("rename", errno.EIO, "disk-refused"),
        ("renameat2", errno.EIO, "disk-refused"),
        ("unlink", errno.EIO, "disk-refused"),
    ],
)
def test_a_disk_that_refuses_is_a_finding_and_the_next_run_finishes(
    name: str, error: int, code: str, strace: str, archiver: Archiver, traced: Traced
) -> None:
    of_kind = [call for call in traced.calls if call.name == name and not call.told.startswith("1<")]
    for call in {of_kind[0], of_kind[len(of_kind) // 2]}:
        anew(traced.place)
        prefix = injecting(strace, name, call.when, f"error={errno.errorcode[error]}")
        ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix)
        assert (ran.status, ran.codes, ran.objects[0]["status"]) == (1, {code}, "failed"), (call, ran)
        assert archiver("bag", "update", "bag é", "--json", "--algorithm", "sha512", cwd=traced.place).status == 0
        assert archiver("verify", "bag é", cwd=traced.place).status == 0
        assert set(contents(traced.place / "bag é")) >= set(traced.after)
