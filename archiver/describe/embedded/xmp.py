"""XMP packets (ISO 16684-1): what PDFs and images say of themselves in Dublin Core, and its neighbours.

Simple values, language alternatives and arrays; structures are passed over. Parsed without entities or DTD.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import iso_date
from archiver.standards.dc_terms import DATE_TERMS, FIFTEEN, TERM_BY_NAME
from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

LARGEST_PACKET = 4 << 20
"""Bytes."""

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_NAMESPACES = {
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
}
# Said of the file by programs, or better known by other means.
_PASSED_OVER = frozenset({"format", "type"})

_ORDER: tuple[tuple[str, str], ...] = (
    *((f"dcterms:{name}", name) for name in TERM_BY_NAME if name not in _PASSED_OVER),
    *((f"dc:{name}", name) for name in FIFTEEN if name not in _PASSED_OVER),
    ("photoshop:Headline", "title"),
    ("photoshop:DateCreated", "created"),
    ("xmp:CreateDate", "created"),
    ("xmp:ModifyDate", "modified"),
    ("pdf:Keywords", "subject"),
    ("xmpRights:WebStatement", "license"),
    ("xmpRights:UsageTerms", "rights"),
)
"""Property -> term, the stronger first."""

_PLACE = ("photoshop:City", "photoshop:State", "photoshop:Country")


def read_xmp(packet: bytes, owner: str) -> Iterator[Property]:
    """Yield what a packet states.

    Args:
        packet: from ``<?xpacket begin`` or ``<x:xmpmeta`` on; UTF-8, UTF-16 or UTF-32.
        owner: what it was found in, for the places: ``PDF``.

    Raises:
        XmlSyntaxError: not XML, or with a document type.
    """
    stated = _stated(parse_xml(packet[:LARGEST_PACKET].strip(b"\0 \t\r\n")))
    for name, term in _ORDER:
        place = f"{owner} XMP {name}"
        for text, language in _without_default(stated.get(name, [])):
            value = iso_date(text) if term in DATE_TERMS else text
            if value:
                yield Property(term, value, place, None if term in DATE_TERMS else language)
    where = ", ".join(text for name in _PLACE for text, _ in stated.get(name, [])[:1])
    if where:
        yield Property("spatial", where, f"{owner} XMP photoshop:City, State, Country")


def _stated(root: etree._Element) -> dict[str, list[tuple[str, str | None]]]:
    """Return every value of a known namespace, by name with its usual prefix."""
    prefixes = {f"{{{namespace}}}": prefix for prefix, namespace in _NAMESPACES.items()}
    found: dict[str, list[tuple[str, str | None]]] = {}

    def name_of(tag: str) -> str | None:
        namespace, _, local = tag.rpartition("}")
        prefix = prefixes.get(f"{namespace}}}")
        return f"{prefix}:{local}" if prefix else None

    for description in root.iter(f"{_RDF}Description"):
        if not _is_top(description):
            continue
        for tag, text in description.attrib.items():
            if name := name_of(str(tag)):
                found.setdefault(name, []).append((str(text), None))
        for element in description:
            if isinstance(element.tag, str) and (name := name_of(element.tag)):
                found.setdefault(name, []).extend(_values(element))
    return found


def _is_top(description: etree._Element) -> bool:
    """Tell whether a description is of the file itself, and not the value of a property."""
    parent = description.getparent()
    return parent is None or parent.tag == f"{_RDF}RDF"


def _values(element: etree._Element) -> Iterator[tuple[str, str | None]]:
    # ISO 16684-1 sections 7.5 to 7.7: a simple value, or an array whose items may bear xml:lang.
    items = [item for array in element for item in array if item.tag == f"{_RDF}li"]
    for one in items or [element]:
        if len(one) == 0 and (one.text or "").strip():
            language = one.get(_XML_LANG)
            yield str(one.text).strip(), None if language == "x-default" else language


def _without_default(values: list[tuple[str, str | None]]) -> list[tuple[str, str | None]]:
    """Leave out the default of a language alternative where it repeats one that has its language."""
    tagged = {text for text, language in values if language}
    return [(text, language) for text, language in values if language or text not in tagged]
