"""EPUB: the Dublin Core elements of the package document (EPUB 3.3 section 5.5; OPF 2.0.1 section 2.2)."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import iso_date
from archiver.describe.embedded.zipped import text_of, xml_member
from archiver.standards.dc_terms import FIFTEEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_EVENTS = {"creation": "created", "modification": "modified", "publication": "issued"}


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what a book says of itself."""
    with zipfile.ZipFile(file) as archive:
        container = xml_member(archive, "META-INF/container.xml")
        rootfile = container.find(f".//{_CONTAINER}rootfile") if container is not None else None
        package = xml_member(archive, rootfile.get("full-path", "")) if rootfile is not None else None
    if package is None:
        return
    for element in package.iter(*(f"{_DC}{name}" for name in FIFTEEN)):
        name = str(element.tag).removeprefix(_DC)
        term = _date_term(element, package) if name == "date" else name
        text = text_of(element)
        stated = iso_date(text) if name == "date" else text
        if stated and name not in {"format", "type"}:
            yield Property(term, stated, f"EPUB dc:{name}", element.get(_XML_LANG))


def _date_term(element: etree._Element, package: etree._Element) -> str:
    event = (element.get(f"{_OPF}event") or "").lower()
    # EPUB 3.3 section 5.5.3.2.2: the date is that of publication; OPF 2 leaves it open where no event is named.
    return _EVENTS.get(event) or ("issued" if package.get("version", "").startswith("3") else "date")
