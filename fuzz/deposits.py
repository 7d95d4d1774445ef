"""``bin/fuzz deposits``: deposits disturbed on their way, on disk, and by kills; a line a kind of fault.

What is done and what is promised stands in ``tests/faults``; it runs as the tests of ``tests/fuzz/test_deposits.py``,
which start the servers, with more faults than the test run has time for. The target ``memory`` lives in the tests' own
process: random schedules of faults and kills are run with it, as those of ``tests/deposits/running``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from tests.contracts.targets.bench import target_names

FAULTS = 500
KILLS = 100
MEMORY = "memory"
_ROOT = Path(__file__).resolve().parents[1]
_NEEDED = 4
"""Exit status where something is not there."""


def fuzzed_targets(*, variants: bool = True) -> list[str]:
    """Return the targets whose servers live outside the tests' own process, and so outlive what is done to it.

    Args:
        variants: whether ``s3_parts`` is among them beside ``s3``.
    """
    names = [name for name in target_names() if name != MEMORY]
    return [name for name in names if variants or name.rpartition("_")[0] not in names]


def deposits(arguments: Sequence[str]) -> int:
    """Run the faults of each target, or of those named.

    Returns:
        The exit status: 1 when a promise was broken, 2 for a target that is not known, 4 without pytest.
    """
    asked = _options().parse_args(arguments)
    unknown = sorted(set(asked.target) - {*fuzzed_targets(), MEMORY})
    if unknown:
        there = f"{MEMORY}, {', '.join(fuzzed_targets())}"
        print(f"there is no target {', '.join(unknown)}; there are {there}", file=sys.stderr)
        return 2
    if find_spec("pytest") is None:
        print("pytest is needed, and not there: bin/test sets it up", file=sys.stderr)
        return _NEEDED
    failed = False
    if not asked.target or MEMORY in asked.target:
        failed |= _tests_fail(["tests/deposits/running/test_schedules.py"], {"ARCHIVER_DEPOSIT_SCHEDULES": asked.count})
    chosen = [f"[{name}]" for name in asked.target if name != MEMORY]
    if chosen or not asked.target:
        words = [
            "-s",
            "-rs",
            "--tb=short",
            "tests/fuzz/test_deposits.py",
            *(["-k", " or ".join(chosen)] if chosen else []),
        ]
        how_many = {"FAULTS": asked.count, "KILLS": asked.kills, "SEED": asked.seed}
        failed |= _tests_fail(words, {f"ARCHIVER_DEPOSIT_{name}": number for name, number in how_many.items()})
    return int(failed)


def _tests_fail(words: Sequence[str], how_many: Mapping[str, int]) -> bool:
    command = [sys.executable, "-P", "-m", "pytest", "-q", *words]
    environment = {name: str(number) for name, number in how_many.items()}
    return subprocess.run(command, cwd=_ROOT, env=os.environ | environment, check=False).returncode != 0  # noqa: S603 - our own tests


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="fuzz deposits", description=__doc__)
    parser.add_argument("target", nargs="*", help=f"{MEMORY}, {', '.join(fuzzed_targets())}; all when none is named")
    parser.add_argument("--count", type=int, default=FAULTS, help="faults for each target (%(default)s)")
    parser.add_argument("--kills", type=int, default=KILLS, help="points at which each is killed (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="of the first fault; the same seed gives the same faults")
    return parser
