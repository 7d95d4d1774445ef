"""``[audit]``: how often what is stored is read again, and how much of the machine that may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from archiver.config.tables import Table, refuse_unknown
from archiver.standards.durations import parse_duration, parse_rate
from archiver.standards.sizes import parse_size

if TYPE_CHECKING:
    from archiver.errors import ConfigurationError

T = TypeVar("T")

AUDIT_KEYS = ("older_than", "max_bytes", "max_time", "rate", "workers", "location")

_LOCATION_KEYS = ("path", "every", "rate")

_LENGTH = 'must be a length of time, such as "90 days"'
_SIZE = 'must be a size, such as "10 GB"'
_RATE = 'must be a rate, such as "50 MB/s"'


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedLocation:
    """A schedule of its own for what lies somewhere: a tape that wants to be read once a year."""

    path: str
    """A store, or a folder or URL that stores lie below."""

    every: timedelta | None = None
    """How long a check is good for; None: as everywhere."""

    rate: int | None = None
    """Bytes a second at most; None: as everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """What an archive says of its audits; nothing said means no limit."""

    older_than: timedelta | None = None
    """How long a check is good for."""

    max_bytes: int | None = None
    max_time: timedelta | None = None
    rate: int | None = None
    """Bytes a second."""

    workers: int | None = None
    """Processes that read; None: one a core."""

    locations: tuple[AuditedLocation, ...] = ()


def audit_settings(audit: Table) -> AuditSettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable.
    """
    return AuditSettings(
        older_than=_length(audit, "older_than"),
        max_bytes=_size(audit, "max_bytes"),
        max_time=_length(audit, "max_time"),
        rate=_rate(audit),
        workers=audit.count("workers") if "workers" in audit else None,
        locations=tuple(_location(one, audit) for one in _tables(audit)),
    )


def _tables(audit: Table) -> list[object]:
    value = audit.values.get("location", [])
    if not isinstance(value, list):
        raise audit.fault("location", "is written as [[audit.location]], one table for each")
    return value


def _location(value: object, audit: Table) -> AuditedLocation:
    if not isinstance(value, dict):
        raise audit.fault("location", "is written as [[audit.location]], one table for each")
    refuse_unknown(value, _LOCATION_KEYS, "key in [[audit.location]]", audit.file)
    place = Table(name="audit.location", values=value, file=audit.file)
    if "path" not in place:
        raise audit.fault("location", 'needs a path: a store, or a folder that stores lie in, such as "/mnt/tape"')
    path = place.text("path")
    return AuditedLocation(
        path=path if "://" in path else str(Path(audit.file).parent / path),
        every=_length(place, "every"),
        rate=_rate(place),
    )


def _length(table: Table, key: str) -> timedelta | None:
    if key not in table:
        return None
    return _known(parse_duration(table.text(key)), table.fault(key, _LENGTH))


def _size(table: Table, key: str) -> int | None:
    return _known(parse_size(table.text(key)), table.fault(key, _SIZE)) if key in table else None


def _rate(table: Table) -> int | None:
    return _known(parse_rate(table.text("rate")), table.fault("rate", _RATE)) if "rate" in table else None


def _known(value: T | None, fault: ConfigurationError) -> T:
    if value is None:
        raise fault
    return value
