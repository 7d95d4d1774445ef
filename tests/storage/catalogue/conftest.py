"""Catalogues in both databases."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from archiver.storage.catalogue import Catalogue
from tests.judges.postgresql import USER, postgresql_programs, running_postgresql
from tests.judges.verdict import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a server that listens on a socket in a folder of its own, and give the options of a URL that reach it."""
    if postgresql_programs() is None:
        missing("postgresql", "PostgreSQL's programs postgres and initdb are not installed")
    with running_postgresql() as folder:
        yield f"host={folder}&user={USER}"


@pytest.fixture
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], str]:
    """Return a function that gives the place of a new catalogue in the database that the test is run with."""

    def sqlite() -> str:
        return str(tmp_path_factory.mktemp("catalogue") / "catalogue.sqlite")

    def postgresql() -> str:
        import psycopg  # noqa: PLC0415 - only where it is used

        options = request.getfixturevalue("postgresql_server")
        name = f"c{os.getpid()}_{time.monotonic_ns()}"
        host = options.partition("&")[0].removeprefix("host=")
        # A schema of its own in one database: making a database takes a hundred times as long.
        with psycopg.connect(host=host, user=USER, dbname="postgres", autocommit=True) as connection:
            connection.execute(psycopg.sql.SQL("CREATE SCHEMA {}").format(psycopg.sql.Identifier(name)))
        return f"postgresql:///postgres?{options}&options=-csearch_path%3D{name}"

    return postgresql if getattr(request, "param", "sqlite") == "postgresql" else sqlite


@pytest.fixture
def catalogue(new_database: Callable[[], str]) -> Iterator[Catalogue]:
    """Return a new catalogue; each test that uses it runs in both databases."""
    with Catalogue.open(new_database()) as opened:
        yield opened


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test that uses a catalogue in both databases."""
    if "new_database" in metafunc.fixturenames:
        metafunc.parametrize("new_database", ["sqlite", "postgresql"], indirect=True)
