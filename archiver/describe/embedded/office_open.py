"""Office Open XML: the core properties of a package (ISO/IEC 29500-2 clause 10), of texts, workbooks and slides."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import iso_date
from archiver.describe.embedded.zipped import text_of, xml_member

if TYPE_CHECKING:
    from collections.abc import Iterator

_CORE = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
_DC = "http://purl.org/dc/elements/1.1/"
_DCTERMS = "http://purl.org/dc/terms/"
_TERMS = {
    f"{{{_DC}}}title": "title",
    f"{{{_DC}}}creator": "creator",
    f"{{{_DC}}}subject": "subject",
    f"{{{_CORE}}}keywords": "subject",
    f"{{{_DC}}}description": "description",
    f"{{{_DC}}}language": "language",
    f"{{{_DCTERMS}}}created": "created",
    f"{{{_DCTERMS}}}modified": "modified",
}
_PREFIXES = {_CORE: "cp", _DC: "dc", _DCTERMS: "dcterms"}


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what a document says of itself; who saved it last is no description of it."""
    with zipfile.ZipFile(file) as archive:
        root = xml_member(archive, "docProps/core.xml")
    for element in root if root is not None else ():
        tag = str(element.tag)
        term = _TERMS.get(tag)
        namespace, _, local = tag.lstrip("{").partition("}")
        text = text_of(element)
        stated = iso_date(text) if term in {"created", "modified"} else text
        if term and stated:
            # dc:subject and cp:keywords are two fields of one form: neither stands in the place of the other.
            place = (
                "office properties subject"
                if term == "subject"
                else f"office properties {_PREFIXES[namespace]}:{local}"
            )
            yield Property(term, stated, place)
