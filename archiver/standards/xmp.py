"""The XMP packet of a PDF/A file, built from a Dublin Core record (ISO 16684-1, ISO 19005-2 clause 6.6).

One packet, one ``rdf:RDF``, uncompressed: validators read no second one, and signature tools read the bytes. Never
reads a PDF, and states no date the record does not state.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml import etree

from archiver.standards.dates import is_w3cdtf
from archiver.standards.dc_terms import FIFTEEN, TERMS
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archiver.model import Description, Statement
    from archiver.standards.pdfa import Flavour

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DC: Final = "http://purl.org/dc/elements/1.1/"
_PDF: Final = "http://ns.adobe.com/pdf/1.3/"
_XMP: Final = "http://ns.adobe.com/xap/1.0/"
_PDFAID: Final = "http://www.aiim.org/pdfa/ns/id/"
_XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"

# What a term says when only the fifteen elements are left.
_ELEMENT_OF: Final = {term.name: term.element for term in TERMS}

# ISO 16684-1 section 8.3, table 8: the type of each Dublin Core property.
_LANG_ALT: Final = ("description", "rights")
_SEQ: Final = ("creator",)
_BAG: Final = ("contributor", "language", "publisher", "relation", "subject", "type")
_TEXT: Final = ("coverage", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpFacts:
    """What the packet states beside the record: the same words stand in the PDF's information dictionary."""

    title: str
    """Title of the PDF; ``x-default`` of ``dc:title``."""

    identifier: str
    """``urn:uuid:`` of the package; ``dc:identifier``."""

    producer: str
    """``WeasyPrint 70.0``; ``pdf:Producer``."""

    flavour: Flavour
    """What the file declares to be."""


def created_date(description: Description) -> str | None:
    """Return when the document came to be: the first W3CDTF value of created, issued or date, or None."""
    return _first_date(description, ("created", "issued", "date"))


def modified_date(description: Description) -> str | None:
    """Return the first W3CDTF value of modified, or None."""
    return _first_date(description, ("modified",))


def creators(description: Description) -> tuple[str, ...]:
    """Return the creators in order, as the packet states them: for the PDF's ``Author``."""
    return tuple(xml_text(s.text) for s in description.all("creator"))


def xmp_packet(description: Description, facts: XmpFacts) -> bytes:
    """Build the packet.

    Args:
        description: the document's record; refinements are stated as the element they refine.
        facts: what the PDF states of itself.

    Returns:
        UTF-8 with ``xpacket`` processing instructions, read-only, without padding.
    """
    root = etree.Element("{adobe:ns:meta/}xmpmeta", nsmap={"x": "adobe:ns:meta/"})
    rdf = etree.SubElement(root, f"{{{_RDF}}}RDF", nsmap={"rdf": _RDF})
    _identification(rdf, facts)
    _dublin_core(_resource(rdf, {"dc": _DC}), description, facts)
    _engine_properties(rdf, description, facts)
    etree.indent(root, space=" ")
    body = etree.tostring(root, encoding="UTF-8")
    # ISO 19005-2 6.6.2.1: no bytes or encoding attribute in the header.
    return b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n' + body + b'\n<?xpacket end="r"?>'


def _identification(rdf: etree._Element, facts: XmpFacts) -> None:
    """ISO 19005-2 6.6.4, in the element form that PRONOM's signature of PDF/A looks for."""
    resource = _resource(rdf, {"pdfaid": _PDFAID})
    etree.SubElement(resource, f"{{{_PDFAID}}}part").text = str(facts.flavour.part)
    if facts.flavour.level:
        etree.SubElement(resource, f"{{{_PDFAID}}}conformance").text = facts.flavour.level
    if facts.flavour.revision:  # ISO 19005-4 6.7.3
        etree.SubElement(resource, f"{{{_PDFAID}}}rev").text = facts.flavour.revision


def _engine_properties(rdf: etree._Element, description: Description, facts: XmpFacts) -> None:
    resource = _resource(rdf, {"pdf": _PDF, "xmp": _XMP})
    etree.SubElement(resource, f"{{{_PDF}}}Producer").text = xml_text(facts.producer)
    for name, value in (("CreateDate", created_date(description)), ("ModifyDate", modified_date(description))):
        if value:
            etree.SubElement(resource, f"{{{_XMP}}}{name}").text = value


def _dublin_core(resource: etree._Element, description: Description, facts: XmpFacts) -> None:
    by_element: dict[str, list[Statement]] = {name: [] for name in FIFTEEN}
    for statement in description.statements:
        element = _ELEMENT_OF.get(statement.term)
        if element is not None:
            by_element[element].append(statement)
    _lang_alt(resource, "title", by_element["title"], default=facts.title)
    for name in _LANG_ALT:
        if by_element[name]:
            _lang_alt(resource, name, by_element[name], default=None)
    for name in _SEQ:
        _array(resource, name, "Seq", (s.text for s in by_element[name]))
    _array(resource, "date", "Seq", (s.text for s in by_element["date"] if is_w3cdtf(s.text)))
    for name in _BAG:
        _array(resource, name, "Bag", (s.text for s in by_element[name]))
    for name in _TEXT:
        _simple(resource, name, "; ".join(s.text for s in by_element[name]))
    _simple(resource, "identifier", facts.identifier)
    _simple(resource, "format", "application/pdf")  # of this file, not of the document it was made from


def _lang_alt(resource: etree._Element, name: str, statements: list[Statement], *, default: str | None) -> None:
    """A language alternative holds one text a language (ISO 16684-1 8.2.2.4); repeats are joined."""
    texts: dict[str, list[str]] = {}
    for statement in statements:
        texts.setdefault(statement.language or "x-default", []).append(statement.text)
    joined = {language: "; ".join(dict.fromkeys(values)) for language, values in texts.items()}
    if default is not None:
        joined["x-default"] = default
    elif "x-default" not in joined:
        joined["x-default"] = next(iter(joined.values()))
    items = etree.SubElement(etree.SubElement(resource, f"{{{_DC}}}{name}"), f"{{{_RDF}}}Alt")
    for language in ("x-default", *(one for one in joined if one != "x-default")):
        item = etree.SubElement(items, f"{{{_RDF}}}li")
        item.set(_XML_LANG, language)
        item.text = xml_text(joined[language])


def _array(resource: etree._Element, name: str, kind: str, values: Iterable[str]) -> None:
    texts = [xml_text(value) for value in dict.fromkeys(values) if value]
    if not texts:
        return
    items = etree.SubElement(etree.SubElement(resource, f"{{{_DC}}}{name}"), f"{{{_RDF}}}{kind}")
    for text in texts:
        etree.SubElement(items, f"{{{_RDF}}}li").text = text


def _simple(resource: etree._Element, name: str, text: str) -> None:
    if text:
        etree.SubElement(resource, f"{{{_DC}}}{name}").text = xml_text(text)


def _resource(rdf: etree._Element, prefixes: dict[str, str]) -> etree._Element:
    resource = etree.SubElement(rdf, f"{{{_RDF}}}Description", nsmap=prefixes)
    resource.set(f"{{{_RDF}}}about", "")
    return resource


def _first_date(description: Description, terms: tuple[str, ...]) -> str | None:
    return next((s.text for term in terms for s in description.all(term) if is_w3cdtf(s.text)), None)
