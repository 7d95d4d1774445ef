"""Tests of packages added to a store: what is then in it, by independent judges, and what is refused."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration, StoreSettings
from archiver.errors import UsageError
from archiver.steps.stores.adding import added_json
from archiver.storage.catalogue import Catalogue
from archiver.storage.store_log.log import StoreLog
from archiver.storage.stores import bag_storing
from archiver.storage.stores.place import store_place
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree
from tests.steps.stores.bags_to_add import NOW, ONE, TEXTS, Heard, add, bag, held, in_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.steps.stores.package_adding import AddedPackage
    from tests.judges.ocfl import OcflVerdict

    Judge = Callable[[Path], OcflVerdict]

LAYOUTS: dict[str, dict[str, object]] = {
    "0002": {},
    "0003": {},
    "0004": {"shortObjectRoot": True},
    "0006": {"delimiter": ":"},
    "0007": {"tupleSize": 2},
}
OWN_FOLDERS = ["catalogue.sqlite", "locks", "log.jsonl"]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


def codes(result: AddedPackage) -> set[str]:
    return {finding.code for finding in result.findings}


def records(store: Path) -> list[str]:
    return sorted(one.name for one in store_place(store).records.iterdir())


@pytest.mark.parametrize("layout", LAYOUTS)
def test_judges_accept_what_is_written_in_every_layout(
    tmp_path: Path, store: Path, layout: str, ocfl_judge: Judge, rocfl_judge: Judge
) -> None:
    configuration = Configuration(
        contact_name="Jane Doe",
        contact_email="jane@example.org",
        store=StoreSettings(layout=layout, layout_parameters=LAYOUTS[layout]),
    )
    first, changed = bag(tmp_path / "one"), bag(tmp_path / "two", {"a.txt": b"changed\n", "b.txt": b"second\n"})
    assert [one.status for one in add(store, first, changed, configuration=configuration)] == ["added", "new-version"]
    # ocfl-py knows the first two layouts alone, and is asked about the object in the others
    (path,) = StoreReader(open_tree(str(store))).object_paths()
    for verdict in (rocfl_judge(store), ocfl_judge(store if layout in {"0002", "0003"} else store / path)):
        assert verdict.passed, verdict.detail
        assert not verdict.codes, verdict.detail
    assert held(store, version="v1") == in_folder(first)
    assert held(store, version="v2") == in_folder(changed)


def test_a_package_is_stored_whole_and_said_to_be(tmp_path: Path, store: Path) -> None:
    heard = Heard()
    (result,) = add(store, bag(tmp_path / "one"), heard=heard, message="First of all")
    size = sum(file.stat().st_size for file in (tmp_path / "one").rglob("*") if file.is_file())
    assert added_json(result) == {
        "package": str(tmp_path / "one"),
        "identifier": ONE,
        "object": result.object_path,
        "version": "v1",
        "status": "added",
        "files": 7,
        "bytes": size,
        "new_bytes": size - len(TEXTS["same as a.txt"]),
        "findings": [],
    }
    assert heard.done > 0
    assert heard.said == [f"Made the store {store}: OCFL 1.1, layout 0003-hash-and-id-n-tuple-storage-layout."]
    assert held(store) == in_folder(tmp_path / "one")
    inventory = json.loads((store / str(result.object_path) / "inventory.json").read_bytes())
    assert inventory["versions"]["v1"]["message"] == "First of all"
    assert inventory["versions"]["v1"]["created"] == "2023-11-14T22:13:20Z"
    (entry,) = StoreLog(store_place(store).records).entries()
    assert (entry.kind, entry.time, entry.body["identifier"]) == ("added", NOW, ONE)
    assert entry.body["inventory_digest"] == result.inventory_digest


def test_the_same_bytes_are_stored_once(tmp_path: Path, store: Path) -> None:
    (first,) = add(store, bag(tmp_path / "one"))
    root = store / str(first.object_path)

    def first_files() -> list[Path]:
        return [file for file in root.rglob("*") if file.is_file() and file.read_bytes() == b"first\n"]

    (kept,) = first_files()
    inode = kept.stat().st_ino
    (second,) = add(store, bag(tmp_path / "two", {"moved.txt": b"first\n", "new.txt": b"third\n"}))
    assert (second.status, second.version) == ("new-version", "v2")
    assert first_files() == [kept]
    assert kept.stat().st_ino == inode
    assert kept.stat().st_nlink == 1
    assert {file.name for file in (root / "v2" / "content" / "data").rglob("*")} == {"new.txt"}


def test_a_version_without_new_bytes_has_no_empty_folders(tmp_path: Path, store: Path, ocfl_judge: Judge) -> None:
    package = bag(tmp_path / "one")
    add(store, package)
    (package / "copy.txt").write_bytes((package / "bagit.txt").read_bytes())  # a tag file that no manifest lists
    (result,) = add(store, package)
    assert (result.status, result.new_bytes) == ("new-version", 0)
    verdict = ocfl_judge(store)
    assert (verdict.passed, set(verdict.codes)) == (True, set()), verdict.detail
    assert held(store) == in_folder(package)


def test_what_is_there_already_writes_nothing(tmp_path: Path, store: Path) -> None:
    one, two = bag(tmp_path / "one"), bag(tmp_path / "two", {"a.txt": b"changed\n"})
    add(store, one, two)
    before = {path: path.stat().st_mtime_ns for path in store.rglob("*")}
    log = store_place(store).log.read_bytes()
    results = add(store, one, two)
    assert [(one.status, one.version, one.new_bytes) for one in results] == [("current", "v1", 0), ("current", "v2", 0)]
    assert {path: path.stat().st_mtime_ns for path in store.rglob("*")} == before
    assert store_place(store).log.read_bytes() == log


def test_what_the_log_lacks_is_made_up_for(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    add(store, one)
    store_place(store).log.unlink()
    for _ in range(2):
        assert [result.status for result in add(store, one)] == ["current"]
        assert [entry.body["version"] for entry in StoreLog(store_place(store).records).entries()] == ["v1"]


def test_versions_in_one_folder_come_in_their_order(tmp_path: Path, store: Path) -> None:
    label = "Archiver-Package-Version"
    bag(tmp_path / "bags" / "a-v10", {"a": b"10"}, labels=[(label, "10")])
    bag(tmp_path / "bags" / "b-v9", {"a": b"9"}, labels=[(label, "9")])
    bag(tmp_path / "bags" / "c", {"a": b"1"})
    for source in (tmp_path / "bags").glob("* source"):
        shutil.rmtree(source)
    results = add(store, tmp_path / "bags")
    assert [(Path(one.package).name, one.version) for one in results] == [("c", "v1"), ("b-v9", "v2"), ("a-v10", "v3")]


@pytest.mark.parametrize(
    ("algorithms", "stored", "warned"),
    [(("md5",), "sha512", set()), (("sha256",), "sha256", {"W004"}), (("sha256", "sha512"), "sha512", set())],
)
def test_sealed_digests_name_the_content_where_ocfl_allows_them(
    tmp_path: Path, store: Path, algorithms: tuple[str, ...], stored: str, warned: set[str], ocfl_judge: Judge
) -> None:
    (result,) = add(store, bag(tmp_path / "one", algorithms=algorithms))
    assert (store / str(result.object_path) / f"inventory.json.{stored}").is_file()
    # the object keeps its algorithm, whatever a later package is sealed with
    add(store, bag(tmp_path / "two", {"a.txt": b"first\n", "c.txt": b"third\n"}, algorithms=("sha1",)))
    verdict = ocfl_judge(store)
    assert (verdict.passed, set(verdict.codes)) == (True, warned), verdict.detail
    assert held(store) == in_folder(tmp_path / "two")


def test_an_archive_is_stored_as_the_bag_in_it(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    archive = Path(shutil.make_archive(str(tmp_path / "packed"), "gztar", tmp_path, "one"))
    assert [result.status for result in add(store, archive)] == ["added"]
    assert [result.status for result in add(store, one)] == ["current"]


def test_a_damaged_package_leaves_nothing_behind(tmp_path: Path, store: Path) -> None:
    one, other = bag(tmp_path / "one"), bag(tmp_path / "other", identifier="urn:other")
    (one / "data" / "deep/er/b.txt").write_bytes(b"Second\n")
    failed, added = add(store, one, other)
    assert (failed.status, added.status) == ("failed", "added")
    assert codes(failed) == {"store-package-not-valid", "bag-file-damaged"}
    assert list(StoreReader(open_tree(str(store))).object_paths()) == [added.object_path]
    assert records(store) == OWN_FOLDERS


@pytest.mark.parametrize("missing", ["absent", "empty"])
def test_what_is_no_package_is_named(tmp_path: Path, store: Path, missing: str) -> None:
    (tmp_path / "empty").mkdir()
    (result,) = add(store, tmp_path / missing)
    assert result.status == "failed"
    assert codes(result) & {"path-not-found", "not-a-bag"}


def test_an_identifier_is_needed_and_can_be_given(tmp_path: Path, store: Path) -> None:
    nameless = bag(tmp_path / "one", identifier=None)
    assert codes(add(store, nameless)[0]) == {"store-identifier-missing"}
    twice = bag(tmp_path / "two", labels=[("External-Identifier", "urn:b")])
    assert codes(add(store, twice)[0]) == {"store-identifier-ambiguous"}
    assert add(store, nameless, identifier="ark:/1/x")[0].status == "added"
    assert held(store, "ark:/1/x") == in_folder(nameless)
    with pytest.raises(UsageError, match="--identifier belongs to one package"):
        add(store, nameless, twice, identifier="urn:c")


@pytest.mark.parametrize("identifier", ["..", "a/../../b", "é" * 300, "MS 42 <a>", "%2e%2e", "CON"])
def test_any_identifier_has_a_place_below_the_root(
    tmp_path: Path, store: Path, identifier: str, rocfl_judge: Judge
) -> None:
    (result,) = add(store, bag(tmp_path / "one", identifier=None), identifier=identifier)
    assert result.status == "added"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["one", "one source", "store", "store.archiver"]
    assert held(store, identifier) == in_folder(tmp_path / "one")
    assert rocfl_judge(store).passed


@pytest.mark.parametrize("identifier", ["urn:\u202ea", "x\ty", "x\0y"])
def test_an_identifier_of_hidden_characters_is_refused(tmp_path: Path, store: Path, identifier: str) -> None:
    (result,) = add(store, bag(tmp_path / "one", identifier=None), identifier=identifier)
    assert (result.status, codes(result)) == ("failed", {"store-identifier-unusable"})
    assert all(finding.message.isprintable() for finding in result.findings)


def test_identifiers_that_differ_in_case_alone_are_two_objects(tmp_path: Path, store: Path) -> None:
    lower, upper = bag(tmp_path / "a", identifier="urn:a"), bag(tmp_path / "b", {"b": b"B"}, identifier="urn:A")
    assert {result.status for result in add(store, lower, upper)} == {"added"}
    assert held(store, "urn:a") == in_folder(lower)
    assert held(store, "urn:A") == in_folder(upper)


@pytest.mark.parametrize("identifier", ["..", "a/b", "extensions", "x" * 300, "0=ocfl_1.1"])
def test_a_flat_layout_refuses_what_is_no_folder_name(tmp_path: Path, store: Path, identifier: str) -> None:
    (result,) = add(store, bag(tmp_path / "one", identifier=identifier), layout="0002")
    assert (result.status, codes(result)) == ("failed", {"store-identifier-unusable"})
    assert sorted(one.name for one in store.iterdir()) == ["0=ocfl_1.1", "ocfl_layout.json"]


def test_two_identifiers_with_one_place_are_told_apart(tmp_path: Path, store: Path) -> None:
    configuration = Configuration(store=StoreSettings(layout="0006", layout_parameters={"delimiter": ":"}))
    one, other = bag(tmp_path / "one", identifier="a:x"), bag(tmp_path / "other", identifier="b:x")
    added, refused = add(store, one, other, configuration=configuration)
    assert (added.status, codes(refused)) == ("added", {"store-path-taken"})
    assert held(store, "a:x") == in_folder(one)


def test_a_name_that_no_inventory_can_hold_is_refused(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    (one / os.fsdecode(b"tag\xff.txt")).write_bytes(b"")
    (result,) = add(store, one)
    assert (result.status, codes(result)) == ("failed", {"store-name-not-utf8"})


def test_a_damaged_object_gets_no_new_version(tmp_path: Path, store: Path) -> None:
    (first,) = add(store, bag(tmp_path / "one"))
    inventory = store / str(first.object_path) / "inventory.json"
    inventory.write_bytes(inventory.read_bytes().replace(b"a.txt", b"z.txt"))
    before = in_folder(store)
    (result,) = add(store, bag(tmp_path / "two", {"b": b"b"}))
    assert (result.status, codes(result)) == ("failed", {"ocfl-inventory-damaged"})
    assert in_folder(store) == before


def test_a_link_in_an_object_is_not_carried_on(tmp_path: Path, store: Path) -> None:
    (first,) = add(store, bag(tmp_path / "one"))
    (store / str(first.object_path) / "v1" / "link").symlink_to("/etc/passwd")
    (result,) = add(store, bag(tmp_path / "two", {"b": b"b"}))
    assert (result.status, codes(result)) == ("failed", {"store-object-strange"})


def test_other_folders_are_not_made_stores(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    with pytest.raises(UsageError, match="no OCFL storage root"):
        add(tmp_path / "one source", one)
    store.mkdir()
    assert [result.status for result in add(store, one)] == ["added"]  # an empty folder is as good as none
    with pytest.raises(UsageError, match="stays as it is"):
        add(store, one, layout="0004")
    (store / "ocfl_layout.json").unlink()
    with pytest.raises(UsageError, match="where its objects lie"):
        add(store, one)


def test_an_older_store_gets_objects_of_its_own_version(tmp_path: Path, store: Path, ocfl_judge: Judge) -> None:
    (first,) = add(store, bag(tmp_path / "one"))
    shutil.rmtree(store / str(first.object_path).split("/")[0])
    (store / "0=ocfl_1.1").unlink()
    (store / "0=ocfl_1.0").write_bytes(b"ocfl_1.0\n")
    (result,) = add(store, tmp_path / "one")
    assert (store / str(result.object_path) / "0=ocfl_object_1.0").is_file()
    verdict = ocfl_judge(store)
    assert (verdict.passed, set(verdict.codes)) == (True, set()), verdict.detail


def test_many_packages_come_out_the_same_with_workers(tmp_path: Path) -> None:
    bags = tmp_path / "bags"
    for number in range(30):
        bag(bags / f"{number:02}", {"a": b"%d" % number, "b": b"same"}, identifier=f"urn:{number // 2}")
    for source in bags.glob("* source"):
        shutil.rmtree(source)
    one, four, heard = tmp_path / "one", tmp_path / "four", Heard()
    plain = {result.package: added_json(result) for result in add(one, bags)}
    apart = {result.package: added_json(result) for result in add(four, bags, workers=2, heard=heard)}
    assert plain == apart
    assert len(plain) == 30
    assert in_folder(one) == in_folder(four)
    assert heard.done == heard.total
    assert len(list(StoreLog(store_place(four).records).entries())) == 30


def test_records_on_another_disk_leave_the_store_pure(tmp_path: Path, store: Path, ocfl_judge: Judge) -> None:
    elsewhere = Path("/dev/shm")  # noqa: S108 - a file system that is surely another
    if not elsewhere.is_dir() or elsewhere.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system here")
    apart = elsewhere / f"archiver-records-{os.getpid()}"
    try:
        place = store_place(store, apart)
        assert [one.status for one in add(store, bag(tmp_path / "one"), place=place)] == ["added"]
        assert [one.status for one in add(store, bag(tmp_path / "two", {"b": b"b"}), place=place)] == ["new-version"]
        assert set(OWN_FOLDERS) == {one.name for one in apart.iterdir()}
    finally:
        shutil.rmtree(apart, ignore_errors=True)
    assert [one.name for one in (store / "extensions").iterdir()] == ["0003-hash-and-id-n-tuple-storage-layout"]
    verdict = ocfl_judge(store)
    assert (verdict.passed, set(verdict.codes)) == (True, set()), verdict.detail


def test_what_a_killed_run_left_beside_the_root_goes_away(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    add(store, one)
    (tmp_path / ".archiver-staging" / "run-killed" / "root").mkdir(parents=True)
    (tmp_path / ".archiver-staging" / "run-killed" / "lock").touch()
    add(store, one)
    assert not (tmp_path / ".archiver-staging").exists()


def test_the_catalogue_knows_what_was_added(tmp_path: Path, store: Path) -> None:
    add(store, bag(tmp_path / "one", labels=[("External-Description", "Letters of a miller")]))
    with Catalogue.open(store_place(store).catalogue) as catalogue:
        assert [hit.identifier for hit in catalogue.search("miller")] == [ONE]


def test_a_catalogue_that_cannot_be_written_fails_no_package(tmp_path: Path, store: Path) -> None:
    store_place(store).catalogue.mkdir(parents=True)
    heard = Heard()
    (result,) = add(store, bag(tmp_path / "one"), heard=heard)
    assert (result.status, codes(result)) == ("added", set())
    assert {finding.code for finding in heard.warned} == {"catalogue-behind"}


def test_where_blocks_cannot_be_shared_files_are_copied(tmp_path: Path, store: Path) -> None:
    one = bag(tmp_path / "one")
    assert [result.status for result in add(store, one, reflink=True)] == ["added"]
    assert held(store) == in_folder(one)


@pytest.mark.parametrize("changed", [None, b"Second"])
def test_of_shared_blocks_it_is_the_clone_that_is_verified(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch, changed: bytes | None
) -> None:
    def clone(folder: Path, path: str, copy: int) -> bool:  # as btrfs and XFS do it; most disks of tests cannot
        os.write(copy, (folder / path).read_bytes().replace(b"second", changed or b"second"))
        return True

    monkeypatch.setattr(bag_storing, "_clone", clone)
    one = bag(tmp_path / "one")
    (result,) = add(store, one, reflink=True)
    if changed is None:
        assert result.status == "added"
        assert held(store) == in_folder(one)
    else:
        assert codes(result) == {"store-package-not-valid", "bag-file-damaged"}


@pytest.mark.parametrize("inside", ["bags/store", "bags/one/store", "bags/one"])
def test_a_store_inside_what_is_added_is_refused(tmp_path: Path, inside: str) -> None:
    bag(tmp_path / "bags" / "one")
    before = in_folder(tmp_path)
    with pytest.raises(UsageError, match="never written to"):
        add(tmp_path / inside, tmp_path / "bags")
    with pytest.raises(UsageError, match="never written to"):
        add(tmp_path / "store", tmp_path / "bags", place=store_place(tmp_path / "store", tmp_path / inside))
    assert in_folder(tmp_path) == before
