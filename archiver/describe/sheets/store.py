"""The rows of all sheets, found by the name of the file they describe.

Kept in a private database that SQLite holds in a few megabytes of memory and, beyond them, in a temporary file that has
no name any more: a million rows cost disk, not memory. Nothing of it outlives the process.
"""

from __future__ import annotations

import json
import sqlite3
from threading import Lock
from typing import TYPE_CHECKING

from archiver.describe.sheets.lines import CellNote, Line, Oddity
from archiver.describe.sheets.rows import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.describe.sheets.columns import Layout

_BATCH = 1000
_ENCODER = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
_CACHE = -8000
"""Of SQLite, in KiB, as its pragma wants it."""


class RowStore:
    """Rows, added while sheets are read and asked for by many threads after :meth:`close_input`."""

    def __init__(self) -> None:
        """Make an empty store."""
        # SQLite: an empty name is a private database on disk, unlinked at once, and in memory while it is small.
        self._database = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._database.execute(f"PRAGMA cache_size = {_CACHE}")
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, name TEXT, layout INTEGER, lines TEXT)")
        self._database.execute("BEGIN")
        self._layouts: list[Layout] = []
        self._waiting: list[tuple[str, int, str]] = []
        self._count = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return self._count

    def add(self, row: Row) -> None:
        """Add one row; a second one of the same name is kept too, and found by :meth:`repeated` alone."""
        if not self._layouts or self._layouts[-1] is not row.layout:
            self._layouts.append(row.layout)
        self._waiting.append((row.filename, len(self._layouts) - 1, _ENCODER.encode(row.lines)))
        self._count += 1
        if len(self._waiting) >= _BATCH:
            self._write()

    def close_input(self) -> None:
        """Make the rows findable; none is added afterwards."""
        self._write()
        self._database.execute("COMMIT")
        self._database.execute("CREATE INDEX by_name ON row (name)")

    def repeated(self) -> Iterator[tuple[Row, Row]]:
        """Yield every row whose file an earlier row names, after that first row, in the order they were added."""
        query = (
            "SELECT later.id, (SELECT min(id) FROM row WHERE name = later.name) AS first FROM row AS later "
            "WHERE EXISTS (SELECT 1 FROM row WHERE name = later.name AND id < later.id) ORDER BY later.id"
        )
        for later, first in self._each(query):
            yield self._by_id(int(first)), self._by_id(int(later))

    def find(self, name: str) -> Row | None:
        """Return the first row about a file, or None.

        Args:
            name: NFC, as :attr:`Row.filename`.
        """
        if not self._count:
            return None
        with self._lock:
            found = self._database.execute(
                "SELECT name, layout, lines FROM row WHERE name = ? ORDER BY id LIMIT 1", (name,)
            ).fetchone()
        return self._row(*found) if found else None

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield of each row that is used the file it names and the sheet it stands in, in the order of the sheets."""
        query = (
            "SELECT name, layout FROM row AS one WHERE NOT EXISTS "
            "(SELECT 1 FROM row WHERE name = one.name AND id < one.id) ORDER BY id"
        )
        for name, layout in self._each(query):
            yield str(name), self._layouts[int(layout)].file

    def _each(self, query: str) -> Iterator[tuple[int | str, ...]]:
        if not self._count:
            return
        cursor = self._database.execute(query)
        while True:
            with self._lock:
                found = cursor.fetchmany(_BATCH)
            if not found:
                return
            yield from found

    def _by_id(self, identifier: int) -> Row:
        with self._lock:
            found = self._database.execute("SELECT name, layout, lines FROM row WHERE id = ?", (identifier,)).fetchone()
        return self._row(*found)

    def _row(self, name: str, layout: int, lines: str) -> Row:
        return Row(
            filename=name,
            layout=self._layouts[layout],
            lines=tuple(
                Line(number, cells, tuple(CellNote(column, Oddity(oddity), shown) for column, oddity, shown in notes))
                for number, cells, notes in json.loads(lines)
            ),
        )

    def _write(self) -> None:
        self._database.executemany("INSERT INTO row (name, layout, lines) VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()
