"""Dataverse: a data set's citation block, and the geospatial one where there are places, as its native API takes them.

Dataverse demands an e-mail address and a subject of its own list, which no description has: they are told, not made up.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.dataverse_fields import PUBLICATION_TYPES, SUBJECTS, language_value
from archiver.crosswalks.date_forms import first_day, span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, compact, json_bytes, unique
from archiver.crosswalks.languages import english_name
from archiver.crosswalks.person_names import parse_name
from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archiver.model import Description, Statement

TITLE = "Dataverse (citation block)"
SUFFIX = ".dataverse.json"

_TEXT_LISTS = {
    "references": "otherReferences",
    "relation": "relatedMaterial",
    "source": "dataSources",
    "type": "kindOfData",
}
_DAYS = {"created": "productionDate", "dateSubmitted": "dateOfDeposit", "issued": "distributionDate"}
_TERMS_OF = {"accessRights": "termsOfAccess", "license": "termsOfUse", "rights": "termsOfUse"}
_FIELDS = {
    "abstract": "dsDescription",
    "alternative": "alternativeTitle",
    "contributor": "contributor",
    "coverage": "geographicCoverage",
    "creator": "author",
    "description": "dsDescription",
    "identifier": "otherId",
    "isReferencedBy": "publication",
    "language": "language",
    "provenance": "originOfSources",
    "publisher": "distributor",
    "rightsHolder": "contributor",
    "spatial": "geographicCoverage",
    "subject": "keyword, subject",
    "temporal": "timePeriodCovered",
    "title": "title, alternativeTitle",
}
_TABLE = _TEXT_LISTS | _DAYS | _TERMS_OF | _FIELDS
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}


def convert(description: Description) -> Conversion:
    """Write the ``datasetVersion`` of a data set."""
    ledger = Ledger(description)
    citation = [
        *_titles(ledger),
        *_compound("author", (_author(one, ledger) for one in ledger.take("creator"))),
        *_compound("otherId", (_other_id(one, ledger) for one in ledger.take("identifier"))),
        *_compound("dsDescription", (_fields(dsDescriptionValue=_markup(o, ledger)) for o in _descriptions(ledger))),
        *_subjects(ledger),
        *_compound("publication", (_publication(one, ledger) for one in ledger.take("isReferencedBy"))),
        *_languages(ledger),
        *_compound("contributor", _contributors(ledger)),
        *_compound("distributor", (_fields(distributorName=_plain(one, ledger)) for one in ledger.take("publisher"))),
        *_dates(ledger),
        *_periods(ledger),
        *(_texts(name, [_plain(o, ledger) for o in ledger.take(term)]) for term, name in _TEXT_LISTS.items()),
        *_once("provenance", "originOfSources", ledger),
    ]
    places = [_fields(otherGeographicCoverage=_plain(one, ledger)) for one in ledger.take("spatial", "coverage")]
    blocks = {"citation": _block("Citation Metadata", citation)}
    if places:
        blocks["geospatial"] = _block("Geospatial Metadata", _compound("geographicCoverage", places))
    version = _terms(ledger) | {"metadataBlocks": blocks}
    _demand(ledger)
    return ledger.close(json_bytes({"datasetVersion": version}))


crosswalk, lost_terms, demands = views(convert)


def _block(name: str, fields: Iterable[Json]) -> Json:
    return {"displayName": name, "fields": [field for field in fields if field.get("value")]}


def _field(name: str, value: object, kind: str = "primitive", *, multiple: bool = False) -> Json:
    return {"typeName": name, "multiple": multiple, "typeClass": kind, "value": value}


def _texts(name: str, texts: list[str]) -> Json:
    return _field(name, list(dict.fromkeys(texts)), multiple=True)


def _fields(**texts: str | None) -> Json:
    """Return the fields of one compound value; a None is left out."""
    return {name: _field(name, text) for name, text in texts.items() if text}


def _compound(name: str, values: Iterable[Json]) -> list[Json]:
    found = unique(values)
    return [_field(name, found, "compound", multiple=True)] if found else []


def _plain(statement: Statement, ledger: Ledger) -> str:
    ledger.lose_language(statement)
    return statement.text


def _markup(statement: Statement, ledger: Ledger) -> str:
    """Return a text for a field that is shown as HTML: what is plain text must not become markup."""
    return ledger.rewrite(statement, html.escape(_plain(statement, ledger), quote=False))


def _once(term: str, name: str, ledger: Ledger) -> list[Json]:
    found: str | None = None
    for statement in ledger.take(term):
        if found is None:
            found = _plain(statement, ledger)
        else:
            ledger.lose(statement, f"it holds one {name}")
    return [_field(name, found)] if found else []


def _titles(ledger: Ledger) -> list[Json]:
    titles = [_plain(one, ledger) for one in ledger.take("title")]
    others = [*titles[1:], *(_plain(one, ledger) for one in ledger.take("alternative"))]
    return [_field("title", titles[0] if titles else ""), _texts("alternativeTitle", others)]


def _author(statement: Statement, ledger: Ledger) -> Json:
    name = parse_name(statement.text)
    ledger.lose_language(statement)
    author = _fields(authorName=ledger.rewrite(statement, name.text))
    if name.identifier and name.identifier.kind == "orcid":
        author["authorIdentifierScheme"] = _field("authorIdentifierScheme", "ORCID", "controlledVocabulary")
        author |= _fields(authorIdentifier=name.identifier.value)
    elif name.identifier and name.identifier.uri not in name.text:
        ledger.reduce(statement, name.text)
    return author


def _other_id(statement: Statement, ledger: Ledger) -> Json:
    identifier = identify(statement.text)
    agency = identifier.kind.upper() if identifier and identifier.kind != "uri" else None
    return _fields(otherIdAgency=agency, otherIdValue=_plain(statement, ledger))


def _descriptions(ledger: Ledger) -> list[Statement]:
    return [*ledger.take("abstract"), *ledger.take("description")]


def _subjects(ledger: Ledger) -> list[Json]:
    listed: list[str] = []
    keywords: list[Json] = []
    for statement in ledger.take("subject"):
        text = _plain(statement, ledger)
        if text in SUBJECTS:
            listed.append(text)
        else:
            keywords.append(_fields(keywordValue=text))
    if not listed:
        ledger.demand(
            "subject", "Dataverse demands a subject of its own list, such as Arts and Humanities or Other.", "subject"
        )
    subject = _field("subject", list(dict.fromkeys(listed)), "controlledVocabulary", multiple=True)
    return [subject, *_compound("keyword", keywords)]


def _publication(statement: Statement, ledger: Ledger) -> Json:
    identifier = identify(statement.text)
    ledger.lose_language(statement)
    if identifier is None or identifier.kind not in PUBLICATION_TYPES:
        return _fields(publicationCitation=statement.text)
    kind = {"publicationIDType": _field("publicationIDType", identifier.kind, "controlledVocabulary")}
    url = identifier.uri if identifier.uri.startswith("http") else None
    return kind | _fields(publicationIDNumber=ledger.rewrite(statement, identifier.value), publicationURL=url)


def _languages(ledger: Ledger) -> list[Json]:
    found: list[str] = []
    for statement in ledger.take("language"):
        english = english_name(statement.text)
        value = language_value(english) if english else None
        if value is None:
            ledger.lose(statement, "it holds languages of its own list")
            continue
        ledger.lose_language(statement)
        found.append(ledger.reduce(statement, value) if "-" in statement.text else ledger.rewrite(statement, value))
    return [_field("language", list(dict.fromkeys(found)), "controlledVocabulary", multiple=True)]


def _contributors(ledger: Ledger) -> list[Json]:
    found: list[Json] = []
    for term, kind in (("contributor", "Other"), ("rightsHolder", "Rights Holder")):
        for statement in ledger.take(term):
            listed = {"contributorType": _field("contributorType", kind, "controlledVocabulary")}
            found.append(listed | _fields(contributorName=_plain(statement, ledger)))
    return found


def _dates(ledger: Ledger) -> list[Json]:
    fields: list[Json] = []
    for term, name in _DAYS.items():
        found: str | None = None
        for statement in ledger.take(term):
            day = first_day(statement.text)
            if day is None or found is not None:
                ledger.lose(statement, f"it holds one {name}, as YYYY-MM-DD")
                continue
            ledger.lose_language(statement)
            found = ledger.reduce(statement, day)
        fields += [_field(name, found)] if found else []
    return fields


def _periods(ledger: Ledger) -> list[Json]:
    found: list[Json] = []
    for statement in ledger.take("temporal"):
        period = span(statement.text)
        if period is None:
            ledger.lose(statement, "it holds no periods in words")
            continue
        ledger.lose_language(statement)
        start, end = (one[:10] if one else None for one in (period.start, period.end))
        whole = statement.text in {f"{start}", f"{start}/{end}", f"{start}/..", f"../{end}"}
        shown = start or end or ""
        ledger.rewrite(statement, shown) if whole else ledger.reduce(statement, shown)
        found.append(_fields(timePeriodCoveredStart=start, timePeriodCoveredEnd=end))
    return _compound("timePeriodCovered", found)


def _terms(ledger: Ledger) -> Json:
    """Return the terms as texts: a licence apart must be one that the installation knows, by its own name of it."""
    found: dict[str, list[str]] = {}
    for statement in ledger.take(*_TERMS_OF):
        found.setdefault(_TERMS_OF[statement.term], []).append(_plain(statement, ledger))
    return compact(**{name: "\n".join(dict.fromkeys(texts)) for name, texts in found.items()})


def _demand(ledger: Ledger) -> None:
    ledger.demand("datasetContactEmail", "Dataverse demands the e-mail address of a contact.")
    for field, terms in (
        ("title", ("title",)),
        ("author", ("creator",)),
        ("dsDescription", ("description", "abstract")),
    ):
        if not ledger.see(*terms):
            ledger.demand(field, f"Dataverse demands {field}.", *terms)
