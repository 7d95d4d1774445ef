"""Days and numbers as spreadsheet programs keep them, as text.

Pure. ISO 8601 for days; for numbers the digits that a person sees: whole ones stay whole.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal

_BUILTIN_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""ECMA-376 part 1, section 18.8.30: number formats of dates and times that no workbook writes out."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!(?:h+|m+|s+)\])[^\]]*\]', re.IGNORECASE)
_LAST_SERIAL = 2_958_466
"""The day after 9999-12-31."""

_LEAP_DAY = 60
_SECONDS = 86_400
_DIGITS = 15


def is_date_format(number: int, code: str | None) -> bool:
    """Tell whether a number format shows days or times.

    Args:
        number: ``numFmtId``.
        code: ``formatCode``, where the workbook states it.
    """
    if code is None:
        return number in _BUILTIN_DATES
    shown = _LITERAL.sub("", code.split(";", 1)[0]).lower()
    return "general" not in shown and any(letter in shown for letter in "dmyhs")


def day_of(serial: float, *, since_1904: bool) -> str | None:
    """Return a serial as ISO 8601: a day, a time, or both without a zone; None when no day is meant.

    ECMA-376 part 1, section 18.17.4: day 1 is 1900-01-01, and 1900-02-29, which never was, is day 60; or day 0 is
    1904-01-01.
    """
    if not 0 <= serial < _LAST_SERIAL:
        return None
    days, seconds = divmod(round(serial * _SECONDS), _SECONDS)
    time = timedelta(seconds=seconds)
    if days == 0 and not since_1904:
        return (datetime(1900, 1, 1) + time).strftime("%H:%M:%S")  # noqa: DTZ001 -- no zone is kept
    if since_1904:
        base = datetime(1904, 1, 1)  # noqa: DTZ001 -- as above
    elif days == _LEAP_DAY:
        return None
    else:
        base = datetime(1899, 12, 31 if days < _LEAP_DAY else 30)  # noqa: DTZ001 -- as above
    try:
        moment = base + timedelta(days=days) + time
    except OverflowError:
        return None
    return moment.isoformat() if seconds else moment.date().isoformat()


def number_text(written: str) -> str:
    """Return a number as a person sees it: ``1923`` for ``1923.0``, ``0.3`` for ``0.30000000000000004``.

    Fifteen digits, as spreadsheet programs show them; no exponent. What is no number is returned as it is.
    """
    try:
        value = float(written)
    except ValueError:
        return written.strip()
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 -- NaN differs from itself
        return written.strip()
    shown = Decimal(format(value, f".{_DIGITS}g"))
    if abs(value) < 10**_DIGITS and value == int(value):
        return str(int(value))
    plain = format(shown, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
