"""``archiver store validate`` as a user meets it: whole stores, single objects, what it prints and how it ends."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import pytest

from tests.storage.stores.handmade import make_object, make_root, read_inventory, write_inventories

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.judges.ocfl import OcflVerdict
    from tests.judges.seaweedfs import ObjectStore
    from tests.stories.commands import Archiver


@pytest.fixture
def store(tmp_path: Path) -> Path:
    root = make_root(tmp_path / "store")
    for name in ("one", "two"):
        make_object(root / "ab" / name, f"urn:x:{name}", {"a.txt": b"1", "b/c.txt": name.encode()}, {"a.txt": b"2"})
    return root


def test_a_good_store(archiver: Archiver, store: Path) -> None:
    ended = archiver("store", "validate", cwd=store.parent)
    assert ended.status == 0, ended.stderr
    assert ended.stdout.splitlines() == [
        "valid      urn:x:one  v2, 3 files, 5 bytes",
        "valid      urn:x:two  v2, 3 files, 5 bytes",
        "valid      store  2 objects: 2 valid.",
    ]
    fast = archiver("store", "validate", "--level", "fast", cwd=store.parent)
    assert (fast.status, fast.stdout.split()[0]) == (0, "complete")


def test_json(archiver: Archiver, store: Path) -> None:
    (store / "ab" / "two" / "v1" / "content" / "a.txt").write_bytes(b"x")
    ended = archiver("store", "validate", "--store", str(store), "--json", cwd=store.parent)
    assert ended.status == 1
    one, two, root = ended.objects
    assert one == {
        "identifier": "urn:x:one",
        "path": "ab/one",
        "valid": True,
        "version": "v2",
        "ocfl_version": "1.1",
        "files": 3,
        "bytes": 5,
        "findings": [],
    }
    assert [finding["code"] for finding in two["findings"]] == ["ocfl-file-damaged"]
    assert (root["store"], root["valid"], root["objects"], root["findings"]) == (str(store), False, 2, [])


def test_objects_by_identifier_and_by_folder(archiver: Archiver, store: Path, tmp_path: Path) -> None:
    lone = make_object(tmp_path / "lone", "urn:x:lone", {"a": b"1"})
    ended = archiver("store", "validate", "--json", "urn:x:two", str(lone), "urn:x:none", cwd=store.parent)
    assert ended.status == 1
    two, alone, none = ended.objects
    assert (two["path"], two["valid"]) == ("ab/two", True)
    assert (alone["identifier"], alone["valid"]) == ("urn:x:lone", True)
    assert (none["identifier"], none["valid"]) == ("urn:x:none", False)
    assert [finding["code"] for finding in none["findings"]] == ["ocfl-object-missing"]


def test_a_store_that_cannot_be_looked_at_is_unclear(archiver: Archiver, tmp_path: Path) -> None:
    ended = archiver("store", "validate", "--store", "nowhere", cwd=tmp_path)
    assert (ended.status, ended.stdout.split()[0]) == (3, "unclear")
    assert "cannot be listed" in ended.stderr


def test_workers_see_what_one_process_sees(archiver: Archiver, tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    content = {f"f{n}": os.urandom(1 << 20) for n in range(30)}
    for number in range(3):
        folder = make_object(root / f"o{number}", f"urn:x:{number}", content)
        for name in ("f29", f"f{number}"):
            (folder / "v1" / "content" / name).write_bytes(content["f9"])
    alone, together = (
        archiver("store", "validate", "--json", "--workers", workers, cwd=tmp_path) for workers in ("1", "2")
    )
    assert alone.stdout == together.stdout
    assert [[finding["file"] for finding in line["findings"]] for line in together.objects] == [
        ["v1/content/f0", "v1/content/f29"],
        ["v1/content/f1", "v1/content/f29"],
        ["v1/content/f2", "v1/content/f29"],
        [],
    ]


def test_workers_digest_each_file_by_what_is_stated_of_it(archiver: Archiver, tmp_path: Path) -> None:
    root = make_root(tmp_path / "store")
    content = {f"f{n}": os.urandom(1 << 20) for n in range(30)}
    folder = make_object(root / "o", "urn:x:o", content)
    inventory = read_inventory(folder)
    digests = {name: hashlib.md5(content[name], usedforsecurity=False).hexdigest() for name in ("f3", "f4")}
    digests["f4"] = "0" * 32
    inventory["fixity"] = {"md5": {digest: [f"v1/content/{name}"] for name, digest in digests.items()}}
    write_inventories([folder, folder / "v1"], inventory)
    found, _ = archiver("store", "validate", "--json", "--workers", "2", cwd=tmp_path).objects
    assert [(finding["code"], finding["file"]) for finding in found["findings"]] == [
        ("ocfl-fixity-mismatch", "v1/content/f4")
    ]


def test_what_is_wrong_around_the_objects_makes_a_store_not_valid(archiver: Archiver, store: Path) -> None:
    (store / "ab" / "stray").write_text("stray")
    ended = archiver("store", "validate", "--json", cwd=store.parent)
    assert ended.status == 1
    *objects, root = ended.objects
    assert [one["valid"] for one in objects] == [True, True]
    assert (root["valid"], [finding["code"] for finding in root["findings"]]) == (False, ["ocfl-hierarchy-wrong"])


def test_nothing_is_written(archiver: Archiver, store: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in store.parent.rglob("*")}
    archiver("store", "validate", cwd=store.parent)
    assert {path: path.stat().st_mtime_ns for path in store.parent.rglob("*")} == before


def test_an_object_store(archiver: Archiver, store: Path, object_store: ObjectStore, tmp_path: Path) -> None:
    url = object_store.upload(store)
    (tmp_path / "archiver.toml").write_text(object_store.configuration)
    ended = archiver("store", "validate", "--store", url, "--json", cwd=store.parent)
    assert ended.status == 0, ended.stderr
    assert [line["valid"] for line in ended.objects] == [True, True, True]


def test_a_judge_agrees(
    archiver: Archiver,
    store: Path,
    ocfl_judge: Callable[[Path], OcflVerdict],
) -> None:
    assert ocfl_judge(store).passed
    assert archiver("store", "validate", cwd=store.parent).status == 0
    (store / "ab" / "two" / "v1" / "content" / "a.txt").write_bytes(b"x")
    assert not ocfl_judge(store).passed
    assert archiver("store", "validate", cwd=store.parent).status == 1
