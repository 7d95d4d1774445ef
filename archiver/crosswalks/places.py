"""Places as values write them: a name, a DCMI Point or a DCMI Box.

Coordinates are read in the default unit, signed decimal degrees; with units or a projection they stay a text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMPONENT = re.compile(r"\s*([A-Za-z]+)\s*=\s*([^;]*[^;\s])\s*")
_DEGREES = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,15})?")
_OTHER_UNITS = frozenset(("units", "projection", "zunits"))
_LONGEST = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One place."""

    name: str | None
    point: tuple[float, float] | None = None
    """Longitude and latitude, decimal degrees."""

    box: tuple[float, float, float, float] | None = None
    """West and east longitude, south and north latitude, decimal degrees."""


def parse_place(text: str) -> Place:
    """Take a place apart (DCMI Point and DCMI Box encoding schemes); what is neither is a name."""
    parts = _components(text) if len(text) <= _LONGEST and "=" in text else {}
    if parts and not _OTHER_UNITS & set(parts):
        point = _numbers(parts, (("east", 180), ("north", 90)))
        box = _numbers(parts, (("westlimit", 180), ("eastlimit", 180), ("southlimit", 90), ("northlimit", 90)))
        if box:
            return Place(name=parts.get("name"), box=(box[0], box[1], box[2], box[3]))
        if point:
            return Place(name=parts.get("name"), point=(point[0], point[1]))
    return Place(name=text)


def point_text(name: str, longitude: str, latitude: str) -> str:
    """Write a DCMI Point."""
    return "; ".join(filter(None, (f"name={name}" if name else "", f"east={longitude}", f"north={latitude}")))


def box_text(name: str, west: str, east: str, south: str, north: str) -> str:
    """Write a DCMI Box."""
    limits = f"northlimit={north}; southlimit={south}; westlimit={west}; eastlimit={east}"
    return f"name={name}; {limits}" if name else limits


def _components(text: str) -> dict[str, str]:
    matches = [_COMPONENT.fullmatch(part) for part in text.split(";")]
    return {match[1].lower(): match[2] for match in matches if match} if all(matches) else {}


def _numbers(parts: dict[str, str], limits: tuple[tuple[str, int], ...]) -> tuple[float, ...] | None:
    texts = [parts.get(name, "") for name, _ in limits]
    if not all(_DEGREES.fullmatch(text) for text in texts):
        return None
    numbers = tuple(float(text) for text in texts)
    return numbers if all(abs(number) <= limit for number, (_, limit) in zip(numbers, limits, strict=True)) else None
