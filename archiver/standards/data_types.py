"""Data types that a profile may ask of a value: XML Schema's everyday ones and DCMI's encoding schemes.

Each is a question about one text; nothing is converted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from archiver.standards.dates import date_scheme, is_w3cdtf
from archiver.standards.dcmi_schemes import is_meant_as_period, judge_place, period_fault
from archiver.standards.vocabularies import is_dcmi_type, is_media_type, is_uri, language_scheme

_INTEGER = re.compile(r"[+-]?[0-9]{1,200}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,200}(?:\.[0-9]{0,200})?|\.[0-9]{1,200})")
_YEAR = re.compile(r"-?[0-9]{4}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

DATA_TYPES: Mapping[str, Callable[[str], bool]] = {
    "string": lambda _text: True,
    "langString": lambda _text: True,
    "anyURI": is_uri,
    "boolean": lambda text: text in {"true", "false", "0", "1"},
    "integer": lambda text: _INTEGER.fullmatch(text) is not None,
    "decimal": lambda text: _DECIMAL.fullmatch(text) is not None,
    "date": lambda text: _DAY.fullmatch(text) is not None and is_w3cdtf(text),
    "dateTime": lambda text: "T" in text and is_w3cdtf(text),
    "gYear": lambda text: _YEAR.fullmatch(text) is not None,
    "gYearMonth": lambda text: _MONTH.fullmatch(text) is not None and is_w3cdtf(text),
    "language": lambda text: language_scheme(text) == "RFC5646",
    "W3CDTF": is_w3cdtf,
    "EDTF": lambda text: date_scheme(text) is not None,
    "Period": lambda text: is_meant_as_period(text) and period_fault(text) is None,
    "Point": lambda text: _is_place(text, "Point"),
    "Box": lambda text: _is_place(text, "Box"),
    "DCMIType": is_dcmi_type,
    "IMT": is_media_type,
    "URI": is_uri,
    "RFC5646": lambda text: language_scheme(text) == "RFC5646",
    "RFC4646": lambda text: language_scheme(text) == "RFC5646",
    "ISO639-2": lambda text: language_scheme(text) is not None and len(text) == 3,
}
"""Name without its prefix -> whether a text is one. A ``langString`` also needs a language tag, which no text holds."""


def _is_place(text: str, scheme: str) -> bool:
    verdict = judge_place(text)
    return verdict is not None and verdict.scheme == scheme and verdict.fault is None


_FOLDED = {name.lower(): name for name in DATA_TYPES}


def data_type(text: str) -> str | None:
    """Return the key of :data:`DATA_TYPES` that ``xsd:date``, ``dct:W3CDTF``, ``edtf`` or an IRI names, or None."""
    name = re.split(r"[:#/]", text.strip())[-1].lower()
    return _FOLDED.get(name)
