"""``bin/fuzz faults``: every point of the sweep over write-side system calls, for all commands or those named."""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.stories.commands import Archiver
from tests.stories.fault_sweep import COMMANDS, Sweep

_TOLD_EVERY = 100


def sweep(names: Sequence[str]) -> int:
    """Sweep over commands and print one line each, and what was wrong.

    Args:
        names: of ``COMMANDS``; all when there are none.

    Returns:
        The exit status: 1 when something was wrong, 2 for a command that is not known, 4 without strace.
    """
    strace = shutil.which("strace")
    unknown = [name for name in names if name not in COMMANDS]
    if strace is None or unknown:
        missing = f"there is no command {', '.join(unknown)}; there are {', '.join(COMMANDS)}"
        print(missing if unknown else "strace is needed, and not there", file=sys.stderr)
        return 2 if unknown else 4
    failed = False
    for name in names or COMMANDS:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as scratch:
            (Path(scratch) / "home").mkdir()
            (Path(scratch) / "place").mkdir()
            archiver = Archiver(command=(sys.executable, "-P", "-m", "archiver"), home=Path(scratch) / "home")
            one = Sweep(strace, archiver, COMMANDS[name], Path(scratch) / "place")
            points = one.points()
            wrong = []
            for at in range(0, len(points), _TOLD_EVERY):
                wrong += one.faults_at(points[at : at + _TOLD_EVERY])
                print(f"{name}: {at} of {len(points)}", file=sys.stderr)
        print(f"{name:<12} {len(points):>5} faults  {len(wrong)} wrong  {time.monotonic() - started:.0f} s", flush=True)
        print("".join(f"  {line}\n" for line in wrong), end="", flush=True)
        failed |= bool(wrong)
    return int(failed)
