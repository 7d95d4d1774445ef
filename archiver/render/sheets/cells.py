"""One stored value as text: whole numbers whole, dates and times in ISO 8601, nothing rounded."""

from __future__ import annotations

import datetime as dt
from typing import TypeAlias

Value: TypeAlias = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_EXACT = 2.0**53
"""Beyond this a floating-point number does not tell whole numbers apart."""


def cell_text(value: Value) -> str:
    """Return a value as it is shown.

    Args:
        value: as the library gives it; spreadsheets store every number as floating-point (IEEE 754).
    """
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _EXACT else repr(value)
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat()
    if isinstance(value, dt.timedelta):
        return _duration(value)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def column_letters(index: int) -> str:
    """Return the name of a column, counted from 0: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _duration(value: dt.timedelta) -> str:
    """Return hours, which may be many, minutes and seconds."""
    sign = "-" if value < dt.timedelta() else ""
    seconds, microseconds = divmod(abs(value) // dt.timedelta(microseconds=1), 1_000_000)
    fraction = f".{microseconds:06}".rstrip("0") if microseconds else ""
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{fraction}"
