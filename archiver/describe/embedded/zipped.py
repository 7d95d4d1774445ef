"""Members of documents that are zip archives, bounded: one small XML member at a time, never unpacked to disk."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from lxml import etree

LARGEST_MEMBER = 4 << 20
"""Bytes of XML that describe a document; real ones have a few thousand."""


def xml_member(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    """Return the root of an XML member, or None when there is none of that name or it is too large.

    Raises:
        XmlSyntaxError: no XML, or with a document type.
        zipfile.BadZipFile: or what else a broken archive makes zipfile raise.
    """
    try:
        member = archive.getinfo(name)
    except KeyError:
        return None
    with archive.open(member) as file:
        data = file.read(LARGEST_MEMBER + 1)  # what the directory says of its size is not believed
    return parse_xml(data) if len(data) <= LARGEST_MEMBER else None


def text_of(element: etree._Element) -> str:
    """Return the text of an element without children; of others nothing."""
    return (element.text or "").strip() if len(element) == 0 else ""
