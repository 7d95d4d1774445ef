"""BibTeX: one entry that LaTeX and reference managers read; UTF-8, with LaTeX's own characters escaped.

Written only: the readers of BibTeX are many, and what they write is better taken over as CSL-JSON.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.date_forms import first_day
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.person_names import parse_name
from archiver.standards.dc_terms import TERM_ORDER
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "BibTeX"
SUFFIX = ".bib"

_ONCE = {
    "abstract": "abstract",
    "isPartOf": "booktitle",
    "language": "language",
    "publisher": "publisher",
    "title": "title",
}
_MANY = {"subject": "keywords"}
_NAMES = {"creator": "author"}
_DATED = ("issued", "date", "created")
_FIELDS = {
    "created": "year, where nothing else dates it",
    "date": "year, where it has no date of issue",
    "description": "note",
    "identifier": "doi, isbn, issn, url",
    "issued": "year, month",
    "type": "howpublished",
}
_TABLE = _ONCE | _MANY | _NAMES | _FIELDS
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ESCAPES = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
} | {character: f"\\{character}" for character in "#$%&_"}
_ESCAPE = str.maketrans(_ESCAPES)
_BLANKS = re.compile(r"\s+")
_NOT_KEY = re.compile(r"[^A-Za-z0-9]+")
_NOT_IN_ADDRESS = re.compile(r"[{}\\\s%]")


def convert(description: Description) -> Conversion:
    """Write one ``@misc`` entry, the type that demands no field."""
    ledger = Ledger(description)
    key = _key(ledger)
    fields: dict[str, str] = {}
    for term, name in _NAMES.items():
        fields[name] = " and ".join(_name(one, ledger) for one in ledger.take(term))
    for term, name in (("title", "title"), *_ONCE.items()):
        if name not in fields:
            fields[name] = _once(term, name, ledger)
    fields |= _date(ledger)
    fields["howpublished"] = _first("type", "howpublished", ledger)
    fields["note"] = _first("description", "note", ledger)
    fields["keywords"] = ", ".join(_text(one, ledger) for one in ledger.take("subject"))
    fields |= _identifiers(ledger)
    for name, terms in (("title", ("title",)), ("author", ("creator",)), ("year", _DATED)):
        if not fields.get(name):
            ledger.demand(name, f"BibTeX's styles warn of an entry without {name}.", *terms)
    lines = [f"  {name} = {{{text}}}" for name, text in fields.items() if text]
    return ledger.close((f"@misc{{{key},\n" + ",\n".join(lines) + "\n}\n").encode("utf-8", "replace"))


crosswalk, lost_terms, demands = views(convert)


def _text(statement: Statement, ledger: Ledger) -> str:
    ledger.lose_language(statement)
    return ledger.rewrite(statement, _escaped(statement.text))


def _escaped(text: str) -> str:
    return _BLANKS.sub(" ", xml_text(text)).strip().translate(_ESCAPE)


def _once(term: str, name: str, ledger: Ledger) -> str:
    text = _first(term, name, ledger)
    # A second pair of braces keeps a style from changing the capitals.
    return f"{{{text}}}" if text and name == "title" else text


def _first(term: str, name: str, ledger: Ledger) -> str:
    found = ""
    for statement in ledger.take(term):
        if found:
            ledger.lose(statement, f"it holds one {name}")
        else:
            found = _text(statement, ledger)
    return found


def _name(statement: Statement, ledger: Ledger) -> str:
    name = parse_name(statement.text)
    ledger.lose_language(statement)
    text = _escaped(name.text)
    if name.identifier and name.identifier.uri not in name.text:
        ledger.reduce(statement, name.text)
    ledger.rewrite(statement, text)
    # In braces a name is one word: not taken apart at blanks, commas or "and".
    return text if name.family else f"{{{text}}}"


def _date(ledger: Ledger) -> dict[str, str]:
    found: dict[str, str] = {}
    for term in _DATED:
        for statement in ledger.take(term):
            day = first_day(statement.text)
            if found or day is None:
                ledger.lose(statement, "it holds one date")
                continue
            ledger.lose_language(statement)
            # BibTeX has a year and a month.
            month = day[:7] if len(day) >= 7 else day
            if month != statement.text:
                ledger.reduce(statement, month)
            ledger.rewrite(statement, day[:4])
            found["year"] = day[:4]
            if len(day) >= 7:
                found["month"] = _MONTHS[int(day[5:7]) - 1]
    return found


def _identifiers(ledger: Ledger) -> dict[str, str]:
    names = {"doi": "doi", "isbn": "isbn", "issn": "issn", "url": "url", "handle": "url"}
    found: dict[str, str] = {}
    for statement in ledger.take("identifier"):
        identifier = identify(statement.text)
        name = names.get(identifier.kind) if identifier else None
        text = identifier.uri if identifier and name == "url" else identifier.value if identifier else ""
        if name is None or name in found or _NOT_IN_ADDRESS.search(text.replace("%", "")):
            ledger.lose(statement, "it holds one DOI, ISBN, ISSN and URL, and no other identifiers")
            continue
        ledger.lose_language(statement)
        found[name] = ledger.rewrite(statement, text)
    return found


def _key(ledger: Ledger) -> str:
    """Return a key of ASCII letters and digits: the first creator's name and the year, or words of the title."""
    names = [parse_name(one.text) for one in ledger.see("creator")]
    words = [(names[0].family or names[0].text) if names else ""]
    words += [first_day(one.text) or "" for term in _DATED for one in ledger.see(term)][:1]
    words = [word[:4] if word[:4].isdigit() else word for word in words]
    title = next((one.text for one in ledger.see("title")), "")
    text = " ".join(words) if words[0] else title
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return _NOT_KEY.sub("-", plain).strip("-").lower()[:40].rstrip("-") or "item"
