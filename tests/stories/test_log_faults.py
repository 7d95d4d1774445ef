"""Some points of the sweep over appending to a store's log; all of them with ``bin/fuzz faults log``."""

from __future__ import annotations

from pathlib import Path

from tests.stories.log_sweep import LogSweep

POINTS = 12


def test_some_faults(strace: str, tmp_path: Path) -> None:
    (tmp_path / "a place").mkdir()
    sweep = LogSweep(strace, tmp_path / "a place")
    points = sweep.points()
    step = len(points) // POINTS | 1  # odd, so that each kind of fault comes up
    assert sweep.faults_at(points[::step]) == []
