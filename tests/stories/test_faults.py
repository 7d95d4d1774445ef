"""A disk that refuses, is full or lies: a clear finding, nothing torn, staging cleaned, the sources untouched."""

from __future__ import annotations

import os
import re
import signal
from typing import TYPE_CHECKING

import pytest

from tests.stories.commands import Archiver, packages_of
from tests.stories.tracing import CALLS, ORDER, WORDS, Call, Undisturbed, injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.stories.commands import Ran


def spread(calls: Sequence[Call], name: str, number: int) -> list[Call]:
    """Return ``number`` calls of one kind, evenly spread, the first and the last among them."""
    of_kind = [call for call in calls if call.name == name and call.in_staging]
    assert len(of_kind) >= number
    return [of_kind[place * (len(of_kind) - 1) // (number - 1)] for place in range(number)]


def check_aftermath(ran: Ran, code: str, archiver: Archiver, place: Path, expected: dict[str, str]) -> None:
    """One item failed with ``code``; what is published is whole; staging is gone; the next run finishes the work."""
    assert ran.status == 3, ran.stdout + ran.stderr
    assert sorted(ran.statuses.values()) == ["built", "failed"], "the rest of the batch is built"
    (failed,) = (one for one in ran.objects if one["status"] == "failed")
    assert failed["package"] is None
    (finding,) = (one for one in failed["findings"] if one["severity"] == "error")
    assert finding["code"] == code
    assert failed["item"] in finding["message"]
    assert finding["fix"]
    assert not (place / "packages" / ".archiver-staging").exists()
    for package in packages_of(place / "packages"):
        of_package = {
            path.partition("/")[2]: one for path, one in expected.items() if path.startswith(package.name + "/")
        }
        assert contents(package) == of_package
    again = archiver(*WORDS, cwd=place)
    assert again.status == 0, again.stderr
    assert contents(place / "packages") == expected


def _remade(place: Path) -> None:
    (place / "packages").rename(place / f"packages {len(list(place.iterdir()))}")


@pytest.mark.parametrize(
    ("name", "error", "code"), [("fsync", "EIO", "disk-refused"), ("write", "ENOSPC", "disk-full")]
)
def test_a_disk_that_refuses(  # noqa: PLR0913, PLR0917 - fixtures and one case
    name: str, error: str, code: str, strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    expected, calls = undisturbed.expected, undisturbed.calls
    before = touched(letters / "seeds")
    for call in spread(calls, name, 4):
        ran = archiver(*WORDS, cwd=letters, changes=ORDER, prefix=injecting(strace, name, call.when, f"error={error}"))
        check_aftermath(ran, code, archiver, letters, expected)
        words = {"EIO": "Input/output error", "ENOSPC": "bytes free"}[error]
        assert words in ran.stdout
        assert "packages" in ran.stdout
        _remade(letters)
    assert touched(letters / "seeds") == before


def test_a_fsync_that_fails_after_the_rename_fails_the_item(
    strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    """The package is there and whole, but nobody knows whether it outlives a power cut: it is not called built."""
    expected, calls = undisturbed.expected, undisturbed.calls
    rename = next(number for number, call in enumerate(calls) if call.name == "renameat2")
    parent = next(call for call in calls[rename:] if call.name == "fsync")
    assert not parent.in_staging
    prefix = injecting(strace, "fsync", parent.when, "error=EIO")
    check_aftermath(
        archiver(*WORDS, cwd=letters, changes=ORDER, prefix=prefix), "disk-refused", archiver, letters, expected
    )


@pytest.mark.parametrize("kind", ["original", "premis.xml", "manifest"])
def test_a_write_that_never_reaches_the_disk_is_seen_before_publishing(
    kind: str, strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    expected, calls = undisturbed.expected, undisturbed.calls
    call = next(call for call in calls if call.name == "write" and call.in_staging and kind in call.told)
    match = re.search(r"= (\d+)$", call.told)
    assert match
    prefix = injecting(strace, "write", call.when, f"retval={match[1]}")
    ran = archiver(*WORDS, cwd=letters, changes=ORDER, prefix=prefix)
    assert ran.status == 3, ran.stdout
    assert "package-not-read-back" in ran.codes
    assert sorted(ran.statuses.values()) == ["built", "failed"]
    assert len(packages_of(letters / "packages")) == 1
    assert not (letters / "packages" / ".archiver-staging").exists()
    assert archiver(*WORDS, cwd=letters).status == 0
    assert contents(letters / "packages") == expected


def test_short_writes_are_written_on(strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed) -> None:
    """A write that is interrupted before it begins is tried again."""
    expected, calls = undisturbed.expected, undisturbed.calls
    for call in spread(calls, "write", 2):
        ran = archiver(*WORDS, cwd=letters, changes=ORDER, prefix=injecting(strace, "write", call.when, "error=EINTR"))
        assert ran.status == 0
        assert contents(letters / "packages") == expected
        _remade(letters)


def test_a_file_system_without_the_careful_rename(
    strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed
) -> None:
    prefix = [strace, "-o", "/dev/null", "-e", "trace=renameat2", "-e", "inject=renameat2:error=EINVAL"]
    ran = archiver(*WORDS, cwd=letters, changes=ORDER, prefix=prefix)
    assert ran.status == 0, ran.stdout
    assert contents(letters / "packages") == undisturbed.expected


def test_no_staging_at_all(strace: str, archiver: Archiver, letters: Path) -> None:
    prefix = [strace, "-o", "/dev/null", "-e", "trace=mkdir", "-e", "inject=mkdir:error=EROFS"]
    ran = archiver(*WORDS, cwd=letters, prefix=prefix)
    assert (ran.status, ran.stdout) == (3, "")
    assert "Read-only file system" in ran.stderr
    assert "packages" in ran.stderr
    assert not (letters / "packages").exists()


def test_a_name_that_is_taken_at_the_last_moment_is_left_alone(
    strace: str, archiver: Archiver, letters: Path, undisturbed: Undisturbed, tmp_path: Path
) -> None:
    """An empty folder comes into being between the last check and the rename: an ordinary rename would replace it."""
    calls = undisturbed.calls
    rename = next(number for number, call in enumerate(calls) if call.name == "renameat2")
    before = next(call for call in reversed(calls[:rename]) if call.name == "openat")
    told = tmp_path / "told"
    os.mkfifo(told)
    prefix = injecting(strace, "openat", before.when, "signal=SIGSTOP")
    prefix[prefix.index("/dev/null")] = str(told)
    prefix += ["-E", "PYTHONHASHSEED=0"]
    running = archiver.start(*WORDS, cwd=letters, prefix=prefix)
    with told.open(encoding="utf-8", errors="replace") as trace:
        assert any("stopped by SIGSTOP" in line for line in trace), "it was not stopped"
        (letters / "packages" / "letter").mkdir()
        (child,) = _children(running.pid)
        os.kill(child, signal.SIGCONT)
        for _ in trace:
            pass
    out, err = running.communicate(timeout=60)
    assert running.returncode == 3, out + err
    assert '"package-name-taken"' in out
    assert list((letters / "packages" / "letter").iterdir()) == []
    assert sorted(entry.name for entry in (letters / "packages").iterdir()) == ["letter", "table"]


def test_every_call_that_is_counted_is_made(undisturbed: Undisturbed) -> None:
    made = {call.name for call in undisturbed.calls}
    assert made >= set(CALLS) - {"unlink"}


def _children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:  # noqa: PTH123 - no Path is made of it
        return [int(word) for word in file.read().split()]
