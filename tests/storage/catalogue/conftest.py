"""Catalogues in both databases. PostgreSQL is a server of the tests' own, stopped by what started it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.storage.catalogue import Catalogue
from tests.judges.verdict import missing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PLACES = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")


def _programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, the newest version's."""
    for place in _PLACES:
        for folder in sorted(Path("/").glob(place.lstrip("/")), reverse=True):
            if all(os.access(folder / name, os.X_OK) for name in ("postgres", "initdb")):
                return folder
    return None


def _user() -> tuple[int, int] | tuple[None, None]:
    """Return user and group that the server runs as where we are root, which it refuses to be."""
    for name in ("postgres", "nobody") if os.geteuid() == 0 else ():
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid, pwd.getpwnam(name).pw_gid
    return None, None


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """Start a server that listens on a socket in a folder of its own, and give the options of a URL that reach it."""
    programs = _programs()
    if programs is None:
        missing("postgresql", "PostgreSQL's programs postgres and initdb are not installed")
    assert programs is not None  # it was skipped or failed
    user, group = _user()
    # A socket's path has 107 bytes at most: the folders that pytest makes are too deep.
    memory = Path("/dev/shm")  # noqa: S108 - made anew inside it, by a random name
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=memory if memory.is_dir() else None))
    try:
        if user is not None:
            os.chown(folder, user, group or 0)
        data = folder / "data"
        words = ["-D", str(data), "-U", "archiver", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        home = {"HOME": str(folder), "LC_ALL": "C"}
        subprocess.run(
            [programs / "initdb", *words], check=True, capture_output=True, env=home, cwd="/", user=user, group=group
        )
        command: list[str | Path] = [
            programs / "postgres",
            "-D",
            str(data),
            "-k",
            str(folder),
            "-c",
            "listen_addresses=",
            "-F",
        ]
        server = subprocess.Popen(command, stderr=subprocess.PIPE, env=home, cwd="/", user=user, group=group)
        try:
            _wait(server)
            yield f"host={folder}&user=archiver"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once: nothing of it is kept
            server.wait(60)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(server: subprocess.Popen[bytes]) -> None:
    """Read what the server says until it is ready; a thread reads the rest, so that it can go on saying."""
    said = b""
    stream = server.stderr
    assert stream is not None
    for line in stream:
        said += line
        if b"ready to accept connections" in line:
            threading.Thread(target=stream.read, daemon=True).start()
            return
    pytest.fail(f"PostgreSQL did not start: {said.decode(errors='replace')}")


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
        with psycopg.connect(host=host, user="archiver", dbname="postgres", autocommit=True) as connection:
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
