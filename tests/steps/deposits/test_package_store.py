"""Tests of a store as a target sees it: what is found, what is added, and what reading again tells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.errors import FindingsError
from archiver.model.deposits import EvidenceLevel
from archiver.steps.deposits.package_store import LocalPackageStore
from archiver.steps.deposits.packages import PackageHere, PackageInStore
from archiver.steps.deposits.parcels.preparing import make_parcel
from archiver.storage.stores.place import store_place
from tests.steps.deposits.parcels_to_make import FOLDER, on_disk
from tests.steps.stores.bags_to_add import ONE, add, bag, held, in_folder

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.model.deposits import Parcel


def store_at(place: Path) -> LocalPackageStore:
    return LocalPackageStore(store_place(place), Configuration(), lambda: datetime(2026, 11, 22, 12, tzinfo=UTC))


def parcel_of(tmp_path: Path, name: str = "one", **files: bytes) -> Parcel:
    package = bag(tmp_path / name, files or None)
    return make_parcel(PackageHere(path=package), FOLDER, tmp_path / "records")


def test_what_is_added_is_found_and_reads_back(tmp_path: Path) -> None:
    store, parcel = store_at(tmp_path / "store"), parcel_of(tmp_path)
    assert store.find(parcel) is None
    assert store.add(parcel) == "v1"
    assert store.find(parcel) == "v1"
    assert held(tmp_path / "store") == in_folder(tmp_path / "one")
    evidence = store.check(parcel, "v1")
    assert (evidence.level, evidence.agrees) == (EvidenceLevel.READ_BACK, True)
    assert evidence.identifiers == {"object": ONE, "version": "v1"}


def test_another_package_of_the_same_identifier_is_a_version_of_its_own(tmp_path: Path) -> None:
    store = store_at(tmp_path / "store")
    first, second = parcel_of(tmp_path), parcel_of(tmp_path, "two", other=b"other")
    assert store.add(first) == "v1"
    assert store.find(second) is None
    assert store.add(second) == "v2"
    assert (store.find(first), store.find(second)) == ("v1", "v2")
    assert store.add(first) == "v1"


def test_a_damaged_copy_does_not_agree(tmp_path: Path) -> None:
    store, parcel = store_at(tmp_path / "store"), parcel_of(tmp_path)
    store.add(parcel)
    content = next(one for one in (tmp_path / "store").rglob("a.txt"))
    content.write_bytes(b"fir5t\n")
    assert not store.check(parcel, "v1").agrees
    content.unlink()
    evidence = store.check(parcel, "v1")
    assert (evidence.level, evidence.agrees) == (EvidenceLevel.NONE, False)
    assert not store.check(parcel, "v7").agrees


def test_a_package_of_one_store_goes_into_another(tmp_path: Path) -> None:
    package = bag(tmp_path / "one")
    add(tmp_path / "first", package)
    stored = PackageInStore(place=store_place(tmp_path / "first"), identifier=ONE)
    parcel = make_parcel(stored, FOLDER, tmp_path / "records")
    other = store_at(tmp_path / "second")
    assert other.check(parcel, other.add(parcel)).agrees
    assert held(tmp_path / "second") == in_folder(package)


def test_a_package_that_was_damaged_since_is_not_added(tmp_path: Path) -> None:
    store, parcel = store_at(tmp_path / "store"), parcel_of(tmp_path)
    (tmp_path / "one" / "data" / "a.txt").write_bytes(b"fir5t\n")
    with pytest.raises(FindingsError):
        store.add(parcel)
    assert store.find(parcel) is None
    assert on_disk(tmp_path / "store", "store").keys() >= {"store/0=ocfl_1.1"}
