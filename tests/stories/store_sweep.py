"""Makes each write-side call of what works on a store fail, lie or kill, one at a time, and looks at what is left.

Whatever happens: each object is the one from before or the one from afterwards, never a third; the store is an OCFL
storage root and its log holds together; no success is told of anything else; the same command run again finishes the
work and leaves nothing beside it.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.steps.audit.verify_log import verify_log
from archiver.storage.store_log.log import StoreLog
from tests.judges.verdict import JudgeBrokenError
from tests.stories.fault_sweep import CALLS, Point
from tests.stories.store_commands import StoreCommand, make_place
from tests.stories.tracing import ORDER, calls_in, injecting
from tests.stories.trees import contents, touched

if TYPE_CHECKING:
    from tests.stories.commands import Archiver, Ran

LIE = "retval=1"
"""A short write that did not happen: one byte is said to be written, and none is."""

FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
_WRITES = frozenset({"write", "pwrite64", "writev"})
_DURABLE_BY = frozenset({"fsync", "fdatasync", "sync_file_range"})
_CATALOGUE = "catalogue.sqlite"
"""What SQLite does with it (and it alone by fdatasync) is its own care, and it can be made anew at any time."""

_DECLARATION = "0=ocfl_1.1"
_OBJECT = "0=ocfl_object_1.1"

Judge = Callable[[Path], str | None]
"""Says what is wrong with a storage root, or None."""


class StoreSweep:
    """One command in one working folder."""

    def __init__(self, strace: str, archiver: Archiver, command: StoreCommand, place: Path, judge: Judge) -> None:
        """Run the command twice undisturbed, and learn its calls and what it makes.

        Args:
            strace: the tracer.
            archiver: the command line.
            command: what is swept.
            place: an empty folder.
            judge: of storage roots.
        """
        self._strace, self._archiver, self._command, self._place = strace, archiver, command, place / "work"
        self._place.mkdir()
        self._judge, self._judged = judge, dict[str, str | None]()
        self._template = place / "template"
        self._words = [word.format(place=self._place) for word in (*command.words, "--json")]
        make_place(archiver, command, self._place)
        shutil.copytree(self._place, self._template, symlinks=True)
        self._anew()
        self._before = self._state()
        self._kept = [hashlib.sha256(path.read_bytes()).hexdigest() for path in self._place.glob(command.keeps or "-")]
        ran = self._run()  # Python's own caches are written
        assert ran.status == 0, ran.stdout + ran.stderr
        self._whole = self._was = self._state()
        assert self._log_kinds() & command.kinds, "the undisturbed run is not in the log"
        self._anew()
        self.calls = [call for call in self._traced(place / "log") if call.name != "openat" or "O_CREAT" in call.told]
        assert self.calls

    def points(self) -> list[Point]:
        """Return every call with every fault that it can have."""
        return [
            Point(name=call.name, when=call.when, fault=fault, told=call.told)
            for call in self.calls
            for fault in (*FAULTS, *((LIE,) if call.name in _WRITES else ()))
        ]

    def faults_at(self, points: Iterable[Point]) -> list[str]:
        """Let each point happen, and say what was wrong afterwards; empty when nothing was."""
        return [
            f"{point.name} {point.when} {point.fault} {point.told[:200]}: {wrong}"
            for point in points
            for wrong in self._at(point)
        ]

    def _at(self, point: Point) -> list[str]:
        self._anew()
        sources = self._sources()
        try:
            ran = self._run(injecting(self._strace, point.name, point.when, point.fault))
            self._was = self._state()
            wrong = self._after(point, ran)
            again = self._run()
        except AssertionError as error:  # a traceback: the sweep goes on all the same
            return [str(error)]
        if again.status != 0:
            wrong.append(f"the next run has status {again.status}: {again.stdout}{again.stderr}")
        if self._state() != self._whole:
            wrong.append(f"the next run does not finish it: {again.stdout}{again.stderr}")
        if not self._log_kinds() & self._command.kinds:
            wrong.append("the log says nothing of it")
        wrong += self._torn("after the next run")
        if self._was != self._whole:  # else the work was done, and the next run had no reason to begin
            wrong += [f"is left: {name}" for name in self._left()]
        if self._sources() != sources:
            wrong.append("a source was touched")
        return wrong

    def _after(self, point: Point, ran: Ran) -> list[str]:
        wrong = []
        if point.fault == "signal=SIGKILL" and ran.status != -signal.SIGKILL:
            wrong.append(f"was not reached: status {ran.status}")
        success = self._tells_success(ran)
        if success and self._was != self._whole:
            wrong.append(f"a success is told: {ran.stdout}")
        if success and point.name in _DURABLE_BY and point.fault.startswith("error"):
            wrong.append(f"a success is told of what the disk refused to keep: {ran.stdout}")
        if success and not self._log_kinds() & self._command.kinds:
            wrong.append("a success is told that the log says nothing of")
        return wrong + self._torn("at once")

    def _torn(self, when: str) -> list[str]:
        """Say what is no state that may ever be seen."""
        wrong = []
        for path, object_state in _objects(self._state()).items():
            if object_state not in (_objects(self._before).get(path), _objects(self._whole).get(path)):
                wrong.append(f"{when}: the object {path} is neither the old one nor the new one")
        is_root = (self._place / "store" / _DECLARATION).exists()
        if is_root and self._state() != self._before and (said := self._judgement()):
            wrong.append(f"{when}: {said}")
        there = " ".join([*self._state().values(), *contents(self._records).values()])
        wrong += [f"{when}: the damaged bytes are lost" for digest in self._kept if digest not in there]
        if self._log.exists():
            wrong += [f"{when}: {one.message}" for one in verify_log(self._records).findings if one.severity == "error"]
        return wrong

    def _judgement(self) -> str | None:
        """Ask the judge, once for each state."""
        state = hashlib.sha256(json.dumps(self._state(), sort_keys=True).encode()).hexdigest()
        if state not in self._judged:
            try:
                self._judged[state] = self._judge(self._place / "store")
            except JudgeBrokenError as error:  # what it cannot read is no storage root
                self._judged[state] = str(error)
        return self._judged[state]

    def _traced(self, log: Path) -> list[Point]:
        prefix = [self._strace, "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(CALLS)}"]
        ran = self._run(prefix)
        assert ran.status == 0, ran.stdout + ran.stderr
        return [
            Point(name=call.name, when=call.when, fault="", told=call.told)
            for call in calls_in(log)
            if str(self._place) in call.told and call.name != "fdatasync" and _CATALOGUE not in call.told
        ]

    def _anew(self) -> None:
        shutil.rmtree(self._place)
        shutil.copytree(self._template, self._place, symlinks=True)

    def _run(self, prefix: list[str] | None = None) -> Ran:
        return self._archiver(*self._words, cwd=self._place, changes=ORDER, prefix=prefix or [])

    def _tells_success(self, ran: Ran) -> bool:
        lines = [json.loads(line) for line in ran.stdout.splitlines()]
        return ran.status == 0 or any(
            line.get("status") in self._command.successes
            and not any(finding["severity"] == "error" for finding in line["findings"])
            for line in lines
        )

    def _state(self) -> dict[str, str]:
        parity = self._records / "parity"
        kept = contents(parity) if parity.exists() else {}
        return contents(self._place / "store") | {f"parity/{path}": what for path, what in kept.items()}

    def _sources(self) -> list[dict[str, str]]:
        return [
            touched(self._place / name) for name in ("one", "one-again", "two", "copy") if (self._place / name).exists()
        ]

    def _left(self) -> list[str]:
        """Name what a finished run leaves nothing of."""
        known = {entry.name for entry in self._template.iterdir()} | {"store", "store.archiver"}
        left = [entry.name for entry in self._place.iterdir() if entry.name not in known]
        staging = self._records / "staging"
        return left + [f"staging/{entry.name}" for entry in (staging.iterdir() if staging.exists() else ())]

    def _log_kinds(self) -> set[str]:
        """Return the kinds of entries that this run has appended."""
        before = StoreLog(self._template / "store.archiver").head()
        return {entry.kind for entry in StoreLog(self._records).entries(after=before.seq if before else 0)}

    @property
    def _records(self) -> Path:
        return self._place / "store.archiver"

    @property
    def _log(self) -> Path:
        return self._records / "log.jsonl"


def _objects(state: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return object path -> what is in it."""
    roots = [path.removesuffix(f"/{_OBJECT}") for path in state if path.endswith(f"/{_OBJECT}")]
    return {root: {path: what for path, what in state.items() if path.startswith(f"{root}/")} for root in roots}
