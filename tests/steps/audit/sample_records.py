"""Records of a store with a few additions and audits, for tests of evidence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from archiver.model import FixityOutcome, FixityResult
from archiver.standards.audit_log.entries import LogEntry
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def result(number: int, outcome: FixityOutcome = FixityOutcome.OK) -> FixityResult:
    """Return what was found of the package ``urn:x:NUMBER``."""
    return FixityResult(
        identifier=f"urn:x:{number}",
        path=f"o/{number}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=outcome,
        files=2,
        bytes=100,
        started=NOW,
        ended=NOW + timedelta(seconds=number),
    )


def add_run(records: Path, name: str, results: int, *, now: datetime = NOW) -> LogEntry:
    """Add a closed audit with so many results, all of them ok."""
    with RunResults.open_or_resume(records, name) as run:
        for number in range(results):
            run.append(result(number))
        return run.close(StoreLog(records), {}, now=now)


def make_records(folder: Path) -> Path:
    """Make records with five entries, two of them audits of three packages and of one."""
    log = StoreLog(folder)
    log.append("added", {"identifier": "urn:x:0"}, now=NOW)
    add_run(folder, "first", 3)
    log.append("acknowledged", {"identifier": "urn:x:0", "why": "\u00e4"}, now=NOW)
    add_run(folder, "second", 1)
    log.append("added", {"identifier": "urn:x:1"}, now=NOW)
    return folder
