"""What documents say of themselves: readers of properties end, whatever the document, and give texts."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress
from itertools import islice

from archiver.describe.embedded import MOST_PROPERTIES, epub, image, mail, office_open, open_document, pdf
from archiver.describe.embedded.contract import Property, PropertyReader
from archiver.describe.embedded.junk import is_junk
from archiver.standards.dc_terms import TERM_BY_NAME
from fuzz.holds import holds
from fuzz.target import Target
from tests.describe.embedded import documents

_TOKENS = (
    *(b"/Info", b"/Metadata", b"/Filter /FlateDecode", b"/Encrypt", b"/Prev 0", b"endobj", b"startxref", b"D:2022"),
    *(b"<rdf:li>", b"<rdf:Alt>", b"<rdf:Description>", b"xml:lang='x'", b"<!DOCTYPE a>", b"&a;", b"<dc:title>"),
    *(b"Exif\0\0", b"II*\0", b"MM\0*", b"8BIM\x04\x04", b"\x1c\x02\x69", b"\xff\xe1", b"\xff\xed", b"zTXt", b"iTXt"),
    *(b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"\xff\xff\xff\xff", b"From: <", b"Date: ", b"=?utf-8?b?", b"\n "),
)


def _check(reader: PropertyReader) -> Callable[[bytes], None]:
    def check(data: bytes) -> None:
        found: list[Property] = []
        with suppress(Exception):  # a reader may raise anything but for memory; what it yielded must hold
            found.extend(islice(reader.read(io.BytesIO(data)), MOST_PROPERTIES))
        for one in found:
            holds(one.term in TERM_BY_NAME, f"the term {one.term}")
            holds(isinstance(one.text, str), "a value that is no text")
            is_junk(one.term, one.text)

    return check


def _target(name: str, reader: PropertyReader, *seeds: bytes) -> Target:
    return Target(name=f"properties-{name}", seeds=seeds, tokens=_TOKENS, check=_check(reader), share=0.3)


_SAID = {"Title": "A report", "Author": "Dana", "CreationDate": "D:20220105093000+06'00'"}
_EXIF = documents.exif({1: "N", 2: (43.0, 14.0, 20.0), 3: "E", 4: (76.0, 0.0, 0.0)}, {0x9003: "2022:01:05 09:30:00"})
_BOOK = documents.zipped(META_INF__container_xml=documents.CONTAINER, OPS__book_opf=documents.OPF)
_CORE = "<a xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>A report</dc:title></a>"

TARGETS = (
    _target("pdf", pdf, documents.pdf(_SAID), documents.pdf({}, documents.PACKET.encode(), "ru")),
    _target(
        "image",
        image,
        documents.with_iptc(documents.image("JPEG", exif=_EXIF, xmp=documents.XMP), (105, b"A boat")),
        documents.image("TIFF", exif=_EXIF),
        documents.image("PNG", exif=_EXIF),
        documents.image("WEBP", exif=_EXIF),
    ),
    _target("office", office_open, documents.zipped(docProps__core_xml=_CORE)),
    _target("opendocument", open_document, documents.zipped(meta_xml=documents.META)),
    _target("epub", epub, _BOOK.replace(b"META_INF", b"META-INF")),
    _target("mail", mail, documents.message(From="Dana <d@example.org>", Subject="Отчёт", Message_ID="<a@b>")),
)
