"""Makes each write-side system call of a command fail, or kill it, one at a time, and looks at what is left.

Whatever the fault: what bears its final name is whole, no success is told of anything else, the source is as it was,
and the same command run again finishes the work and leaves nothing beside it.
"""

from __future__ import annotations

import json
import shutil
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.steps.repair.bags import QUARANTINE
from tests.stories.tracing import ORDER, calls_in, injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from tests.stories.commands import Archiver, Ran

CALLS = (
    *("openat", "write", "pwrite64", "writev", "fsync", "fdatasync", "sync_file_range", "mkdir", "mkdirat", "rmdir"),
    *("rename", "renameat", "renameat2", "utimensat", "ftruncate", "unlink", "unlinkat", "link", "linkat", "symlink"),
    *("copy_file_range", "sendfile", "fallocate", "chmod", "fchmod"),
)
"""What makes, changes or finishes something on disk."""

FAULTS = ("error=EIO", "error=ENOSPC", "error=EINTR", "signal=SIGKILL")
_SUCCESSES = frozenset({"bagged", "updated", "extracted", "built", "repaired"})
_OUT, _SOURCE, _KEPT, _DAMAGED = "out", "source", "kept", "damaged"
_DAMAGE = b"damage" * 100
_STAGING = ".archiver-staging"
_DURABLE_BY = frozenset({"fsync", "fdatasync", "sync_file_range"})
_REFUSALS = frozenset({"error=EIO", "error=ENOSPC"})
"""Of a call that makes durable; one that was interrupted is simply made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """A command whose calls are made to fail."""

    words: tuple[str, ...]
    """``{place}`` stands for its working folder."""

    final: str
    """What it publishes, below the working folder."""

    begins_with: str | None = None
    """What of the working folder is put at ``final`` before each run: the command changes it where it stands."""

    torn: bool = False
    """Whether what is at ``final`` may be unfinished after a fault, as long as the next run finishes it."""

    keeps_damage: str | None = None
    """The folder beside ``final`` where the bytes that it replaces are kept."""


COMMANDS = {
    "bag": Swept(words=("bag", "{place}/source", "{place}/out/bag"), final="out/bag"),
    "tar.gz": Swept(words=("bag", "{place}/source", "{place}/out/bag.tar.gz"), final="out/bag.tar.gz"),
    "zip": Swept(words=("bag", "{place}/source", "{place}/out/bag.zip"), final="out/bag.zip"),
    "group": Swept(words=("bag", "{place}/source", "{place}/out/bag", "--split-size", "8kB"), final="out/bag"),
    "extract": Swept(words=("bag", "extract", "{place}/kept", "{place}/out/payload"), final="out/payload"),
    "in-place": Swept(
        words=("bag", "--in-place", "{place}/out/source"), final="out/source", begins_with=_SOURCE, torn=False
    ),
    "update": Swept(
        words=("bag", "update", "{place}/out/bag", "--algorithm", "sha256"),
        final="out/bag",
        begins_with=_KEPT,
        torn=True,
    ),
    "repair-bag": Swept(
        words=("repair", "{place}/out/bag", "--from", "{place}/kept"),
        final="out/bag",
        begins_with=_DAMAGED,
        keeps_damage=QUARANTINE,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One call and what happens to it."""

    name: str
    when: int
    fault: str
    told: str


