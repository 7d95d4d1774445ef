"""Exif (2.32): who, what, whose and where; texts that are neither ASCII nor UTF-8 are left out rather than guessed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from PIL import ExifTags, Image

from archiver.describe.embedded.contract import Property

_TEXTS = {
    ExifTags.Base.ImageDescription: "description",
    ExifTags.Base.Artist: "creator",
    ExifTags.Base.Copyright: "rights",
}
_WINDOWS = {  # UTF-16, little end first: what Windows' own dialog writes
    ExifTags.Base.XPTitle: "title",
    ExifTags.Base.XPAuthor: "creator",
    ExifTags.Base.XPKeywords: "subject",
    ExifTags.Base.XPSubject: "subject",
    ExifTags.Base.XPComment: "description",
}


def read_exif(exif: Image.Exif) -> Iterator[Property]:
    """Yield what the tags state, but for dates."""
    for tag, term in _WINDOWS.items():
        value = exif.get(tag)
        if isinstance(value, bytes | tuple):
            text = bytes(value).decode("utf-16-le", "replace").rstrip("\0")
            if text and "\ufffd" not in text:
                yield Property(term, text, f"EXIF {tag.name}")
    for tag, term in _TEXTS.items():
        text = _text(exif.get(tag))
        if text:
            yield Property(term, text, f"EXIF {tag.name}")
    point = _point(exif.get_ifd(ExifTags.IFD.GPSInfo))
    if point:
        yield Property("spatial", point, "EXIF GPS")


def _text(value: object) -> str:
    if isinstance(value, str):  # Pillow reads each byte as a character
        try:
            return value.encode("latin-1").decode("utf-8").strip("\0 ")
        except UnicodeError:
            return ""
    return ""


def _point(gps: dict[int, Any]) -> str | None:
    """Return a DCMI Point, where both coordinates stand with their hemispheres, in the datum that DCMI means."""
    datum = str(gps.get(ExifTags.GPS.GPSMapDatum, "")).strip("\0 ").upper().replace(" ", "").replace("-", "")
    if datum not in {"", "WGS84"} or str(gps.get(ExifTags.GPS.GPSStatus, "A")).strip("\0 ") == "V":
        return None
    north = _degrees(gps.get(ExifTags.GPS.GPSLatitude), gps.get(ExifTags.GPS.GPSLatitudeRef), "NS", 90)
    east = _degrees(gps.get(ExifTags.GPS.GPSLongitude), gps.get(ExifTags.GPS.GPSLongitudeRef), "EW", 180)
    if north is None or east is None or (north == 0 and east == 0):  # nobody stands there; receivers without a fix do
        return None
    return f"east={east:.6f}; north={north:.6f}"


def _degrees(parts: object, hemisphere: object, known: str, most: int) -> float | None:
    mark = hemisphere.strip("\0 ").upper() if isinstance(hemisphere, str) else ""
    if not isinstance(parts, Sequence) or len(parts) != 3 or len(mark) != 1 or mark not in known:
        return None
    try:
        degrees, minutes, seconds = (float(part) for part in parts)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    value = degrees + minutes / 60 + seconds / 3600
    if not (0 <= value <= most and 0 <= minutes < 60 and 0 <= seconds < 60):
        return None
    return -value if mark == known[1] else value
