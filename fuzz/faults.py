"""``bin/fuzz faults``: every point of the sweeps over write-side system calls, for all commands or those named.

``add`` stands for every way of adding to a store, ``log`` for appending to its log and to the results of audits.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from fuzz.judges import storage_root_faults
from tests.stories import store_commands, store_sweep
from tests.stories.commands import Archiver
from tests.stories.fault_sweep import COMMANDS, Point, Sweep
from tests.stories.log_sweep import LogSweep

_TOLD_EVERY = 100
_LOG = "log"
_ADDING = ("add-first", "add", "add-version")


class AnySweep(Protocol):
    """One command in one working folder, whose calls are made to fail."""

    def points(self) -> list[Point]:
        """Return every call with every fault."""
        ...

    def faults_at(self, points: Sequence[Point]) -> list[str]:
        """Let each point happen, and say what was wrong."""
        ...


def sweep(names: Sequence[str]) -> int:
    """Sweep over commands and print one line each, and what was wrong.

    Args:
        names: of ``COMMANDS``; all when there are none.

    Returns:
        The exit status: 1 when something was wrong, 2 for a command that is not known, 4 without strace.
    """
    strace = shutil.which("strace")
    names = [one for name in names for one in (_ADDING if name == "add" else (name,))]
    known = [*COMMANDS, *store_commands.COMMANDS, _LOG]
    unknown = [name for name in names if name not in known]
    if strace is None or unknown:
        missing = f"there is no command {', '.join(unknown)}; there are {', '.join(known)}"
        print(missing if unknown else "strace is needed, and not there", file=sys.stderr)
        return 2 if unknown else 4
    failed = False
    for name in names or known:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as scratch:
            one = _sweep_of(name, strace, Path(scratch))
            points = one.points()
            wrong = []
            for at in range(0, len(points), _TOLD_EVERY):
                wrong += one.faults_at(points[at : at + _TOLD_EVERY])
                print(f"{name}: {at} of {len(points)}", file=sys.stderr)
        print(f"{name:<12} {len(points):>5} faults  {len(wrong)} wrong  {time.monotonic() - started:.0f} s", flush=True)
        print("".join(f"  {line}\n" for line in wrong), end="", flush=True)
        failed |= bool(wrong)
    return int(failed)


def _sweep_of(name: str, strace: str, scratch: Path) -> AnySweep:
    (scratch / "home").mkdir()
    (scratch / "place").mkdir()
    archiver = Archiver(command=(sys.executable, "-P", "-m", "archiver"), home=scratch / "home")
    if name == _LOG:
        return LogSweep(strace, scratch / "place")
    if name in COMMANDS:
        return Sweep(strace, archiver, COMMANDS[name], scratch / "place")
    command = store_commands.COMMANDS[name]
    return store_sweep.StoreSweep(strace, archiver, command, scratch / "place", storage_root_faults)
