"""Opens the database of a catalogue: the right settings, and its tables made or brought up to date.

A password is never taken from a URL: PostgreSQL's own library asks ``~/.pgpass``, the file that ``PGPASSFILE`` names,
or a service file. Holds no data and asks no question of it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from archiver.errors import MissingProgramError, UsageError
from archiver.storage.catalogue.faults import CatalogueForeignError, CatalogueNewerError, in_words

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

NEWEST = "0002"
"""The last step of ``migrations``; a test holds the two together."""

_WAIT = 120
"""Seconds that a writer waits for another's transaction, which are short."""

_CACHE = 64 << 10
"""KiB of pages that SQLite holds at most; the index of digests is written in random places."""

_ADVISORY = 0x617263686976  # PostgreSQL: who migrates holds this lock, so that two do not
_MIGRATING = threading.Lock()  # alembic keeps the step at hand in a variable of its module


def database_url(location: str | Path) -> URL:
    """Return the URL of a catalogue that a person named.

    Args:
        location: the path of an SQLite file, or a URL: ``postgresql://user@host/name``, ``sqlite:///path``.

    Raises:
        UsageError: another kind of database, or a URL with a password in it.
    """
    words = str(location)
    scheme = words.partition("://")[0]
    if isinstance(location, Path) or "://" not in words:
        return URL.create("sqlite", database=words)
    try:
        url = make_url(words)
    except (ArgumentError, ValueError):
        raise UsageError(f"the catalogue cannot be at a {scheme}: address of this form; {_FORMS}") from None
    if url.password is not None or "password" in url.query:
        raise UsageError(
            "a password in the address of a catalogue can be read by others; leave it out, and put it into ~/.pgpass "
            "or the file that PGPASSFILE names: host:port:database:user:password"
        )
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg")
    if url.drivername == "sqlite" and url.database:
        return url
    raise UsageError(f"a catalogue cannot be kept in {scheme}; {_FORMS}")


_FORMS = "name a file (SQLite), or postgresql://USER@HOST/DATABASE"


def shown_url(url: URL) -> str:
    """Return where a catalogue is, fit for a message: a path, or a URL without what is nobody's business."""
    if url.drivername == "sqlite":
        return str(url.database)
    return url.set(drivername="postgresql", query={}).render_as_string(hide_password=True)


def open_database(url: URL) -> Engine:
    """Connect, and make the tables or bring them up to date.

    Raises:
        CatalogueError: the database cannot be reached or used, or a newer program made it.
        MissingProgramError: it is PostgreSQL, and psycopg is not installed.
    """
    try:
        engine = create_engine(url, **_settings(url))
    except ModuleNotFoundError as error:
        raise MissingProgramError(
            "a catalogue in PostgreSQL needs psycopg; install it: pip install 'preservation-archiver[postgresql]'"
        ) from error
    if url.drivername == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        with in_words(shown_url(url)):
            _bring_up_to_date(engine, shown_url(url))
    except BaseException:
        engine.dispose()
        raise
    return engine


def writing(engine: Engine) -> Engine:
    """Return the engine whose transactions write: SQLite then takes the lock at once, and none is refused midway."""
    return engine.execution_options(writes=True)


def _settings(url: URL) -> dict[str, Any]:
    if url.drivername == "sqlite":
        return {"connect_args": {"timeout": _WAIT, "isolation_level": None, "check_same_thread": False}}
    return {"connect_args": {"connect_timeout": 30, "application_name": "archiver"}, "pool_pre_ping": True}


def _prepare_sqlite(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own type
    # A write-ahead log loses writes before SQLite 3.51.3, and cannot be on a network share at all.
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = EXTRA")
    connection.execute(f"PRAGMA cache_size = -{_CACHE}")
    connection.execute("PRAGMA temp_store = FILE")


def _begin_sqlite(connection: Connection) -> None:
    # Python's driver would begin at the first write alone, and a reader that turns writer may be refused for good.
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _bring_up_to_date(engine: Engine, shown: str) -> None:
    with engine.connect() as connection:
        if _version(connection, shown) == NEWEST:
            return
    with _MIGRATING, writing(engine).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY})
        if _version(connection, shown) != NEWEST:  # nobody did it meanwhile
            _migrate(connection)


def _version(connection: Connection, shown: str) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if "alembic_version" not in tables:
        if tables & {"stores", "objects", "files"}:
            raise CatalogueForeignError(f"{shown} holds tables of something else; name another place for the catalogue")
        return None
    version = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    if version is not None and version > NEWEST:
        raise CatalogueNewerError(
            f"the catalogue {shown} was made by a newer version of archiver; use that one, or name another catalogue"
        )
    return str(version) if version else None


def _migrate(connection: Connection) -> None:
    from alembic.operations import Operations  # noqa: PLC0415 - most openings need none of these
    from alembic.runtime.migration import MigrationContext, MigrationStep  # noqa: PLC0415 - same
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - same

    script = ScriptDirectory(str(Path(__file__).parent / "migrations"))

    def steps(revision: Any, _context: object) -> list[MigrationStep]:  # noqa: ANN401 - alembic's own type
        return list(script._upgrade_revs("head", revision))  # noqa: SLF001 - what alembic's own command calls

    options = {"fn": steps, "transactional_ddl": True}
    context = MigrationContext.configure(connection, opts=options)
    with Operations.context(context):
        context.run_migrations()
