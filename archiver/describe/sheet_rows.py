"""Which row of which sheet speaks of a document, a compound item, a folder or everything.

It joins names as rows write them to paths of the source; what a row says is the row's own matter.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.describe.metadata_files import UnreadableError, open_regular, unreadable_sidecar
from archiver.describe.sheets.reading import read_sheet
from archiver.describe.sheets.rows import Row, duplicate_row
from archiver.describe.sheets.store import RowStore
from archiver.describe.sheets.telling import Telling
from archiver.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from archiver.describe.matching import PathIndex
    from archiver.model import Finding

_ARCHIVEMATICA = ("objects/", "data/")
_EVERYTHING = "."


class SheetRows:
    """The rows of all sheets of a metadata folder."""

    def __init__(self, paths: PathIndex) -> None:
        """Begin without any.

        Args:
            paths: of every document and compound item of the source; may be empty when they are not known.
        """
        self._paths = paths
        self._store = RowStore()

    def read(self, folder: Path, file: str) -> tuple[Finding, ...]:
        """Read one sheet more; returns what is wrong with it as a whole."""
        try:
            with open_regular(folder / file) as stream:
                return read_sheet(stream, file, self._store)
        except UnreadableError as error:
            return (unreadable_sidecar(file, str(error)),)

    def close_input(self) -> tuple[Finding, ...]:
        """Make the rows findable, after the last sheet; returns a finding for each row that repeats another's file."""
        self._store.close_input()
        tellings: dict[str, Telling] = {}
        for first, second in self._store.repeated():
            tellings.setdefault(second.layout.file, Telling(second.layout.file)).add(duplicate_row(first, second))
        return tuple(finding for telling in tellings.values() for finding in telling.findings())

    def about(self, key: str) -> Row | None:
        """Return the row about a document, a compound item, a folder, or, for an empty path, everything."""
        return next((row for name in self._names(key) if (row := self._store.find(name))), None)

    def about_all_in(self, folder: str) -> Row | None:
        """Return the row that describes everything in a folder: one that is no item, or the whole.

        Archivematica gives such a row to the folder alone; here only items have records, so the documents in it, which
        would otherwise lose it, take it over. An item's own row is the item's.
        """
        if folder and (not self._paths or self._paths.is_item(folder)):
            return None
        return self.about(folder)

    def unmatched(self, known: PathIndex) -> Iterator[Finding]:
        """Name the rows about what is not there, and what is wrong with them."""
        tellings: dict[str, Telling] = {}
        for name, file in self._store.names():
            if name in known or name == _EVERYTHING or any(form in known or not form for form in _forms(name)):
                continue
            telling = tellings.setdefault(file, Telling(file))
            if telling.is_full("sheet-row-without-file", Severity.WARNING):
                telling.count("sheet-row-without-file", Severity.WARNING)
            elif row := self._store.find(name):
                telling.add(known.row_without_file(row))
                telling.extend(row.findings)
        for telling in tellings.values():
            yield from telling.findings()

    def _names(self, key: str) -> Iterator[str]:
        yield key or _EVERYTHING
        # Archivematica's metadata.csv names documents from above the folder they lie in.
        for prefix in _ARCHIVEMATICA:
            name = (prefix + key).rstrip("/")
            if name not in self._paths:
                yield name


def _forms(filename: str) -> tuple[str, ...]:
    """Return what else a row's file name may mean as a path of the source; an empty one is everything."""
    if not filename.startswith(("objects", "data")):
        return ()
    inner = (f"{filename}/".removeprefix(prefix).rstrip("/") for prefix in _ARCHIVEMATICA)
    return tuple(form for form in inner if form != filename)
