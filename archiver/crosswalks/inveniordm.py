"""InvenioRDM: the ``metadata`` of a record as its REST API takes it; drafts are accepted while something is lacking.

Who may see a record, and whether it has files, is not in a description: ``access`` and ``files`` are the deposit's.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.datacite_terms import DATES, RELATIONS
from archiver.crosswalks.date_forms import span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, compact, json_bytes, unique
from archiver.crosswalks.languages import alpha_3
from archiver.crosswalks.licences import parse_licence
from archiver.crosswalks.person_names import parse_name
from archiver.crosswalks.places import parse_place
from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from archiver.crosswalks.identifiers import Identifier
    from archiver.model import Description, Statement

TITLE = "InvenioRDM (records)"
SUFFIX = ".inveniordm.json"

# Vocabularies that every installation starts with: invenio-rdm-records, fixtures/data/vocabularies.
_TYPES = {
    "Dataset": "dataset",
    "Event": "event",
    "Image": "image",
    "MovingImage": "video",
    "PhysicalObject": "physicalobject",
    "Software": "software",
    "Sound": "audio",
    "StillImage": "image",
    "Text": "publication",
}
_SCHEMES = frozenset(("ark", "doi", "handle", "isbn", "issn", "url", "urn"))
_DESCRIPTIONS = {"abstract": "abstract", "description": "other", "tableOfContents": "table-of-contents"}
_CONTRIBUTORS = {"contributor": "other", "rightsHolder": "rightsholder"}
_PUBLISHED = ("issued", "available", "dateCopyrighted", "date", "created")
_SHORTEST = 3
"""Characters of a title or a description (services/schemas/metadata.py)."""

_FIELDS = {
    "accessRights": "rights",
    "alternative": "additional_titles alternative-title",
    "coverage": "locations.features",
    "creator": "creators",
    "extent": "sizes",
    "format": "formats",
    "identifier": "identifiers",
    "issued": "publication_date, dates issued",
    "language": "languages",
    "license": "rights",
    "medium": "formats",
    "publisher": "publisher",
    "references": "related_identifiers references, references",
    "rights": "rights",
    "spatial": "locations.features",
    "subject": "subjects",
    "title": "title, additional_titles",
    "type": "resource_type",
}
_TABLE = (
    {term: f"dates {kind.lower()}" for term, kind in DATES.items()}
    | {term: f"related_identifiers {kind.lower()}" for term, kind in RELATIONS.items()}
    | {term: f"description, additional_descriptions {kind}" for term, kind in _DESCRIPTIONS.items()}
    | {term: f"contributors {kind}" for term, kind in _CONTRIBUTORS.items()}
    | _FIELDS
)
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}


def convert(description: Description) -> Conversion:
    """Write the body of a draft: an object with ``metadata`` alone."""
    ledger = Ledger(description)
    metadata = compact(
        resource_type=_type(ledger),
        **_titles(ledger),
        **_published(ledger),
        creators=unique(_creator(one, ledger) for one in ledger.take("creator")),
        contributors=unique(
            _creator(one, ledger) | {"role": {"id": role}}
            for term, role in _CONTRIBUTORS.items()
            for one in ledger.take(term)
        ),
        publisher=_publisher(ledger),
        **_descriptions(ledger),
        subjects=unique({"subject": _plain(one, ledger)} for one in ledger.take("subject")),
        languages=unique(_languages(ledger)),
        identifiers=unique(_identifiers(ledger)),
        **_related(ledger),
        sizes=unique(_plain(one, ledger) for one in ledger.take("extent")),
        formats=unique(_plain(one, ledger) for one in ledger.take("format", "medium")),
        rights=unique(_rights(one, ledger) for one in ledger.take("license", "rights", "accessRights")),
        locations=_locations(ledger),
    )
    if "creators" not in metadata:
        ledger.demand("creators", "InvenioRDM demands a creator.", "creator")
    return ledger.close(json_bytes({"metadata": metadata}))


crosswalk, lost_terms, demands = views(convert)


def _plain(statement: Statement, ledger: Ledger) -> str:
    ledger.lose_language(statement)
    return statement.text


def _lang(statement: Statement, ledger: Ledger) -> Json | None:
    code = alpha_3(statement.language) if statement.language else None
    if code is None or statement.language is None:
        ledger.lose_language(statement, "it holds languages by ISO 639-3 code")
        return None
    ledger.rewrite_language(statement, code)
    if "-" in statement.language:
        ledger.lose_language(statement, f"it holds the language alone, as {code}")
    return {"id": code}


def _type(ledger: Ledger) -> Json | None:
    found: str | None = None
    for statement in ledger.take("type"):
        known = _TYPES.get(statement.text)
        if known and found in {None, known}:
            found = ledger.rewrite(statement, known)
            ledger.lose_language(statement)
        else:
            ledger.lose(statement, "it holds one type, of its own list")
    if found is None:
        ledger.demand("resource_type", "InvenioRDM demands a type of its own list.", "type")
    return {"id": found} if found else None


def _titles(ledger: Ledger) -> Json:
    title: str | None = None
    others: list[Json | str] = []
    for term, kind in (("title", "other"), ("alternative", "alternative-title")):
        for statement in ledger.take(term):
            if len(statement.text) < _SHORTEST:
                ledger.lose(statement, f"it holds no title shorter than {_SHORTEST} characters")
            elif title is None and term == "title":
                title = _plain(statement, ledger)
            else:
                others.append(compact(title=statement.text, type={"id": kind}, lang=_lang(statement, ledger)))
    if title is None:
        ledger.demand("title", f"InvenioRDM demands a title of at least {_SHORTEST} characters.", "title")
    return compact(title=title, additional_titles=unique(others))


def _published(ledger: Ledger) -> Json:
    """Return the date of publication, and every date that it does not say whole."""
    published: str | None = None
    whole: Statement | None = None
    candidates = [one for term in _PUBLISHED for one in ledger.see(term) if span(one.text)]
    if candidates:
        published = _edtf_0(candidates[0].text)
        whole = candidates[0] if candidates[0].term == "issued" and published == candidates[0].text else None
        if candidates[0].term != "issued":
            words = f"{published}, from {candidates[0].term}, stands for it"
            ledger.demand("publication_date", f"InvenioRDM demands a date of publication; {words}.", "issued")
    else:
        ledger.demand(
            "publication_date", "InvenioRDM demands a date of publication, and no date can be one.", *_PUBLISHED
        )
    return compact(publication_date=published, dates=unique(_dates(ledger, whole)))


def _dates(ledger: Ledger, whole: Statement | None) -> list[Json | str]:
    found: list[Json | str] = []
    for term, kind in DATES.items():
        for statement in ledger.take(term):
            date = _edtf_0(statement.text)
            if date is None:
                ledger.lose(statement, "it holds no such date")
                continue
            ledger.lose_language(statement)
            if statement != whole:
                written = statement.text if date != statement.text else None
                found.append(compact(date=date, type={"id": kind.lower()}, description=written))
    return found


def _edtf_0(text: str) -> str | None:
    """Return a date or an interval with both ends, without times (EDTF level 0)."""
    found = span(text)
    if found is None:
        return None
    start, end = (found.start or found.end or "")[:10], (found.end or found.start or "")[:10]
    return start if start == end else f"{start}/{end}"


def _creator(statement: Statement, ledger: Ledger) -> Json:
    name = parse_name(statement.text)
    ledger.lose_language(statement)
    text = ledger.rewrite(statement, name.text)
    identifiers = _agent_identifiers(name.identifier)
    if name.kind == "person" and name.family:
        names = compact(type="personal", name=text, family_name=name.family, given_name=name.given)
        return {"person_or_org": names | identifiers}
    if name.kind != "organization":
        ledger.demand(
            "person_or_org.type",
            "InvenioRDM asks of each name whether it is a person's, with the family name apart, or an organisation's; "
            "organizational stands where the record does not say, because it takes a name as it is written.",
            statement.term,
        )
    return {"person_or_org": compact(type="organizational", name=text) | identifiers}


def _agent_identifiers(identifier: Identifier | None) -> Json:
    if identifier is None:
        return {}
    return {"identifiers": [{"scheme": identifier.kind, "identifier": identifier.value}]}


def _publisher(ledger: Ledger) -> str | None:
    found: str | None = None
    for statement in ledger.take("publisher"):
        if found is None:
            found = _plain(statement, ledger)
        else:
            ledger.lose(statement, "it holds one publisher")
    return found


def _descriptions(ledger: Ledger) -> Json:
    main: str | None = None
    others: list[Json | str] = []
    for term, kind in _DESCRIPTIONS.items():
        for statement in ledger.take(term):
            # The fields hold HTML: what is plain text must not become markup.
            text = html.escape(statement.text, quote=False)
            if len(text) < _SHORTEST:
                ledger.lose(statement, f"it holds no description shorter than {_SHORTEST} characters")
                continue
            ledger.rewrite(statement, text)
            if main is None and term != "tableOfContents":
                main = text
                ledger.lose_language(statement)
            else:
                others.append(compact(description=text, type={"id": kind}, lang=_lang(statement, ledger)))
    return compact(description=main, additional_descriptions=unique(others))


def _languages(ledger: Ledger) -> list[Json | str]:
    found: list[Json | str] = []
    for statement in ledger.take("language"):
        code = alpha_3(statement.text)
        if code is None:
            ledger.lose(statement, "it holds languages by ISO 639-3 code")
            continue
        ledger.lose_language(statement)
        text = ledger.reduce(statement, code) if "-" in statement.text else ledger.rewrite(statement, code)
        found.append({"id": text})
    return found


def _identifiers(ledger: Ledger) -> list[Json | str]:
    found: list[Json | str] = []
    for statement in ledger.take("identifier"):
        identifier = identify(statement.text)
        if identifier is None or identifier.kind not in _SCHEMES:
            ledger.lose(statement, "it holds identifiers of its own list of schemes alone")
            continue
        ledger.lose_language(statement)
        found.append({"scheme": identifier.kind, "identifier": ledger.rewrite(statement, identifier.value)})
    return found


def _related(ledger: Ledger) -> Json:
    related: list[Json | str] = []
    references: list[Json | str] = []
    for term, kind in RELATIONS.items():
        for statement in ledger.take(term):
            identifier = identify(statement.text)
            if identifier and identifier.kind in _SCHEMES:
                ledger.lose_language(statement)
                value = ledger.rewrite(statement, identifier.value)
                relation = {"id": kind.lower()}
                related.append({"identifier": value, "scheme": identifier.kind, "relation_type": relation})
            elif term == "references":
                references.append({"reference": _plain(statement, ledger)})
            else:
                ledger.lose(statement, "it holds related works by an identifier of its own list of schemes alone")
    return compact(related_identifiers=unique(related), references=unique(references))


def _rights(statement: Statement, ledger: Ledger) -> Json:
    licence = parse_licence(statement.text)
    if licence.identifier:
        ledger.lose_language(statement)
        return {"id": ledger.rewrite(statement, licence.identifier.lower())}
    if statement.language != "en":
        ledger.lose_language(statement, "it holds rights in the languages of its own pages alone")
    link = licence.uri if licence.uri and licence.uri.lower().startswith(("http://", "https://")) else None
    return compact(title={"en": statement.text}, link=link)


def _locations(ledger: Ledger) -> Json | None:
    features: list[Json | str] = []
    for statement in ledger.take("spatial", "coverage"):
        ledger.lose_language(statement)
        place = parse_place(statement.text)
        geometry: Json | None = None
        if place.point:
            geometry = {"type": "Point", "coordinates": list(place.point)}
            ledger.rewrite(statement, str(place.point[0]))
        elif place.box:
            west, east, south, north = place.box
            # RFC 7946 section 3.1.6: the exterior ring runs counter-clockwise and is closed.
            ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
            geometry = {"type": "Polygon", "coordinates": [ring]}
            ledger.rewrite(statement, str(west))
        features.append(compact(place=place.name, geometry=geometry))
    return {"features": unique(features)} if features else None
