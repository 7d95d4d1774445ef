"""OpenDocument: ``meta.xml`` (ODF 1.3 part 3, section 4.3), of texts, workbooks, slides and drawings."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import iso_date
from archiver.describe.embedded.zipped import text_of, xml_member

if TYPE_CHECKING:
    from collections.abc import Iterator

_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_META = "urn:oasis:names:tc:opendocument:xmlns:meta:1.0"
_DC = "http://purl.org/dc/elements/1.1/"

# In the order of their strength: dc:creator and dc:date are of the last change (ODF 1.3 part 3, 4.3.2.7 and 4.3.2.10).
_TERMS = {
    f"{{{_DC}}}title": ("title", "dc:title"),
    f"{{{_META}}}initial-creator": ("creator", "meta:initial-creator"),
    f"{{{_DC}}}creator": ("creator", "dc:creator"),
    f"{{{_DC}}}subject": ("subject", "dc:subject, meta:keyword"),
    f"{{{_META}}}keyword": ("subject", "dc:subject, meta:keyword"),
    f"{{{_DC}}}description": ("description", "dc:description"),
    f"{{{_DC}}}language": ("language", "dc:language"),
    f"{{{_META}}}creation-date": ("created", "meta:creation-date"),
    f"{{{_DC}}}date": ("modified", "dc:date"),
}


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what a document says of itself."""
    with zipfile.ZipFile(file) as archive:
        root = xml_member(archive, "meta.xml")
    meta = root.find(f"{{{_OFFICE}}}meta") if root is not None else None
    if meta is None:
        return
    for tag, (term, name) in _TERMS.items():
        for element in meta.findall(tag):
            text = text_of(element)
            stated = iso_date(text) if term in {"created", "modified"} else text
            if stated:
                yield Property(term, stated, f"OpenDocument {name}")
