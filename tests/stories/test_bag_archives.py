"""``archiver bag`` into archives and groups: the same bytes anywhere, and nothing or all of it when killed."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from archiver.storage.serialized.archive import SERIALIZATIONS
from tests.stories.tracing import CALLS, ORDER, Call, calls_in, injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

FILES = [f"{folder}/{number} 100%.txt" for folder in ("one", "two/é") for number in range(1, 5)]
KILLS = 7

every_form = pytest.mark.parametrize("form", SERIALIZATIONS)


def words(form: str) -> tuple[str, ...]:
    """Return the command."""
    return ("bag", "source é", "out/bag", "--serialization", form, "--json", "--algorithm", "sha256")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a working folder with a source."""
    return filled(tmp_path / "place", FILES)


def filled(place: Path, files: list[str]) -> Path:
    """Put the source's files into ``place``, in the order given."""
    for path in files:
        file = place / "source é" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(path.encode() * 3000)
        os.utime(file, (1_500_000_000, 1_500_000_000))
    return place


def digest(file: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


@every_form
def test_the_same_bytes_from_another_place(form: str, archiver: Archiver, place: Path, tmp_path: Path) -> None:
    assert archiver(*words(form), cwd=place).status == 0
    other = filled(tmp_path / "anderer Ort ж", FILES[::-1])
    for file in (other / "source é").rglob("*.txt"):
        file.chmod(0o444)
    changes = {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "4242", "LANG": "C", "LC_ALL": "C"}
    ran = archiver(*words(form), cwd=other, changes=changes, prefix=["sh", "-c", 'umask 0027 && exec "$@"', "sh"])
    assert ran.status == 0, ran.stderr
    assert digest(other / "out" / f"bag.{form}") == digest(place / "out" / f"bag.{form}")
    archiver.verify(f"out/bag.{form}", cwd=other)


def traced(strace: str, archiver: Archiver, place: Path, form: str) -> tuple[list[Call], str]:
    """Return the calls from the first in staging on, and the digest of the archive; ``out`` is free again."""
    assert archiver(*words(form), cwd=place).status == 0  # Python's own caches are written
    expected = digest(place / "out" / f"bag.{form}")
    shutil.rmtree(place / "out")
    log = place / "log"
    prefix = [strace, "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
    assert archiver(*words(form), cwd=place, changes=ORDER, prefix=prefix).status == 0
    shutil.rmtree(place / "out")
    calls = list(calls_in(log))
    return calls[next(at for at, call in enumerate(calls) if ".archiver-staging" in call.told) :], expected


def durable_before(calls: list[Call], file: str) -> bool:
    """Tell whether a file is fsynced, and not written to after that."""
    last = max(at for at, call in enumerate(calls) if call.name == "fsync" and file in call.told)
    return not any(call.name == "write" and file in call.told for call in calls[last:])


@every_form
def test_killed_there_is_nothing_or_a_whole_archive(form: str, strace: str, archiver: Archiver, place: Path) -> None:
    calls, expected = traced(strace, archiver, place, form)
    sources, out, name = touched(place / "source é"), place / "out", f"bag.{form}"
    rename = next(at for at, call in enumerate(calls) if call.name == "renameat2")
    assert durable_before(calls[:rename], f"/bag.{form}>")
    chosen = [*calls[rename - 1 : rename + 2], *(calls[at * (len(calls) - 1) // KILLS] for at in range(1, KILLS))]
    for call in chosen:
        shutil.rmtree(out, ignore_errors=True)
        prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*words(form), cwd=place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL, call
        published = (out / name).exists()
        assert archiver(*words(form), cwd=place).status == (2 if published else 0), call
        assert digest(out / name) == expected, call
        assert published or [one.name for one in out.iterdir()] == [name]
    assert touched(place / "source é") == sources


@pytest.mark.parametrize(
    "fault",
    [
        ("write", "ENOSPC", "disk-full"),
        ("write", "EIO", "disk-refused"),
        ("fsync", "EIO", "disk-refused"),
        ("renameat2", "EIO", "disk-refused"),
    ],
)
@every_form
def test_a_disk_that_refuses_is_a_finding(
    form: str, fault: tuple[str, str, str], strace: str, archiver: Archiver, place: Path
) -> None:
    name, error, code = fault
    calls, _ = traced(strace, archiver, place, form)
    of_kind = [call for call in calls if call.name == name and call.in_staging]
    for call in {of_kind[0], of_kind[-1]}:
        shutil.rmtree(place / "out", ignore_errors=True)  # as it was when the calls were counted
        prefix = injecting(strace, name, call.when, f"error={error}")
        ran = archiver(*words(form), cwd=place, changes=ORDER, prefix=prefix)
        assert (ran.status, ran.codes, ran.stderr) == (1, {code}, ""), call
        assert list((place / "out").iterdir()) == [], call


def test_killed_there_is_no_group_or_all_of_it(strace: str, archiver: Archiver, place: Path) -> None:
    asked = ("bag", "source é", "out/group", "--split-size", "50kB", "--json", "--algorithm", "sha256")
    assert archiver(*asked, cwd=place).status == 0
    expected = contents(place / "out")
    assert len({path.partition("/")[2].partition("/")[0] for path in expected}) > 2
    shutil.rmtree(place / "out")
    prefix = [strace, "-y", "-s", "0", "-o", str(place / "log"), "-e", f"trace={','.join(CALLS)}"]
    assert archiver(*asked, cwd=place, changes=ORDER, prefix=prefix).status == 0
    calls = [call for call in calls_in(place / "log") if ".archiver-staging" in call.told]
    rename = next(at for at, call in enumerate(calls) if call.name == "renameat2")
    assert any(call.name == "fsync" and "/bags>" in call.told for call in calls[:rename])
    for call in (calls[rename // 3], calls[2 * rename // 3], *calls[rename - 1 : rename + 2]):
        shutil.rmtree(place / "out")
        killed = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*asked, cwd=place, changes=ORDER, prefix=killed).status == -signal.SIGKILL, call
        published = (place / "out" / "group").exists()
        assert archiver(*asked, cwd=place).status == (2 if published else 0), call
        shutil.rmtree(place / "out" / ".archiver-staging", ignore_errors=True)
        assert contents(place / "out") == expected, call
