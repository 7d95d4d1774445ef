"""What every tree does, whatever it lies on: a disk, fsspec's own memory, and a server that speaks S3."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import fsspec
import pytest

from archiver.storage.stores.tree import Tree, open_tree

if TYPE_CHECKING:
    from pathlib import Path

Planted = Callable[[Mapping[str, bytes]], Tree]
"""Makes a tree with these files."""

LARGE = bytes(range(256)) * 4096 * 9  # 9 MiB: more than a block
FILES = {
    "0=ocfl_1.1": b"ocfl_1.1\n",
    "a/inventory.json": b"{}",
    "a/v1/content/\u0416 100%#?+&=.txt": b"text",
    "a/v1/content/[*] 'q\" ~": b"other",
    "a/v1/content/empty": b"",
    "a.b/c": b"c",
    "file": b"file",
}


def plant_on_disk(root: Path, files: Mapping[str, bytes]) -> Tree:
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return open_tree(str(root))


@pytest.fixture(params=["disk", "memory", "s3"])
def plant(request: pytest.FixtureRequest, tmp_path: Path) -> Planted:
    if request.param == "disk":
        return lambda files: plant_on_disk(tmp_path / "store", files)
    if request.param == "memory":
        return lambda files: plant_in_memory(str(tmp_path), files)
    s3: Any = request.getfixturevalue("object_store")
    return lambda files: open_tree(s3.put(files), s3.remotes)


def plant_in_memory(folder: str, files: Mapping[str, bytes]) -> Tree:
    memory = fsspec.filesystem("memory")
    for path, data in files.items():
        memory.pipe_file(f"{folder}/{path}", data)
    return open_tree(f"memory:/{folder}")


def test_entries_are_sorted_by_name_and_say_what_they_are(plant: Planted) -> None:
    tree = plant(FILES)
    found = [(entry.name, entry.kind, entry.size) for entry in tree.entries("")]
    assert found == [
        ("0=ocfl_1.1", "file", 9),
        ("a", "folder", None),
        ("a.b", "folder", None),
        ("file", "file", 4),
    ]
    names = [entry.name for entry in tree.entries("a/v1/content")]
    assert names == ["[*] 'q\" ~", "empty", "\u0416 100%#?+&=.txt"]


def test_every_file_is_read_as_it_is(plant: Planted) -> None:
    tree = plant(FILES)
    for path, data in FILES.items():
        assert tree.size(path) == len(data)
        assert tree.kind(path) == "file"
        assert tree.read(path, len(data)) == data, path
        for fresh in (False, True):
            with tree.open(path, fresh=fresh) as file:
                assert file.read() == data
                assert file.read() == b""


def test_a_file_is_read_in_pieces(plant: Planted) -> None:
    tree = plant({"large": LARGE})
    buffer = bytearray(1 << 20)
    found = bytearray()
    with tree.open("large") as file:
        found += file.read(100)
        while count := file.readinto(buffer):
            found += buffer[:count]
        assert file.readinto(buffer) == 0
    assert bytes(found) == LARGE


def test_a_longer_file_than_the_limit_is_refused(plant: Planted) -> None:
    tree = plant(FILES)
    assert tree.read("a/inventory.json", 2) == b"{}"
    with pytest.raises(ValueError, match="more than 1 bytes"):
        tree.read("a/inventory.json", 1)


@pytest.mark.parametrize(
    "path",
    [
        *("nothing", "a/nothing", "a/nothing/more", "file/more", "../x", "a/../file", "./file", "a//inventory.json"),
        *("/file", "file/", "a\0b", "a\ud800", "a\udce9", "file?versionId=1"),
    ],
)
def test_what_is_not_there(plant: Planted, path: str) -> None:
    tree = plant(FILES)
    assert tree.kind(path) is None
    for ask in (tree.entries, tree.size, lambda path: tree.read(path, 9)):
        with pytest.raises(OSError) as caught:  # noqa: PT011 - which of its kinds depends on the way
            ask(path)
        assert isinstance(caught.value, FileNotFoundError | NotADirectoryError), caught.value
        assert caught.value.errno in {errno.ENOENT, errno.ENOTDIR}


def test_a_folder_is_no_file_and_a_file_no_folder(plant: Planted) -> None:
    tree = plant(FILES)
    assert (tree.kind("a"), tree.kind("")) == ("folder", "folder")
    with pytest.raises(NotADirectoryError):
        tree.entries("file")
    for ask in (tree.size, lambda path: tree.read(path, 9)):
        for path in ("a", ""):
            with pytest.raises(OSError):  # noqa: PT011 - whatever the server calls it
                ask(path)


def test_reachable_is_a_root_that_says_so(plant: Planted) -> None:
    assert plant(FILES).reachable()


def test_a_tree_without_declaration_is_not_reached(plant: Planted) -> None:
    tree = plant({"a/0=ocfl_1.1": b"", "b": b"", "0=ocfl_object_1.1": b""})
    assert not tree.reachable()
    assert tree.kind("b") == "file"


def test_what_changed_since_is_seen(plant: Planted) -> None:
    tree = plant({"a/one": b"1"})
    assert tree.read("a/one", 9) == b"1"
    assert [entry.name for entry in tree.entries("a")] == ["one"]
    tree = plant({"a/one": b"new", "a/two": b"2"})
    assert tree.read("a/one", 9) == b"new"
    assert [entry.name for entry in tree.entries("a")] == ["one", "two"]
