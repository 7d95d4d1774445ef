"""Reading and writing XML safely: no entities, no DTD, no network, no characters XML 1.0 forbids."""

from __future__ import annotations

import re

from lxml import etree

# XML 1.0 (fifth edition) section 2.2, Char, plus the two non-characters every plane ends with that PDF/A and many
# readers refuse. Lone surrogates cannot be encoded at all.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class XmlSyntaxError(ValueError):
    """The bytes are not well-formed XML, or use a DTD; the message gives line and column."""


def xml_text(text: str) -> str:
    """Return ``text`` with each character that XML 1.0 forbids replaced by U+FFFD."""
    return _FORBIDDEN.sub("\ufffd", text)


def parse_xml(data: bytes) -> etree._Element:
    """Parse a whole document and return its root element.

    Entities are not resolved, no DTD is loaded, nothing is fetched, and the parser's size limits stay on.

    Raises:
        XmlSyntaxError: not well-formed, beyond the limits, or with a document type declaration.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise XmlSyntaxError(str(error)) from error
    if root.getroottree().docinfo.doctype:  # type: ignore[union-attr]  # the stubs leave it open
        raise XmlSyntaxError("a document type declaration (DTD) is not accepted")
    return root


def xml_bytes(root: etree._Element) -> bytes:
    """Serialise as UTF-8 with a declaration and two-space indentation: the same tree, the same bytes."""
    etree.indent(root, space="  ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=False) + b"\n"
