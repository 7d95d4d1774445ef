"""``[audit]``: how often what is stored is read again, and how much of the machine that may take.

Lengths of time, sizes and rates stay the text that they are; :mod:`archiver.steps.audit.limits` reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from archiver.config.tables import Table, refuse_unknown

AUDIT_KEYS = ("older_than", "max_bytes", "max_time", "rate", "workers", "schedule", "location")

_LOCATION_KEYS = ("path", "every", "rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditedLocation:
    """A schedule of its own for what lies somewhere: a tape that wants to be read once a year."""

    path: str
    """A store, or a folder or URL that stores lie below."""

    every: str | None = None
    """How long a check is good for; None: as everywhere."""

    rate: str | None = None
    """Of reading; None: as everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSettings:
    """What an archive says of its audits; nothing said means no limit."""

    older_than: str | None = None
    """How long a check is good for, such as ``90 days``."""

    max_bytes: str | None = None
    """Such as ``10 GB``."""

    max_time: str | None = None
    rate: str | None = None
    """Such as ``50 MB/s``."""

    workers: int | None = None
    """Processes that read; None: one a core."""

    schedule: str | None = None
    """How often an audit is to begin, such as ``1 week``: what ``audit schedule`` asks for, and ``audit status`` holds
    against what was done."""

    locations: tuple[AuditedLocation, ...] = ()
    file: str = ""
    """That says so, for messages."""


def audit_settings(audit: Table) -> AuditSettings:
    """Return what the table says.

    Raises:
        ConfigurationError: a value is unusable.
    """
    return AuditSettings(
        older_than=_text(audit, "older_than"),
        max_bytes=_text(audit, "max_bytes"),
        max_time=_text(audit, "max_time"),
        rate=_text(audit, "rate"),
        workers=audit.count("workers") if "workers" in audit else None,
        schedule=_text(audit, "schedule"),
        locations=tuple(_location(one, audit) for one in _tables(audit)),
        file=audit.file,
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
        every=_text(place, "every"),
        rate=_text(place, "rate"),
    )


def _text(table: Table, key: str) -> str | None:
    return table.text(key) if key in table else None
