"""Makers of documents that say something of themselves, by the libraries that people's programs use."""

from __future__ import annotations

import io
import struct
import zipfile
from email.message import EmailMessage
from typing import Any

import pikepdf
from PIL import ExifTags, Image, PngImagePlugin

PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmp:CreateDate="2022-01-05T09:30:00.123+06:00">
 <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Отчёт</rdf:li><rdf:li xml:lang="ru">Отчёт</rdf:li>
  <rdf:li xml:lang="en">A report</rdf:li></rdf:Alt></dc:title>
 <dc:creator><rdf:Seq><rdf:li>Dana Ibraeva</rdf:li><rdf:li>Aset Omarov</rdf:li></rdf:Seq></dc:creator>
 <dc:subject><rdf:Bag><rdf:li>protests</rdf:li><rdf:li>Almaty</rdf:li></rdf:Bag></dc:subject>
 <dc:format>application/pdf</dc:format>
</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>"""


def pdf(information: dict[str, str], packet: bytes | None = None, lang: str | None = None, **options: object) -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    for name, text in information.items():
        document.docinfo[f"/{name}"] = pikepdf.String(text)
    if packet is not None:
        document.Root.Metadata = pikepdf.Stream(document, packet)
    if lang is not None:
        document.Root.Lang = pikepdf.String(lang)
    buffer = io.BytesIO()
    document.save(buffer, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:p="http://ns.adobe.com/photoshop/1.0/"
 p:Headline="A boat" p:DateCreated="1999-05-01" p:City="Almaty" p:Country="Kazakhstan">
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">Open</rdf:li></rdf:Alt></dc:rights>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def exif(gps: dict[int, Any] | None = None, taken: dict[int, str] | None = None, **tags: str | bytes) -> bytes:
    made = Image.Exif()
    for name, value in tags.items():
        made[ExifTags.Base[name]] = value
    made.get_ifd(ExifTags.IFD.Exif).update(taken or {})
    made.get_ifd(ExifTags.IFD.GPSInfo).update(gps or {})
    return made.tobytes()


def image(kind: str, **options: bytes | PngImagePlugin.PngInfo) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8)).save(buffer, kind, **options)
    return buffer.getvalue()


def with_iptc(jpeg: bytes, *datasets: tuple[int, bytes]) -> bytes:
    """Put datasets of IPTC-IIM record 2 into a JPEG, as Photoshop's resource 0x0404."""
    block = b"".join(struct.pack(">BBBH", 0x1C, 2, number, len(data)) + data for number, data in datasets)
    resource = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(block)) + block + b"\0" * (len(block) % 2)
    segment = b"Photoshop 3.0\0" + resource
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def zipped(**members: str) -> bytes:
    """Return a zip archive; ``__`` in a name stands for a slash, ``_xml`` at its end for the extension."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_opf", ".opf"), text)
    return buffer.getvalue()


META = """<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:meta="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><office:meta>
 <meta:initial-creator>Dana Ibraeva</meta:initial-creator><dc:creator>Admin</dc:creator><dc:title>A report</dc:title>
 <meta:keyword>rain</meta:keyword><meta:keyword>snow</meta:keyword><dc:language>kk-KZ</dc:language>
 <meta:creation-date>2022-01-05T09:30:00.123456789</meta:creation-date><dc:date>2022-01-07T10:00:00Z</dc:date>
 <meta:generator>LibreOffice/7.4</meta:generator></office:meta></office:document-meta>"""
CONTAINER = """<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>
<rootfile full-path="OPS/book_opf" media-type="application/oebps-package+xml"/></rootfiles></container>""".replace(
    "_opf", ".opf"
)
OPF = """<package xmlns="http://www.idpf.org/2007/opf" version="3.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>
<dc:identifier>urn:isbn:9780306406157</dc:identifier><dc:title xml:lang="en">A book</dc:title>
<dc:creator id="c">Dana Ibraeva</dc:creator><dc:language>en</dc:language><dc:date>2022-01</dc:date>
<dc:format>x</dc:format></metadata></package>"""


def message(**heads: str) -> bytes:
    made = EmailMessage()
    for name, text in heads.items():
        made[name.replace("_", "-")] = text
    made.set_content("Subject: not this\n")
    return made.as_bytes()
