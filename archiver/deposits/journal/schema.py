"""The tables of the journal, and how a journal of an older version becomes one of this.

``user_version`` of the file says which version wrote it; each entry of :data:`MIGRATIONS` leads to the next.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from archiver.deposits.journal.faults import JournalError, JournalNewerError
from archiver.standards.names import printable

APPLICATION = 0x61726476
"""``application_id`` of the file, so that no database of something else is taken for a journal."""

_FIRST = """
CREATE TABLE deposit (
    id TEXT PRIMARY KEY,
    target TEXT NOT NULL, kind TEXT NOT NULL, location TEXT NOT NULL, origin TEXT NOT NULL,
    identifier TEXT NOT NULL, name TEXT NOT NULL, package_digest TEXT NOT NULL, packaging TEXT NOT NULL,
    size INTEGER NOT NULL, file_count INTEGER NOT NULL, file TEXT,
    state TEXT NOT NULL, reason TEXT, askable INTEGER NOT NULL DEFAULT 0, seen INTEGER NOT NULL DEFAULT 0,
    tries INTEGER NOT NULL DEFAULT 1, times TEXT NOT NULL, findings TEXT NOT NULL DEFAULT '[]',
    memory TEXT NOT NULL DEFAULT '{}', found_at TEXT, identifiers TEXT NOT NULL DEFAULT '{}',
    left_out INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE intent (
    number INTEGER PRIMARY KEY,
    deposit TEXT NOT NULL REFERENCES deposit (id),
    phase TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL, time TEXT NOT NULL,
    end TEXT, words TEXT, settled INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX intent_in_doubt ON intent (deposit) WHERE settled = 0;
CREATE TABLE exchange (
    number INTEGER PRIMARY KEY,
    deposit TEXT NOT NULL REFERENCES deposit (id),
    time TEXT NOT NULL, request TEXT NOT NULL, reply TEXT NOT NULL, headers TEXT NOT NULL, body TEXT
);
CREATE INDEX exchange_of_deposit ON exchange (deposit, number);
CREATE TABLE file_evidence (
    deposit TEXT NOT NULL REFERENCES deposit (id), number INTEGER NOT NULL,
    path TEXT NOT NULL, level TEXT NOT NULL, size INTEGER, digest TEXT, agrees INTEGER NOT NULL,
    PRIMARY KEY (deposit, number)
) WITHOUT ROWID;
"""

MIGRATIONS: tuple[str, ...] = (_FIRST,)
VERSION = len(MIGRATIONS)


def bring_up_to_date(connection: sqlite3.Connection, file: Path) -> None:
    """Make the tables, or change an older journal's; all of it or nothing.

    Raises:
        JournalNewerError: a newer version of the program wrote it.
        JournalError: it is a database of something else.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection, file)
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        if version < VERSION:
            connection.execute(f"PRAGMA application_id = {APPLICATION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection, file: Path) -> int:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    application = int(connection.execute("PRAGMA application_id").fetchone()[0])
    tables = int(connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])
    if application != APPLICATION and (application or version or tables):
        raise JournalError(
            f"{printable(str(file))} is a database of something else; nothing was changed: name another folder "
            "with --records, or records in [deposits] of archiver.toml"
        )
    if version > VERSION:
        raise JournalNewerError(
            f"{printable(str(file))} was written by a newer version of archiver (journal {version}, this one knows "
            f"{VERSION}); use that version, or name another folder with --records"
        )
    return version
