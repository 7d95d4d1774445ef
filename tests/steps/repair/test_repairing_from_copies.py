"""Damaged packages are repaired to the byte, or not touched; what was damaged is kept, and the log says so."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.errors import UsageError
from archiver.model import FixityOutcome
from archiver.steps.repair.protecting import ProtectRequest, protect
from archiver.steps.repair.repairing import RepairOptions, repair_stored
from archiver.storage.parity.program import find_par2
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores.fixity import check_object
from archiver.storage.stores.place import StorePlace, store_place
from archiver.storage.stores.tree import open_tree
from tests.storage.stores.handmade import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from archiver.steps.repair.results import Repair

NAME = "urn:example:one"
PATH = "a/one"
NOW = datetime(2026, 1, 2, tzinfo=UTC)
FIRST = {"bagit.txt": b"BagIt", "data/a.txt": b"a" * 5000, "data/empty": b"", "data/b.txt": b"b" * 9000}
SECOND = {**FIRST, "data/b.txt": b"B" * 100, "data/c.txt": b"c"}


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    root = make_root(tmp_path / "store")
    make_object(root / PATH, NAME, FIRST, SECOND)
    make_object(root / "other", "urn:example:other", {"b.txt": b"b" * 9000})
    shutil.copytree(root, tmp_path / "copy")
    return store_place(root)


def _repair(place: StorePlace, *sources: Path | str, parity: bool = False, dry_run: bool = False) -> Repair:
    options = RepairOptions(
        place=place,
        sources=tuple(map(str, sources)),
        par2=find_par2() if parity else None,
        dry_run=dry_run,
        now=NOW,
        clock=lambda: NOW,
    )
    [repair] = repair_stored(options, [NAME])
    return repair


def _files(folder: Path) -> Mapping[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def _flip(*files: Path) -> None:
    for file in files:
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)


def _remove(*files: Path) -> None:
    for file in files:
        file.unlink()


def _linked(path: Path) -> None:
    """Move something out of the store, and put a link to it in its place: all digests stay right."""
    store = next(parent for parent in path.parents if parent.name == "store")
    path.rename(store.with_name("aside"))
    path.symlink_to(store.with_name("aside"))


def _swap(one: Path, other: Path) -> None:
    held = one.read_bytes()
    one.write_bytes(other.read_bytes())
    other.write_bytes(held)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a flipped bit": lambda it: _flip(it / "v1/content/data/a.txt"),
    "a file cut short": lambda it: (it / "v1/content/data/b.txt").write_bytes(b"b"),
    "a file of zeros": lambda it: (it / "v2/content/data/b.txt").write_bytes(bytes(100)),
    "a file that is gone": lambda it: (it / "v1/content/bagit.txt").unlink(),
    "an empty file that is gone": lambda it: (it / "v1/content/data/empty").unlink(),
    "two files that changed places": lambda it: _swap(it / "v1/content/data/a.txt", it / "v1/content/data/b.txt"),
    "a version that is gone": lambda it: shutil.rmtree(it / "v1"),
    "the last version gone": lambda it: shutil.rmtree(it / "v2"),
    "a package that is gone": shutil.rmtree,
    "a file that nobody knows": lambda it: (it / "v1/content/data/more").write_bytes(b"more"),
    "a link in a file's place": lambda it: _linked(it / "v1/content/bagit.txt"),
    "a link in a folder's place": lambda it: _linked(it / "v1/content/data"),
    "the declaration": lambda it: (it / "0=ocfl_object_1.1").write_bytes(b""),
    "the declaration gone": lambda it: (it / "0=ocfl_object_1.1").unlink(),
    "the inventory": lambda it: _flip(it / "inventory.json"),
    "the inventory gone": lambda it: (it / "inventory.json").unlink(),
    "the sidecar": lambda it: _flip(it / "inventory.json.sha512"),
    "the sidecar gone": lambda it: (it / "inventory.json.sha512").unlink(),
    "inventory and sidecar": lambda it: _remove(it / "inventory.json", it / "inventory.json.sha512"),
    "inventories that changed places": lambda it: _swap(it / "inventory.json", it / "v1/inventory.json"),
    "a version's inventory": lambda it: _flip(it / "v1/inventory.json"),
    "a version's sidecar": lambda it: (it / "v1/inventory.json.sha512").write_bytes(b"\0" * 20),
    "a sidecar without its line end": lambda it: (it / "v2/inventory.json.sha512").write_bytes(
        (it / "v2/inventory.json.sha512").read_bytes().rstrip()
    ),
    "the last version's inventory": lambda it: (it / "v2/inventory.json").unlink(),
    "inventories of root and head": lambda it: _flip(it / "inventory.json", it / "v2/inventory.json"),
}
"""What happens to packages, by name; the argument is the object's folder."""


