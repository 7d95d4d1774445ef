"""CSL-JSON, what citation programs exchange: one item of the schema ``csl-data.json`` 1.0.2.

It carries what a citation needs and no more; everything else is said to be lost.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.crosswalks.contract import (
    Conversion,
    Ledger,
    Reading,
    ReadValue,
    UnreadableRecordError,
    UnreadValue,
    views,
)
from archiver.crosswalks.date_forms import span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, compact, json_bytes, json_value, objects, text_in, unique, unread
from archiver.crosswalks.person_names import parse_name
from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "CSL-JSON"
SUFFIX = ".csl.json"

_TYPES = {
    "Collection": "collection",
    "Dataset": "dataset",
    "Event": "event",
    "Image": "graphic",
    "MovingImage": "motion_picture",
    "Software": "software",
    "Sound": "song",
    "StillImage": "graphic",
    "Text": "document",
}
_READ_TYPES = {"collection": "Collection", "dataset": "Dataset", "event": "Event", "software": "Software"} | {
    "graphic": "Image",
    "motion_picture": "MovingImage",
    "song": "Sound",
}
_ONCE = {
    "abstract": "abstract",
    "description": "note",
    "extent": "dimensions",
    "isPartOf": "container-title",
    "language": "language",
    "medium": "medium",
    "publisher": "publisher",
    "title": "title",
}
"""Term -> variable that holds one text."""

_NAMES = {"creator": "author", "contributor": "contributor"}
_DATES = {"available": "available-date", "dateSubmitted": "submitted"}
_ISSUED = ("issued", "date", "created")
"""What a citation dates a work by, in this order."""

_FIELDS = {
    "created": "issued, where nothing else dates it",
    "date": "issued, where it has no date of issue",
    "identifier": "DOI, ISBN, ISSN, URL",
    "issued": "issued",
    "subject": "keyword",
    "type": "type, genre",
}
_TABLE = _ONCE | _NAMES | _DATES | _FIELDS
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_UNSURE = re.compile(r"[?~%]")
_TERMS = {name: term for term, name in _ONCE.items()} | {
    "collection-title": "isPartOf",
    "genre": "type",
    "title-short": "alternative",
}
_NAME_TERMS = {name: term for term, name in _NAMES.items()}
_DATE_TERMS = {name: term for term, name in _DATES.items()} | {"issued": "issued"}


def convert(description: Description) -> Conversion:
    """Write a list of one item; its ``id`` is the first identifier, or else the title."""
    ledger = Ledger(description)
    key = next((one.text for one in ledger.see("identifier", "title")), "item")
    item = compact(
        id=key,
        **_type(ledger),
        **{name: _once(term, ledger) for term, name in _ONCE.items()},
        **{name: unique(_name(one, ledger) for one in ledger.take(term)) for term, name in _NAMES.items()},
        issued=_issued(ledger),
        **{name: _first_date(term, ledger) for term, name in _DATES.items()},
        **_identifiers(ledger),
        keyword="; ".join(_plain(one, ledger) for one in ledger.take("subject")),
    )
    if "title" not in item:
        ledger.demand("title", "A citation needs a title.", "title")
    if "issued" not in item:
        ledger.demand("issued", "A citation without a date is printed as n.d. (no date).", *_ISSUED)
    return ledger.close(json_bytes([item]))


crosswalk, lost_terms, demands = views(convert)


def read(data: bytes) -> Reading:
    """Read a list of one item, or the item alone.

    Raises:
        UnreadableRecordError: no JSON, no item, or several.
    """
    value = json_value(data)
    items = objects(value)
    if len(items) != 1 or (isinstance(value, list) and len(value) != 1) or "type" not in items[0]:
        raise UnreadableRecordError("is no CSL-JSON of one item with a type")
    values: list[ReadValue] = []
    other: list[UnreadValue] = []
    for name, one in items[0].items():
        found = list(_read(name, one, items[0]))
        if found:
            values += found
        elif name not in {"id", "type"}:
            other += unread(name, one)
    return Reading(values=tuple(dict.fromkeys(values)), other=tuple(other))


def _plain(statement: Statement, ledger: Ledger) -> str:
    ledger.lose_language(statement)
    return statement.text


def _once(term: str, ledger: Ledger) -> str | None:
    found: str | None = None
    for statement in ledger.take(term):
        if found is None:
            found = _plain(statement, ledger)
        elif statement.text != found:
            ledger.lose(statement, f"it holds one {_ONCE[term]}")
        else:
            ledger.lose_language(statement)
    return found


def _type(ledger: Ledger) -> Json:
    kind: str | None = None
    genre: str | None = None
    for statement in ledger.take("type"):
        known = _TYPES.get(statement.text)
        if known and kind in {None, known}:
            kind = ledger.rewrite(statement, known)
            ledger.lose_language(statement)
        elif genre in {None, statement.text}:
            genre = _plain(statement, ledger)
        else:
            ledger.lose(statement, "it holds one type and one genre")
    # csl-data.json demands a type; document is its word for what is nothing more special.
    return compact(type=kind or "document", genre=genre)


def _name(statement: Statement, ledger: Ledger) -> Json:
    name = parse_name(statement.text)
    ledger.lose_language(statement)
    if name.identifier and name.identifier.uri not in name.text:
        text = ledger.reduce(statement, name.text)
    else:
        text = name.text
    if name.family and name.given:
        ledger.rewrite(statement, name.family)
        return {"family": name.family, "given": name.given}
    return {"literal": text}


def _issued(ledger: Ledger) -> Json | None:
    found: Json | None = None
    for term in _ISSUED:
        for statement in ledger.take(term):
            date = _date(statement, ledger) if found is None else None
            if date is None:
                ledger.lose(statement, "it holds one date of issue")
            else:
                found = date
    return found


def _first_date(term: str, ledger: Ledger) -> Json | None:
    found: Json | None = None
    for statement in ledger.take(term):
        date = _date(statement, ledger) if found is None else None
        if date is None:
            ledger.lose(statement, f"it holds one {_DATES[term]}, as a date")
        else:
            found = date
    return found


def _date(statement: Statement, ledger: Ledger) -> Json | None:
    """Return date parts, with the date as it is written beside them where they do not say all of it."""
    found = span(statement.text)
    parts = [_parts(end) for end in (found.start, found.end)] if found else []
    if found is None or not parts or parts[0] is None:
        return None
    ledger.lose_language(statement)
    single = found.start == found.end or parts[1] is None
    dates = parts[:1] if single else parts
    plain = single and found.start == statement.text and _DATE.fullmatch(statement.text)
    if plain:
        ledger.rewrite(statement, str(parts[0][-1]))
    # csl-data.json, date-variable: raw is the date as it came, circa that it is not sure.
    return compact(
        **{"date-parts": dates},
        circa=True if _UNSURE.search(statement.text) else None,
        raw=None if plain else statement.text,
    )


def _parts(date: str | None) -> list[int] | None:
    match = _DATE.match(date) if date else None
    return [int(part) for part in match.groups() if part] if match else None


def _identifiers(ledger: Ledger) -> Json:
    names = {"doi": "DOI", "isbn": "ISBN", "issn": "ISSN", "url": "URL", "handle": "URL"}
    found: Json = {}
    for statement in ledger.take("identifier"):
        identifier = identify(statement.text)
        name = names.get(identifier.kind) if identifier else None
        if identifier is None or name is None or name in found:
            ledger.lose(statement, "it holds one DOI, ISBN, ISSN and URL, and no other identifiers")
            continue
        ledger.lose_language(statement)
        found[name] = ledger.rewrite(statement, identifier.uri if name == "URL" else identifier.value)
    return found


def _read(name: str, value: object, item: Json) -> list[ReadValue]:
    text = text_in({"": value}, "")
    if name == "type":
        return [ReadValue(term="type", text=_READ_TYPES[text])] if text in _READ_TYPES else []
    if name in _TERMS:
        return [ReadValue(term=_TERMS[name], text=text)] if text else []
    term, texts = None, []
    if name == "keyword":
        term, texts = "subject", [one.strip() for one in text.split(";")]
    elif name in _NAME_TERMS:
        term, texts = _NAME_TERMS[name], [_written_name(one) for one in objects(value)]
    elif name in _DATE_TERMS:
        term, texts = _DATE_TERMS[name], [_written_date(one) for one in objects(value)]
    if term:
        return [ReadValue(term=term, text=one) for one in texts if one]
    return _read_identifier(name, text, item)


def _read_identifier(name: str, text: str, item: Json) -> list[ReadValue]:
    if name not in {"DOI", "ISBN", "ISSN", "URL"} or not text:
        return []
    identifier = identify(text) if name == "URL" else identify(f"{name}:{text}")
    uri = identifier.uri if identifier else text
    doi = identify(f"doi:{text_in(item, 'DOI')}")
    if name == "URL" and doi and uri == doi.uri:
        return []
    return [ReadValue(term="identifier", text=uri)]


def _written_name(name: Json) -> str:
    literal = text_in(name, "literal")
    particle = " ".join(filter(None, (text_in(name, "non-dropping-particle"), text_in(name, "family"))))
    given = " ".join(filter(None, (text_in(name, "given"), text_in(name, "dropping-particle"))))
    return literal or ", ".join(filter(None, (particle, given, text_in(name, "suffix"))))


def _written_date(date: Json) -> str:
    raw = text_in(date, "raw") or text_in(date, "literal")
    parts = date.get("date-parts")
    if raw or not isinstance(parts, list):
        return raw
    dates = ["-".join(_padded(one)) for one in parts[:2] if isinstance(one, list) and one]
    written = "/".join(filter(None, dates))
    return f"{written}~" if written and date.get("circa") and len(dates) == 1 else written


def _padded(parts: list[object]) -> list[str]:
    texts = [str(part).strip() for part in parts[:3]]
    return [text.zfill(4 if place == 0 else 2) for place, text in enumerate(texts) if text.isdecimal()]
