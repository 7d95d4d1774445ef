"""Dates as metadata writes them: W3CDTF and EDTF (ISO 8601-2), checked against the calendar.

It says which standard a text meets and may word a suggestion; it never changes a date a person wrote.
"""

from __future__ import annotations

import re
from typing import Literal

DateScheme = Literal["W3CDTF", "EDTF"]

# W3C NOTE-datetime (1997): YYYY, YYYY-MM, YYYY-MM-DD, and with a time a zone is required.
_W3CDTF = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?P<time>T(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?P<second>:[0-9]{2}(?:\.[0-9]+)?)?"
    r"(?:Z|[+-](?P<zone>[0-9]{2}:[0-9]{2})))?)?)?"
)
# The characters of ISO 8601-2 levels 0 to 2. The parser would skip blanks between them; the standard has none.
_EDTF = re.compile(r"[0-9XYESTZ?~%./,\[\]{}:+-]{3,120}")
# Its everyday dates and intervals, whole and qualified as a whole (levels 0 and 1): these need no parser.
_DATE = r"[0-9]{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01]))?)?[?~%]?"
_EVERYDAY = re.compile(rf"{_DATE}(?:/{_DATE})?")
_FULL_DATE = re.compile(r"(?<![0-9XYE])(-?[0-9]{4})-([0-9]{2})-([0-9]{2})(?![0-9])")
_PLAIN_DATE = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2}))?)?")
_QUALIFIERS = str.maketrans("", "", "?~%")

_YEAR_FIRST = re.compile(r"([0-9]{4})[-./ ]([0-9]{1,2})[-./ ]([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})([-./ ])([0-9]{1,2})[-./ ]([0-9]{4})")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_LONGEST_WORDING = 80

_FEBRUARY = 2
_SHORT_MONTHS = (4, 6, 9, 11)


def date_scheme(text: str) -> DateScheme | None:
    """Say which standard a date meets.

    Args:
        text: as written; no blanks around it.

    Returns:
        ``W3CDTF`` when it is one (every such date is also EDTF), else ``EDTF`` for ISO 8601-2 levels 0 to 2, else None.
        A day that the calendar does not have, or an interval that ends before it begins, is neither.
    """
    if is_w3cdtf(text):
        return "W3CDTF"
    return "EDTF" if _is_edtf(text) else None


def is_w3cdtf(text: str) -> bool:
    """Tell whether ``text`` is a date of the W3C note on date and time formats, one that the calendar has."""
    match = _W3CDTF.fullmatch(text)
    # XML Schema part 2, 3.2.7: the year 0000 is not allowed; ISO 8601-2 has it.
    if match is None or match["year"] == "0000":
        return False
    if match["month"] and not _in_calendar(int(match["year"]), int(match["month"]), int(match["day"] or 1)):
        return False
    return match["time"] is None or _time_holds(match)


def is_xsd_date(text: str) -> bool:
    """Tell whether a W3CDTF date is also one of XML Schema's types: a time needs its seconds there."""
    match = _W3CDTF.fullmatch(text)
    return match is not None and is_w3cdtf(text) and (match["time"] is None or match["second"] is not None)


def suggest_date(text: str) -> str | None:
    """Word what the writer may have meant, as W3CDTF or EDTF; never to be put in place of the text itself.

    Returns:
        One date, ``A or B`` where day and month cannot be told apart, or None.
    """
    text = text.strip()
    if not text or len(text) > _LONGEST_WORDING:
        return None
    suggestions = _from_digits(text) if _all_digits(text) else _from_words(text)
    good = dict.fromkeys(suggestion for suggestion in suggestions if date_scheme(suggestion))
    return " or ".join(good) or None


def _all_digits(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (_YEAR_FIRST, _YEAR_LAST, _COMPACT))


def _from_digits(text: str) -> list[str]:
    match = _YEAR_FIRST.fullmatch(text) or _COMPACT.fullmatch(text)
    if match:
        return [f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"]
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return []
    day_first = f"{match[4]}-{int(match[3]):02}-{int(match[1]):02}"
    month_first = f"{match[4]}-{int(match[1]):02}-{int(match[3]):02}"
    # With full stops the day comes first wherever that form is used.
    return [day_first] if match[2] == "." else [day_first, month_first]


def _from_words(text: str) -> list[str]:
    from edtf import text_to_edtf  # noqa: PLC0415 -- 0.2 s, and only for a date that failed

    try:
        guess = text_to_edtf(text)
    except (ValueError, OverflowError, TypeError, IndexError, ArithmeticError):
        return []  # it guesses at anything; a guess that fails is no suggestion
    return [guess.replace(" ", "")] if guess else []


def _is_edtf(text: str) -> bool:
    if not _EDTF.fullmatch(text) or not (_EVERYDAY.fullmatch(text) or _is_parsed(text)):
        return False
    # The grammar knows the length of each month but not leap years, and not the order of an interval.
    plain = text.translate(_QUALIFIERS)
    return all(_in_calendar(int(y), int(m), int(d)) for y, m, d in _FULL_DATE.findall(plain)) and _in_order(plain)


def _is_parsed(text: str) -> bool:
    from edtf import parse_edtf  # noqa: PLC0415 -- 0.2 s, and only for what is rare
    from edtf.parser import parser_classes  # noqa: PLC0415 -- as above

    # It prints a line for what it cannot make a date of; standard output belongs to results alone.
    vars(parser_classes)["print"] = _unheard
    try:
        return parse_edtf(text, fail_silently=True) is not None
    except (ValueError, OverflowError, RecursionError, TypeError, IndexError, ArithmeticError):
        return False


def _unheard(*_words: object) -> None:
    """Stand for ``print`` where nobody asked to be told."""


def _in_order(interval: str) -> bool:
    ends = [_PLAIN_DATE.fullmatch(end) for end in interval.split("/")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return True
    lower, upper = (tuple(int(part) for part in end.groups() if part) for end in ends if end)
    months = [part[1] for part in (lower, upper) if len(part) > 1]
    # A "month" of 21 to 41 is a season or a quarter (ISO 8601-2 section 4.8): only the years can be compared.
    shared = 1 if any(month > 12 for month in months) else min(len(lower), len(upper))
    return lower[:shared] <= upper[:shared]


def _in_calendar(year: int, month: int, day: int) -> bool:
    if month == _FEBRUARY:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 1 <= day <= (29 if leap else 28)
    return 1 <= month <= 12 and 1 <= day <= (30 if month in _SHORT_MONTHS else 31)


def _time_holds(match: re.Match[str]) -> bool:
    second = int((match["second"] or ":00")[1:3])
    zone = match["zone"] or "00:00"
    zone_holds = zone <= "14:00" and zone[3:] <= "59"  # XML Schema part 2, 3.2.7.3
    return int(match["hour"]) <= 23 and int(match["minute"]) <= 59 and second <= 59 and zone_holds
