"""Makes each write-side call of what appends to a log fail, lie or kill, one at a time, and looks at what is left.

Whatever happens: what was said to be in the log stays in it, the log and the results of audits hold together, and the
same work done again comes to its end.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from archiver.standards.audit_log.heads import WitnessedHead
from archiver.steps.audit.verify_log import verify_log
from archiver.storage.store_log.runs import run_path, run_results
from tests.stories.fault_sweep import CALLS, Point
from tests.stories.tracing import calls_in, injecting

FAULTS = ("error=EIO", "error=ENOSPC", "signal=SIGKILL")
LIE = "retval=1"
"""A short write that did not happen: one byte is said to be written, and none is."""

PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path

from archiver.errors import ArchiverError
from archiver.model import FixityOutcome, FixityResult
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults

NOW = datetime(2026, 11, 22, tzinfo=UTC)
records = Path(sys.argv[1])
log = StoreLog(records)


def told(entry):
    print(f"{entry.seq}:{entry.digest}", flush=True)


try:
    told(log.append("added", {"identifier": "urn:x:1"}, now=NOW))
    if "r" not in log.closed_runs():
        with RunResults.open_or_resume(records, "r") as run:
            for number in range(run.count, 2):
                run.append(
                    FixityResult(
                        identifier=f"urn:x:{number}", path="o", version="v1", inventory_digest=None,
                        outcome=FixityOutcome.OK, files=1, bytes=1, started=NOW, ended=NOW,
                    ),
                    durable=number == 1,
                )
            told(run.close(log, {}, now=NOW))
    told(log.append("added", {"identifier": "urn:x:2"}, now=NOW))
except ArchiverError as error:
    sys.exit(f"refused: {error}")
"""


class LogSweep:
    """Appending to a log in one working folder."""

    def __init__(self, strace: str, place: Path) -> None:
        """Append undisturbed, and learn the calls.

        Args:
            strace: the tracer.
            place: an empty folder.
        """
        self._strace = strace
        self._records = place / "store.archiver"
        assert self._run().returncode == 0  # Python's own caches are written
        shutil.rmtree(self._records)
        log = place / "calls"
        traced = self._run([strace, "-y", "-s", "0", "-o", str(log), "-e", f"trace={','.join(CALLS)}"])
        assert traced.returncode == 0, traced.stderr
        self.calls = [
            call
            for call in calls_in(log)
            if str(self._records) in call.told and (call.name != "openat" or "O_CREAT" in call.told)
        ]
        assert self.calls

    def points(self) -> list[Point]:
        """Return every call with every fault that it can have."""
        return [
            Point(name=call.name, when=call.when, fault=fault, told=call.told)
            for call in self.calls
            for fault in (*FAULTS, *((LIE,) if call.name == "write" else ()))
        ]

    def faults_at(self, points: Iterable[Point]) -> list[str]:
        """Let each point happen, and say what was wrong afterwards; empty when nothing was."""
        return [
            f"{point.name} {point.when} {point.fault} {point.told[:200]}: {wrong}"
            for point in points
            for wrong in self._at(point)
        ]

    def _at(self, point: Point) -> list[str]:
        shutil.rmtree(self._records)
        ran = self._run(injecting(self._strace, point.name, point.when, point.fault))
        wrong = []
        if "Traceback" in ran.stderr:
            wrong.append(ran.stderr)
        if point.fault == "signal=SIGKILL" and ran.returncode != -signal.SIGKILL:
            wrong.append(f"was not reached: status {ran.returncode}")
        if point.name in {"fsync", "write"} and point.fault.startswith("error") and ran.returncode == 0:
            wrong.append("a success is told of what the disk refused to keep")
        wrong += self._what_does_not_hold(ran.stdout, "at once")
        again = self._run()
        if again.returncode != 0:
            wrong.append(f"the next run does not finish it: {again.stderr}")
        wrong += self._what_does_not_hold(ran.stdout + again.stdout, "after the next run")
        results = [result.identifier for result in run_results(run_path(self._records, "r"))]
        if results != ["urn:x:0", "urn:x:1"]:
            wrong.append(f"the results are {results}")
        return wrong

    def _what_does_not_hold(self, told: str, when: str) -> list[str]:
        """Hold everything that was said to be in the log against the log."""
        words = [line.split(":") for line in told.splitlines()]
        heads = [WitnessedHead(seq=int(seq), digest=digest) for seq, digest in words]
        verdict = verify_log(self._records, heads)
        return [f"{when}: {one.message}" for one in verdict.findings if one.severity == "error"]

    def _run(self, prefix: list[str] | None = None) -> subprocess.CompletedProcess[str]:
        command = [*(prefix or []), sys.executable, "-P", "-c", PROGRAM, str(self._records)]
        return subprocess.run(command, cwd=self._records.parent, capture_output=True, text=True, check=False)
