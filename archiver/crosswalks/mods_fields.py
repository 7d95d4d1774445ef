"""Where each DCMI term stands in a MODS record: the table that writing and reading share.

MODS 3.8 (Library of Congress, 2022) with the LC mapping of Dublin Core to MODS; a term that MODS has no element for is
a note or a related item whose type names the term by its URI.
"""

from __future__ import annotations

from archiver.standards.dc_terms import TERM_ORDER, TERMS_NAMESPACE

MODS_NAMESPACE = "http://www.loc.gov/mods/v3"

PLAIN = {
    "abstract": "abstract",
    "audience": "targetAudience",
    "tableOfContents": "tableOfContents",
}
"""Term -> top-level element that holds its value as text."""

NOTES = {
    "accrualMethod": "accrual method",
    "accrualPeriodicity": "accrual periodicity",
    "accrualPolicy": "accrual policy",
    "bibliographicCitation": "preferred citation",
    "coverage": "coverage",
    "description": None,
    "educationLevel": "education level",
    "instructionalMethod": "instructional method",
    "provenance": "ownership",
}
"""Term -> type of its ``note``."""

CONDITIONS = {
    "accessRights": "restriction on access",
    "license": "license",
    "rights": "use and reproduction",
    "rightsHolder": "rights holder",
}
"""Term -> type of its ``accessCondition``."""

NAMES = {
    "contributor": ("ctb", "contributor"),
    "creator": ("cre", "creator"),
    "mediator": (None, "mediator"),
}
"""Term -> code and text of the name's role; codes are those of the MARC relators."""

DATES = {
    "available": "dateOther",
    "created": "dateCreated",
    "date": "dateOther",
    "dateAccepted": "dateOther",
    "dateCopyrighted": "copyrightDate",
    "dateSubmitted": "dateOther",
    "issued": "dateIssued",
    "modified": "dateModified",
    "valid": "dateValid",
}
"""Term -> element in ``originInfo``; a ``dateOther`` has the term as its type, and none for ``date``."""

SUBJECTS = {"spatial": "geographic", "subject": "topic", "temporal": "temporal"}
PHYSICAL = {"extent": "extent", "format": "form", "medium": "form"}
"""Term -> element in ``physicalDescription``; a medium is a ``form`` of type ``material``."""

RELATED = {
    "conformsTo": None,
    "hasFormat": "otherFormat",
    "hasPart": "constituent",
    "hasVersion": "otherVersion",
    "isFormatOf": "otherFormat",
    "isPartOf": "host",
    "isReferencedBy": "isReferencedBy",
    "isReplacedBy": "succeeding",
    "isRequiredBy": None,
    "isVersionOf": "otherVersion",
    "references": "references",
    "relation": None,
    "replaces": "preceding",
    "requires": None,
    "source": "original",
}
"""Term -> type of its ``relatedItem``; ``otherTypeURI`` names the term itself."""

RELATED_TYPES = {
    "constituent": "hasPart",
    "host": "isPartOf",
    "isReferencedBy": "isReferencedBy",
    "original": "source",
    "otherFormat": "hasFormat",
    "otherVersion": "hasVersion",
    "preceding": "replaces",
    "references": "references",
    "series": "isPartOf",
    "succeeding": "isReplacedBy",
}
"""Type of a ``relatedItem`` that names no term -> term."""

RESOURCE_TYPES = {
    "MovingImage": "moving image",
    "PhysicalObject": "three dimensional object",
    "Sound": "sound recording",
    "StillImage": "still image",
    "Text": "text",
}
"""DCMI type -> ``typeOfResource`` that means the same; the DCMI type itself is a ``genre``."""


def term_uri(term: str) -> str:
    """Return the URI of a term, as ``typeURI`` and ``otherTypeURI`` hold it."""
    return f"{TERMS_NAMESPACE}{term}"


def _table() -> dict[str, str]:
    fields = {
        "alternative": 'titleInfo type="alternative"/title',
        "identifier": "identifier",
        "language": "language/languageTerm",
        "publisher": "originInfo/publisher",
        "title": "titleInfo/title",
        "type": "genre, typeOfResource",
    }
    fields |= PLAIN
    fields |= {term: f'note type="{kind}"' if kind else "note" for term, kind in NOTES.items()}
    fields |= {term: f'accessCondition type="{kind}"' for term, kind in CONDITIONS.items()}
    fields |= {term: f"name, role {role}" for term, (_, role) in NAMES.items()}
    fields |= {term: f"originInfo/{name}" for term, name in DATES.items()}
    fields |= {term: f"subject/{name}" for term, name in SUBJECTS.items()}
    fields |= {term: f"physicalDescription/{name}" for term, name in PHYSICAL.items()}
    fields["format"] = "physicalDescription/internetMediaType or form"
    fields |= {
        term: f'relatedItem type="{kind}"' if kind else f'relatedItem otherType="{term}"'
        for term, kind in RELATED.items()
    }
    return {term: fields[term] for term in TERM_ORDER}


TABLE = _table()