class Sweep:
    """One command in one working folder."""

    def __init__(self, strace: str, archiver: Archiver, swept: Swept, place: Path) -> None:
        """Run the command twice undisturbed, and learn its calls and what it makes.

        Args:
            strace: the tracer.
            archiver: the command.
            swept: with which words, and what it publishes.
            place: an empty folder.
        """
        self._strace, self._archiver, self._swept, self._place = strace, archiver, swept, place
        self._words = [word.format(place=place) for word in (*swept.words, "--json")]
        for folder in ("one", "two/three"):
            (place / _SOURCE / folder).mkdir(parents=True)
            for number in range(1, 4):
                (place / _SOURCE / folder / f"{number} 100%.txt").write_bytes(b"text\n" * number * 500)
        assert archiver("bag", place / _SOURCE, place / _KEPT, cwd=place).status == 0
        shutil.copytree(place / _KEPT, place / _DAMAGED)
        (place / _DAMAGED / "data/one/1 100%.txt").write_bytes(_DAMAGE)
        (place / _DAMAGED / "data/two/three/2 100%.txt").unlink()
        self._anew()
        self._before = contents(self._final) if self._final.is_dir() else None
        assert self._run().status == 0  # Python's own caches are written
        self._whole = self._state()
        self._sources = touched(place / _SOURCE)
        self._anew()
        log = place.parent / "log"
        prefix = [strace, "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
        assert self._run(prefix).status == 0
        self.calls = [
            call
            for call in calls_in(log)
            if str(place / _OUT) in call.told and (call.name != "openat" or "O_CREAT" in call.told)
        ]
        assert self.calls

    def points(self) -> list[Point]:
        """Return every call with every fault."""
        return [
            Point(name=call.name, when=call.when, fault=fault, told=call.told)
            for call in self.calls
            for fault in FAULTS
        ]

    def faults_at(self, points: Iterable[Point]) -> list[str]:
        """Let each point happen, and say what was wrong afterwards; empty when nothing was."""
        return [
            f"{point.name} {point.when} {point.fault} {point.told[:200]}: {wrong}"
            for point in points
            for wrong in self._at(point)
        ]

    def _at(self, point: Point) -> list[str]:
        try:
            return self._looked_at(point)
        except AssertionError as error:  # a traceback: the sweep goes on all the same
            return [str(error)]

    def _looked_at(self, point: Point) -> list[str]:
        self._anew()
        ran = self._run(injecting(self._strace, point.name, point.when, point.fault))
        wrong = []
        if point.fault == "signal=SIGKILL" and ran.status != -signal.SIGKILL:
            wrong.append(f"was not reached: status {ran.status}")
        state = self._state()
        if not self._swept.torn and state not in (None, self._before, self._whole):
            wrong.append("what is under the final name is torn")
        if _tells_success(ran) and state != self._whole:
            wrong.append(f"a success is told: {ran.stdout}")
        if point.name in _DURABLE_BY and point.fault in _REFUSALS and _tells_success(ran):
            wrong.append(f"a success is told of what the disk refused to keep: {ran.stdout}")
        again = self._run()
        if self._state() != self._whole:
            wrong.append(f"the next run does not finish it: {again.stdout}{again.stderr}")
        if state != self._whole and again.status != 0:
            wrong.append(f"the next run has status {again.status}: {again.stdout}{again.stderr}")
        if touched(self._place / _SOURCE) != self._sources:
            wrong.append("the source was touched")
        return wrong + self._beside(done=state == self._whole)

    def _beside(self, *, done: bool) -> list[str]:
        """Say what is wrong beside what is published, once the next run is over."""
        wrong = []
        if self._swept.keeps_damage and not self._has_damage():
            wrong.append("the damaged bytes are lost")
        left = {entry.name for entry in (self._place / _OUT).iterdir() if entry != self._final}
        left.discard(self._swept.keeps_damage or "")
        if done:  # so that the next run had no reason to begin
            left.discard(_STAGING)
        if left:
            wrong.append(f"beside it is left {left}")
        return wrong

    def _has_damage(self) -> bool:
        return any(path.read_bytes() == _DAMAGE for path in (self._place / _OUT).rglob("*.txt"))

    @property
    def _final(self) -> Path:
        return self._place / self._swept.final

    def _state(self) -> object:
        if self._final.is_dir():
            # A staging folder that could not be cleared away is no part of a bag, wherever it is.
            return {path: what for path, what in contents(self._final).items() if not path.startswith(_STAGING)}
        return self._final.read_bytes() if self._final.exists() else None

    def _anew(self) -> None:
        out = self._place / _OUT
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir()
        if self._swept.begins_with:
            shutil.copytree(self._place / self._swept.begins_with, self._final)

    def _run(self, prefix: list[str] | None = None) -> Ran:
        return self._archiver(*self._words, cwd=self._place, changes=ORDER, prefix=prefix or [])


def _tells_success(ran: Ran) -> bool:
    lines = [json.loads(line) for line in ran.stdout.splitlines()]
    return ran.status == 0 or any(line.get("status") in _SUCCESSES for line in lines)
