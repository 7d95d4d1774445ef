"""How a catalogue is opened: its settings, its tables, and what is refused."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from archiver.errors import ExitCode, UsageError
from archiver.storage.catalogue import Catalogue, opening, schema
from archiver.storage.catalogue.faults import (
    CatalogueDamagedError,
    CatalogueForeignError,
    CatalogueNewerError,
    CatalogueUnreachableError,
)
from archiver.storage.catalogue.opening import database_url, shown_url

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_tables_are_those_that_the_schema_states(catalogue: Catalogue) -> None:
    def include(name: str | None, kind: str, _parents: object) -> bool:
        return not (kind == "table" and (name or "").startswith(("description_words", "description_vectors")))

    with catalogue._reading() as connection:
        options: dict[str, Any] = {"include_name": include, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, schema.metadata) == []


def test_the_newest_step_is_the_last_one() -> None:
    script = ScriptDirectory(str(Path(opening.__file__).parent / "migrations"))
    assert script.get_heads() == [opening.NEWEST]


def test_many_may_open_a_new_one_at_once(new_database: Callable[[], str]) -> None:
    location = new_database()
    numbers: list[int] = []
    faults: list[BaseException] = []

    def open_it() -> None:
        try:
            with Catalogue.open(location) as catalogue:
                numbers.append(catalogue.register_store("/store"))
        except BaseException as error:  # noqa: BLE001 - the test's own thread tells of it
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(numbers) == 4
    assert len(set(numbers)) == 1


def test_a_newer_program_s_catalogue_is_refused(new_database: Callable[[], str]) -> None:
    location = new_database()
    with Catalogue.open(location) as catalogue, catalogue._writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(CatalogueNewerError):
        Catalogue.open(location)


def test_a_database_of_something_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "other.sqlite"
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE files (name TEXT)")
    before = file.read_bytes()
    with pytest.raises(CatalogueForeignError):
        Catalogue.open(file)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    "data", [b"no database at all, but long enough to be one" * 100, b"SQLite format 3\0" + b"x" * 8000]
)
def test_a_damaged_file_is_said(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "catalogue.sqlite"
    file.write_bytes(data)
    with pytest.raises(CatalogueDamagedError, match="store index"):
        Catalogue.open(file)
    assert file.read_bytes() == data


def test_the_settings_hold_against_a_power_cut(tmp_path: Path) -> None:
    with Catalogue.open(tmp_path / "catalogue.sqlite") as catalogue, catalogue._reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 3  # EXTRA


@pytest.mark.parametrize(
    "location",
    [
        "postgresql://ann:secret@host/name",
        "postgresql://host/name?password=secret",
        "postgresql+psycopg://ann:secret@host/name",
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(location: str) -> None:
    with pytest.raises(UsageError, match="pgpass") as caught:
        database_url(location)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("location", ["mysql://host/name", "sqlite://", "://", "http://x/y"])
def test_another_kind_of_database_is_refused(location: str) -> None:
    with pytest.raises(UsageError):
        database_url(location)


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("postgresql://ann@host:5433/name?sslmode=require", "postgresql://ann@host:5433/name"),
        ("postgres://host/name", "postgresql://host/name"),
        ("a folder/catalogue.sqlite", "a folder/catalogue.sqlite"),
        ("sqlite:////abs/catalogue.sqlite", "/abs/catalogue.sqlite"),
        ("odd?name#here.sqlite", "odd?name#here.sqlite"),
    ],
)
def test_how_a_place_is_shown(location: str, shown: str) -> None:
    assert shown_url(database_url(location)) == shown


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnreachableError, match="PGPASSFILE") as caught:
        Catalogue.open(f"postgresql:///archiver?host={tmp_path}")
    assert caught.value.exit_code is ExitCode.REMOTE
