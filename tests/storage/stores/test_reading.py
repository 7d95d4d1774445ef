"""Stores are walked and their objects read; what cannot be relied on is refused with a reason, and no link followed."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from archiver.errors import FindingsError
from archiver.storage.stores.reading import StoreReader, logical_files
from archiver.storage.stores.tree import open_tree
from tests.storage.stores.handmade import make_object, make_root, read_inventory, write_inventories

if TYPE_CHECKING:
    from pathlib import Path

LAYOUT = {
    "extensionName": "0004-hashed-n-tuple-storage-layout",
    "digestAlgorithm": "sha256",
    "tupleSize": 3,
    "numberOfTuples": 2,
    "shortObjectRoot": False,
}
FLAT = {"extensionName": "0002-flat-direct-storage-layout"}


def reader_of(root: Path) -> StoreReader:
    return StoreReader(open_tree(str(root)))


def codes(error: pytest.ExceptionInfo[FindingsError]) -> set[str]:
    return {finding.code for finding in error.value.findings}


def placed(root: Path, identifier: str) -> Path:
    digest = hashlib.sha256(identifier.encode()).hexdigest()
    return root / digest[:3] / digest[3:6] / digest


def test_objects_are_found_by_walking(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", LAYOUT)
    for name in ("a", "b", "c"):
        make_object(placed(root, f"urn:x:{name}"), f"urn:x:{name}", {"f.txt": name.encode()})
    (root / "notes.txt").write_text("a note")
    reader = reader_of(root)
    paths = list(reader.object_paths())
    assert paths == sorted(path.parent.relative_to(root).as_posix() for path in root.rglob("0=ocfl_object_1.1"))
    assert {reader.read_object(path).identifier for path in paths} == {"urn:x:a", "urn:x:b", "urn:x:c"}


def test_the_layout_leads_to_an_object(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", LAYOUT)
    make_object(placed(root, "urn:x:a"), "urn:x:a", {"f.txt": b"a"})
    reader = reader_of(root)
    assert reader.layout is not None
    assert reader.layout.extension == LAYOUT["extensionName"]
    expected = placed(root, "urn:x:a").relative_to(root).as_posix()
    assert reader.expected_path("urn:x:a") == reader.find("urn:x:a") == expected
    assert reader.find("urn:x:none") is None


def test_an_object_in_another_place_is_found(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", LAYOUT)
    make_object(root / "elsewhere", "urn:x:a", {"f.txt": b"a"})
    assert reader_of(root).find("urn:x:a") == "elsewhere"


@pytest.mark.parametrize("content", [None, "", "[]", '{"extension": 1}', '{"extension": "../x"}', '{"extension": "y"}'])
def test_a_root_without_a_known_layout(tmp_path: Path, content: str | None) -> None:
    root = make_root(tmp_path / "store")
    if content is not None:
        (root / "ocfl_layout.json").write_text(content)
    make_object(root / "o", "urn:x:a", {"f.txt": b"a"})
    reader = reader_of(root)
    assert reader.layout is None
    assert reader.find("urn:x:a") == "o"


def test_a_layout_that_says_another_thing_than_its_config(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store", {**LAYOUT, "tupleSize": "many"})
    assert reader_of(root).layout is None


def test_the_files_of_a_version(tmp_path: Path) -> None:
    make_object(tmp_path / "o", "urn:x:a", {"a.txt": b"one", "b/c.txt": b"two"}, {"a.txt": b"two", "d.txt": b"new"})
    reader = reader_of(tmp_path / "o")
    stored = reader.read_object("")
    two = hashlib.sha512(b"two").hexdigest()
    assert stored.findings == ()
    assert list(logical_files(stored, "v1")) == ["a.txt", "b/c.txt"]
    assert reader.logical_files(stored)["a.txt"] == ("v1/content/b/c.txt", two)
    with reader.open_file(stored, "a.txt") as file:
        assert file.read() == b"two"
    with reader.open_file(stored, "a.txt", "v1") as file:
        assert file.read() == b"one"
    with pytest.raises(KeyError):
        logical_files(stored, "v3")
    with pytest.raises(KeyError):
        reader.open_file(stored, "none")


def test_the_digest_names_the_inventory(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a": b"one"}, algorithm="sha256", ocfl="1.0")
    stored = reader_of(tmp_path).read_object("o")
    assert stored.inventory_digest == hashlib.sha256((folder / "inventory.json").read_bytes()).hexdigest()
    assert (stored.ocfl_version, stored.path, [one.code for one in stored.findings]) == (
        "1.0",
        "o",
        ["ocfl-algorithm-sha256"],
    )


def test_what_is_no_object_is_refused(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a": b"one"})
    reader = reader_of(tmp_path)
    with pytest.raises(FindingsError, match="No such file") as error:
        reader.read_object("none")
    assert codes(error) == {"ocfl-unreadable"}
    (folder / "inventory.json.sha512").write_text("0" * 128 + " inventory.json\n")
    with pytest.raises(FindingsError, match="E060"):
        reader.read_object("o")
    (folder / "inventory.json.sha512").write_text("none")
    with pytest.raises(FindingsError, match="E061"):
        reader.read_object("o")
    (folder / "inventory.json.sha512").unlink()
    with pytest.raises(FindingsError, match="E058"):
        reader.read_object("o")
    (folder / "inventory.json").write_text("{")
    with pytest.raises(FindingsError, match="E033"):
        reader.read_object("o")
    (folder / "inventory.json").unlink()
    with pytest.raises(FindingsError, match="E063"):
        reader.read_object("o")
    (folder / "0=ocfl_object_1.1").rename(folder / "0=ocfl_object_7.1")
    with pytest.raises(FindingsError, match="E006"):
        reader.read_object("o")


def test_an_inventory_that_leads_out_is_refused(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a": b"one"})
    inventory = read_inventory(folder)
    (digest,) = inventory["manifest"]
    inventory["manifest"][digest] = ["v1/content/../../../secret"]
    write_inventories([folder], inventory)
    with pytest.raises(FindingsError) as error:
        reader_of(tmp_path).read_object("o")
    assert codes(error) == {"ocfl-path-unsafe"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    outside = make_object(tmp_path / "outside", "urn:x:a", {"a": b"one"})
    root = make_root(tmp_path / "store")
    (root / "o").symlink_to(outside)
    reader = reader_of(root)
    assert list(reader.object_paths()) == []
    with pytest.raises(FindingsError):
        reader.read_object("o")
    make_object(root / "p", "urn:x:p", {"a": b"one"})
    (root / "p" / "inventory.json").unlink()
    (root / "p" / "inventory.json").symlink_to(outside / "inventory.json")
    with pytest.raises(FindingsError, match="E063"):
        reader.read_object("p")


def test_a_large_inventory_is_refused_unread(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a": b"one"})
    with (folder / "inventory.json").open("r+b") as file:
        file.truncate(10 << 30)  # sparse
    with pytest.raises(FindingsError, match="more than can be one") as error:
        reader_of(tmp_path).read_object("o")
    assert codes(error) == {"ocfl-unreadable"}


def test_folders_without_end_are_refused(tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    (root / "/".join(["d"] * 110)).mkdir(parents=True)
    with pytest.raises(OSError, match="too long"):
        list(reader_of(root).object_paths())


def test_an_object_exchanged_while_it_is_read_is_read_again(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a": b"one"})
    good = (folder / "inventory.json.sha512").read_bytes()

    class Exchanged(StoreReader):
        readings = 0

        def _read_object(self, path: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - as the method it stands for
            self.readings += 1
            content = b"0" * 128 + b" inventory.json\n" if self.readings == 1 else good
            (folder / "inventory.json.sha512").write_bytes(content)
            return super()._read_object(path)

    reader = Exchanged(open_tree(str(tmp_path)))
    assert reader.read_object("o").identifier == "urn:x:a"
    assert reader.readings == 2


def test_the_sizes_of_content(tmp_path: Path) -> None:
    folder = make_object(tmp_path / "o", "urn:x:a", {"a.txt": b"one", "b/c.txt": b"three"}, {"d": b""})
    (folder / "v1" / "content" / "stray").write_bytes(b"not counted")
    reader = reader_of(tmp_path)
    stored = reader.read_object("o")
    assert reader.content_sizes(stored) == {"v1/content/a.txt": 3, "v1/content/b/c.txt": 5, "v2/content/d": 0}
    (folder / "v1" / "content" / "b" / "c.txt").unlink()
    (folder / "v1" / "content" / "b").rmdir()
    assert reader.content_sizes(stored) == {"v1/content/a.txt": 3, "v2/content/d": 0}
