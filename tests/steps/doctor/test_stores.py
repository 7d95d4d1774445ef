from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from archiver.steps.doctor.stores import diagnose_stores
from archiver.storage.stores.abilities import StoreAbilities, store_abilities

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from archiver.steps.doctor.values import Diagnosis


def looked(store: str, par2: str = "par2") -> dict[str, Diagnosis]:
    return {found.subject: found for found in diagnose_stores(store, par2)}


def test_each_thing_is_told_and_nothing_is_left_behind(tmp_path: Path) -> None:
    found = looked(str(tmp_path / "not" / "there" / "store"))
    assert list(found) == ["store", "SQLite", "par2", "PostgreSQL driver", "S3"]
    assert found["store"].status == "ok"
    assert "takes the old one's place in" in found["store"].detail
    assert sqlite3.sqlite_version in found["SQLite"].detail
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_is_there_is_not_written_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "store").mkdir()
    tried: list[Path] = []

    def tell(folder: Path) -> StoreAbilities:
        tried.append(folder)
        return store_abilities(folder)

    monkeypatch.setattr("archiver.steps.doctor.stores.store_abilities", tell)
    looked(str(tmp_path / "store"))
    assert tried == [tmp_path]


def test_a_store_elsewhere_and_a_program_that_is_not_there() -> None:
    found = looked("s3://bucket/store", par2="no-such-program")
    assert "can be read and audited" in found["store"].detail
    assert found["par2"].status == "note"
    assert "pip install" in found["par2"].fix
