"""Dates as files write them, as W3CDTF: exactly what they state, and no more.

A time of day without its offset from UTC is no W3CDTF; such a date is given to the day. What is no date is None.
"""

from __future__ import annotations

import re
from datetime import date

_PDF = re.compile(
    r"(?:D:)?\s?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?)?)?\s?(?:(Z)(?:00'?(?:00'?)?)?|([+-])(\d\d)'?(?:(\d\d)'?)?)?"
)
_EXIF = re.compile(
    r"(\d{4})[:-](\d\d)[:-](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?()(?:(Z)|([+-])(\d\d):?(\d\d))?"
)
_ISO = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?\s?(?:(Z)|([+-])(\d\d):?(\d\d))?)?)?)?"
)


def pdf_date(text: str) -> str | None:
    """Return the W3CDTF form of a date in a PDF (ISO 32000-1 section 7.9.4): ``D:20220105093000+06'00'``."""
    match = _PDF.fullmatch(text.strip())
    return _w3cdtf(match.groups()) if match else None


def exif_date(text: str, offset: str = "") -> str | None:
    """Return the W3CDTF form of an Exif date and time (Exif 2.32 section 4.6.6): ``2022:01:05 09:30:00``.

    Args:
        text: of ``DateTimeOriginal`` and its kin.
        offset: of ``OffsetTimeOriginal``: ``+06:00``; another form counts as none.
    """
    offset = offset.strip()
    zone = offset if re.fullmatch(r"Z|[+-]\d\d:\d\d", offset) else ""
    match = _EXIF.fullmatch(text.strip("\0 ") + zone)
    if match is None:
        return None
    *parts, _, utc, sign, hours, minutes = match.groups()
    return _w3cdtf((*parts, utc, sign, hours, minutes))


def iso_date(text: str) -> str | None:
    """Return the W3CDTF form of a date as XMP, OpenDocument and Office Open XML write it: ISO 8601, extended."""
    match = _ISO.fullmatch(text.strip())
    return _w3cdtf(match.groups()) if match else None


def compact_date(text: str) -> str | None:
    """Return the W3CDTF form of a date of IPTC-IIM (dataset 2:55): ``20220105``, zeros for what is unknown."""
    if not re.fullmatch(r"\d{8}", text.strip()):
        return None
    year, month, day = text[:4], text[4:6], text[6:8]
    known = (year, None if month == "00" else month, None if "00" in {month, day} else day)
    return _w3cdtf((*known, None, None, None, None, None, None, None))


def _w3cdtf(parts: tuple[str | None, ...]) -> str | None:
    year, month, day, hour, minute, second, utc, sign, hours, minutes = parts
    if not _is_day(year, month, day):
        return None
    text = "-".join(part for part in (year, month, day) if part)
    zone = "Z" if utc else f"{sign}{hours}:{minutes or '00'}" if sign else ""
    if hour is None or not zone:
        return text
    if int(hour) > 23 or int(minute or 0) > 59 or int(second or 0) > 59 or (sign and int(hours or 0) > 14):
        return text
    return f"{text}T{hour}:{minute}" + (f":{second}" if second else "") + zone


def _is_day(year: str | None, month: str | None, day: str | None) -> bool:
    try:
        date(int(year or 0), int(month or 1), int(day or 1))
    except ValueError:
        return False
    return True
