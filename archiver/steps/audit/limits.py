"""What an audit is told to keep to: how long a check is good for, how much is read at once, how fast.

Puts the configuration and what the command line says together; asks no store and no clock.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TypeVar

from archiver.config import AuditSettings
from archiver.errors import ConfigurationError
from archiver.standards.durations import parse_duration, parse_rate
from archiver.standards.sizes import parse_size

T = TypeVar("T")

_LENGTH = 'must be a length of time, such as "90 days"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What holds for the stores of one place."""

    older_than: timedelta | None = None
    """How long a check is good for; None: everything is due."""

    rate: int | None = None
    """Bytes a second at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLimits:
    """What holds for one audit."""

    schedule: Schedule = Schedule()
    """Of stores that have none of their own."""

    locations: tuple[tuple[str, Schedule], ...] = ()
    """Place, a folder or a URL -> the schedule of the stores there; what it does not say is None."""

    max_bytes: int | None = None
    max_time: timedelta | None = None
    sample: int | None = None
    """So many packages, drawn by lot from those that are due."""

    share: float | None = None
    """The same, as a share of them."""

    def of_store(self, location: str) -> Schedule:
        """Return the schedule of a store: that of the nearest place above it, and what this leaves open."""
        fitting = [(len(place), schedule) for place, schedule in self.locations if _is_below(location, place)]
        nearest = max(fitting, key=lambda pair: pair[0])[1] if fitting else Schedule()
        return Schedule(
            older_than=nearest.older_than or self.schedule.older_than, rate=nearest.rate or self.schedule.rate
        )

    def overridden(self, *, older_than: timedelta | None = None, rate: int | None = None) -> AuditLimits:
        """Return the limits with what was asked for on the command line, which holds for every store."""
        asked = Schedule(older_than=older_than or self.schedule.older_than, rate=rate or self.schedule.rate)
        places = tuple(
            (place, Schedule(older_than=older_than or one.older_than, rate=rate or one.rate))
            for place, one in self.locations
        )
        return replace(self, schedule=asked, locations=places)


def configured_limits(settings: AuditSettings) -> AuditLimits:
    """Read the limits that the configuration states.

    Raises:
        ConfigurationError: a length of time, a size or a rate cannot be read; the message names the key.
    """

    def read(key: str, text: str | None, parse: Callable[[str], T | None], rule: str) -> T | None:
        value = parse(text) if text is not None else None
        if text is not None and value is None:
            raise ConfigurationError(f"{settings.file}: {key} {rule}, and is {text!r}")
        return value

    return AuditLimits(
        schedule=Schedule(
            older_than=read("audit.older_than", settings.older_than, parse_duration, _LENGTH),
            rate=read("audit.rate", settings.rate, parse_rate, 'must be a rate, such as "50 MB/s"'),
        ),
        locations=tuple(
            (
                _normal(one.path),
                Schedule(
                    older_than=read("audit.location.every", one.every, parse_duration, _LENGTH),
                    rate=read("audit.location.rate", one.rate, parse_rate, 'must be a rate, such as "50 MB/s"'),
                ),
            )
            for one in settings.locations
        ),
        max_bytes=read("audit.max_bytes", settings.max_bytes, parse_size, 'must be a size, such as "10 GB"'),
        max_time=read("audit.max_time", settings.max_time, parse_duration, _LENGTH),
    )


def _normal(location: str) -> str:
    return location.rstrip("/") if "://" in location else os.path.abspath(location)  # noqa: PTH100 - follows no link


def _is_below(location: str, place: str) -> bool:
    normal = _normal(location)
    return normal == place or normal.startswith(place.rstrip("/") + "/")
