from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from archiver.errors import StorageError, UsageError
from archiver.storage.new_files import write_new_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def writes(data: bytes) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        path.write_bytes(data)

    return write


def test_the_file_is_there_and_nothing_beside_it(tmp_path: Path) -> None:
    write_new_file(tmp_path / "a.txt", writes(b"whole"))
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"whole"}


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"mine")
    (tmp_path / "link").symlink_to("nowhere")
    for name in ("a.txt", "link"):
        with pytest.raises(UsageError, match="exists already"):
            write_new_file(tmp_path / name, writes(b"theirs"))
    assert (tmp_path / "a.txt").read_bytes() == b"mine"


def test_what_comes_into_being_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_bytes(b"theirs")
        (tmp_path / "a.txt").write_bytes(b"mine")

    with pytest.raises(UsageError, match="exists already"):
        write_new_file(tmp_path / "a.txt", write)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a.txt": b"mine"}


def test_a_disk_that_refuses_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    def write(path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(StorageError, match="is full"):
        write_new_file(tmp_path / "a.txt", write)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        write_new_file(tmp_path / "none" / "a.txt", writes(b""))
    assert list(tmp_path.iterdir()) == []
