"""Whether a store's audits still take place: when the last one was, when the next is due, and by how much it is late.

Reads the log alone. A log without audits counts from its first entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from archiver.config import Configuration
from archiver.errors import ConfigurationError
from archiver.standards.audit_log.canonical import Json
from archiver.standards.audit_log.entries import LogEntry
from archiver.standards.durations import in_days, parse_duration
from archiver.storage.store_log.log import StoreLog

SCHEDULED = "scheduled"
"""Kind of the entry that says how often audits are to begin: ``every_seconds``, ``system`` and ``name``."""

_GRACE = 10
"""Part of the time between two audits by which one may be late, before it is said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heartbeat:
    """When audits of a store take place."""

    last: LogEntry | None
    """Of kind ``audit``; None: there was none yet."""

    every: timedelta | None
    """How often they are to begin; None: nobody said."""

    due: datetime | None
    """When the next is to begin."""

    overdue: timedelta | None
    """By how much it is late; None: it is not, or not by much."""


def heartbeat(records: Path, every: timedelta | None, now: datetime) -> Heartbeat:
    """Look when the audits of a store take place.

    Args:
        records: of the store.
        every: how often they are to begin; None: as the log says.
        now: with its zone.

    Raises:
        StorageError: the log cannot be read.
    """
    log = StoreLog(records)
    every = every or _scheduled(log)
    last = log.last("audit")
    begun = last or next(log.entries(), None)
    if every is None or begun is None:
        return Heartbeat(last=last, every=every, due=None, overdue=None)
    due = begun.time + every
    late = now - due
    return Heartbeat(last=last, every=every, due=due, overdue=late if late > every / _GRACE else None)


def configured_schedule(configuration: Configuration) -> timedelta | None:
    """Read ``[audit] schedule``; None where nothing is said.

    Raises:
        ConfigurationError: it is no length of time.
    """
    said = configuration.audit.schedule
    every = parse_duration(said) if said is not None else None
    if said is not None and every is None:
        raise ConfigurationError(
            f'{configuration.audit.file}: audit.schedule must be a length of time, such as "1 week"'
        )
    return every


def record_schedule(records: Path, every: timedelta, told: Mapping[str, str], now: datetime) -> LogEntry:
    """Note in the log that audits are to begin so often from now on.

    Raises:
        StorageError: the disk refused.
    """
    body: dict[str, Json] = {"every_seconds": int(every.total_seconds()), **told}
    return StoreLog(records).append(SCHEDULED, body, now=now)


def reminder(beat: Heartbeat, store: str) -> str | None:
    """Word in one line that an audit is overdue; None: it is not.

    Args:
        beat: of the store.
        store: its name, printable.
    """
    if beat.overdue is None or beat.every is None:
        return None
    since = f"the last was {in_days(beat.every + beat.overdue)} ago" if beat.last else "there was none yet"
    return f"The audit of {store} is overdue by {in_days(beat.overdue)} ({since}): archiver audit"


def _scheduled(log: StoreLog) -> timedelta | None:
    entry = log.last(SCHEDULED)
    seconds = entry.body.get("every_seconds") if entry else None
    return timedelta(seconds=seconds) if isinstance(seconds, int) and 0 < seconds < 1 << 35 else None
