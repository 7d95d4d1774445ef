"""A tree on a disk: links, pipes, files that grow, folders that are swapped."""

from __future__ import annotations

import errno
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archiver.storage.stores.tree import open_tree


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/file").write_bytes(b"good")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret").write_bytes(b"secret")
    return root


def test_no_link_is_followed(root: Path, tmp_path: Path) -> None:
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "file").symlink_to(tmp_path / "outside/secret")
    (root / "inside").symlink_to("a/b/file")
    tree = open_tree(str(root))
    kinds = {entry.name: (entry.kind, entry.size) for entry in tree.entries("")}
    assert kinds == dict.fromkeys(("folder", "file", "inside"), ("link", None)) | {"a": ("folder", None)}
    assert tree.kind("file") == "link"
    assert tree.kind("folder/secret") is None
    for path in ("file", "inside", "folder", "folder/secret"):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - ENOTDIR or ELOOP
            tree.read(path, 99)
        assert caught.value.errno in {errno.ENOTDIR, errno.ELOOP}
    with pytest.raises(OSError):  # noqa: PT011 - as above
        tree.entries("folder")
    with pytest.raises(OSError):  # noqa: PT011 - as above
        tree.size("file")


def test_a_link_put_in_a_folders_place_is_not_followed(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside/file").write_bytes(b"bad")
    tree = open_tree(str(root))
    assert tree.read("a/b/file", 9) == b"good"
    (root / "a/b").rename(tmp_path / "kept")
    (root / "a/b").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError):  # noqa: PT011 - ENOTDIR or ELOOP
        tree.read("a/b/file", 9)


def test_a_folder_that_was_swapped_is_read_anew(root: Path, tmp_path: Path) -> None:
    tree = open_tree(str(root))
    assert tree.read("a/b/file", 9) == b"good"
    (root / "a").rename(tmp_path / "old")
    (root / "a/b").mkdir(parents=True)
    (root / "a/b/file").write_bytes(b"new")
    assert tree.read("a/b/file", 9) == b"new"


def test_pipes_and_devices_are_not_opened(root: Path) -> None:
    os.mkfifo(root / "pipe")
    tree = open_tree(str(root))
    assert tree.kind("pipe") == "other"
    assert [(entry.kind, entry.size) for entry in tree.entries("") if entry.name == "pipe"] == [("other", None)]
    with pytest.raises(OSError, match="no regular file"):
        tree.read("pipe", 9)


def test_a_file_that_grows_is_not_read_for_ever(root: Path) -> None:
    tree = open_tree(str(root))
    with tree.open("a/b/file") as file, (root / "a/b/file").open("ab") as writing:
        assert file.read(4) == b"good"
        writing.write(b"more")
        writing.flush()
        with pytest.raises(OSError) as caught:  # noqa: PT011 - its number is looked at
            file.readinto(bytearray(9))
    assert caught.value.errno == errno.EBUSY


def test_names_that_are_no_utf8(root: Path) -> None:
    name = os.fsencode(root) + b"/caf\xe9"
    Path(os.fsdecode(name)).write_bytes(b"x")
    tree = open_tree(str(root))
    assert [entry.name for entry in tree.entries("")] == ["a", "caf\udce9"]
    assert tree.read("caf\udce9", 1) == b"x"


def test_a_root_that_is_not_there_is_not_reached(tmp_path: Path) -> None:
    tree = open_tree(str(tmp_path / "nowhere"))
    assert not tree.reachable()
    assert tree.kind("a") is None
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere/0=ocfl_1.1").touch()
    assert tree.reachable()


def test_the_root_may_be_a_link_or_a_url(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    for location in (str(tmp_path / "link"), f"file://{root}"):
        tree = open_tree(location)
        assert tree.location == location
        assert tree.read("a/b/file", 4) == b"good"


def read_by_many(root: Path) -> list[bytes]:
    tree = open_tree(str(root))
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda number: tree.read(f"a/{number % 20}/file", 9), range(2000)))


def test_many_threads_at_once_and_nothing_stays_open(root: Path) -> None:
    for number in range(20):
        (root / "a" / str(number)).mkdir()
        (root / "a" / str(number) / "file").write_bytes(str(number).encode())
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - counted
    assert read_by_many(root) == [str(number % 20).encode() for number in range(2000)]
    assert len(os.listdir("/proc/self/fd")) <= before  # noqa: PTH208 - counted
