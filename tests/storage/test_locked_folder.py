from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.storage.locked_folder import only_one

if TYPE_CHECKING:
    from pathlib import Path


def test_two_runs_at_once_are_refused_and_one_after_the_other_are_not(tmp_path: Path) -> None:
    with only_one(tmp_path), pytest.raises(UsageError, match="another run is at work"), only_one(tmp_path):
        pass
    with only_one(tmp_path):
        pass


def test_a_folder_that_is_moved_is_held_still(tmp_path: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    with only_one(folder):
        folder.rename(tmp_path / "two")
        with pytest.raises(UsageError, match="another run is at work"), only_one(tmp_path / "two"):
            pass
