"""What can go wrong with a database, in words: locked, damaged, unreachable, made by a newer program.

Names the database without its password; a fault of the program itself passes through as it is.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator

from archiver.errors import ArchiverError, ExitCode
from archiver.standards.names import printable


class CatalogueError(ArchiverError):
    """The catalogue cannot be read or written now: it is locked for too long, or its disk refused."""

    exit_code = ExitCode.PARTIAL


class CatalogueDamagedError(CatalogueError):
    """What stands where the catalogue should be is no database, or a broken one; it can be made anew from the store."""


class CatalogueForeignError(CatalogueError):
    """The database has tables of something else; nothing was changed."""

    exit_code = ExitCode.USAGE


class CatalogueNewerError(CatalogueError):
    """A newer version of the program made the catalogue."""

    exit_code = ExitCode.USAGE


class CatalogueUnreachableError(CatalogueError):
    """The database server cannot be reached, or lets nobody in."""

    exit_code = ExitCode.REMOTE


@contextlib.contextmanager
def in_words(shown: str) -> Iterator[None]:
    """Raise what the database refuses as a :class:`CatalogueError`.

    Args:
        shown: where the catalogue is, without its password.
    """
    from sqlalchemy import exc  # noqa: PLC0415 - loaded by who opened the catalogue

    try:
        yield
    except exc.DBAPIError as error:
        raise _worded(error.orig, shown) from error
    except exc.TimeoutError as error:
        raise CatalogueError(f"the catalogue {shown} has no connection left: too many threads use it") from error


def _worded(error: BaseException | None, shown: str) -> BaseException:
    reason = printable(" ".join(str(error).split()))
    if isinstance(error, sqlite3.Error):
        return _sqlite_worded(error, reason, shown)
    state = getattr(error, "sqlstate", None)
    if type(error).__name__ == "OperationalError" and (state is None or state[:2] in {"08", "28", "3D", "57"}):
        return CatalogueUnreachableError(
            f"the database of the catalogue {shown} cannot be used: {reason}; check that it runs, that it has this "
            "database and user, and that the password stands in ~/.pgpass or in the file that PGPASSFILE names"
        )
    return CatalogueError(f"the catalogue {shown} refused: {reason}")


def _sqlite_worded(error: sqlite3.Error, reason: str, shown: str) -> CatalogueError:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF  # the primary one of an extended result code
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return CatalogueDamagedError(
            f"{shown} is no catalogue or a damaged one ({reason}); `archiver store index` makes it anew from the store"
        )
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return CatalogueError(
            f"the catalogue {shown} is in use by another program that does not let go; try again when it has ended"
        )
    if code == sqlite3.SQLITE_FULL:
        return CatalogueError(f"the disk that holds the catalogue {shown} is full; free some room and try again")
    if code == sqlite3.SQLITE_READONLY:
        return CatalogueError(f"the catalogue {shown} may not be written; check its permissions")
    return CatalogueError(f"the catalogue {shown} cannot be used: {reason}; check its folder and its disk")
