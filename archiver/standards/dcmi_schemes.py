"""DCMI's structured values: Point, Box and Period, written as ``name=value; name=value`` (DCSV).

Each question says what is wrong with a text, or that nothing is. No text is changed, and no place is looked up.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from archiver.standards.dates import is_w3cdtf

PlaceScheme = Literal["Point", "Box"]

LONGEST = 4000
"""Characters beyond which a text is no structured value."""

# DCMI Point, DCMI Box and DCMI Period Encoding Schemes (2006-04-10), section 2: their component names.
_COMMON = ("units", "zunits", "projection", "name")
_POINT = frozenset({"east", "north", "elevation", *_COMMON})
_LIMITS = ("northlimit", "eastlimit", "southlimit", "westlimit")
_BOX = frozenset({*_LIMITS, "uplimit", "downlimit", *_COMMON})
_PERIOD = frozenset({"start", "end", "scheme", "name"})
_W3CDTF_NAMES = frozenset({"", "w3c-dtf", "w3cdtf"})

_PART = re.compile(r"(?:[^;\\]|\\.)+")
_MEANT_AS_POINT = re.compile(r"(?:\A|;)\s*(?:east|north)\s*=")
_MEANT_AS_BOX = re.compile(r"(?:\A|;)\s*(?:north|east|south|west)limit\s*=")
_MEANT_AS_PERIOD = re.compile(r"(?:\A|;)\s*(?:start|end)\s*=")
_NUMBER = re.compile(r"[+-]?[0-9]{1,12}(?:\.[0-9]{0,12})?")


class PlaceVerdict(NamedTuple):
    """On a text that is meant as a Point or a Box."""

    scheme: PlaceScheme
    fault: str | None
    """What is wrong with it, in words that go on after the text; None: nothing."""


def judge_place(text: str) -> PlaceVerdict | None:
    """Judge a text that names coordinates; None for any other, such as the name of a place.

    Without ``units`` the coordinates are decimal degrees (section 2 of both schemes), and are held to their range.
    """
    if len(text) > LONGEST:
        return None
    if _MEANT_AS_BOX.search(text):
        return PlaceVerdict("Box", _box_fault(text))
    return PlaceVerdict("Point", _point_fault(text)) if _MEANT_AS_POINT.search(text) else None


def is_meant_as_period(text: str) -> bool:
    """Tell whether a text is written as a Period: it gives a start or an end."""
    return len(text) <= LONGEST and _MEANT_AS_PERIOD.search(text) is not None


def period_fault(text: str) -> str | None:
    """Say what is wrong with a Period, or None.

    Where it names no other scheme, its dates are W3CDTF (DCMI Period, section 2).
    """
    parts = _parts(text, _PERIOD)
    if isinstance(parts, str):
        return parts
    if parts.get("scheme", "").lower() not in _W3CDTF_NAMES:
        return None
    dates = [parts[name] for name in ("start", "end") if parts.get(name)]
    for date in dates:
        if not is_w3cdtf(date):
            return f"{date[:40]!r} is no W3CDTF date, and no other scheme is named"
    if not dates:
        return "it gives neither a start nor an end"
    shared = min(len(date.partition("T")[0]) for date in dates)
    if len(dates) == 2 and dates[0][:shared] > dates[1][:shared]:
        return "it ends before it begins"
    return None


def _point_fault(text: str) -> str | None:
    parts = _parts(text, _POINT)
    if isinstance(parts, str):
        return parts
    if missing := [name for name in ("east", "north") if not parts.get(name)]:
        return f"it has no {' and no '.join(missing)}"
    return _numbers_fault(parts, ("east", "north"))


def _box_fault(text: str) -> str | None:
    parts = _parts(text, _BOX)
    if isinstance(parts, str):
        return parts
    if missing := [name for name in _LIMITS if not parts.get(name)]:
        return f"it has no {' and no '.join(missing)}"
    fault = _numbers_fault(parts, _LIMITS)
    if fault is None and float(parts["southlimit"]) > float(parts["northlimit"]):
        return "its southlimit lies north of its northlimit"
    return fault  # a box may well lie across the 180th meridian: its westlimit is then the larger


def _numbers_fault(parts: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    for name in names:
        if not _NUMBER.fullmatch(parts[name]):
            return f"its {name} {parts[name][:40]!r} is no decimal number"
        furthest = 90 if name.startswith(("north", "south")) else 180
        if "units" not in parts and "projection" not in parts and abs(float(parts[name])) > furthest:
            return f"its {name} is beyond {furthest} degrees"
    return None


def _parts(text: str, known: frozenset[str]) -> dict[str, str] | str:
    """Split a DCSV text into its components, or say why it is none."""
    parts: dict[str, str] = {}
    for part in _PART.findall(text):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not name and not equals:
            continue
        if not equals or name not in known:
            return f"{name[:40]!r} is none of its components: {', '.join(sorted(known))}"
        if name in parts:
            return f"{name} stands twice"
        parts[name] = value.strip()
    return parts
