"""DataCite 4.6's own lists, and the DCMI terms they stand for: what its two serialisations and their reader share."""

from __future__ import annotations

from archiver.standards.dc_terms import TERM_ORDER

RESOURCE_TYPES = {
    "Collection": "Collection",
    "Dataset": "Dataset",
    "Event": "Event",
    "Image": "Image",
    "InteractiveResource": "InteractiveResource",
    "MovingImage": "Audiovisual",
    "PhysicalObject": "PhysicalObject",
    "Service": "Service",
    "Software": "Software",
    "Sound": "Sound",
    "StillImage": "Image",
    "Text": "Text",
}
"""DCMI type -> ``resourceTypeGeneral``."""

DATES = {
    "available": "Available",
    "created": "Created",
    "date": "Other",
    "dateAccepted": "Accepted",
    "dateCopyrighted": "Copyrighted",
    "dateSubmitted": "Submitted",
    "issued": "Issued",
    "modified": "Updated",
    "temporal": "Coverage",
    "valid": "Valid",
}
"""Term -> ``dateType``."""

RELATIONS = {
    "hasFormat": "IsOriginalFormOf",
    "hasPart": "HasPart",
    "hasVersion": "HasVersion",
    "isFormatOf": "IsVariantFormOf",
    "isPartOf": "IsPartOf",
    "isReferencedBy": "IsReferencedBy",
    "isReplacedBy": "IsObsoletedBy",
    "isRequiredBy": "IsRequiredBy",
    "isVersionOf": "IsVersionOf",
    "references": "References",
    "replaces": "Obsoletes",
    "requires": "Requires",
    "source": "IsDerivedFrom",
}
"""Term -> ``relationType``. ``relation`` and ``conformsTo`` have none in 4.6, and none is made up for them."""

RELATION_TERMS = {kind: term for term, kind in RELATIONS.items()} | {
    "Cites": "references",
    "IsCitedBy": "isReferencedBy",
    "IsPublishedIn": "isPartOf",
}
"""``relationType`` -> term."""

DESCRIPTIONS = {"abstract": "Abstract", "description": "Other", "tableOfContents": "TableOfContents"}
"""Term -> ``descriptionType``."""

CONTRIBUTORS = {"contributor": "Other", "rightsHolder": "RightsHolder"}
"""Term -> ``contributorType``."""

IDENTIFIER_TYPES = {
    "ark": "ARK",
    "doi": "DOI",
    "handle": "Handle",
    "isbn": "ISBN",
    "issn": "ISSN",
    "orcid": "URL",
    "ror": "URL",
    "url": "URL",
    "urn": "URN",
}
"""Kind of an identifier -> ``relatedIdentifierType``."""

UNKNOWN = frozenset(
    (":unac", ":unal", ":unap", ":unas", ":unav", ":unkn", ":none", ":null", ":tba", ":etal", "(:unav)", "(:tba)")
)
"""DataCite's standard values for unknown information (appendix 3); the year, which must be a number, is ``0000``."""

UNKNOWN_YEAR = "0000"

_FIELDS = {
    "accessRights": "rightsList/rights",
    "alternative": "titles/title AlternativeTitle",
    "coverage": "geoLocations",
    "creator": "creators/creator",
    "extent": "sizes/size",
    "format": "formats/format",
    "identifier": "identifier (DOI), alternateIdentifiers",
    "issued": "publicationYear, dates/date Issued",
    "language": "language",
    "license": "rightsList/rights",
    "medium": "formats/format",
    "publisher": "publisher",
    "rights": "rightsList/rights",
    "spatial": "geoLocations",
    "subject": "subjects/subject",
    "title": "titles/title",
    "type": "resourceType",
}
_TABLE = (
    {term: f"dates/date {kind}" for term, kind in DATES.items()}
    | {term: f"relatedIdentifiers {kind}" for term, kind in RELATIONS.items()}
    | {term: f"descriptions/description {kind}" for term, kind in DESCRIPTIONS.items()}
    | {term: f"contributors/contributor {kind}" for term, kind in CONTRIBUTORS.items()}
    | _FIELDS
)
TABLE = {term: _TABLE[term] for term in TERM_ORDER if term in _TABLE}
"""Term -> property of DataCite, by its name in the XML schema."""
