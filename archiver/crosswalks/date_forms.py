"""Dates of EDTF and DCMI Period in the plainer forms that targets hold: a first and a last day, month or year.

A span says no more than the date does: qualifiers are dropped, and the caller says so or keeps the date beside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol, cast

from archiver.standards.dates import date_scheme, is_w3cdtf

_PART = r"(?P<{0}>[0-9]{{4}}(?:-(?:0[1-9]|1[0-2])(?:-[0-9]{{2}})?)?)[?~%]?"
_SINGLE = re.compile(_PART.format("start"))
_INTERVAL = re.compile(rf"(?:{_PART.format('start')}|\.\.)?/(?:{_PART.format('end')}|\.\.)?")
_SEASON = re.compile(r"([0-9]{4})-(?:2[1-9]|3[0-9]|4[01])[?~%]?")
"""ISO 8601-2 section 4.8: which months a season has depends on where it is, so only its year is known."""

_PERIOD = re.compile(r"(?:\A|;)\s*(start|end)\s*=\s*([^;]*[^;\s])\s*")
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """From when to when, each a W3CDTF date of its own precision; None where that end is open or unknown."""

    start: str | None
    end: str | None

    @property
    def interval(self) -> str:
        """One date, or two with a slash between them: ``1923``, ``1923/1925``, ``1923/``, ``/1925``."""
        if self.start == self.end and self.start:
            return self.start
        return f"{self.start or ''}/{self.end or ''}"

    @property
    def year(self) -> str:
        """Four digits: the year it starts in, or else the one it ends in."""
        return (self.start or self.end or "")[:4]


class _Day(Protocol):
    tm_year: int
    tm_mon: int
    tm_mday: int


class _Edtf(Protocol):
    def lower_strict(self) -> _Day: ...

    def upper_strict(self) -> _Day: ...


def span(text: str) -> Span | None:
    """Return what a date spans.

    Args:
        text: W3CDTF, EDTF (ISO 8601-2) or a DCMI Period.

    Returns:
        None for a text that is none of these, and for years before 1 or after 9999.
    """
    if len(text) > _LONGEST:
        return None
    if is_w3cdtf(text):
        return Span(start=text, end=text)
    if "=" in text:
        return _of_period(text)
    season = _SEASON.fullmatch(text)
    if season and is_w3cdtf(season[1]):
        return Span(start=season[1], end=season[1])
    return _of_edtf(text) if date_scheme(text) == "EDTF" else None


def first_day(text: str) -> str | None:
    """Return the one date that a target without ranges can hold, without a time: the first, or else the last."""
    found = span(text)
    return (found.start or found.end or "")[:10] or None if found else None


def _of_period(text: str) -> Span | None:
    parts = {name: value for name, value in _PERIOD.findall(text) if is_w3cdtf(value)}
    return Span(start=parts.get("start"), end=parts.get("end")) if parts else None


def _of_edtf(text: str) -> Span | None:
    single, interval = _SINGLE.fullmatch(text), _INTERVAL.fullmatch(text)
    found = None
    if single:
        found = Span(start=single["start"], end=single["start"])
    elif interval and (interval["start"] or interval["end"]):
        found = Span(start=interval["start"], end=interval["end"])
    known = found and all(is_w3cdtf(end) for end in (found.start, found.end) if end)
    return found if known else _of_rare_edtf(text)


def _of_rare_edtf(text: str) -> Span | None:
    from edtf import parse_edtf  # noqa: PLC0415 -- 0.2 s, and only for what is rare

    try:
        parsed = cast("_Edtf", parse_edtf(text))
        lower, upper = parsed.lower_strict(), parsed.upper_strict()
        first, last = ((int(day.tm_year), int(day.tm_mon), int(day.tm_mday)) for day in (lower, upper))
    except Exception:  # noqa: BLE001 -- the parser fails in many ways on rare forms; each means that it does not know
        return None
    if not (0 < first[0] <= 9999 and 0 < last[0] <= 9999 and first <= last):
        return None
    if first[1:] == (1, 1) and last[1:] == (12, 31):
        return Span(start=f"{first[0]:04}", end=f"{last[0]:04}")
    return Span(start="{:04}-{:02}-{:02}".format(*first), end="{:04}-{:02}-{:02}".format(*last))
