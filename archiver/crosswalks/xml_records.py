"""What the crosswalks of XML vocabularies share: elements added in order, languages as ``xml:lang``, records read.

It knows no vocabulary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from lxml import etree

from archiver.crosswalks.contract import Ledger, UnreadableRecordError
from archiver.standards.xml import XmlSyntaxError, parse_xml, xml_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import Statement

XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XLINK_NAMESPACE = "http://www.w3.org/1999/xlink"
XLINK_HREF = f"{{{XLINK_NAMESPACE}}}href"

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")  # XML Schema part 2, 3.3.3 language
_BLANKS = re.compile(r"\s+")


def add(parent: etree._Element, name: str, text: str | None = None, **attributes: str | None) -> etree._Element:
    """Append a child in the parent's namespace; an attribute of None is left out.

    Args:
        parent: the element that grows.
        name: local name, or ``{namespace}name``.
        text: its text; characters that XML forbids become U+FFFD.
        attributes: by name; a final underscore is dropped (``type_``).
    """
    namespace = etree.QName(parent).namespace
    child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace and not name.startswith("{") else name)
    if text is not None:
        child.text = xml_text(text)
    for key, value in attributes.items():
        if value is not None:
            child.set(key.rstrip("_"), xml_text(value))
    return child


def xml_language(statement: Statement) -> str | None:
    """Return the statement's tag where ``xml:lang`` can hold it."""
    return statement.language if statement.language and _LANGUAGE.fullmatch(statement.language) else None


def set_language(element: etree._Element, statement: Statement, ledger: Ledger) -> None:
    """Mark an element with the language of its value; one that no ``xml:lang`` can hold is lost, and said."""
    language = xml_language(statement)
    if language:
        element.set(XML_LANG, language)
    else:
        ledger.lose_language(statement, "its language tag is none of XML's")


def record_root(data: bytes) -> etree._Element:
    """Parse a record.

    Raises:
        UnreadableRecordError: not well-formed XML, too large for the parser's limits, or with a DTD.
    """
    try:
        return parse_xml(data)
    except XmlSyntaxError as error:
        raise UnreadableRecordError(f"is no XML that can be trusted: {error}") from error


def children(element: etree._Element) -> Iterator[etree._Element]:
    """Yield the child elements; comments and processing instructions are none."""
    return (child for child in element if isinstance(child.tag, str))


def text_of(element: etree._Element) -> str:
    """Return all the text inside an element, blanks around it taken off."""
    pieces = [element.text or ""]
    for child in element.iterdescendants():
        pieces += [(child.text or "") if isinstance(child.tag, str) else "", child.tail or ""]
    return "".join(pieces).strip()


def language_of(element: etree._Element) -> str | None:
    """Return the language of an element: its own, else that of the nearest around it (XML 1.0 section 2.12)."""
    around = (one.get(XML_LANG) for one in (element, *element.iterancestors()))
    return next((tag.strip() for tag in around if tag is not None), None) or None


def line_of(element: etree._Element) -> int | None:
    """Return the line of the element in its file, from 1."""
    return cast("int | None", element.sourceline)


def one_line(text: str) -> str:
    """Return text as an attribute holds it: blanks of every kind become one space (XML 1.0 section 3.3.3)."""
    return _BLANKS.sub(" ", text).strip()
