"""What an audit leaves behind: a line a package at once, then the catalogue, then a signed-off entry in the log.

A run that was killed is gone on with: what it had checked is not read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from archiver.model import FixityResult
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults, open_runs, run_path

if TYPE_CHECKING:
    from archiver.standards.audit_log.canonical import Json
    from archiver.standards.audit_log.entries import LogEntry
    from archiver.steps.audit.asking import AuditedStore, AuditRequest

_RUN = re.compile(r"audit-([0-9]{8}T[0-9]{6})Z(?:-[0-9]+)?", re.ASCII)
_TIME = "%Y%m%dT%H%M%S"

_BATCH = 200
"""Results after which the catalogue is told."""

_PATIENCE = 5.0
"""Seconds after which it is told of fewer."""


class Recording:
    """The run of one store; a context manager that lets go of it, and a run not closed can be gone on with."""

    def __init__(self, store: AuditedStore, request: AuditRequest) -> None:
        """Begin a run, or go on with the one that was broken off.

        Raises:
            UsageError: another audit of the store is under way.
            StorageError: the disk of the records refused.
        """
        self._store = store
        self._request = request
        self._log = StoreLog(store.place.records)
        now = request.clock()
        before = self._log.last("audit")
        self.since = now - before.time if before else None
        """How long ago the last audit ended; None: there was none."""
        broken_off = [run for run in open_runs(store.place.records) if _RUN.fullmatch(run)]
        for run in broken_off[:-1]:  # more than one was left behind: what they found counts all the same
            with RunResults.open_or_resume(store.place.records, run) as older:
                store.catalogue.results(store.number, older.results(), run)
                older.close(self._log, {"store": store.place.location, "stopped": "broken-off"}, now=now)
        name = broken_off[-1] if broken_off else _name(store, now)
        self._results = RunResults.open_or_resume(store.place.records, name)
        self.begun = _begun(name, now) if broken_off else now
        """When the run began; of one that is gone on with, the first time."""
        self.ago = now - self.begun
        """How long that was ago."""
        self.resumed = self._results.count
        """Packages that were checked before it was broken off."""
        if self.resumed:
            store.catalogue.results(store.number, self._results.results(), name)
        self._waiting: list[FixityResult] = []
        self._told = request.seconds()

    @property
    def run(self) -> str:
        """Name of the run."""
        return self._results.run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *what: object) -> None:
        self._results.__exit__(*what)

    def add(self, result: FixityResult) -> None:
        """Keep one result, and tell the catalogue now and then.

        Raises:
            StorageError: the disk refused.
            CatalogueError: the catalogue did.
        """
        self._results.append(result)
        self._waiting.append(result)
        if len(self._waiting) >= _BATCH or self._request.seconds() - self._told >= _PATIENCE:
            self.tell()

    def close(self, body: Mapping[str, Json]) -> LogEntry:
        """Sign the run off: its results are durable, and the log holds their Merkle root.

        Raises:
            StorageError: the disk refused; the run can be gone on with.
            CatalogueError: the catalogue did; same.
        """
        self.tell()
        return self._results.close(self._log, body, now=self._request.clock())

    def tell(self) -> None:
        """Have the catalogue know everything that was kept until now.

        Raises:
            StorageError: the disk of the records refused.
            CatalogueError: it cannot be written.
        """
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._results.make_durable()  # or a power cut would leave the catalogue with checks that the log lacks
            self._store.catalogue.results(self._store.number, waiting, self.run)
        self._told = self._request.seconds()


def _name(store: AuditedStore, now: datetime) -> str:
    """Return a name that no run of the store has; it begins with the time."""
    plain = name = f"audit-{now.astimezone(UTC).strftime(_TIME)}Z"
    number = 1
    while run_path(store.place.records, name).exists():
        number += 1
        name = f"{plain}-{number}"
    return name


def _begun(run: str, now: datetime) -> datetime:
    match = _RUN.fullmatch(run)
    try:
        return min(now, datetime.strptime(match[1], _TIME).replace(tzinfo=UTC)) if match else now
    except ValueError:  # the 31st of February: somebody else's file
        return now
