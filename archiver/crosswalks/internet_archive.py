"""The Internet Archive: the metadata of one item, as its uploader takes it; keys may repeat as a list.

Keys of its own metadata schema where it has one, and keys that begin with ``dcterms-`` for the rest: it keeps any key.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.date_forms import first_day
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, json_bytes
from archiver.crosswalks.languages import alpha_3
from archiver.crosswalks.licences import parse_licence
from archiver.standards.dc_terms import TERMS

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "Internet Archive"
SUFFIX = ".ia.json"

_MEDIA_TYPES = {
    "Dataset": "data",
    "Image": "image",
    "MovingImage": "movies",
    "Software": "software",
    "Sound": "audio",
    "StillImage": "image",
    "Text": "texts",
}
_KEYS = {
    "contributor": "credits",
    "coverage": "coverage",
    "creator": "creator",
    "description": "description",
    "identifier": "external-identifier",
    "publisher": "publisher",
    "rights": "rights",
    "source": "source",
    "spatial": "coverage",
    "subject": "subject",
    "temporal": "coverage",
    "title": "title",
}
"""Keys of the metadata schema. Its ``contributor`` is whoever gave the item to the Internet Archive: not DCMI's."""

_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def _own_key(term: str) -> str:
    return f"dcterms-{_CAPITAL.sub('-', term).lower()}"


_SPECIAL = {
    "date": "date",
    "issued": "date",
    "created": "date or dcterms-created",
    "language": "language",
    "license": "licenseurl or rights",
    "type": "mediatype or dcterms-type",
}
TABLE = {term.name: _SPECIAL.get(term.name) or _KEYS.get(term.name) or _own_key(term.name) for term in TERMS}
_DATED = ("issued", "date", "created")


def convert(description: Description) -> Conversion:
    """Write one object: key -> text, or a list of texts where there are several."""
    ledger = Ledger(description)
    values: dict[str, list[str]] = {}
    _media_type(ledger, values)
    _dates(ledger, values)
    for statement in ledger.take("language"):
        code = alpha_3(statement.text, bibliographic=True)
        ledger.lose_language(statement)
        # The schema asks for MARC codes, which are those of ISO 639-2/B; it keeps other words.
        text = statement.text if code is None else code
        whole = code is None or "-" not in statement.text
        _put(values, "language", ledger.rewrite(statement, text) if whole else ledger.reduce(statement, text))
    for statement in ledger.take("license"):
        _licence(statement, ledger, values)
    for term in (term.name for term in TERMS if term.name not in _SPECIAL):
        for statement in ledger.take(term):
            ledger.lose_language(statement)
            _put(values, _KEYS.get(term) or _own_key(term), _text(statement, ledger))
    _demand(ledger, values)
    record: Json = {key: texts[0] if len(texts) == 1 else texts for key, texts in values.items()}
    return ledger.close(json_bytes(record))


crosswalk, lost_terms, demands = views(convert)


def _put(values: dict[str, list[str]], key: str, text: str) -> None:
    if text not in values.setdefault(key, []):
        values[key].append(text)


def _text(statement: Statement, ledger: Ledger) -> str:
    if statement.term == "identifier":
        identifier = identify(statement.text)
        return ledger.rewrite(statement, identifier.uri) if identifier else statement.text
    if statement.term == "description":
        # Shown as HTML: what is plain text must not become markup.
        return ledger.rewrite(statement, html.escape(statement.text, quote=False).replace("\n", "<br>"))
    return statement.text


def _media_type(ledger: Ledger, values: dict[str, list[str]]) -> None:
    for statement in ledger.take("type"):
        ledger.lose_language(statement)
        known = _MEDIA_TYPES.get(statement.text)
        if known and values.get("mediatype", [known]) == [known]:
            _put(values, "mediatype", ledger.rewrite(statement, known))
        else:
            _put(values, _own_key("type"), statement.text)


def _dates(ledger: Ledger, values: dict[str, list[str]]) -> None:
    for term in _DATED:
        for statement in ledger.take(term):
            ledger.lose_language(statement)
            day = first_day(statement.text) if "date" not in values else None
            if day:
                _put(values, "date", ledger.rewrite(statement, day))
            if day != statement.text:
                _put(values, _own_key(term), ledger.rewrite(statement, statement.text) or statement.text)
    if "date" not in values:
        ledger.demand("date", "The Internet Archive sorts items by a date (YYYY, YYYY-MM or YYYY-MM-DD).", *_DATED)


def _licence(statement: Statement, ledger: Ledger, values: dict[str, list[str]]) -> None:
    ledger.lose_language(statement)
    licence = parse_licence(statement.text)
    if licence.uri and "licenseurl" not in values:
        _put(values, "licenseurl", ledger.rewrite(statement, licence.uri))
    else:
        _put(values, "rights", statement.text)


def _demand(ledger: Ledger, values: dict[str, list[str]]) -> None:
    ledger.demand(
        "identifier",
        "The Internet Archive demands a name of the item, unique among all its items: whoever uploads it chooses one.",
    )
    if "mediatype" not in values:
        ledger.demand("mediatype", "The Internet Archive demands a media type of its own list.", "type")
    if "title" not in values:
        ledger.demand("title", "The Internet Archive shows an item without a title by its identifier.", "title")
