"""Where a store lies: its OCFL storage root, and beside it the records that are no part of OCFL (docs/adr/0021).

Names places alone; makes and opens nothing.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import UsageError
from archiver.standards.names import printable

RECORDS_SUFFIX = ".archiver"
"""Of the folder of records that lies beside a storage root and bears its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePlace:
    """One store: use :func:`store_place`."""

    location: str
    """Of the storage root, as the user named it: a folder, or a URL such as ``s3://bucket/folder``."""

    records: Path
    """Folder of everything that is known of the store and no part of it; need not exist."""

    @property
    def root(self) -> Path:
        """The storage root's folder.

        Raises:
            UsageError: it is no folder of this machine.
        """
        if is_remote(self.location):
            raise UsageError(f"{printable(self.location)} is no folder: stores elsewhere are read, not written to")
        return Path(self.location)

    @property
    def log(self) -> Path:
        """The append-only log, JSON Lines."""
        return self.records / "log.jsonl"

    @property
    def runs(self) -> Path:
        """Folder with the results of each audit."""
        return self.records / "runs"

    @property
    def parity(self) -> Path:
        """Folder of PAR2 sets, below it an object's path."""
        return self.records / "parity"

    @property
    def quarantine(self) -> Path:
        """Folder that keeps damaged objects which were replaced."""
        return self.records / "quarantine"

    @property
    def locks(self) -> Path:
        """Folder of what runs lock against each other."""
        return self.records / "locks"

    @property
    def staging(self) -> Path:
        """Folder that what is being written lies in, where the storage root is on the same file system."""
        return self.records / "staging"

    @property
    def timestamps(self) -> Path:
        """Folder of RFC 3161 time stamps."""
        return self.records / "timestamps"

    @property
    def catalogue(self) -> Path:
        """The SQLite file used where no other catalogue is named."""
        return self.records / "catalogue.sqlite"


def store_place(location: str | Path, records: Path | None = None) -> StorePlace:
    """Return where a store and its records lie.

    Args:
        location: the storage root, a folder or a URL.
        records: where the user wants its records; None: beside the root, ``STORE.archiver``.

    Raises:
        UsageError: there is no place beside the root, or the records would lie inside it.
    """
    where = os.fspath(location)
    if not where or "\0" in where:
        raise UsageError(f"{printable(where)!r} names no store")
    if records is None:
        return StorePlace(location=where, records=_beside(where))
    if not is_remote(where) and _is_within(records, Path(where)):
        raise UsageError(
            f"the records {printable(str(records))} would lie inside the store {printable(where)}, which holds OCFL "
            "objects alone: name a folder beside it"
        )
    return StorePlace(location=where, records=records)


def is_remote(location: str) -> bool:
    """Tell whether a location is a URL, and no folder of this machine."""
    scheme, separator, _ = location.partition("://")
    return bool(separator) and "/" not in scheme and scheme not in {"file", "local"}


def _beside(location: str) -> Path:
    shown = printable(location)
    if is_remote(location):
        raise UsageError(f"the store {shown} is no folder: say with --records where what is known of it is kept")
    root = Path(os.path.abspath(location))  # noqa: PTH100 - a link stays a link: records lie beside the name given
    if not root.name or os.path.ismount(root):
        raise UsageError(f"the store {shown} is a whole disk: say with --records where what is known of it is kept")
    return root.with_name(root.name + RECORDS_SUFFIX)


def _is_within(inner: Path, outer: Path) -> bool:
    inside, around = (Path(os.path.realpath(one)) for one in (inner, outer))
    return inside == around or around in inside.parents
