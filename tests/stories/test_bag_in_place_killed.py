"""``archiver bag --in-place`` killed, or its disk refusing, at any system call: the old folder, or the whole bag.

Between two renames the whole bag lies beside the folder's name, and the next run puts it there.
"""

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

WORDS = ("bag", "letters é", "--in-place", "--json")
BESIDE = ".letters é.archiver-bag"
CHANGES = ("rename", "renameat2", "mkdir", "unlink", "unlinkat", "rmdir", "fchmodat", "chmod")
KILLS = 24
GROUPS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Traced:
    """A run that nothing got in the way of."""

    place: Path
    payload: dict[str, str]
    """What the folder holds, with its times."""

    bag: dict[str, str]
    calls: tuple[Call, ...]
    """From the first one on the prepared bag on."""


def anew(place: Path) -> None:
    """Put the folder back as it was."""
    for name in ("letters é", BESIDE):
        shutil.rmtree(place / name, ignore_errors=True)
    shutil.copytree(place.parent / "kept", place / "letters é")


@pytest.fixture
def traced(strace: str, archiver: Archiver, tmp_path: Path) -> Traced:
    """Return a folder, what bagging it in place gives, and the calls that it takes."""
    place = tmp_path / "place"
    place.mkdir()
    (tmp_path / "kept" / "two").mkdir(parents=True)
    for number in range(1, 4):
        (tmp_path / "kept" / "two" / f"{number}.txt").write_bytes(b"text\n" * number * 1000)
    anew(place)
    payload = touched(place / "letters é")
    assert archiver(*WORDS, cwd=place).status == 0  # Python's own caches are written
    bag = contents(place / "letters é")
    anew(place)
    names = ",".join(dict.fromkeys((*CALLS, *CHANGES)))
    prefix = [strace, "-y", "-s", "300", "-o", str(tmp_path / "log"), "-e", f"trace={names}"]
    assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == 0
    calls = list(calls_in(tmp_path / "log"))
    first = next(at for at, call in enumerate(calls) if ".archiver-bag" in call.told and call.name == "mkdir")
    anew(place)
    return Traced(place=place, payload=payload, bag=bag, calls=tuple(calls[first:]))


def kill_points(calls: tuple[Call, ...]) -> list[Call]:
    """Return everything from the call before the first rename on, and what changes a name before it, and others."""
    first = next(number for number, call in enumerate(calls) if call.name.startswith("rename"))
    chosen = list(calls[first - 1 : first + 14])
    chosen += [call for call in calls[: first - 1] if call.name in CHANGES]
    rest = [call for call in calls if call not in chosen]
    wanted = max(KILLS - len(chosen), 4)
    return chosen + [rest[number * (len(rest) - 1) // (wanted - 1)] for number in range(wanted)]


@pytest.mark.parametrize("group", range(GROUPS))
def test_killed_it_is_the_old_folder_or_the_whole_bag(
    group: int, strace: str, archiver: Archiver, traced: Traced
) -> None:
    place, folder = traced.place, traced.place / "letters é"
    for call in kill_points(traced.calls)[group::GROUPS]:
        anew(place)
        prefix = injecting(strace, call.name, call.when, "signal=SIGKILL")
        assert archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL, call
        state = where(traced)
        if state == "bag":
            assert archiver(*WORDS, cwd=place).status == 2, call
        else:
            again = archiver(*WORDS, cwd=place)
            assert again.status == 0, (call, again.stdout, again.stderr)
            assert ("bag-in-place-finished" in again.codes) == (state == "beside"), call
        assert contents(folder) == traced.bag, call
        assert contents(place).keys() == {"letters é", *(f"letters é/{path}" for path in traced.bag)}, call
        archiver.verify("letters é", cwd=place)


def where(traced: Traced) -> str:
    """Tell what stands there: the old ``folder`` as it was, the ``bag``, or the bag ``beside`` its name."""
    folder, beside = traced.place / "letters é", traced.place / BESIDE
    if folder.exists():
        if (folder / "bagit.txt").exists():
            assert contents(folder) == traced.bag
            assert not beside.exists()
            return "bag"
        assert {path: state.split()[:2] for path, state in touched(folder).items() if path != "."} == {
            path: state.split()[:2] for path, state in traced.payload.items() if path != "."
        }
        assert not (beside / "data").exists()
        return "folder"
    assert contents(beside) == traced.bag
    return "beside"


def test_between_the_renames_the_bag_lies_beside_its_name(strace: str, archiver: Archiver, traced: Traced) -> None:
    second = [call for call in traced.calls if call.name == "renameat2"][-1]
    prefix = injecting(strace, "renameat2", second.when, "signal=SIGKILL")
    assert archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix).status == -signal.SIGKILL
    assert where(traced) in {"beside", "bag"}


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("mkdir", errno.ENOSPC, "disk-full"),
        ("write", errno.ENOSPC, "disk-full"),
        ("fsync", errno.EIO, "disk-refused"),
        ("rename", errno.EIO, "disk-refused"),
        ("renameat2", errno.EIO, "disk-refused"),
    ],
)
def test_a_disk_that_refuses_leaves_the_folder_or_a_bag_that_says_so(
    name: str, error: int, code: str, strace: str, archiver: Archiver, traced: Traced
) -> None:
    of_kind = [call for call in traced.calls if call.name == name and not call.told.startswith("1<")]
    for call in {of_kind[0], of_kind[len(of_kind) // 2], of_kind[-1]}:
        anew(traced.place)
        prefix = injecting(strace, name, call.when, f"error={errno.errorcode[error]}")
        ran = archiver(*WORDS, cwd=traced.place, changes=ORDER, prefix=prefix)
        assert (ran.status, ran.codes, ran.objects[0]["status"]) == (1, {code}, "failed"), (call, ran)
        whole = where(traced) == "bag"
        assert ("is a whole bag, but it is not sure" in ran.stdout) == whole, call
        assert ("is as it was" in ran.stdout) != whole, call
        assert not (traced.place / BESIDE).exists(), call
