"""What can go wrong with the journal, in words: damaged, newer than the program, locked, on a full disk."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from archiver.errors import ExitCode, StorageError
from archiver.standards.names import printable


class JournalError(StorageError):
    """The journal of deposits cannot be read or written; nothing is sent without it."""


class JournalNewerError(JournalError):
    """A newer version of the program wrote the journal."""

    exit_code = ExitCode.USAGE


@contextlib.contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Raise what SQLite refuses as a :class:`JournalError`."""
    try:
        yield
    except sqlite3.Error as error:
        raise _worded(error, printable(str(file))) from error


@contextlib.contextmanager
def readable(file: Path) -> Iterator[None]:
    """Raise what cannot be a journal's row as a :class:`JournalError`."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise JournalError(_DAMAGED.format(file=printable(str(file)), reason=printable(str(error)))) from error


_DAMAGED = (
    "{file} is damaged, or is no journal of deposits ({reason}); put back a copy of it, or move it away: the targets "
    "are then asked for each deposit anew"
)


def _worded(error: sqlite3.Error, file: str) -> JournalError:
    code = (getattr(error, "sqlite_errorcode", 0) or 0) & 0xFF  # the primary one of an extended result code
    reason = printable(" ".join(str(error).split()))
    if code in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB} or isinstance(error, sqlite3.IntegrityError):
        return JournalError(_DAMAGED.format(file=file, reason=reason))
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return JournalError(f"{file} is in use by another program that does not let go; try again when it has ended")
    if code == sqlite3.SQLITE_FULL:
        return JournalError(f"the disk that holds {file} is full; free some room, then run `archiver deposit resume`")
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return JournalError(f"{file} cannot be opened or may not be written ({reason}); check its folder's permissions")
    return JournalError(f"{file} cannot be used: {reason}; check its disk, then run `archiver deposit resume`")
