"""The words of the preview page: labels of terms, outcomes, sizes and dates, as people say them.

Only words: no markup, and nothing escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.model import SourceKind

if TYPE_CHECKING:
    from datetime import datetime

    from archiver.model import ValueSource

# The page is in English wherever it is made: no locale is asked.
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)

# DCMI Metadata Terms, section 2: where a term's name, read aloud, would not be understood.
_TERM_LABELS = {
    "accessRights": "Access",
    "available": "Date available",
    "created": "Date created",
    "hasPart": "Parts",
    "isPartOf": "Part of",
    "issued": "Date issued",
    "license": "Licence",
    "medium": "Material",
    "modified": "Date modified",
    "spatial": "Place",
    "temporal": "Period",
    "type": "Kind",
    "valid": "Date valid",
}

_KINDS = {
    SourceKind.SIDECAR: "from {place}",
    SourceKind.SHEET: "from {place}",
    SourceKind.FOLDER: "for the whole folder, from {place}",
    SourceKind.COLLECTION: "for the whole collection, from {place}",
    SourceKind.EMBEDDED: "embedded in the document: {place}",
    SourceKind.INFERRED: "inferred: {place}",
    SourceKind.ASSIGNED: "assigned by the build: {place}",
}

_OUTCOMES = {
    "success": ("good", "\u2713", "Done"),
    "pass": ("good", "\u2713", "Passed"),
    "fail": ("bad", "\u2717", "Failed"),
    "warning": ("warn", "!", "Warning"),
    "not run": ("none", "\u2013", "Not run"),
}

_UNITS = ("kB", "MB", "GB", "TB", "PB")


_ASKED_FIRST = (
    "title",
    "alternative",
    "creator",
    "contributor",
    "created",
    "issued",
    "date",
    "description",
    "abstract",
    "subject",
    "spatial",
    "temporal",
    "type",
    "language",
    "isPartOf",
    "hasPart",
    "publisher",
    "license",
    "rights",
    "accessRights",
    "rightsHolder",
    "replaces",
)
"""What readers ask first, in the order of ISAD(G) and of catalogues; other terms follow in their own order."""


def reading_order(term: str) -> int:
    """Return where a DCMI term stands on a page: a key for a stable sort."""
    return _ASKED_FIRST.index(term) if term in _ASKED_FIRST else len(_ASKED_FIRST)


def term_label(term: str) -> str:
    """Return a DCMI term as a label: ``Date accepted`` for ``dateAccepted``."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", term).lower()
    return _TERM_LABELS.get(term, words[:1].upper() + words[1:])


def origin(source: ValueSource) -> str:
    """Return in words where a value comes from."""
    return _KINDS[source.kind].format(place=source.place)


def outcome_words(outcome: str) -> tuple[str, str, str]:
    """Return an event outcome as (style class, sign, word); the word alone says it all."""
    return _OUTCOMES.get(outcome, ("none", "\u2013", outcome))


def size_words(size: int) -> str:
    """Return a number of bytes for people: ``13.7 kB (13,654 bytes)``, powers of 1,000."""
    exact = "1 byte" if size == 1 else f"{size:,} bytes"
    if size < 1000:  # below one kB there is nothing to round
        return exact
    value, unit = size / 1000, _UNITS[0]
    for larger in _UNITS[1:]:
        if value < 999.95:  # what one decimal would print as 1000.0 is one of the next unit
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit} ({exact})"


def count_words(count: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: ``1 document``, ``1,204 documents``."""
    return f"{count:,} {singular if count == 1 else plural or singular + 's'}"


def day_words(when: datetime) -> str:
    """Return a date in words: ``21 November 2026``."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}"


def moment_words(when: datetime) -> str:
    """Return a moment in words, in UTC: ``21 November 2026, 12:00:00 UTC``."""
    return f"{day_words(when)}, {when:%H:%M:%S} UTC"


def month_words(month: int, *, short: bool = False) -> str:
    """Return the name of a month, from 1."""
    return _MONTHS[month - 1][:3] if short else _MONTHS[month - 1]


def period_words(period: str, *, short: bool = False) -> str:
    """Return a period in words: ``November 2026`` for ``2026-11``, ``4th quarter 2026`` for ``2026-Q4``."""
    year, _, part = period.partition("-")
    if part.startswith("Q"):
        return f"{year} {part}" if short else f"{('1st', '2nd', '3rd', '4th')[int(part[1]) - 1]} quarter {year}"
    return f"{month_words(int(part), short=short)} {year}" if part else year
