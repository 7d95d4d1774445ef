"""The 55 properties of DCMI Metadata Terms and how people write their names.

A table and a parser of keys; it never reads a value and never judges one (see ``dates`` and ``vocabularies``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TERMS_NAMESPACE = "http://purl.org/dc/terms/"
ELEMENTS_NAMESPACE = "http://purl.org/dc/elements/1.1/"

FIFTEEN = (
    "contributor",
    "coverage",
    "creator",
    "date",
    "description",
    "format",
    "identifier",
    "language",
    "publisher",
    "relation",
    "rights",
    "source",
    "subject",
    "title",
    "type",
)
"""The Dublin Core Metadata Element Set 1.1, alphabetical."""

_DATE = ("W3CDTF", "EDTF", "Period")
_LANGUAGE = ("RFC5646", "ISO639-2")
_PLACE = ("Box", "ISO3166", "Point", "TGN")
_SUBJECT = ("DDC", "LCC", "LCSH", "MESH", "UDC")
_URI = ("URI",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One property of the namespace ``http://purl.org/dc/terms/``."""

    name: str
    """Local name, in DCMI's own case: ``dateAccepted``."""

    refines: str | None
    """The element of the fifteen it refines; None for the fifteen themselves and for those that refine none."""

    schemes: tuple[str, ...]
    """Encoding schemes its values may follow, preferred first; empty for free text."""

    @property
    def element(self) -> str | None:
        """The element of the fifteen that stands for it after dumbing down, or None."""
        return self.name if self.name in FIFTEEN else self.refines


@dataclass(frozen=True, slots=True, kw_only=True)
class TermKey:
    """A key of a sidecar or a column of a sheet, understood."""

    term: str
    """Local name of one of the 55."""

    language: str | None
    """The tag after ``@`` as written, unchecked; None without one."""


# DCMI Metadata Terms (2020-01-20), section 2, in its alphabetical order: name, element refined, schemes.
TERMS: tuple[Term, ...] = tuple(
    Term(name=name, refines=refines, schemes=schemes)
    for name, refines, schemes in (
        ("abstract", "description", ()),
        ("accessRights", "rights", _URI),
        ("accrualMethod", None, ()),
        ("accrualPeriodicity", None, ()),
        ("accrualPolicy", None, ()),
        ("alternative", "title", ()),
        ("audience", None, ()),
        ("available", "date", _DATE),
        ("bibliographicCitation", "identifier", ()),
        ("conformsTo", "relation", _URI),
        ("contributor", None, ()),
        ("coverage", None, (*_PLACE, "Period")),
        ("created", "date", _DATE),
        ("creator", None, ()),
        ("date", None, _DATE),
        ("dateAccepted", "date", _DATE),
        ("dateCopyrighted", "date", _DATE),
        ("dateSubmitted", "date", _DATE),
        ("description", None, ()),
        ("educationLevel", None, ()),
        ("extent", "format", ()),
        ("format", None, ("IMT",)),
        ("hasFormat", "relation", _URI),
        ("hasPart", "relation", _URI),
        ("hasVersion", "relation", _URI),
        ("identifier", None, _URI),
        ("instructionalMethod", None, ()),
        ("isFormatOf", "relation", _URI),
        ("isPartOf", "relation", _URI),
        ("isReferencedBy", "relation", _URI),
        ("isReplacedBy", "relation", _URI),
        ("isRequiredBy", "relation", _URI),
        ("issued", "date", _DATE),
        ("isVersionOf", "relation", _URI),
        ("language", None, _LANGUAGE),
        ("license", "rights", _URI),
        ("mediator", None, ()),
        ("medium", "format", ("IMT",)),
        ("modified", "date", _DATE),
        ("provenance", None, ()),
        ("publisher", None, ()),
        ("references", "relation", _URI),
        ("relation", None, _URI),
        ("replaces", "relation", _URI),
        ("requires", "relation", _URI),
        ("rights", None, _URI),
        ("rightsHolder", None, ()),
        ("source", None, _URI),
        ("spatial", "coverage", _PLACE),
        ("subject", None, _SUBJECT),
        ("tableOfContents", "description", ()),
        ("temporal", "coverage", _DATE),
        ("title", None, ()),
        ("type", None, ("DCMIType",)),
        ("valid", "date", _DATE),
    )
)

TERM_ORDER: dict[str, int] = {term.name: index for index, term in enumerate(TERMS)}
"""Local name -> place in DCMI's list."""

TERM_BY_NAME: dict[str, Term] = {term.name: term for term in TERMS}

DATE_TERMS = frozenset(term.name for term in TERMS if term.element == "date")
"""The terms whose values must be dates."""

_BY_FOLDED = {name.lower(): name for name in TERM_BY_NAME}
_PREFIX = re.compile(r"(?:dcterms|dct|dc)[.:]|http://purl\.org/dc/(?:terms|elements/1\.1)/", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s_-]+")
_BRACKETED = re.compile(r"(?P<name>[^\[\]]*)\[(?P<language>[^\[\]]*)\]\Z")
_LONGEST_KEY = 200


def parse_key(key: str) -> TermKey | None:
    """Understand one key as people write it.

    ``title``, ``Title``, ``dc.title``, ``dcterms:issued``, ``title@ru``, ``dc.title@en-GB``, ``dc.title[en]``,
    ``dc.date.issued``, ``date accepted`` and ``date_accepted`` are all understood.

    Args:
        key: a mapping's key or a column's heading.

    Returns:
        The term and the language tag, or None when it names none of the 55.
    """
    if len(key) > _LONGEST_KEY:
        return None
    name, language = _split_language(key.strip())
    if language == "":
        return None
    prefix = _PREFIX.match(name)
    parts = (name[prefix.end() :] if prefix else name).split(".")
    terms = [_BY_FOLDED.get(_SEPARATORS.sub("", part).lower()) for part in parts]
    # A qualified name (DSpace writes dc.date.issued) stands for its last part when what comes before is an element.
    known = terms[-1] is not None and (len(parts) == 1 or (len(parts) == 2 and terms[0] in FIFTEEN))
    return TermKey(term=terms[-1], language=language) if known and terms[-1] else None


def _split_language(key: str) -> tuple[str, str | None]:
    bracketed = _BRACKETED.match(key)
    if bracketed:
        return bracketed["name"].strip(), bracketed["language"].strip().replace("_", "-")
    name, at, language = key.partition("@")
    return name.strip(), language.strip() if at else None
