"""Tests of one folder that takes another's place."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from archiver.storage import swapping
from archiver.storage.swapping import finish_swap, swap

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    staged, final = tmp_path / "staging" / "object", tmp_path / "store" / "object"
    for folder, text in ((staged, "new"), (final, "old")):
        folder.mkdir(parents=True)
        (folder / "file").write_text(text, encoding="utf-8")
    return staged, final


def _text(folder: Path) -> str:
    return (folder / "file").read_text(encoding="utf-8")


@pytest.fixture
def _no_exchange(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swapping, "exchanged", lambda *_: False)  # as some network mounts answer


def test_both_folders_change_places(folders: tuple[Path, Path]) -> None:
    staged, final = folders
    swap(staged, final)
    assert (_text(final), _text(staged)) == ("new", "old")


@pytest.mark.usefixtures("_no_exchange")
def test_a_file_system_without_exchange_gets_the_same_result(folders: tuple[Path, Path]) -> None:
    staged, final = folders
    swap(staged, final)
    assert (_text(final), _text(staged)) == ("new", "old")
    assert [entry.name for entry in staged.parent.iterdir()] == ["object"]


@pytest.mark.usefixtures("_no_exchange")
def test_who_needs_one_step_is_refused_several(folders: tuple[Path, Path]) -> None:
    staged, final = folders
    with pytest.raises(OSError, match="in one step"):
        swap(staged, final, at_once=True)
    assert (_text(final), _text(staged)) == ("old", "new")


def test_a_folder_that_is_not_there_is_an_error_and_changes_nothing(folders: tuple[Path, Path]) -> None:
    staged, final = folders
    with pytest.raises(OSError, match=os.strerror(errno.ENOENT)):
        swap(staged.with_name("absent"), final)
    assert (_text(final), _text(staged)) == ("old", "new")


@pytest.mark.usefixtures("_no_exchange")
def test_a_new_folder_that_cannot_be_moved_puts_the_old_one_back(folders: tuple[Path, Path]) -> None:
    staged, final = folders
    with pytest.raises(FileNotFoundError):
        swap(staged.with_name("absent"), final)
    assert (_text(final), _text(staged)) == ("old", "new")


@pytest.mark.parametrize("renames", [0, 1, 2, 3])
def test_three_renames_cut_off_anywhere_are_ended(folders: tuple[Path, Path], renames: int) -> None:
    staged, final = folders
    aside = staged.with_name("object.old")
    for source, target in [(final, aside), (staged, final), (aside, staged)][:renames]:
        source.rename(target)
    finish_swap(staged, final)
    assert {_text(final), _text(staged)} == {"new", "old"}
    assert _text(final) == ("old" if renames == 0 else "new")
    assert not aside.exists()
