"""Simple Dublin Core as OAI-PMH carries it: each term dumbed down to the element it refines.

It never guesses an element: a term that refines none of the fifteen is left out, and is said to be lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks.contract import (
    Conversion,
    Ledger,
    Reading,
    ReadValue,
    UnreadableRecordError,
    UnreadValue,
    views,
)
from archiver.crosswalks.xml_records import (
    XML_LANG,
    XSI,
    children,
    language_of,
    line_of,
    record_root,
    text_of,
    xml_language,
)
from archiver.standards.dc_terms import (
    ELEMENTS_NAMESPACE,
    FIFTEEN,
    TERM_BY_NAME,
    TERM_ORDER,
    TERMS,
    TERMS_NAMESPACE,
)
from archiver.standards.xml import xml_bytes, xml_text

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "OAI-PMH simple Dublin Core (oai_dc)"
SUFFIX = ".oai_dc.xml"
TABLE = {term.name: f"dc:{term.element}" for term in TERMS if term.element}

OAI_DC_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"

_Value = tuple[str, str, str | None]


def convert(description: Description) -> Conversion:
    """Write one ``oai_dc:dc`` record (OAI-PMH 2.0, guidelines for repository implementers, section 3).

    Returns:
        UTF-8 XML, valid against ``oai_dc.xsd``; elements in alphabetical order, equal values once.
    """
    ledger = Ledger(description)
    root = etree.Element(
        f"{{{OAI_DC_NAMESPACE}}}dc", nsmap={"oai_dc": OAI_DC_NAMESPACE, "dc": ELEMENTS_NAMESPACE, "xsi": XSI}
    )
    root.set(f"{{{XSI}}}schemaLocation", f"{OAI_DC_NAMESPACE} {OAI_DC_NAMESPACE.removesuffix('/')}.xsd")
    for element, text, language in _values(ledger):
        child = etree.SubElement(root, f"{{{ELEMENTS_NAMESPACE}}}{element}")
        child.text = text
        if language:
            child.set(XML_LANG, language)
    return ledger.close(xml_bytes(root))


crosswalk, lost_terms, demands = views(convert)
oai_dc_xml = crosswalk


def read(data: bytes) -> Reading:
    """Read a record with elements of Dublin Core 1.1 or DCMI terms, below any root.

    Raises:
        UnreadableRecordError: no XML, or not one element of either namespace.
    """
    values: list[ReadValue] = []
    other: list[UnreadValue] = []
    for child in children(record_root(data)):
        name, text = etree.QName(child), text_of(child)
        term = name.localname if name.namespace in {ELEMENTS_NAMESPACE, TERMS_NAMESPACE} else None
        if term in TERM_BY_NAME and not len(child):
            if text:
                values.append(ReadValue(term=term, text=text, language=language_of(child), line=line_of(child)))
        else:
            other.append(UnreadValue(name=name.text, text=text, line=line_of(child)))
    if other and not values:
        raise UnreadableRecordError("is no Dublin Core record: it holds no element of that namespace")
    return Reading(values=tuple(values), other=tuple(other))


def _values(ledger: Ledger) -> list[_Value]:
    """List element, text and language, each triple once; the element itself before its refinements."""
    found: dict[_Value, tuple[int, bool, int]] = {}
    for statement in ledger.take(*TABLE):
        term = TERM_BY_NAME[statement.term]
        element = str(term.element)
        order = (FIFTEEN.index(element), term.refines is not None, TERM_ORDER[term.name])
        key = (element, ledger.rewrite(statement, xml_text(statement.text).strip()), _language(statement, ledger))
        found[key] = min(order, found.get(key, order))
    return sorted(found, key=found.__getitem__)


def _language(statement: Statement, ledger: Ledger) -> str | None:
    language = xml_language(statement)
    if not language:
        ledger.lose_language(statement, "its language tag is none of XML's")
    return language
