"""Lengths of time and rates as people write them: ``90d``, ``2 hours``, ``1 year``, ``50MB/s``. Reads no clock."""

from __future__ import annotations

import re
from datetime import timedelta

from archiver.standards.sizes import parse_size

_LENGTH = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,3})?) ?([a-z]+)", re.ASCII | re.IGNORECASE)

_DAY = 86_400
_UNITS = {
    1: ("s", "sec", "second", "seconds"),
    60: ("m", "min", "minute", "minutes"),
    3600: ("h", "hour", "hours"),
    _DAY: ("d", "day", "days"),
    7 * _DAY: ("w", "week", "weeks"),
    30 * _DAY: ("month", "months"),
    91 * _DAY: ("quarter", "quarters"),
    365 * _DAY: ("y", "year", "years"),
}
_SECONDS = {name: seconds for seconds, names in _UNITS.items() for name in names}

_LONGEST = timedelta(days=365 * 1000)


def parse_duration(text: str) -> timedelta | None:
    """Read a length of time.

    Args:
        text: a number and a unit: seconds, minutes (``m``), hours, days, weeks, months (30 days), quarters (91), years
            (365); ``s``, ``m``, ``h``, ``d``, ``w`` and ``y`` for short.

    Returns:
        At least a second, at most a thousand years; None when the text is no such length.
    """
    match = _LENGTH.fullmatch(text.strip(" "))
    seconds = _SECONDS.get(match[2].lower()) if match else None
    if match is None or seconds is None:
        return None
    total = float(match[1]) * seconds
    return timedelta(seconds=total) if 1 <= total <= _LONGEST.total_seconds() else None


def parse_rate(text: str) -> int | None:
    """Read a rate.

    Args:
        text: a size as for :func:`archiver.standards.sizes.parse_size`, and ``/s``, which may be left out.

    Returns:
        Bytes a second, at least 1; None when the text is no rate.
    """
    return parse_size(text.strip(" ").removesuffix("/s"))


def in_days(length: timedelta) -> str:
    """Return a length of time in words: ``90 days``, ``1 day``, ``2 hours``."""
    for seconds, noun in ((_DAY, "day"), (3600, "hour"), (60, "minute")):
        count = int(length.total_seconds() // seconds)
        if count:
            return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
    return "less than a minute"
