"""schema.org as JSON-LD: one ``CreativeWork`` that search engines and catalogues of data sets read from a page.

A name is a person or an organisation only where it says so; else it stays a plain text, which consumers of schema.org
take for every property (schema.org, data model).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.date_forms import span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, compact, json_bytes
from archiver.crosswalks.licences import parse_licence
from archiver.crosswalks.person_names import parse_name
from archiver.crosswalks.places import parse_place
from archiver.crosswalks.xml_records import xml_language
from archiver.standards.dc_terms import TERM_ORDER

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.model import Description, Statement

TITLE = "schema.org (JSON-LD)"
SUFFIX = ".jsonld"

_TYPES = {
    "Collection": "Collection",
    "Dataset": "Dataset",
    "Image": "ImageObject",
    "MovingImage": "VideoObject",
    "Software": "SoftwareSourceCode",
    "Sound": "AudioObject",
    "StillImage": "ImageObject",
    "Text": "DigitalDocument",
}
_TEXTS = {
    "abstract": "abstract",
    "alternative": "alternateName",
    "bibliographicCitation": "citation",
    "description": "description",
    "subject": "keywords",
    "title": "name",
}
_PLAIN = {
    "accessRights": "conditionsOfAccess",
    "extent": "size",
    "format": "encodingFormat",
    "language": "inLanguage",
    "medium": "material",
}
_NAMES = {
    "contributor": "contributor",
    "creator": "creator",
    "publisher": "publisher",
    "rightsHolder": "copyrightHolder",
}
_DATES = {
    "created": "dateCreated",
    "issued": "datePublished",
    "modified": "dateModified",
    "temporal": "temporalCoverage",
}
_WORKS = {
    "hasPart": "hasPart",
    "isPartOf": "isPartOf",
    "references": "citation",
    "source": "isBasedOn",
}
_FIELDS = {
    "audience": "audience",
    "coverage": "spatialCoverage",
    "educationLevel": "educationalLevel",
    "identifier": "identifier, @id",
    "license": "license",
    "rights": "copyrightNotice",
    "spatial": "spatialCoverage",
    "type": "@type, genre",
}
_TABLE = _TEXTS | _PLAIN | _NAMES | _DATES | _WORKS | _FIELDS
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}


def convert(description: Description) -> Conversion:
    """Write one JSON-LD object."""
    return _Work(description).convert()


crosswalk, lost_terms, demands = views(convert)


class _Work:
    """One object while it is written."""

    def __init__(self, description: Description) -> None:
        self._ledger = Ledger(description)
        self._values: dict[str, list[object]] = {}

    def convert(self) -> Conversion:
        """Write every property, and return the object with its account."""
        kinds = self._types()
        key = self._identifiers()
        for terms, write in self._writers().items():
            for statement in self._ledger.take(*terms):
                write(statement)
        head = compact(**{"@context": "https://schema.org", "@type": kinds, "@id": key})
        body = {name: values[0] if len(values) == 1 else values for name, values in self._values.items()}
        for name, term in (("name", "title"), ("description", "description")):
            if name not in body:
                self._ledger.demand(name, f"Search engines list a work by its {name}.", term)
        return self._ledger.close(json_bytes(head | body))

    def _writers(self) -> dict[tuple[str, ...], Callable[[Statement], None]]:
        return {
            tuple(_TEXTS): lambda one: self._put(_TEXTS[one.term], self._text(one)),
            tuple(_PLAIN): lambda one: self._put(_PLAIN[one.term], self._plain(one)),
            tuple(_NAMES): self._name,
            tuple(_DATES): self._date,
            tuple(_WORKS): self._work,
            ("license",): self._licence,
            ("rights",): lambda one: self._put("copyrightNotice", self._text(one)),
            ("spatial", "coverage"): self._place,
            ("audience",): lambda one: self._put("audience", {"@type": "Audience", "audienceType": self._text(one)}),
            ("educationLevel",): lambda one: self._put("educationalLevel", self._text(one)),
        }

    def _put(self, name: str, value: object) -> None:
        if value not in self._values.setdefault(name, []):
            self._values[name].append(value)

    def _plain(self, statement: Statement) -> str:
        self._ledger.lose_language(statement)
        return statement.text

    def _text(self, statement: Statement) -> object:
        """Return a text, with its language as JSON-LD states it (JSON-LD 1.1 section 4.2.4)."""
        language = xml_language(statement)
        return {"@value": statement.text, "@language": language} if language else self._plain(statement)

    def _types(self) -> object:
        kinds: list[str] = []
        for statement in self._ledger.take("type"):
            self._ledger.lose_language(statement)
            known = _TYPES.get(statement.text)
            if known:
                kinds.append(self._ledger.rewrite(statement, known))
            else:
                self._put("genre", statement.text)
        kinds = list(dict.fromkeys(kinds)) or ["CreativeWork"]
        return kinds[0] if len(kinds) == 1 else kinds

    def _identifiers(self) -> str | None:
        key: str | None = None
        for statement in self._ledger.take("identifier"):
            self._ledger.lose_language(statement)
            identifier = identify(statement.text)
            if identifier:
                self._put("identifier", self._ledger.rewrite(statement, identifier.uri))
                key = key or identifier.uri
            else:
                self._put("identifier", statement.text)
        return key

    def _name(self, statement: Statement) -> None:
        name = parse_name(statement.text)
        if name.kind is None:
            self._put(_NAMES[statement.term], self._text(statement))
            return
        self._ledger.lose_language(statement)
        self._put(
            _NAMES[statement.term],
            compact(
                **{
                    "@type": "Person" if name.kind == "person" else "Organization",
                    "@id": name.identifier.uri if name.identifier else None,
                },
                name=self._ledger.rewrite(statement, name.text),
                familyName=name.family,
                givenName=name.given,
            ),
        )

    def _date(self, statement: Statement) -> None:
        found = span(statement.text)
        self._ledger.lose_language(statement)
        # schema.org takes ISO 8601; an open end is written as EDTF does (schema.org/temporalCoverage).
        interval = found.interval if found else ""
        interval = (
            f"..{interval}" if interval.startswith("/") else f"{interval}.." if interval.endswith("/") else interval
        )
        exact = interval == statement.text or statement.term == "temporal" or not interval
        self._put(_DATES[statement.term], statement.text if exact else self._ledger.reduce(statement, interval))

    def _work(self, statement: Statement) -> None:
        identifier = identify(statement.text)
        work: Json
        if identifier:
            self._ledger.lose_language(statement)
            work = {"@type": "CreativeWork", "@id": self._ledger.rewrite(statement, identifier.uri)}
        else:
            work = {"@type": "CreativeWork", "name": self._text(statement)}
        self._put(_WORKS[statement.term], work)

    def _licence(self, statement: Statement) -> None:
        licence = parse_licence(statement.text)
        if licence.uri:
            self._ledger.lose_language(statement)
            self._put("license", self._ledger.rewrite(statement, licence.uri))
        else:
            self._put("license", {"@type": "CreativeWork", "name": self._text(statement)})

    def _place(self, statement: Statement) -> None:
        place = parse_place(statement.text)
        geo: Json | None = None
        if place.point:
            geo = {"@type": "GeoCoordinates", "latitude": place.point[1], "longitude": place.point[0]}
            self._ledger.rewrite(statement, str(place.point[0]))
        elif place.box:
            west, east, south, north = place.box
            # schema.org/box: two points, "lower upper", each latitude and longitude.
            geo = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
            self._ledger.rewrite(statement, str(west))
        if geo:
            self._ledger.lose_language(statement)
            name: object = place.name
        else:
            name = self._text(statement)
        self._put("spatialCoverage", compact(**{"@type": "Place"}, name=name, geo=geo))
