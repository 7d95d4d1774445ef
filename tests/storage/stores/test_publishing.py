"""Tests of staged objects that get their place in a store, and of what killed runs leave behind."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.standards.ocfl.layouts import layout_named
from archiver.storage.checksums import Checksums
from archiver.storage.durable import AlreadyPublishedError, publish
from archiver.storage.stores import publishing
from archiver.storage.stores.file_batch import FileBatch, NotReadBackError
from archiver.storage.stores.place import StorePlace, store_place
from archiver.storage.stores.publishing import publish_object
from archiver.storage.stores.root import find_root, make_root
from archiver.storage.stores.staging import end_killed_runs, staged_object, store_staging

DECLARATION = "0=ocfl_object_1.1"


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    """Return a new store of the default layout."""
    place = store_place(tmp_path / "store")
    make_root(place, layout_named("0003", {}))
    return place


def staged(run: Path, name: str = "work") -> Path:
    """Put a small object into a run's folder."""
    work = run / name
    staged_object(work).mkdir(parents=True)
    (staged_object(work) / DECLARATION).write_text(name, encoding="utf-8")
    return work


def objects(place: StorePlace) -> dict[str, str]:
    """Return path -> what is in the declaration of each object."""
    found = place.root.rglob(DECLARATION)
    return {file.parent.relative_to(place.root).as_posix(): file.read_text(encoding="utf-8") for file in found}


def test_a_new_object_comes_with_the_folders_above_it(place: StorePlace) -> None:
    with store_staging(place) as run:
        publish_object(place, staged(run, "one"), "a/b/c/one", replaces=False)
        publish_object(place, staged(run, "two"), "a/b/d/two", replaces=False)
    assert objects(place) == {"a/b/c/one": "one", "a/b/d/two": "two"}


def test_a_folder_that_another_run_makes_meanwhile_is_used(place: StorePlace, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(source: Path, final: Path) -> None:
        if final.name in {"a", "b"}:
            final.mkdir(exist_ok=True)
        publish(source, final)

    monkeypatch.setattr(publishing, "publish", late)
    with store_staging(place) as run:
        publish_object(place, staged(run), "a/b/c/one", replaces=False)
    assert objects(place) == {"a/b/c/one": "work"}


@pytest.mark.parametrize("path", ["a", "a/b"])
def test_an_object_replaces_nothing_and_lies_in_no_other(place: StorePlace, path: str) -> None:
    with store_staging(place) as run:
        publish_object(place, staged(run, "one"), "a", replaces=False)
        with pytest.raises(AlreadyPublishedError):
            publish_object(place, staged(run, "two"), path, replaces=False)
    assert objects(place) == {"a": "one"}


def test_an_object_takes_the_place_of_the_one_before(place: StorePlace) -> None:
    with store_staging(place) as run:
        publish_object(place, staged(run, "one"), "a/one", replaces=False)
        publish_object(place, staged(run, "two"), "a/one", replaces=True)
    assert objects(place) == {"a/one": "two"}
    assert not place.staging.exists()


def killed_run(place: StorePlace, note: str) -> Path:
    """Leave what a run leaves that was killed after the first of three renames."""
    (place.root / "a" / "one").mkdir(parents=True)
    (place.root / "a" / "one" / DECLARATION).write_text("old", encoding="utf-8")
    work = staged(place.staging / "run-killed", "new")
    (work / "exchange").write_text(note, encoding="utf-8")
    (place.root / "a" / "one").rename(work / "object.old")
    return work


def test_an_exchange_that_was_cut_off_is_ended_before_anything_is_removed(place: StorePlace) -> None:
    killed_run(place, "a/one")
    with store_staging(place):
        assert objects(place) == {"a/one": "new"}
    assert not place.staging.exists()


@pytest.mark.parametrize("note", ["../outside", "/etc", "a//b", ""])
def test_a_note_that_leads_out_of_the_store_is_not_followed(place: StorePlace, note: str) -> None:
    killed_run(place, note)
    end_killed_runs(place, place.staging)
    assert not (place.root.parent / "outside").exists()
    assert objects(place) == {}


def test_a_run_that_is_alive_is_left_alone(place: StorePlace) -> None:
    with store_staging(place) as run:
        work = staged(run)
        with store_staging(place) as other:
            assert other != run
        assert staged_object(work).is_dir()


def test_a_folder_that_a_killed_run_began_becomes_a_root(tmp_path: Path) -> None:
    place = store_place(tmp_path / "store")
    (place.root / "extensions" / "0003-hash-and-id-n-tuple-storage-layout").mkdir(parents=True)
    (place.root / "ocfl_layout.json").write_text("{", encoding="utf-8")
    assert find_root(place) is None
    assert make_root(place, layout_named("0003", {})) == find_root(place)


@pytest.mark.parametrize("name", ["letters.txt", "extensions", "ocfl_layout.json"])
def test_a_folder_of_other_things_does_not(tmp_path: Path, name: str) -> None:
    place = store_place(tmp_path / "store")
    place.root.mkdir()
    (place.root / name).write_text("x", encoding="utf-8")
    with pytest.raises(UsageError, match="no OCFL storage root"):
        find_root(place)


def test_what_a_disk_gives_back_otherwise_is_seen(tmp_path: Path) -> None:
    with FileBatch(tmp_path, lambda _: None) as files:
        copy, sums = files.create("a/b"), Checksums()
        os.write(copy, b"written")
        sums.add(b"meant to be written")
        with pytest.raises(NotReadBackError, match="a/b"):
            files.add("a/b", copy, sums, 1 << 30)


def test_a_removed_file_takes_its_empty_folders_along(tmp_path: Path) -> None:
    with FileBatch(tmp_path, lambda _: None) as files:
        files.write("a/b/c", b"c")
        files.write("a/d", b"d")
        files.remove("a/b/c")
        assert sorted(path.name for path in tmp_path.rglob("*")) == ["a", "d"]
        files.write("a/b/c", b"again")
        with pytest.raises(FileExistsError) as error:
            files.write("a/d", b"d")
    assert error.value.errno == errno.EEXIST
    assert (tmp_path / "a" / "b" / "c").read_bytes() == b"again"
