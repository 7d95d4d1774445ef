"""XML schemas of our own for the Dublin Core records of a package, for whoever keeps the package without a network.

Two documents: one for the root ``metadata``, in no namespace, and one for the 55 terms and the encoding schemes that a
value may name. They say what :func:`archiver.standards.dublin_core.dcterms_xml` writes, and refuse nothing of it.
"""

from __future__ import annotations

from archiver.standards.dc_terms import TERMS, TERMS_NAMESPACE
from archiver.standards.vocabularies import DCMI_TYPES

RECORD_SCHEMA = "archiver-record.xsd"
TERMS_SCHEMA = "archiver-terms.xsd"

_SCHEMA = '<?xml version="1.0" encoding="UTF-8"?>\n<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_UNCHECKED = ("Box", "DDC", "IMT", "LCC", "LCSH", "MESH", "Period", "Point", "TGN", "UDC")
_CODES = {"ISO3166": "[A-Za-z]{2,3}|[0-9]{3}", "ISO639-2": "[A-Za-z]{3}", "ISO639-3": "[A-Za-z]{3}"}
_DATES = ("gYear", "gYearMonth", "date", "dateTime")


def record_schema() -> bytes:
    """Return the schema of a record: a ``metadata`` element that holds terms, as many as one likes, in any order."""
    return f"""{_SCHEMA} version="1.0">
 <xs:annotation>
  <xs:documentation xml:lang="en">A Dublin Core record of a document or an item.</xs:documentation>
 </xs:annotation>
 <xs:import namespace="{TERMS_NAMESPACE}" schemaLocation="{TERMS_SCHEMA}"/>
 <xs:element name="metadata">
  <xs:complexType>
   <xs:sequence>
    <xs:any namespace="{TERMS_NAMESPACE}" processContents="strict" maxOccurs="unbounded"/>
   </xs:sequence>
  </xs:complexType>
 </xs:element>
</xs:schema>
""".encode()


def terms_schema() -> bytes:
    """Return the schema of the terms: text in some language, or text of an encoding scheme that ``xsi:type`` names."""
    parts = [
        f'{_SCHEMA} xmlns:terms="{TERMS_NAMESPACE}" targetNamespace="{TERMS_NAMESPACE}" version="1.0">',
        " <xs:annotation>",
        '  <xs:documentation xml:lang="en">DCMI Metadata Terms and encoding schemes.</xs:documentation>',
        " </xs:annotation>",
        # Text and no elements, in the one form that types of any kind of text can be derived from.
        ' <xs:complexType name="Value" mixed="true">',
        "  <xs:complexContent>",
        '   <xs:restriction base="xs:anyType">',
        "    <xs:sequence/>",
        # xml:lang, without a copy of the schema of the namespace xml
        '    <xs:anyAttribute namespace="http://www.w3.org/XML/1998/namespace" processContents="lax"/>',
        "   </xs:restriction>",
        "  </xs:complexContent>",
        " </xs:complexType>",
    ]
    for name in _UNCHECKED:
        parts += _scheme(name, '<xs:restriction base="xs:string"/>')
    for name, pattern in _CODES.items():
        parts += _scheme(name, f'<xs:restriction base="xs:string"><xs:pattern value="{pattern}"/></xs:restriction>')
    types = "".join(f'<xs:enumeration value="{name}"/>' for name in DCMI_TYPES)
    parts += _scheme("DCMIType", f'<xs:restriction base="xs:string">{types}</xs:restriction>')
    parts += _scheme("RFC4646", '<xs:restriction base="xs:language"/>')
    parts += _scheme("URI", '<xs:restriction base="xs:anyURI"/>')
    parts += _scheme("W3CDTF", f'<xs:union memberTypes="{" ".join(f"xs:{name}" for name in _DATES)}"/>')
    parts += [f' <xs:element name="{term.name}" type="terms:Value"/>' for term in TERMS]
    return "\n".join([*parts, "</xs:schema>", ""]).encode()


def _scheme(name: str, type_text: str) -> list[str]:
    """Return a type that ``xsi:type`` can name; without ``xml:lang``, which a value of a scheme does not bear."""
    return [
        f' <xs:simpleType name="{name}-text">{type_text}</xs:simpleType>',
        f' <xs:complexType name="{name}">',
        "  <xs:simpleContent>",
        '   <xs:restriction base="terms:Value">',
        f'    <xs:simpleType><xs:restriction base="terms:{name}-text"/></xs:simpleType>',
        "   </xs:restriction>",
        "  </xs:simpleContent>",
        " </xs:complexType>",
    ]
