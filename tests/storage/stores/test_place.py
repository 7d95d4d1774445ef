"""Tests of where stores and their records lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.storage.stores.place import store_place


def test_records_lie_beside_the_root(tmp_path: Path) -> None:
    place = store_place(tmp_path / "store")
    assert place.root == tmp_path / "store"
    assert place.records == tmp_path / "store.archiver"
    assert place.log == tmp_path / "store.archiver" / "log.jsonl"


@pytest.mark.parametrize("location", ["store/", "a/../store", "./store"])
def test_the_name_is_the_same_however_it_is_written(location: str) -> None:
    assert store_place(location).records == Path("store.archiver").absolute()


def test_records_are_kept_where_the_user_says(tmp_path: Path) -> None:
    assert store_place(tmp_path / "a", tmp_path / "b").records == tmp_path / "b"
    assert store_place("s3://bucket/store", tmp_path).location == "s3://bucket/store"


@pytest.mark.parametrize("location", ["/", "/proc", "s3://bucket/store"])
def test_what_has_no_place_beside_it_wants_one_to_be_named(location: str) -> None:
    with pytest.raises(UsageError, match="--records"):
        store_place(location)


@pytest.mark.parametrize("records", ["store", "store/records", "store/../store/x"])
def test_records_never_lie_inside_the_root(tmp_path: Path, records: str) -> None:
    with pytest.raises(UsageError, match="inside the store"):
        store_place(tmp_path / "store", tmp_path / records)


def test_a_store_elsewhere_is_not_written_to(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        _ = store_place("s3://bucket/store", tmp_path).root


@pytest.mark.parametrize("location", ["", "a\0b"])
def test_what_names_nothing_is_refused(location: str) -> None:
    with pytest.raises(UsageError, match="names no store"):
        store_place(location)
