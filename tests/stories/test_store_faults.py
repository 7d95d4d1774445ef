"""Some points of the sweeps over what works on stores; all of them with ``bin/fuzz faults``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.stories.store_commands import COMMANDS
from tests.stories.store_sweep import StoreSweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.stories.commands import Archiver

POINTS = 2


@pytest.mark.parametrize("name", COMMANDS)
def test_some_faults(
    name: str, strace: str, archiver: Archiver, tmp_path: Path, ocfl_judge: Callable[[Path], OcflVerdict]
) -> None:
    def judge(root: Path) -> str | None:
        verdict = ocfl_judge(root)
        return None if verdict.passed and not verdict.codes else verdict.detail

    (tmp_path / "a place").mkdir()
    sweep = StoreSweep(strace, archiver, COMMANDS[name], tmp_path / "a place", judge)
    points = sweep.points()
    step = len(points) // POINTS | 1  # odd, so that each kind of fault comes up
    assert sweep.faults_at(points[len(name) % 4 :: step]) == []
