"""Tests of folders that targets write: whole under their name or not there, and never anywhere else."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from archiver.errors import StorageError
from archiver.steps.deposits.folders import LocalFolders
from archiver.storage.checksums import Checksums

if TYPE_CHECKING:
    from pathlib import Path

FOLDERS = LocalFolders()


def test_a_folder_is_there_when_the_block_ends(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"abc" * 1_000_000)
    moved: list[int] = []
    with FOLDERS.publish(tmp_path / "out" / "new") as new:
        new.write("a/b.txt", b"small")
        digest = new.copy("c.bin", tmp_path / "source", moved.append)
        assert not (tmp_path / "out" / "new").exists()
    assert (
        digest == hashlib.sha256(b"abc" * 1_000_000).hexdigest() == FOLDERS.sha256(tmp_path / "out" / "new" / "c.bin")
    )
    assert sum(moved) == 3_000_000
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["new"]
    assert (tmp_path / "out" / "new" / "a" / "b.txt").read_bytes() == b"small"


def test_nothing_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with pytest.raises(FileExistsError), FOLDERS.publish(tmp_path / "new"):
        pytest.fail("the block must not run")


def test_what_came_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    def write() -> None:
        with FOLDERS.publish(tmp_path / "new") as new:
            new.write("a", b"a")
            (tmp_path / "new").mkdir()
            (tmp_path / "new" / "other").write_bytes(b"")

    with pytest.raises(FileExistsError):
        write()
    assert [one.name for one in (tmp_path / "new").iterdir()] == ["other"]


def test_an_error_in_the_block_leaves_nothing(tmp_path: Path) -> None:
    def write() -> None:
        with FOLDERS.publish(tmp_path / "new") as new:
            new.write("a", b"a")
            raise KeyError

    with pytest.raises(KeyError):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_source_that_cannot_be_read_is_not_taken_for_a_disk_that_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), FOLDERS.publish(tmp_path / "new") as new:
        new.copy("a", tmp_path / "none", lambda _: None)


@pytest.mark.parametrize("path", ["../x", "/x", "a/../../x", ""])
def test_nothing_is_written_outside(tmp_path: Path, path: str) -> None:
    with pytest.raises(StorageError), FOLDERS.publish(tmp_path / "in" / "new") as new:
        new.write(path, b"")
    assert not (tmp_path / "x").exists()


def test_a_refused_fsync_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    def begin() -> None:
        with FOLDERS.publish(tmp_path / "new") as new:
            new.write("a", b"a")
            monkeypatch.setattr(os, "fsync", refuse)

    with pytest.raises(StorageError, match="refused"):
        begin()
    assert not (tmp_path / "new").exists()


def test_other_bytes_on_the_disk_leave_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checksums, "read_back", lambda *_: False)
    with pytest.raises(StorageError, match="did not read back"), FOLDERS.publish(tmp_path / "new") as new:
        new.write("a", b"a")
    assert list(tmp_path.iterdir()) == []


def test_only_regular_files_are_opened_and_no_links(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    (tmp_path / "link").symlink_to("file")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe"):
        with pytest.raises(OSError), FOLDERS.reader(tmp_path / name):  # noqa: PT011 - the system's own words
            pytest.fail("it was opened")
    with FOLDERS.reader(tmp_path / "file") as file:
        assert file.read() == b"x"
