"""Runs the command under strace: counts the calls that a build makes on disk, and makes chosen ones fail or kill.

Without ``-f`` strace follows the main thread alone, which does all of a package's writing; the workers run free, as
they would if the main process were killed on a user's machine.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import select
import shutil
import time
from collections import Counter
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.stories.trees import contents

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stories.commands import Archiver

CALLS = ("openat", "write", "fsync", "renameat2", "mkdir", "rmdir", "unlink", "unlinkat", "close")
"""What makes, changes or finishes something on disk."""

ORDER = {"PYTHONHASHSEED": "0"}
"""Sets of names are walked in the same order in each run, so that the calls are counted alike."""

WORDS = ("build", "--json", "--workers", "1", "--operator", "Story Archivist")

_CALL = re.compile(r"^(\w+)\((.*)")


@dataclass(frozen=True, slots=True)
class Call:
    """One system call of the main thread."""

    name: str
    when: int
    """The how-manieth of its name, from 1: what strace's ``when`` counts."""

    told: str
    """Arguments and result; paths of file descriptors stand beside them."""

    @property
    def in_staging(self) -> bool:
        """True for a call on something that is not published yet."""
        return "/.archiver-staging/" in self.told


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """A build of the ``letters`` folder that nothing got in the way of."""

    packages: Path
    calls: tuple[Call, ...]
    """From the first one in staging on."""

    @property
    def expected(self) -> dict[str, str]:
        """What the packages hold."""
        return contents(self.packages)


def undisturbed_build(strace: str, archiver: Archiver, letters: Path, place: Path) -> Undisturbed:
    """Build a copy of ``letters`` once a session, whichever worker comes first.

    Args:
        strace: the tracer.
        archiver: the command.
        letters: what to build.
        place: a folder that all workers share.
    """
    place.mkdir(exist_ok=True)
    record = place / "calls.json"
    with (place / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not record.exists():
            shutil.copytree(letters, place / "run")
            calls = _counted(strace, archiver, place / "run", place / "log")
            record.write_text(json.dumps([astuple(call) for call in calls]), encoding="utf-8")
    calls = [Call(*one) for one in json.loads(record.read_text(encoding="utf-8"))]
    return Undisturbed(packages=place / "run" / "packages", calls=tuple(calls))


def _counted(strace: str, archiver: Archiver, place: Path, log: Path) -> list[Call]:
    # Once before, so that Python's own caches are written and each later run makes the same calls.
    assert archiver(*WORDS, cwd=place).status == 0
    shutil.rmtree(place / "packages")
    prefix: list[str | Path] = [strace, "-y", "-s", "0", "-o", log, "-e", f"trace={','.join(CALLS)}"]
    ran = archiver(*WORDS, cwd=place, changes=ORDER, prefix=prefix)
    assert ran.status == 0, ran.stderr
    calls = list(calls_in(log))
    first = next(number for number, call in enumerate(calls) if ".archiver-staging" in call.told)
    return calls[first:]


def calls_in(log: Path) -> Iterator[Call]:
    """Yield every call that a log of strace tells of."""
    seen: Counter[str] = Counter()
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = _CALL.match(line)
        if match:
            seen[match[1]] += 1
            yield Call(match[1], seen[match[1]], match[2])


def injecting(strace: str, name: str, when: int, what: str) -> list[str]:
    """Return the prefix that lets one call do ``what``: ``signal=SIGKILL``, ``error=EIO``, ``retval=5``."""
    return [strace, "-o", "/dev/null", "-e", f"trace={name}", "-e", f"inject={name}:{what}:when={when}"]


def left_running(marker: str, seconds: float = 20) -> list[str]:
    """Wait until no process has ``marker`` in its environment or command line, and return those that never end.

    A worker that was being started when its parent was killed comes to life, finds nobody and ends: so it is looked
    again after each one that ended.
    """
    end = time.monotonic() + seconds
    while (found := _marked(marker)) and time.monotonic() < end:
        for pid in found:
            _wait_for(pid, end - time.monotonic())
    return [_read(pid, "cmdline") for pid in found]


def _wait_for(pid: int, seconds: float) -> None:
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        poll.poll(max(seconds, 0) * 1000)
    finally:
        os.close(descriptor)


def _marked(marker: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            pid = int(entry.name)
            # A worker gets a new environment, of which PATH is the part that is handed on.
            if marker in _read(pid, "environ") or marker in _read(pid, "cmdline"):
                found.append(pid)
    return found


def _read(pid: int, what: str) -> str:
    try:
        return Path(f"/proc/{pid}/{what}").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:  # it ended, or it is not ours
        return ""


def marked_path(marker: str) -> dict[str, str]:
    """Return an environment whose PATH names a folder that is not there, so that its processes can be told."""
    return {"PATH": f"{os.environ['PATH']}:/nowhere/{marker}"}