@pytest.mark.parametrize("damage", DAMAGE)
def test_any_damage_is_repaired_to_the_byte_from_another_store(damage: str, place: StorePlace, tmp_path: Path) -> None:
    whole = _files(place.root)
    _damage(place, damage)
    repair = _repair(place, tmp_path / "copy")
    assert (repair.status, repair.findings) == ("repaired", [])
    assert _files(place.root) == whole
    assert not any(file.is_symlink() for file in place.root.rglob("*"))
    entries = list(StoreLog(place.records).entries())
    assert [entry.kind for entry in entries][-2:] == ["repaired", "acknowledged"]
    assert entries[-2].body["identifier"] == NAME
    assert entries[-2].body["files_total"] == len(repair.replaced) + len(repair.removed) > 0
    assert _repair(place, tmp_path / "copy").status == "sound"
    assert sorted(path.name for path in place.staging.glob("*")) == []


@pytest.mark.parametrize("damage", sorted(set(DAMAGE) - {"a package that is gone"}))
def test_any_damage_within_capacity_is_repaired_to_the_byte_from_parity(damage: str, place: StorePlace) -> None:
    tree = open_tree(str(place.root))
    request = ProtectRequest(place=place, tree=tree, par2=find_par2(), percent=100, now=NOW)
    assert [one.status for one in protect(request)] == ["protected", "protected"]
    whole = _files(place.root)
    _damage(place, damage)
    repair = _repair(place, parity=True)
    assert (repair.status, [finding.code for finding in repair.findings]) == ("repaired", [])
    assert _files(place.root) == whole


@pytest.mark.parametrize("damage", DAMAGE)
def test_without_copies_a_repair_succeeds_by_what_the_package_has_or_changes_nothing(
    damage: str, place: StorePlace
) -> None:
    whole = _files(place.root)
    _damage(place, damage)
    before = _files(place.root)
    repair = _repair(place)
    checked = check_object(open_tree(str(place.root)), PATH, clock=lambda: NOW, identifier=NAME)
    if repair.status == "repaired":
        assert checked.outcome is FixityOutcome.OK
        assert {path: whole[path] for path in _files(place.root)} == _files(place.root)
    else:
        assert repair.findings
        assert _files(place.root) == before
        assert not place.quarantine.exists()


def _damage(place: StorePlace, damage: str) -> None:
    StoreLog(place.records).append("added", {"identifier": NAME, "path": PATH, "version": "v2"}, now=NOW)
    DAMAGE[damage](place.root / PATH)


def test_what_was_damaged_is_kept_with_a_note(place: StorePlace, tmp_path: Path) -> None:
    damaged = place.root / PATH / "v1/content/data/a.txt"
    _flip(damaged)
    (place.root / PATH / "stranger").write_bytes(b"who am I")
    content = damaged.read_bytes()
    repair = _repair(place, tmp_path / "copy")
    assert [one.file for one in repair.replaced] == ["v1/content/data/a.txt"]
    assert repair.removed == ["stranger"]
    [kept] = place.quarantine.iterdir()
    assert kept.name == "20260102T000000Z-urn-example-one"
    assert _files(kept / "files") == {"v1/content/data/a.txt": content, "stranger": b"who am I"}
    note = json.loads((kept / "note.json").read_bytes())
    assert note["identifier"] == NAME
    assert note["from"] == str(tmp_path / "copy")
    assert len(note["why"]) == 2


