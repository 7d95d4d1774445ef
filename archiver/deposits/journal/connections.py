"""Opens the journal's database: one connection a thread, every write on the disk before it returns.

A rollback journal and no write-ahead log: the folder may lie on a network mount, and is copied by people as one file.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

from archiver.deposits.journal.faults import in_words
from archiver.deposits.journal.schema import bring_up_to_date

_PATIENCE = 60.0
"""Seconds that another run's write is waited for."""


class _Held:
    """A thread's connection, closed when its thread has ended: parts of a file are sent by threads that come and go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.close = weakref.finalize(self, connection.close)


class Connections:
    """The connections to one file; closed together."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._here = threading.local()
        self._all: weakref.WeakSet[_Held] = weakref.WeakSet()
        self._lock = threading.Lock()
        with in_words(file):
            bring_up_to_date(self._connection(), file)

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection, in a transaction: what is read fits together."""
        with in_words(self._file):
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection; what the block wrote is on the disk when it ends, or none of it."""
        with in_words(self._file):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                # A commit that the disk refused may have taken the transaction back by itself.
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection; only when no thread works with them any more."""
        with self._lock:
            for held in list(self._all):
                held.close()
            self._all.clear()
        self._here = threading.local()

    def _connection(self) -> sqlite3.Connection:
        held: _Held | None = getattr(self._here, "held", None)
        if held is not None:
            return held.connection
        # Closed by another thread than the one that uses it, hence check_same_thread.
        connection = sqlite3.connect(self._file, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
        self._here.held = _Held(connection)
        with self._lock:
            self._all.add(self._here.held)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = DELETE")
        # EXTRA syncs the folder too once the rollback journal is gone: a power cut brings no transaction back.
        connection.execute("PRAGMA synchronous = EXTRA")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA cell_size_check = ON")
        return connection


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, and let their entries reach the disk.

    Raises:
        OSError: it cannot be made.
    """
    missing = [step for step in (folder, *folder.parents) if not step.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for step in missing:
        descriptor = os.open(step.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
