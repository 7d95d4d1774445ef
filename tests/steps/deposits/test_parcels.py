"""Tests of parcels: what is sent is the bag, verified, the same every time, and read once."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
from typing import TYPE_CHECKING

import pytest

from archiver.errors import FindingsError, UsageError
from archiver.model.deposits import Packaging
from archiver.steps.deposits.packages import PackageHere, PackageInStore
from archiver.steps.deposits.parcels.preparing import bytes_to_prepare, forget_parcel, make_parcel, plan_parcel
from archiver.storage.parcels import passing
from archiver.storage.stores.place import store_place
from tests.steps.deposits.parcels_to_make import FOLDER, TAR, ZIP, codes, digests, inside, on_disk, takes
from tests.steps.stores.bags_to_add import ONE, add, bag

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.deposits.contract import Capabilities
    from archiver.model.deposits import Parcel
    from tests.judges.verdict import JudgeResult

WAYS = {"tar": TAR, "zip": ZIP, "folder": FOLDER}


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return tmp_path / "records"


def sent(parcel: Parcel) -> dict[str, bytes]:
    """Return what a target would hold: path -> content, each as its digests say."""
    found = {}
    for file in parcel.files:
        content = file.source.read_bytes()
        assert (file.size, dict(file.digests)) == (len(content), digests(content))
        found[file.path] = content
    return found


def left_behind(records: Path) -> list[str]:
    return sorted(one.name for one in (records / "parcels").iterdir()) if records.exists() else []


@pytest.mark.parametrize("way", WAYS)
def test_what_is_sent_is_the_bag(tmp_path: Path, records: Path, way: str) -> None:
    package = bag(tmp_path / "one")
    parcel = make_parcel(PackageHere(path=package), WAYS[way], records)
    whole = on_disk(package, "one")
    if way == "folder":
        assert sent(parcel) == whole
        assert [file.path for file in parcel.files] == sorted(whole)
    else:
        assert [*sent(parcel)] == [f"one.{way}"]
        assert inside(parcel.files[0].source) == whole
    assert (parcel.identifier, parcel.name, parcel.bag) == (ONE, "one", package)
    assert parcel.bag_info["External-Identifier"] == (ONE,)
    lines = "".join(f"{hashlib.sha256(data).hexdigest()}  {path[4:]}\n" for path, data in sorted(whole.items()))
    assert parcel.package_digest == hashlib.sha256(lines.encode()).hexdigest()
    assert plan_parcel(PackageHere(path=package), WAYS[way]).size == parcel.size


@pytest.mark.parametrize("way", ["tar", "zip"])
def test_another_copy_of_the_bag_makes_the_same_bytes(tmp_path: Path, records: Path, way: str) -> None:
    package = bag(tmp_path / "one")
    first = make_parcel(PackageHere(path=package), WAYS[way], records)
    copy = tmp_path / "elsewhere" / "one"
    shutil.copytree(package, copy)
    for number, file in enumerate(copy.rglob("*")):
        os.utime(file, (1_000_000_000 + number, 1_000_000_000 + number))
    second = make_parcel(PackageHere(path=copy), WAYS[way], tmp_path / "other records")
    assert sent(first) == sent(second)
    assert first.key == second.key


def test_a_package_out_of_a_store_is_sent_from_where_it_lies(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one")
    store = tmp_path / "store"
    add(store, package)
    stored = PackageInStore(place=store_place(store), identifier=ONE)
    here = make_parcel(PackageHere(path=package), TAR, records)
    parcel = make_parcel(stored, FOLDER, records)
    assert all(file.source.is_relative_to(store) for file in parcel.files)
    assert sent(parcel) == {f"{parcel.name}/{path[4:]}": data for path, data in on_disk(package, "one").items()}
    assert parcel.package_digest == here.package_digest
    assert (parcel.bag / "bag-info.txt").read_bytes() == (package / "bag-info.txt").read_bytes()
    tar = make_parcel(stored, TAR, records)
    assert inside(tar.files[0].source) == sent(parcel)


def test_a_package_damaged_in_its_store_is_refused(tmp_path: Path, records: Path) -> None:
    store = tmp_path / "store"
    add(store, bag(tmp_path / "one"))
    content = next(one for one in store.rglob("a.txt") if one.is_file())
    content.write_bytes(b"fir5t\n")
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageInStore(place=store_place(store), identifier=ONE), TAR, records)
    assert codes(refused.value)[:2] == ["deposit-package-not-valid", "bag-file-damaged"]
    assert left_behind(records) == []


def test_a_file_that_no_manifest_lists_is_held_against_the_stores_inventory(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one")
    (package / "notes.txt").write_bytes(b"a note\n")
    store = tmp_path / "store"
    add(store, package)
    stored = PackageInStore(place=store_place(store), identifier=ONE)
    assert b"a note\n" in inside(make_parcel(stored, TAR, records).files[0].source).values()
    next(store.rglob("notes.txt")).write_bytes(b"a n0te\n")
    with pytest.raises(FindingsError, match="inventory"):
        make_parcel(stored, TAR, tmp_path / "other records")


@pytest.mark.parametrize("form", ["tar", "zip"])
def test_an_archive_is_sent_as_it_is_where_the_target_takes_it(tmp_path: Path, records: Path, form: str) -> None:
    package = make_parcel(PackageHere(path=bag(tmp_path / "one")), WAYS[form], tmp_path / "first")
    archive = tmp_path / f"one.{form}"
    shutil.copy(package.files[0].source, archive)
    parcel = make_parcel(PackageHere(path=archive), takes(Packaging.FOLDER, Packaging.TAR, Packaging.ZIP), records)
    assert parcel.files[0].source == archive
    assert sent(parcel) == {f"one.{form}": archive.read_bytes()}
    assert parcel.key == package.key
    assert (parcel.bag / "bagit.txt").is_file()
    assert not (parcel.bag / "data" / "a.txt").exists()


def test_an_archive_that_a_target_does_not_take_is_made_into_one_that_it_does(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one")
    archive = tmp_path / "one.tar.gz"
    with tarfile.open(archive, "w:gz") as out:
        out.add(package, "one")
    as_folder = make_parcel(PackageHere(path=archive), FOLDER, records)
    assert sent(as_folder) == on_disk(package, "one")
    as_zip = make_parcel(PackageHere(path=archive), ZIP, records)
    assert inside(as_zip.files[0].source) == on_disk(package, "one")
    assert as_zip.key == as_folder.key


def test_what_was_made_is_neither_read_nor_written_again(
    tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = bag(tmp_path / "one")
    first = make_parcel(PackageHere(path=package), TAR, records)
    made = first.files[0].source.stat()
    monkeypatch.setattr(passing.PassingBag, "read", pytest.fail)
    second = make_parcel(PackageHere(path=package), TAR, records)
    assert second.files[0] == first.files[0]
    assert second.files[0].source.stat().st_mtime_ns == made.st_mtime_ns


def test_a_package_that_changed_is_read_anew(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one")
    make_parcel(PackageHere(path=package), TAR, records)
    (package / "data" / "a.txt").write_bytes(b"fir5t\n")
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageHere(path=package), TAR, records)
    assert "bag-file-damaged" in codes(refused.value)


def test_a_parcel_that_somebody_wrote_to_is_made_anew(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one")
    made = make_parcel(PackageHere(path=package), TAR, records).files[0]
    with made.source.open("r+b") as file:
        file.seek(600)
        file.write(b"?")
    assert digests(made.source.read_bytes()) != made.digests
    assert sent(make_parcel(PackageHere(path=package), TAR, records))


@pytest.mark.parametrize("way", WAYS)
def test_a_damaged_bag_is_refused_with_every_finding_and_leaves_nothing(
    tmp_path: Path, records: Path, way: str
) -> None:
    package = bag(tmp_path / "one")
    (package / "data" / "a.txt").write_bytes(b"fir5t\n")
    (package / "data" / "deep" / "er" / "b.txt").unlink()
    (package / "data" / "new.txt").write_bytes(b"")
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageHere(path=package), WAYS[way], records)
    assert codes(refused.value)[0] == "deposit-package-not-valid"
    assert {"bag-file-damaged", "bag-file-missing", "bag-file-unlisted"} <= set(codes(refused.value))
    assert left_behind(records) == []


@pytest.mark.parametrize(
    ("labels", "code"),
    [
        pytest.param([], "deposit-identifier-missing", id="none"),
        pytest.param(
            [("External-Identifier", "a"), ("External-Identifier", "b")], "deposit-identifier-ambiguous", id="two"
        ),
    ],
)
def test_a_bag_that_does_not_say_what_it_is_is_refused(
    tmp_path: Path, records: Path, labels: list[tuple[str, str]], code: str
) -> None:
    package = bag(tmp_path / "one", identifier=None, labels=labels)
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageHere(path=package), TAR, records)
    assert codes(refused.value) == [code]
    with pytest.raises(FindingsError) as refused:
        plan_parcel(PackageHere(path=package), TAR)
    assert codes(refused.value) == [code]


@pytest.mark.parametrize("capabilities", [takes(Packaging.TAR, largest=10_239), takes(Packaging.FOLDER, largest=100)])
def test_what_is_too_large_is_said_before_anything_is_written(
    tmp_path: Path, records: Path, capabilities: Capabilities
) -> None:
    package = bag(tmp_path / "one")
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageHere(path=package), capabilities, records)
    assert set(codes(refused.value)) == {"deposit-too-large"}
    assert not any(one.name.endswith("tar") for one in records.rglob("*"))
    with pytest.raises(FindingsError):
        plan_parcel(PackageHere(path=package), capabilities)


def test_a_tar_of_the_largest_size_is_taken(tmp_path: Path, records: Path) -> None:
    assert make_parcel(PackageHere(path=bag(tmp_path / "one")), takes(Packaging.TAR, largest=10_240), records)


def test_what_did_not_read_back_is_refused(tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from archiver.storage.serialized import finished_bag  # noqa: PLC0415 - its seal is what is broken

    seal = finished_bag.FinishedBag.seal

    def sealed_wrong(self: finished_bag.FinishedBag) -> None:
        seal(self)
        with self._place.open("r+b") as file:
            file.seek(700)
            file.write(b"?")

    monkeypatch.setattr(finished_bag.FinishedBag, "seal", sealed_wrong)
    for way in ("tar", "zip"):
        with pytest.raises(FindingsError) as refused:
            make_parcel(PackageHere(path=bag(tmp_path / way)), WAYS[way], records)
        assert codes(refused.value) == ["deposit-parcel-not-read-back"]
    assert left_behind(records) == []


def test_a_refused_fsync_leaves_nothing(tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = bag(tmp_path / "one")

    def refuse(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(FindingsError) as refused:
        make_parcel(PackageHere(path=package), TAR, records)
    assert codes(refused.value) == ["disk-refused"]
    monkeypatch.undo()
    assert sent(make_parcel(PackageHere(path=package), TAR, records))


def test_forgetting_removes_every_form_and_no_other_package(tmp_path: Path, records: Path) -> None:
    package, other = bag(tmp_path / "one"), bag(tmp_path / "two", {"c": b"c"}, identifier="urn:x:2")
    parcel = make_parcel(PackageHere(path=package), TAR, records)
    make_parcel(PackageHere(path=package), FOLDER, records)
    kept = make_parcel(PackageHere(path=other), TAR, records)
    forget_parcel(records, parcel)
    assert len(left_behind(records)) == 1
    assert sent(kept)


def test_there_is_no_package(tmp_path: Path, records: Path) -> None:
    with pytest.raises(UsageError, match="there is no package"):
        make_parcel(PackageHere(path=tmp_path / "none"), TAR, records)


def test_progress_is_told_of_no_more_than_was_announced(tmp_path: Path, records: Path) -> None:
    package = bag(tmp_path / "one", {"large": bytes(3_000_000)})
    told: list[int] = []
    make_parcel(PackageHere(path=package), TAR, records, told.append)
    announced = bytes_to_prepare(PackageHere(path=package), TAR)
    assert 6_000_000 < sum(told) <= announced + 40_000


def test_another_programs_reader_takes_the_tar_for_a_bag(
    tmp_path: Path, records: Path, bagit_judge: Callable[[Path], JudgeResult]
) -> None:
    names = {f"{'long name ' * 15}{number}.txt": b"x" for number in range(2)} | {"é/ü.txt": b"y"}
    parcel = make_parcel(PackageHere(path=bag(tmp_path / "one", names)), TAR, records)
    with tarfile.open(parcel.files[0].source) as archive:
        archive.extractall(tmp_path / "out", filter="data")
    result = bagit_judge(tmp_path / "out" / "one")
    assert result.passed, result.detail
