"""The properties of a DataCite record, in the shape of DataCite's JSON, as DCMI terms.

Standard values for unknown information are no values; what has no term is given back by its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Reading, ReadValue, UnreadValue
from archiver.crosswalks.datacite_terms import (
    DATES,
    DESCRIPTIONS,
    RELATION_TERMS,
    RESOURCE_TYPES,
    UNKNOWN,
    UNKNOWN_YEAR,
)
from archiver.crosswalks.date_forms import span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.json_records import Json, objects, text_in, unread
from archiver.crosswalks.places import box_text, point_text

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE_TERMS = {kind: term for term, kind in DATES.items()}
_DESCRIPTION_TERMS = {kind: term for term, kind in DESCRIPTIONS.items()}
_GENERAL_TYPES = {"Audiovisual": "MovingImage"} | {
    name: name for name in RESOURCE_TYPES.values() if name != "Audiovisual"
}
_CONTRIBUTOR_TERMS = {"Other": "contributor", "RightsHolder": "rightsHolder"}
_BOX = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
_ADMINISTRATIVE = frozenset(("schemaVersion", "prefix", "suffix", "event", "xml", "state", "isActive"))


def read_record(record: Json) -> Reading:
    """Read the properties of one record."""
    reader = _Reader()
    for name, value in record.items():
        read = reader.readers.get(name)
        if read:
            read(value)
        elif name not in _ADMINISTRATIVE:
            reader.other += unread(name, value)
    reader.year(record)
    return Reading(values=tuple(dict.fromkeys(reader.values)), other=tuple(dict.fromkeys(reader.other)))


class _Reader:
    """Gathers what one record states."""

    def __init__(self) -> None:
        self.values: list[ReadValue] = []
        self.other: list[UnreadValue] = []
        self.readers: dict[str, Callable[[object], None]] = {
            "doi": self._doi,
            "types": self._types,
            "creators": lambda value: self._agents(value, "creator"),
            "contributors": lambda value: self._agents(value, None),
            "titles": self._titles,
            "publisher": self._publisher,
            "publicationYear": lambda _: None,
            "subjects": lambda value: self._texts(value, "subject", "subject"),
            "dates": self._dates,
            "language": lambda value: self._plain(value, "language"),
            "alternateIdentifiers": lambda value: self._texts(value, "alternateIdentifier", "identifier"),
            "identifiers": lambda value: self._texts(value, "identifier", "identifier"),
            "relatedIdentifiers": self._related_identifiers,
            "relatedItems": self._related_items,
            "sizes": lambda value: self._plain(value, "extent"),
            "formats": lambda value: self._plain(value, "format"),
            "rightsList": self._rights,
            "descriptions": self._descriptions,
            "geoLocations": self._places,
        }

    def year(self, record: Json) -> None:
        """Take the year of publication for the date of issue, where no date says when that was."""
        year = text_in(record, "publicationYear")
        spans = [span(value.text) for value in self.values if value.term in DATES]
        dated = {found.year for found in spans if found}
        if year and year != UNKNOWN_YEAR and year not in dated:
            self._value("issued", year)

    def _value(self, term: str, text: str, language: str | None = None) -> None:
        if text and text not in UNKNOWN:
            self.values.append(ReadValue(term=term, text=text, language=language or None))

    def _rest(self, name: str, record: Json, *known: str) -> None:
        for key, value in record.items():
            if key not in {*known, "lang"}:
                self.other += unread(f"{name}.{key}", value)

    def _plain(self, value: object, term: str) -> None:
        for one in value if isinstance(value, list) else [value]:
            self._value(term, text_in({"": one}, ""))

    def _texts(self, value: object, key: str, term: str) -> None:
        for one in objects(value):
            self._value(term, text_in(one, key), text_in(one, "lang"))

    def _doi(self, value: object) -> None:
        text = text_in({"": value}, "")
        identifier = identify(text)
        self._value("identifier", identifier.uri if identifier else text)

    def _types(self, value: object) -> None:
        for one in objects(value):
            general, specific = text_in(one, "resourceTypeGeneral"), text_in(one, "resourceType")
            if RESOURCE_TYPES.get(specific) == general:
                self._value("type", specific)
                continue
            self._value("type", _GENERAL_TYPES.get(general, "" if general == "Other" else general))
            self._value("type", specific)

    def _agents(self, value: object, term: str | None) -> None:
        for one in objects(value):
            name, kind = _agent(one), text_in(one, "contributorType")
            self._value(term or _CONTRIBUTOR_TERMS.get(kind, "contributor"), name, text_in(one, "lang"))
            if term is None and kind and kind not in _CONTRIBUTOR_TERMS:
                self.other.append(UnreadValue(name="contributors.contributorType", text=f"{kind}: {name}"))
            if one.get("affiliation"):
                self.other += unread("affiliation", one["affiliation"])

    def _titles(self, value: object) -> None:
        for one in objects(value):
            self._value(
                "alternative" if text_in(one, "titleType") else "title", text_in(one, "title"), text_in(one, "lang")
            )

    def _publisher(self, value: object) -> None:
        self._plain(value, "publisher")
        for one in objects(value):
            name, identifier = text_in(one, "name"), identify(text_in(one, "publisherIdentifier"))
            known = identifier and identifier.kind == "ror" and identifier.uri not in name
            self._value(
                "publisher", f"{name} ({identifier.uri})" if identifier and known else name, text_in(one, "lang")
            )

    def _dates(self, value: object) -> None:
        for one in objects(value):
            kind, text = text_in(one, "dateType"), text_in(one, "dateInformation") or text_in(one, "date")
            term = _DATE_TERMS.get(kind)
            if term is None or (text != text_in(one, "date") and not text_in(one, "date")):
                self.other += unread(f"dates.{kind}", text)
            else:
                self._value(term, _open(text))

    def _related_identifiers(self, value: object) -> None:
        for one in objects(value):
            text = text_in(one, "relatedIdentifier")
            kind = text_in(one, "relatedIdentifierType")
            identifier = identify(text) or identify(f"{kind}:{text}")
            self._relation(one, identifier.uri if identifier else text)

    def _related_items(self, value: object) -> None:
        for one in objects(value):
            titles = [(text_in(title, "title"), text_in(title, "lang")) for title in objects(one.get("titles"))]
            for text, language in titles:
                self._relation(one, text, language)
            self._rest("relatedItems", one, "titles", "relationType", "relatedItemType")

    def _relation(self, one: Json, text: str, language: str = "") -> None:
        kind = text_in(one, "relationType")
        self._value(RELATION_TERMS.get(kind, "relation"), text, language)
        if kind not in RELATION_TERMS and text:
            self.other.append(UnreadValue(name="relatedIdentifiers.relationType", text=f"{kind}: {text}"))

    def _rights(self, value: object) -> None:
        for one in objects(value):
            text, uri = text_in(one, "rights"), text_in(one, "rightsUri")
            identifier = text_in(one, "rightsIdentifier")
            if uri or identifier:
                self._value("license", uri or identifier, text_in(one, "lang"))
            if text not in {uri, identifier} and not (uri and identifier == text):
                self._value("rights", text, text_in(one, "lang"))

    def _descriptions(self, value: object) -> None:
        for one in objects(value):
            kind = text_in(one, "descriptionType")
            text, language = text_in(one, "description"), text_in(one, "lang")
            self._value(_DESCRIPTION_TERMS.get(kind, "description"), text, language)

    def _places(self, value: object) -> None:
        for one in objects(value):
            name = text_in(one, "geoLocationPlace")
            points, boxes = objects(one.get("geoLocationPoint")), objects(one.get("geoLocationBox"))
            for point in points:
                text = point_text(name, text_in(point, "pointLongitude"), text_in(point, "pointLatitude"))
                self._value("spatial", text)
            for box in boxes:
                west, east, south, north = (text_in(box, limit) for limit in _BOX)
                self._value("spatial", box_text(name, west, east, south, north))
            if not points and not boxes:
                self._value("spatial", name)
            self._rest("geoLocations", one, "geoLocationPlace", "geoLocationPoint", "geoLocationBox")


def _open(text: str) -> str:
    """Return a range with an open end as EDTF writes it; DataCite leaves that end empty (RKMS-ISO8601)."""
    if text.startswith("/"):
        return f"..{text}"
    return f"{text}.." if text.endswith("/") else text


def _agent(one: Json) -> str:
    """Return a name as people write it, with its ORCID or ROR after it."""
    family, given = text_in(one, "familyName"), text_in(one, "givenName")
    name = text_in(one, "name") or ", ".join(filter(None, (family, given)))
    for identifier in objects(one.get("nameIdentifiers")):
        text, scheme = text_in(identifier, "nameIdentifier"), text_in(identifier, "nameIdentifierScheme").lower()
        known = identify(text) or identify(f"{scheme}:{text}")
        if known and known.kind in {"orcid", "ror"} and known.uri not in name:
            return f"{name} ({known.uri})" if name else known.uri
    return name