def test_a_dry_run_says_what_would_be_done_and_does_nothing(place: StorePlace, tmp_path: Path) -> None:
    _flip(place.root / PATH / "v1/content/data/a.txt")
    before = _files(place.root)
    repair = _repair(place, tmp_path / "copy", dry_run=True)
    assert (repair.status, [one.file for one in repair.replaced]) == ("planned", ["v1/content/data/a.txt"])
    assert _files(place.root) == before
    assert not place.quarantine.exists()
    assert not place.log.exists()


def test_a_bag_an_archive_or_loose_files_will_do(place: StorePlace, tmp_path: Path) -> None:
    bag = tmp_path / "bag"
    for path, content in SECOND.items():
        (bag / path).parent.mkdir(parents=True, exist_ok=True)
        (bag / path).write_bytes(content)
    archive = shutil.make_archive(str(tmp_path / "packed"), "gztar", tmp_path, "bag")
    loose = tmp_path / "loose" / "somewhere"
    loose.mkdir(parents=True)
    (loose / "renamed").write_bytes(FIRST["data/a.txt"])
    (loose / "a.txt").write_bytes(b"another")
    whole = _files(place.root)
    for source in (bag, archive, tmp_path / "loose"):
        (place.root / PATH / "v1/content/data/a.txt").unlink()
        repair = _repair(place, source)
        assert (repair.status, repair.findings) == ("repaired", [])
        assert _files(place.root) == whole


def test_what_one_place_has_not_comes_from_the_next_and_then_from_parity(place: StorePlace, tmp_path: Path) -> None:
    request = ProtectRequest(place=place, tree=open_tree(str(place.root)), par2=find_par2(), percent=10, now=NOW)
    list(protect(request))
    whole = _files(place.root)
    content = place.root / PATH / "v1" / "content" / "data"
    for name in ("a.txt", "b.txt"):  # 5 blocks of parity's 4,096 bytes, which carries 2
        (content / name).unlink()
    _flip(place.root / PATH / "v1" / "content" / "bagit.txt")
    beyond = _repair(place, parity=True)
    assert beyond.status == "failed"
    assert "repair-parity-exhausted" in {finding.code for finding in beyond.findings}
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "a").write_bytes(FIRST["data/a.txt"])
    (tmp_path / "two").mkdir()
    (tmp_path / "two" / "b").write_bytes(FIRST["data/b.txt"])
    repair = _repair(place, tmp_path / "one", tmp_path / "two", parity=True)
    assert repair.status == "repaired"
    assert {one.source for one in repair.replaced} == {str(tmp_path / "one"), str(tmp_path / "two"), "parity"}
    assert _files(place.root) == whole


def test_a_copy_that_is_damaged_itself_gives_only_what_is_good(place: StorePlace, tmp_path: Path) -> None:
    for root in (place.root, tmp_path / "copy"):
        _flip(root / PATH / "v1/content/data/a.txt")
    _flip(place.root / PATH / "v1/content/data/b.txt")
    before = _files(place.root)
    repair = _repair(place, tmp_path / "copy")
    assert (repair.status, repair.lacking) == ("failed", ["v1/content/data/a.txt"])
    assert [one.file for one in repair.replaced] == ["v1/content/data/b.txt"]
    assert [finding.code for finding in repair.findings] == ["repair-not-possible"]
    assert _files(place.root) == before


def test_an_older_copy_never_takes_a_newer_packages_place(place: StorePlace, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "copy" / PATH)
    make_object(tmp_path / "copy" / PATH, NAME, FIRST)
    StoreLog(place.records).append("added", {"identifier": NAME, "path": PATH, "version": "v2"}, now=NOW)
    shutil.rmtree(place.root / PATH)
    repair = _repair(place, tmp_path / "copy")
    assert [finding.code for finding in repair.findings] == ["repair-without-inventory"]
    assert not (place.root / PATH).exists()


def test_the_same_store_is_no_copy(place: StorePlace) -> None:
    _flip(place.root / PATH / "inventory.json")
    with pytest.raises(UsageError, match="very store"):
        _repair(place, place.root)
