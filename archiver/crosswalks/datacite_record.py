"""A description as the properties of DataCite 4.6, in the shape of DataCite's JSON; both serialisations are made of it.

What DataCite demands and the record lacks is never made up: DataCite's own standard values for unknown information
stand there, and the demand is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.crosswalks.contract import Ledger
from archiver.crosswalks.datacite_terms import (
    CONTRIBUTORS,
    DATES,
    DESCRIPTIONS,
    IDENTIFIER_TYPES,
    RELATIONS,
    RESOURCE_TYPES,
    UNKNOWN_YEAR,
)
from archiver.crosswalks.date_forms import Span, span
from archiver.crosswalks.identifiers import Identifier, identify
from archiver.crosswalks.json_records import Json, compact, unique
from archiver.crosswalks.licences import parse_licence
from archiver.crosswalks.person_names import Name, parse_name
from archiver.crosswalks.places import parse_place
from archiver.crosswalks.xml_records import xml_language
from archiver.standards.vocabularies import is_uri, language_scheme

if TYPE_CHECKING:
    from archiver.model import Description, Statement

SCHEMA_VERSION = "http://datacite.org/schema/kernel-4"

_SCHEMES = {"orcid": ("ORCID", "https://orcid.org"), "ror": ("ROR", "https://ror.org")}
_YEARS = ("issued", "available", "dateCopyrighted", "date", "created")
"""Where the year of publication is looked for, in this order: DataCite asks for the one that a citation would use."""


def datacite_record(description: Description) -> tuple[Json, Ledger]:
    """Return the properties of one record, and the ledger of what became of every value."""
    ledger = Ledger(description)
    record = compact(
        schemaVersion=SCHEMA_VERSION,
        doi=_doi(ledger),
        types=_types(ledger),
        creators=_creators(ledger),
        titles=_titles(ledger),
        publisher=_publisher(ledger),
        publicationYear=_year(ledger),
        subjects=unique(_subject(one, ledger) for one in ledger.take("subject")),
        contributors=unique(
            compact(contributorType=kind) | _agent(one, ledger)
            for term, kind in CONTRIBUTORS.items()
            for one in ledger.take(term)
        ),
        dates=unique(_dates(ledger)),
        language=_language(ledger),
        alternateIdentifiers=unique(_alternates(ledger)),
        relatedIdentifiers=unique(_related(ledger, identified=True)),
        relatedItems=unique(_related(ledger, identified=False)),
        sizes=unique(_plain(one, ledger) for one in ledger.take("extent")),
        formats=unique(_plain(one, ledger) for one in ledger.take("format", "medium")),
        rightsList=unique(_rights(one, ledger) for one in ledger.take("license", "rights", "accessRights")),
        descriptions=unique(
            compact(description=one.text, descriptionType=kind, lang=_lang(one, ledger))
            for term, kind in DESCRIPTIONS.items()
            for one in ledger.take(term)
        ),
        geoLocations=unique(_place(one, ledger) for one in ledger.take("spatial", "coverage")),
    )
    return record, ledger


def _lang(statement: Statement, ledger: Ledger) -> str | None:
    language = xml_language(statement)
    if not language:
        ledger.lose_language(statement, "its language tag is none of XML's")
    return language


def _plain(statement: Statement, ledger: Ledger) -> str:
    ledger.lose_language(statement)
    return statement.text


def _main_doi(ledger: Ledger) -> tuple[Statement, Identifier] | None:
    found = ((one, identify(one.text)) for one in ledger.see("identifier"))
    return next(((one, identifier) for one, identifier in found if identifier and identifier.kind == "doi"), None)


def _doi(ledger: Ledger) -> str | None:
    main = _main_doi(ledger)
    if main is None:
        ledger.demand(
            "identifier", "DataCite registers a DOI, and the record has none; :tba stands for it.", "identifier"
        )
        return None
    statement, identifier = main
    ledger.lose_language(statement)
    return ledger.rewrite(statement, identifier.value)


def _alternates(ledger: Ledger) -> list[Json | str]:
    main = _main_doi(ledger)
    found: list[Json | str] = []
    for statement in ledger.take("identifier"):
        if main and statement == main[0]:
            continue
        ledger.lose_language(statement)
        identifier = identify(statement.text)
        kind = IDENTIFIER_TYPES.get(identifier.kind, "URI") if identifier else "Local"
        found.append(compact(alternateIdentifier=statement.text, alternateIdentifierType=kind))
    return found


def _types(ledger: Ledger) -> Json:
    general: str | None = None
    specific: str | None = None
    for statement in ledger.take("type"):
        known = RESOURCE_TYPES.get(statement.text)
        if known and general in {None, known}:
            general = ledger.rewrite(statement, known)
            # A narrower DCMI type stays beside the general one, unless another type is stated in words.
            specific = specific or (statement.text if known != statement.text else None)
        elif known is None and (specific in {None, statement.text} or specific in RESOURCE_TYPES):
            specific = statement.text
        else:
            ledger.lose(statement, "it holds one general type and one in words")
            continue
        ledger.lose_language(statement)
    if general is None:
        ledger.demand("resourceTypeGeneral", "DataCite demands a type of its list; Other stands for it.", "type")
    return compact(resourceTypeGeneral=general or "Other", resourceType=specific)


def _creators(ledger: Ledger) -> list[Json | str]:
    creators = unique(_agent(one, ledger) for one in ledger.take("creator"))
    if not creators:
        ledger.demand("creators", "DataCite demands a creator; :unav (value unavailable) stands for it.", "creator")
    return creators or [{"name": ":unav"}]


def _agent(statement: Statement, ledger: Ledger) -> Json:
    name = parse_name(statement.text)
    return compact(
        name=ledger.rewrite(statement, name.text),
        nameType={"person": "Personal", "organization": "Organizational", None: None}[name.kind],
        givenName=name.given,
        familyName=name.family,
        nameIdentifiers=_name_identifiers(name),
        lang=_lang(statement, ledger),
    )


def _name_identifiers(name: Name) -> list[Json]:
    if name.identifier is None:
        return []
    scheme, address = _SCHEMES[name.identifier.kind]
    return [compact(nameIdentifier=name.identifier.uri, nameIdentifierScheme=scheme, schemeUri=address)]


def _titles(ledger: Ledger) -> list[Json | str]:
    if not ledger.see("title"):
        ledger.demand("titles", "DataCite demands a title; :unav (value unavailable) stands for it.", "title")
    titles = [compact(title=one.text, lang=_lang(one, ledger)) for one in ledger.take("title")]
    others = [
        compact(title=one.text, titleType="AlternativeTitle", lang=_lang(one, ledger))
        for one in ledger.take("alternative")
    ]
    return unique([*(titles or [{"title": ":unav"}]), *others])


def _publisher(ledger: Ledger) -> Json:
    publisher: Json = {}
    for statement in ledger.take("publisher"):
        if publisher:
            ledger.lose(statement, "it holds one publisher")
            continue
        name = parse_name(statement.text)
        publisher = compact(name=ledger.rewrite(statement, name.text), lang=_lang(statement, ledger))
        for identifier in _name_identifiers(name):
            publisher["publisherIdentifier"] = identifier["nameIdentifier"]
            publisher["publisherIdentifierScheme"] = identifier["nameIdentifierScheme"]
            publisher["schemeUri"] = identifier["schemeUri"]
    if not publisher:
        ledger.demand(
            "publisher", "DataCite demands a publisher; :unav (value unavailable) stands for it.", "publisher"
        )
    return publisher or {"name": ":unav"}


def _year(ledger: Ledger) -> str:
    for term in _YEARS:
        for statement in ledger.see(term):
            found = span(statement.text)
            if found:
                _say_year(statement, found, ledger)
                return found.year
    ledger.demand(
        "publicationYear",
        f"DataCite demands the year of publication, and no date has one; {UNKNOWN_YEAR} stands for it.",
        *_YEARS,
    )
    return UNKNOWN_YEAR


def _say_year(statement: Statement, found: Span, ledger: Ledger) -> None:
    """Say where the year comes from, unless the record states it as the year of issue."""
    single = (found.start or "")[:4] == (found.end or "")[:4]
    if statement.term != "issued" or not single:
        words = f"{found.year}, from {statement.term} '{statement.text}', stands for it"
        ledger.demand("publicationYear", f"DataCite demands the year of publication; {words}.", "issued")


def _dates(ledger: Ledger) -> list[Json | str]:
    found: list[Json | str] = []
    for term, kind in DATES.items():
        for statement in ledger.take(term):
            spanned = span(statement.text)
            if spanned is None:
                words = "no dates in words" if term == "temporal" else "no such date"
                ledger.lose(statement, f"it holds {words}")
                continue
            ledger.lose_language(statement)
            # DataCite 8.b dateInformation: what its plain dates and ranges cannot say.
            information = statement.text if spanned.interval != statement.text else None
            found.append(compact(date=spanned.interval, dateType=kind, dateInformation=information))
    return found


def _language(ledger: Ledger) -> str | None:
    language = None
    for statement in ledger.take("language"):
        if language is None and language_scheme(statement.text):
            language = statement.text
            ledger.lose_language(statement)
        elif statement.text != language:
            ledger.lose(statement, "it holds one language, by its code")
        else:
            ledger.lose_language(statement)
    return language


def _subject(statement: Statement, ledger: Ledger) -> Json:
    uri = statement.text if is_uri(statement.text) else None
    return compact(subject=statement.text, valueUri=uri, lang=_lang(statement, ledger))


def _related(ledger: Ledger, *, identified: bool) -> list[Json | str]:
    """Return what has an identifier of DataCite's list, or everything else, which is named by its title."""
    found: list[Json | str] = []
    for term, kind in RELATIONS.items():
        for statement in ledger.see(term) if identified else ledger.take(term):
            identifier = identify(statement.text)
            listed = IDENTIFIER_TYPES.get(identifier.kind) if identifier else None
            if identifier and listed:
                value = identifier.uri if listed == "URL" else identifier.value
                if identified:
                    ledger.lose_language(statement)
                    text = ledger.rewrite(statement, value)
                    found.append(compact(relatedIdentifier=text, relatedIdentifierType=listed, relationType=kind))
            elif not identified:
                titles = [compact(title=statement.text, lang=_lang(statement, ledger))]
                found.append(compact(relationType=kind, relatedItemType="Other", titles=titles))
    return found


def _rights(statement: Statement, ledger: Ledger) -> Json:
    licence = parse_licence(statement.text)
    scheme = {"rightsIdentifierScheme": "SPDX", "schemeUri": "https://spdx.org/licenses/"} if licence.identifier else {}
    return (
        compact(rights=statement.text, rightsUri=licence.uri, rightsIdentifier=licence.identifier)
        | scheme
        | compact(lang=_lang(statement, ledger))
    )


def _place(statement: Statement, ledger: Ledger) -> Json:
    ledger.lose_language(statement)
    place = parse_place(statement.text)
    location = compact(geoLocationPlace=place.name)
    if place.point:
        location["geoLocationPoint"] = {"pointLongitude": place.point[0], "pointLatitude": place.point[1]}
        ledger.rewrite(statement, str(place.point[0]))
    elif place.box:
        names = ("westBoundLongitude", "eastBoundLongitude", "southBoundLatitude", "northBoundLatitude")
        location["geoLocationBox"] = dict(zip(names, place.box, strict=True))
        ledger.rewrite(statement, str(place.box[0]))
    return location
