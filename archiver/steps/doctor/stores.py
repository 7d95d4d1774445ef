"""What this machine has and lacks for stores: their file system, SQLite, parity, PostgreSQL and object stores.

Makes a hidden folder beside the store for a moment, to try what the file system can do; else it only looks.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from archiver.errors import MissingProgramError
from archiver.standards.names import printable
from archiver.steps.doctor.values import Diagnosis
from archiver.storage.parity.program import find_par2
from archiver.storage.stores.abilities import store_abilities
from archiver.storage.stores.place import is_remote

_SAFE_LOG = (3, 51, 3)
"""SQLite from which on a write-ahead log loses nothing when it is reset (https://sqlite.org/wal.html)."""

_EXTRAS = (
    ("psycopg", "PostgreSQL driver", "postgresql", "catalogues in PostgreSQL"),
    ("s3fs", "S3", "s3", "stores in S3 buckets are read and audited"),
)


def diagnose_stores(store: str, par2: str = "par2") -> Iterator[Diagnosis]:
    """Look at what keeping packages needs.

    Args:
        store: where the store is or would be: a folder or a URL.
        par2: name or path of the program for parity.
    """
    yield _file_system(store)
    yield _sqlite()
    yield _parity(par2)
    for package, subject, extra, use in _EXTRAS:
        yield _extra(package, subject, extra, use)


def _file_system(store: str) -> Diagnosis:
    subject = "store"
    shown = printable(store)
    if is_remote(store):
        return Diagnosis(subject=subject, status="ok", detail=f"{shown} is no folder: it can be read and audited")
    folder = next(one for one in (Path(store).absolute(), *Path(store).absolute().parents) if one.is_dir())
    # Beside the store, not in it: a storage root holds OCFL alone.
    beside = folder.parent if folder == Path(store).absolute() else folder
    try:
        found = store_abilities(beside)
    except OSError as error:
        detail = f"nothing can be written beside {shown}: {error.strerror or error}"
        fix = "Packages can be read and audited; to add or repair some, name a store that you may write to."
        return Diagnosis(subject=subject, status="note", detail=detail, fix=fix)
    swapped = "in one step" if found.exchange else "in three steps, which the next run ends if they are cut off"
    linked = "can share blocks with their originals" if found.reflink else "are always whole (no reflinks)"
    words = f"a new version takes the old one's place {swapped}; copies {linked}"
    return Diagnosis(subject=subject, status="ok", detail=f"{shown} on {found.kind or 'a file system'}: {words}")


def _sqlite() -> Diagnosis:
    told = sqlite3.sqlite_version
    with closing(sqlite3.connect(":memory:")) as connection:
        try:
            connection.execute("CREATE VIRTUAL TABLE words USING fts5(word)")
        except sqlite3.Error:
            fix = "Use a Python whose SQLite has FTS5, as all current ones do."
            return Diagnosis(
                subject="SQLite", status="missing", detail=f"{told}, without FTS5: no catalogue can be made", fix=fix
            )
    words = f"{told}: catalogues keep a rollback journal, written through at each commit"
    if sqlite3.sqlite_version_info < _SAFE_LOG:
        words += " (before 3.51.3 a write-ahead log may lose writes)"
    return Diagnosis(subject="SQLite", status="ok", detail=words)


def _parity(program: str) -> Diagnosis:
    try:
        found = find_par2(program)
    except MissingProgramError as error:
        detail = "not on this machine: archiver protect and repair --parity need it"
        return Diagnosis(subject="par2", status="note", detail=detail, fix=f"{error}"[:1].upper() + f"{error}"[1:])
    return Diagnosis(subject="par2", status="ok", detail=f"{found.version} ({printable(found.executable)})")


def _extra(package: str, subject: str, extra: str, use: str) -> Diagnosis:
    try:
        return Diagnosis(subject=subject, status="ok", detail=f"{package} {version(package)}: {use}")
    except PackageNotFoundError:
        fix = f"pip install 'preservation-archiver[{extra}]'"
        return Diagnosis(subject=subject, status="note", detail=f"{package} is not installed; with it, {use}", fix=fix)
