"""Folders of runs that can be gone on with: who gets one, and when it goes away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.storage.durable import STAGING_NAME, staging_area
from archiver.storage.resuming.area import resumable_area


def interrupted(destination: Path) -> Path:
    """Leave a folder with work in it, as an interrupt does; return it."""

    def run() -> None:
        with resumable_area(destination) as area:
            folders.append(area.folder)
            (area.folder / "bag").mkdir()
            (area.folder / "journal").touch()
            area.outlives_interrupts = True
            raise KeyboardInterrupt

    folders: list[Path] = []
    with pytest.raises(KeyboardInterrupt):
        run()
    return folders[0]


def test_a_run_that_ends_leaves_nothing(tmp_path: Path) -> None:
    with resumable_area(tmp_path / "out" / "bag") as area:
        (area.folder / "bag").mkdir()
    assert list((tmp_path / "out").iterdir()) == []


def test_an_error_leaves_nothing_once_something_was_written(tmp_path: Path) -> None:
    def fail() -> None:
        with resumable_area(tmp_path / "bag") as area:
            area.outlives_errors = False
            (area.folder / "bag").mkdir()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_the_next_run_for_the_same_destination_finds_what_an_interrupt_left(tmp_path: Path) -> None:
    left = interrupted(tmp_path / "bag")
    assert (left / "bag").is_dir()
    with resumable_area(tmp_path / "other") as area:
        assert area.folder != left
    with resumable_area(tmp_path / "bag") as area:
        assert area.folder == left
        assert (area.folder / "bag").is_dir()
        area.clear()
        assert [entry.name for entry in area.folder.iterdir()] == ["lock"]
    assert list(tmp_path.iterdir()) == []


def test_an_error_before_anything_is_written_leaves_the_earlier_work(tmp_path: Path) -> None:
    left = interrupted(tmp_path / "bag")
    with pytest.raises(OSError, match="full"), resumable_area(tmp_path / "bag"):
        raise OSError(28, "full")
    assert (left / "bag").is_dir()


def test_other_runs_leave_work_alone_that_can_be_gone_on_with(tmp_path: Path) -> None:
    left = interrupted(tmp_path / "bag")
    with staging_area(tmp_path), resumable_area(tmp_path / "other"):
        assert (left / "bag").is_dir()
    assert (left / "bag").is_dir()
    (left / "bag").rename(tmp_path / "bag")  # published, and killed before its folder was gone
    with staging_area(tmp_path):
        assert not left.exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["bag"]


def test_two_runs_for_one_destination_do_not_meet(tmp_path: Path) -> None:
    with resumable_area(tmp_path / "bag"):
        with pytest.raises(UsageError, match="another run is making"), resumable_area(tmp_path / "bag"):
            raise AssertionError
        with resumable_area(tmp_path / "other"):
            pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["link", "file", "open to all"])
def test_a_folder_that_is_not_ones_own_is_never_used(tmp_path: Path, kind: str) -> None:
    left = interrupted(tmp_path / "bag")
    elsewhere = tmp_path / "elsewhere"
    left.rename(elsewhere)
    if kind == "link":
        left.symlink_to(elsewhere)
    elif kind == "file":
        left.touch()
    else:
        left.mkdir()
        os.chmod(left, 0o777)  # noqa: S103, PTH101 - which is what is refused
    with pytest.raises(UsageError, match="no folder of your own"), resumable_area(tmp_path / "bag"):
        raise AssertionError
    assert (elsewhere / "bag").is_dir()
    assert (tmp_path / STAGING_NAME).is_dir()
