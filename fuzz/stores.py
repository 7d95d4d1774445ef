"""``bin/fuzz store`` and ``bin/fuzz together``: many packages into a store and out again; many hands at one store."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fuzz.judges import both_judges_faults
from tests.stories.commands import Archiver
from tests.stories.store_round_trip import store_and_export
from tests.stories.together import work_together

PACKAGES = 10_000
MINUTES = 1.0


def round_trip(arguments: Sequence[str]) -> int:
    """Store and export packages, compare, and ask both judges; return the exit status."""
    count = int(arguments[0]) if arguments else PACKAGES

    def go(archiver: Archiver, place: Path) -> tuple[str, tuple[str, ...]]:
        trip = store_and_export(archiver, place, count, both_judges_faults)
        return f"{trip.packages} packages, {trip.bytes} bytes compared", trip.wrong

    return _tell("store", go)


def together(arguments: Sequence[str]) -> int:
    """Let two adders and an auditor work on one store; return the exit status."""
    minutes = float(arguments[0]) if arguments else MINUTES

    def go(archiver: Archiver, place: Path) -> tuple[str, tuple[str, ...]]:
        came = work_together(archiver, place, 60 * minutes, both_judges_faults)
        return f"{came.added} added, {came.audits} audits with {came.checks} checks", came.wrong

    return _tell("together", go)


def _tell(name: str, go: Callable[[Archiver, Path], tuple[str, tuple[str, ...]]]) -> int:
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        for folder in ("home", "place"):
            (Path(scratch) / folder).mkdir()
        archiver = Archiver(command=(sys.executable, "-P", "-m", "archiver"), home=Path(scratch) / "home")
        said, wrong = go(archiver, Path(scratch) / "place")
    print(f"{name:<12} {said}, {len(wrong)} wrong, {time.monotonic() - started:.0f} s")
    print("".join(f"  {line}\n" for line in wrong), end="")
    return int(bool(wrong))
