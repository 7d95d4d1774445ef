"""Simple Dublin Core as OAI-PMH carries it: each term dumbed down to the element it refines.

It never guesses an element: a term that refines none of the fifteen is left out, and :func:`lost_terms` says so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from archiver.standards.dc_terms import ELEMENTS_NAMESPACE, FIFTEEN, TERM_BY_NAME, TERM_ORDER
from archiver.standards.xml import xml_bytes, xml_text

if TYPE_CHECKING:
    from archiver.model import Description

OAI_DC_NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # XML Schema part 2, 3.3.3 language


def oai_dc_xml(description: Description) -> bytes:
    """Write one ``oai_dc:dc`` record (OAI-PMH 2.0, guidelines for repository implementers, section 3).

    Args:
        description: any; terms that refine none of the fifteen elements are left out.

    Returns:
        UTF-8 XML, valid against ``oai_dc.xsd``; elements in alphabetical order, equal values once.
    """
    root = etree.Element(
        f"{{{OAI_DC_NAMESPACE}}}dc", nsmap={"oai_dc": OAI_DC_NAMESPACE, "dc": ELEMENTS_NAMESPACE, "xsi": _XSI}
    )
    root.set(f"{{{_XSI}}}schemaLocation", f"{OAI_DC_NAMESPACE} {OAI_DC_NAMESPACE.removesuffix('/')}.xsd")
    for element, text, language in _values(description):
        child = etree.SubElement(root, f"{{{ELEMENTS_NAMESPACE}}}{element}")
        child.text = text
        if language:
            child.set(_XML_LANG, language)
    return xml_bytes(root)


def lost_terms(description: Description) -> tuple[str, ...]:
    """Name the terms stated that simple Dublin Core has no element for, in the order of the DCMI term list."""
    stated = {s.term for s in description.statements if s.term in TERM_BY_NAME}
    return tuple(sorted((t for t in stated if TERM_BY_NAME[t].element is None), key=TERM_ORDER.__getitem__))


crosswalk = oai_dc_xml


def _values(description: Description) -> list[tuple[str, str, str | None]]:
    """List element, text and language, each triple once; the element itself before its refinements."""
    found: dict[tuple[str, str, str | None], tuple[int, bool, int]] = {}
    for statement in description.statements:
        term = TERM_BY_NAME.get(statement.term)
        text = xml_text(statement.text).strip()
        if term is None or term.element is None or not text:
            continue
        language = statement.language if statement.language and _LANGUAGE.fullmatch(statement.language) else None
        order = (FIFTEEN.index(term.element), term.refines is not None, TERM_ORDER[term.name])
        key = (term.element, text, language)
        found[key] = min(order, found.get(key, order))
    return sorted(found, key=found.__getitem__)
