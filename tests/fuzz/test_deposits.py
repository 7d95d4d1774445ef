"""Deposits keep their promises whatever happens on the way: the short form of ``bin/fuzz deposits``.

The long form runs these tests, too: it says by the environment how many faults, from which seed on.
"""

from __future__ import annotations

import os
import sys
from random import Random
from typing import TYPE_CHECKING

import pytest

from fuzz.deposits import deposits, fuzzed_targets
from tests.contracts.targets.bench import TargetBench, target_module
from tests.faults.in_flight import proxied_trials
from tests.faults.killed_command import KilledCommand
from tests.faults.on_this_machine import OnThisMachine, drawn
from tests.stories.commands import Archiver

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.trials import Tally

FAULTS = int(os.environ.get("ARCHIVER_DEPOSIT_FAULTS", "4"))
KILLS = int(os.environ.get("ARCHIVER_DEPOSIT_KILLS", "2"))
SEED = int(os.environ.get("ARCHIVER_DEPOSIT_SEED", "0"))
SEEDS = range(SEED, SEED + FAULTS)

TARGETS = [
    pytest.param(name, marks=[pytest.mark.judge(*judges)] if (judges := target_module(name).JUDGES) else [])
    for name in fuzzed_targets(variants="ARCHIVER_DEPOSIT_FAULTS" in os.environ)
]


@pytest.fixture(params=TARGETS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def bench(name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[TargetBench]:
    folder = tmp_path / "bench"
    folder.mkdir()
    with target_module(name).bench(folder, request) as bench:
        yield bench


def tell(name: str, tally: Tally) -> None:
    """Print a line a kind of fault, and fail with the broken promises."""
    sys.stdout.write("".join(f"{line}\n" for line in tally.lines(name)))
    assert not tally.broken, "\n".join(tally.broken)


def test_whatever_happens_on_the_way(name: str, bench: TargetBench, tmp_path: Path) -> None:
    if bench.port is None:
        pytest.skip("it has no connection that a proxy could stand in")
    with proxied_trials(bench, tmp_path / "trials") as trials:
        for seed in SEEDS:
            trials.trial(seed)
            if trials.tally.broken:
                break
    tell(name, trials.tally)


def test_whatever_fails_on_this_machine(name: str, bench: TargetBench, tmp_path: Path, strace: str) -> None:
    if bench.port is not None:
        pytest.skip("its faults come by the connection")
    trials = OnThisMachine(bench, tmp_path / "trials", strace)
    for number, (call, what) in enumerate(drawn(trials.errors(), FAULTS, SEED)):
        trials.trial(number, call, what)
    trials.tampered(FAULTS)
    tell(name, trials.tally)


def test_wherever_it_is_killed(name: str, bench: TargetBench, tmp_path: Path, strace: str) -> None:
    trials = OnThisMachine(bench, tmp_path / "trials", strace)
    for number, (call, what) in enumerate(drawn(trials.kills(), KILLS, SEED)):
        trials.trial(number, call, what)
    tell(name, trials.tally)


def test_wherever_the_command_is_killed(archiver_command: list[str], tmp_path: Path, strace: str) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "place").mkdir()
    archiver = Archiver(command=tuple(archiver_command), home=tmp_path / "home")
    command = KilledCommand(archiver, strace, tmp_path / "place")
    points = Random(SEED).sample(command.calls, min(KILLS, len(command.calls)))  # noqa: S311 - no secret
    wrong = [one for call in points for one in command.killed_at(call)]
    sys.stdout.write(f"the command killed at {len(points)} of {len(command.calls)} points: {len(wrong)} wrong\n")
    assert not wrong, "\n".join(wrong)


def test_a_target_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert deposits(["nothing"]) == 2
    assert "there is no target nothing; there are " in capsys.readouterr().err
