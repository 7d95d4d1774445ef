"""New files of a staged object: one that cannot be taken away again is an error, never part of what is published."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from archiver.storage.stores.file_batch import FileBatch

if TYPE_CHECKING:
    from pathlib import Path


def _written(folder: Path) -> FileBatch:
    files = FileBatch(folder, lambda _: None)
    with files:
        os.close(files.create("a/b/one.txt"))
    return files


def test_a_file_is_removed_with_the_folders_that_held_nothing_else(tmp_path: Path) -> None:
    files = _written(tmp_path)
    (tmp_path / "a" / "two.txt").touch()
    files.remove("a/b/one.txt")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "two.txt"]


@pytest.mark.parametrize("call", ["unlink", "rmdir"])
def test_what_the_disk_does_not_remove_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    files = _written(tmp_path)

    def refuses(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, call, refuses)
    with pytest.raises(OSError, match=r"Input/output error"):
        files.remove("a/b/one.txt")
