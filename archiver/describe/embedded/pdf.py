"""PDF: the document's XMP metadata, then its information dictionary (ISO 32000-1 section 14.3), then its language.

No page is read, nothing is run, and no password is tried but the empty one.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

import pikepdf

from archiver.describe.embedded.contract import Property
from archiver.describe.embedded.dates import pdf_date
from archiver.describe.embedded.xmp import LARGEST_PACKET, read_xmp
from archiver.standards.xml import XmlSyntaxError

if TYPE_CHECKING:
    from collections.abc import Iterator

_INFO = {
    "Title": "title",
    "Author": "creator",
    "Subject": "description",  # ISO 16684-2, and what the XMP of the same file calls it
    "Keywords": "subject",
    "CreationDate": "created",
    "ModDate": "modified",
}


def read(file: BinaryIO) -> Iterator[Property]:
    """Yield what a PDF says of itself."""
    with pikepdf.open(file, suppress_warnings=True) as pdf:
        with suppress(XmlSyntaxError, pikepdf.PdfError):
            yield from read_xmp(_packet(pdf), "PDF")
        with suppress(pikepdf.PdfError):
            yield from _information(pdf)
        language = pdf.Root.get("/Lang")
        if isinstance(language, pikepdf.String):
            yield Property("language", str(language), "PDF catalogue Lang")


def _packet(pdf: pikepdf.Pdf) -> bytes:
    """Return the XMP packet, unpacked as far as it may be large; empty where it is packed in an unusual way."""
    metadata = pdf.Root.get("/Metadata")
    if not isinstance(metadata, pikepdf.Stream):
        return b""
    raw, packed = metadata.read_raw_bytes(), metadata.get("/Filter")
    if isinstance(packed, pikepdf.Array) and len(packed) <= 1:
        packed = packed[0] if len(packed) else None
    if packed is None:
        return raw[:LARGEST_PACKET]
    if packed != pikepdf.Name.FlateDecode or metadata.get("/DecodeParms") is not None:
        return b""
    try:
        return zlib.decompressobj().decompress(raw, LARGEST_PACKET)
    except zlib.error:
        return b""


def _information(pdf: pikepdf.Pdf) -> Iterator[Property]:
    information = pdf.trailer.get("/Info")
    if not isinstance(information, pikepdf.Dictionary):
        return
    for name, term in _INFO.items():
        value = information.get(f"/{name}")
        text = str(value) if isinstance(value, pikepdf.String) else ""
        stated = pdf_date(text) if name.endswith("Date") else text
        if stated:
            yield Property(term, stated, f"PDF information {name}")
