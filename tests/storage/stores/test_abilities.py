from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from archiver.storage import swapping
from archiver.storage.stores import abilities
from archiver.storage.stores.abilities import store_abilities

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_tried_is_gone_afterwards(tmp_path: Path) -> None:
    found = store_abilities(tmp_path)
    assert found.kind
    assert list(tmp_path.iterdir()) == []


def test_what_the_file_system_does_not_know_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(abilities, "exchanged", lambda *_: False)
    assert store_abilities(tmp_path).exchange is False
    monkeypatch.undo()
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    (other / "in").mkdir(parents=True)
    assert store_abilities(tmp_path).exchange is swapping.exchanged(one, other)


def test_the_nearest_mount_names_the_file_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.path.realpath(tmp_path)
    mounts = tmp_path / "mounts"
    lines = [
        "x / ext4 rw 0 0",
        f"x {real}/a\\040b btrfs rw 0 0",
        f"x {real}/a\\040bc xfs rw 0 0",
        f"x {real} tmpfs rw 0 0",
    ]
    mounts.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(abilities, "_MOUNTS", mounts)
    (tmp_path / "a b" / "c").mkdir(parents=True)
    assert store_abilities(tmp_path / "a b" / "c").kind == "btrfs"
    assert store_abilities(tmp_path).kind == "tmpfs"


def test_a_folder_that_cannot_be_written_to_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(abilities, "fsync_folder", refuse)
    with pytest.raises(OSError, match="Read-only"):
        store_abilities(tmp_path)
    assert list(tmp_path.iterdir()) == []
