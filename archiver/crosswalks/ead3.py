"""EAD3: one component ``<c>``, to be put into the finding aid that it belongs in.

Each element names its term in ``encodinganalog``. The level of description is the finding aid's to state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks.contract import Conversion, Ledger, views
from archiver.crosswalks.date_forms import span
from archiver.crosswalks.identifiers import identify
from archiver.crosswalks.languages import alpha_3
from archiver.crosswalks.person_names import parse_name
from archiver.crosswalks.xml_records import add
from archiver.standards.dc_terms import TERM_ORDER
from archiver.standards.xml import xml_bytes

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "EAD3 (component)"
SUFFIX = ".ead3.xml"
NAMESPACE = "http://ead3.archivists.org/schema/"

_NAMESPACES: dict[str, str] = {None: NAMESPACE}  # type: ignore[dict-item]  # the stubs forget the default namespace
_TITLES = {"title": None, "alternative": "alternative"}
_DATES = {
    "created": "creation",
    "issued": "publication",
    "date": None,
    "available": "available",
    "dateAccepted": "accepted",
    "dateCopyrighted": "copyright",
    "dateSubmitted": "submitted",
    "modified": "modified",
    "valid": "valid",
}
"""Term -> ``datechar``."""

_PHYSICAL = ("extent", "medium", "format")
_SECTIONS = {
    "accessRights": "accessrestrict",
    "accrualMethod": "accruals",
    "accrualPeriodicity": "accruals",
    "accrualPolicy": "accruals",
    "audience": "odd",
    "bibliographicCitation": "prefercite",
    "conformsTo": "odd",
    "coverage": "odd",
    "description": "scopecontent",
    "educationLevel": "odd",
    "hasFormat": "altformavail",
    "hasPart": "relatedmaterial",
    "hasVersion": "relatedmaterial",
    "instructionalMethod": "odd",
    "isFormatOf": "relatedmaterial",
    "isPartOf": "relatedmaterial",
    "isReferencedBy": "relatedmaterial",
    "isReplacedBy": "relatedmaterial",
    "isRequiredBy": "relatedmaterial",
    "isVersionOf": "relatedmaterial",
    "license": "userestrict",
    "provenance": "custodhist",
    "references": "relatedmaterial",
    "relation": "relatedmaterial",
    "replaces": "relatedmaterial",
    "requires": "relatedmaterial",
    "rights": "userestrict",
    "rightsHolder": "userestrict",
    "source": "relatedmaterial",
    "tableOfContents": "odd",
}
"""Term -> section of the component, with one paragraph a value."""

_HEADINGS = {"spatial": "geogname", "subject": "subject", "temporal": "subject", "type": "genreform"}
_NAMED = ("contributor", "mediator", "publisher")
_FIELDS = {
    "creator": "did/origination",
    "identifier": "did/unitid",
    "language": "did/langmaterial/language",
}
_TABLE = (
    dict.fromkeys(_TITLES, "did/unittitle")
    | {term: f'did/unitdate datechar="{kind}"' if kind else "did/unitdate" for term, kind in _DATES.items()}
    | dict.fromkeys(_PHYSICAL, "did/physdesc")
    | _SECTIONS
    | {"abstract": "did/abstract"}
    | {term: f"controlaccess/{name}" for term, name in _HEADINGS.items()}
    | {term: f'controlaccess/name relator="{term}"' for term in _NAMED}
    | _FIELDS
)
TABLE = {term: _TABLE[term] for term in TERM_ORDER}


def convert(description: Description) -> Conversion:
    """Write one ``c`` with its ``did``.

    Returns:
        UTF-8 XML; inside a finding aid's ``dsc`` it is valid against ``ead3.xsd`` 1.1.
    """
    ledger = Ledger(description)
    for field, words, terms in (
        ("unitid", "a reference code", ("identifier",)),
        ("unittitle", "a title", ("title",)),
        ("unitdate", "a date", ("created", "date", "issued")),
        ("physdesc", "an extent", ("extent",)),
    ):
        if not ledger.see(*terms):
            ledger.demand(field, f"ISAD(G) counts {words} among what every description of a unit has.", *terms)
    root = etree.Element(f"{{{NAMESPACE}}}c", nsmap=_NAMESPACES)
    _identification(add(root, "did"), ledger)
    _sections(root, ledger)
    _access(root, ledger)
    return ledger.close(xml_bytes(root))


crosswalk, lost_terms, demands = views(convert)


def _valued(parent: etree._Element, name: str, statement: Statement, ledger: Ledger, **attributes: str | None) -> None:
    _mark(
        add(parent, name, statement.text, encodinganalog=f"dcterms:{statement.term}", **attributes), statement, ledger
    )


def _mark(element: etree._Element, statement: Statement, ledger: Ledger) -> None:
    """Mark an element with the language of its value, which EAD3 writes as a code of ISO 639-2."""
    code = alpha_3(statement.language, bibliographic=True) if statement.language else None
    if code is None or statement.language is None:
        ledger.lose_language(statement, "it holds languages by ISO 639-2 code")
        return
    element.set("lang", ledger.rewrite_language(statement, code))
    if "-" in statement.language:
        ledger.lose_language(statement, f"it holds the language alone, as {code}")


def _identification(did: etree._Element, ledger: Ledger) -> None:
    for term, kind in _TITLES.items():
        for statement in ledger.take(term):
            _valued(did, "unittitle", statement, ledger, localtype=kind)
    for statement in ledger.take("identifier"):
        identifier = identify(statement.text)
        _valued(did, "unitid", statement, ledger, localtype=identifier.kind if identifier else None)
    _dates(did, ledger)
    for statement in ledger.take("creator"):
        _name(add(did, "origination"), statement, ledger)
    for term in _PHYSICAL:
        for statement in ledger.take(term):
            _valued(did, "physdesc", statement, ledger, localtype=term)
    for statement in ledger.take("language"):
        code = alpha_3(statement.text, bibliographic=True)
        _valued(add(did, "langmaterial"), "language", statement, ledger, langcode=code)
    for statement in ledger.take("abstract"):
        _valued(did, "abstract", statement, ledger)
    if not len(did):
        add(did, "unittitle")  # ead3.xsd, did: one element at least


def _dates(did: etree._Element, ledger: Ledger) -> None:
    for term, kind in _DATES.items():
        for statement in ledger.take(term):
            _valued(did, "unitdate", statement, ledger, datechar=kind, normal=_normal(statement.text))


def _normal(text: str) -> str | None:
    """Return a date as ``normal`` has it: ISO 8601 without times, an interval with both ends."""
    found = span(text)
    if found is None or not found.start or not found.end:
        return None
    start, end = found.start[:10], found.end[:10]
    return start if start == end else f"{start}/{end}"


def _name(parent: etree._Element, statement: Statement, ledger: Ledger, relator: str | None = None) -> None:
    name = parse_name(statement.text)
    element = {"person": "persname", "organization": "corpname", None: "name"}[name.kind]
    identifier = name.identifier.uri if name.identifier else None
    analog = f"dcterms:{statement.term}"
    agent = add(parent, element, encodinganalog=analog, identifier=identifier, relator=relator)
    _mark(add(agent, "part", ledger.rewrite(statement, name.text)), statement, ledger)


def _sections(root: etree._Element, ledger: Ledger) -> None:
    for term, name in _SECTIONS.items():
        for statement in ledger.take(term):
            section = add(root, name, encodinganalog=f"dcterms:{term}")
            _mark(add(section, "p", statement.text), statement, ledger)


def _access(root: etree._Element, ledger: Ledger) -> None:
    access = etree.Element(f"{{{NAMESPACE}}}controlaccess")
    for term, name in _HEADINGS.items():
        for statement in ledger.take(term):
            heading = add(access, name, encodinganalog=f"dcterms:{term}")
            _mark(add(heading, "part", statement.text), statement, ledger)
    for term in _NAMED:
        for statement in ledger.take(term):
            _name(access, statement, ledger, term)
    if len(access):
        root.append(access)
