"""Dublin Core records as XML: ``dcterms`` elements in a container of our own, judged by DCMI's ``dcterms.xsd``.

It writes and reads records; it never checks a value: a scheme is stated only where a check already passed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from lxml import etree

from archiver.standards.dates import is_xsd_date
from archiver.standards.dc_terms import (
    DATE_TERMS,
    ELEMENTS_NAMESPACE,
    FIFTEEN,
    TERM_BY_NAME,
    TERM_ORDER,
    TERMS,
    TERMS_NAMESPACE,
    Term,
    TermKey,
    parse_key,
)
from archiver.standards.xml import XmlSyntaxError, parse_xml, xml_bytes, xml_text

if TYPE_CHECKING:
    from archiver.model import Description, Statement

__all__ = [
    "DATE_TERMS",
    "ELEMENTS_NAMESPACE",
    "FIFTEEN",
    "TERMS",
    "TERMS_NAMESPACE",
    "TERM_BY_NAME",
    "TERM_ORDER",
    "DctermsValue",
    "Term",
    "TermKey",
    "dcterms_xml",
    "parse_dcterms_xml",
    "parse_key",
]

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_XSI_TYPE = f"{{{_XSI}}}type"

# The schemes dcterms.xsd (2008-02-11) declares; older than RFC 5646, which obsoletes RFC 4646 with the same syntax.
_XSI_TYPES = {
    "Box": "Box",
    "DCMIType": "DCMIType",
    "DDC": "DDC",
    "IMT": "IMT",
    "ISO3166": "ISO3166",
    "ISO639-2": "ISO639-2",
    "ISO639-3": "ISO639-3",
    "LCC": "LCC",
    "LCSH": "LCSH",
    "MESH": "MESH",
    "Period": "Period",
    "Point": "Point",
    "RFC5646": "RFC4646",
    "TGN": "TGN",
    "UDC": "UDC",
    "URI": "URI",
    "W3CDTF": "W3CDTF",
}
_SCHEMES = {xsi_type: scheme for scheme, xsi_type in _XSI_TYPES.items()}
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # XML Schema part 2, 3.3.3 language


class DctermsValue(NamedTuple):
    """One element of a record."""

    term: str
    text: str
    language: str | None
    scheme: str | None
    """As in :class:`archiver.model.Statement`; EDTF is not among what ``dcterms.xsd`` can say."""


def dcterms_xml(description: Description) -> bytes:
    """Write one record, in the order of the DCMI term list.

    Args:
        description: its statements' schemes are trusted; a value whose scheme ``dcterms.xsd`` does not know, or that is
            bound to a language, stands as plain text.

    Returns:
        UTF-8 XML with the root ``metadata`` (no namespace, as in DCMI's guidelines for XML), valid for each child
        against ``dcterms.xsd``.
    """
    root = etree.Element("metadata", nsmap={"dcterms": TERMS_NAMESPACE, "xsi": _XSI})
    known = (s for s in description.statements if s.term in TERM_ORDER and s.text.strip())
    for statement in sorted(known, key=lambda s: TERM_ORDER[s.term]):
        _add(root, statement)
    return xml_bytes(root)


def parse_dcterms_xml(data: bytes) -> tuple[DctermsValue, ...]:
    """Read a record that :func:`dcterms_xml` wrote.

    Raises:
        XmlSyntaxError: not XML, or an element is none of the 55 terms.
    """
    return tuple(_value(child) for child in parse_xml(data) if isinstance(child.tag, str))


def _add(root: etree._Element, statement: Statement) -> None:
    element = etree.SubElement(root, f"{{{TERMS_NAMESPACE}}}{statement.term}")
    element.text = xml_text(statement.text)
    if statement.language and _LANGUAGE.fullmatch(statement.language):
        # Each scheme's type in dcterms.xsd prohibits xml:lang; what a person wrote goes before what we found.
        element.set(_XML_LANG, statement.language)
    elif statement.scheme in _XSI_TYPES and (statement.scheme != "W3CDTF" or is_xsd_date(statement.text)):
        element.set(_XSI_TYPE, f"dcterms:{_XSI_TYPES[statement.scheme]}")


def _value(element: etree._Element) -> DctermsValue:
    name = etree.QName(element)
    if name.namespace != TERMS_NAMESPACE or name.localname not in TERM_BY_NAME:
        raise XmlSyntaxError(f"line {element.sourceline}: {name.text} is none of the 55 DCMI terms")
    xsi_type = element.get(_XSI_TYPE)
    return DctermsValue(
        term=name.localname,
        text=element.text or "",
        language=element.get(_XML_LANG),
        scheme=_SCHEMES.get(xsi_type.rpartition(":")[2]) if xsi_type else None,
    )
