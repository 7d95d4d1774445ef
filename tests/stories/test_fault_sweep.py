"""Some points of the sweep over every write-side system call; all of them with ``bin/fuzz faults``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.fault_sweep import COMMANDS, Sweep

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver

POINTS = 4


@pytest.mark.parametrize("name", COMMANDS)
def test_some_faults(name: str, strace: str, archiver: Archiver, tmp_path: Path) -> None:
    (tmp_path / "a place").mkdir()
    sweep = Sweep(strace, archiver, COMMANDS[name], tmp_path / "a place")
    points = sweep.points()
    step = len(points) // POINTS | 1  # odd, so that each kind of fault comes up
    assert sweep.faults_at(points[len(name) % 4 :: step]) == []
