from __future__ import annotations

import io
import zlib
from typing import TYPE_CHECKING

import pikepdf
import pytest

from tests.describe.embedded.documents import PACKET, pdf

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[bytes, str], list[tuple[str, str, str]]]

PDF = "application/pdf"


def test_the_information_dictionary(read: Read) -> None:
    said = {
        "Title": "A report",
        "Author": "Ибраева, Дана",
        "Subject": "On the weather",
        "Keywords": "rain, snow",
        "CreationDate": "D:20220105093000+06'00'",
        "ModDate": "D:20220107",
        "Producer": "Acrobat Distiller",
    }
    assert read(pdf(said, lang="ru-RU"), PDF) == [
        ("title", "A report", "PDF information Title"),
        ("creator", "Ибраева, Дана", "PDF information Author"),
        ("description", "On the weather", "PDF information Subject"),
        ("subject", "rain, snow", "PDF information Keywords"),
        ("created", "2022-01-05T09:30:00+06:00", "PDF information CreationDate"),
        ("modified", "2022-01-07", "PDF information ModDate"),
        ("language", "ru-RU", "PDF catalogue Lang"),
    ]


def test_xmp_wins_term_by_term(read: Read) -> None:
    said = {"Title": "Another title", "Author": "Another", "Subject": "On the weather"}
    assert sorted(read(pdf(said, PACKET.encode()), PDF)) == sorted(
        [
            ("title", "Отчёт", "PDF XMP dc:title"),
            ("title", "A report", "PDF XMP dc:title"),
            ("creator", "Dana Ibraeva", "PDF XMP dc:creator"),
            ("creator", "Aset Omarov", "PDF XMP dc:creator"),
            ("subject", "protests", "PDF XMP dc:subject"),
            ("subject", "Almaty", "PDF XMP dc:subject"),
            ("created", "2022-01-05T09:30:00+06:00", "PDF XMP xmp:CreateDate"),
            ("description", "On the weather", "PDF information Subject"),
        ]
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_packets_in_utf16_are_read(read: Read, encoding: str) -> None:
    bare = PACKET[PACKET.index("<x:xmpmeta") : PACKET.index("<?xpacket end")]
    assert ("title", "A report", "PDF XMP dc:title") in read(pdf({}, bare.encode(encoding)), PDF)


@pytest.mark.parametrize(
    "information",
    [
        {"Title": "Microsoft Word - letter.doc", "Author": "admin"},
        {"Title": "untitled", "Author": "Microsoft Office User"},
        {"Title": "letter_final2.docx", "Author": "Acrobat PDFMaker 11"},
        {"Title": " \0 ", "CreationDate": "D:19700101000000Z"},
        {"CreationDate": "D:20221350", "ModDate": "yesterday"},
    ],
)
def test_what_programs_put_there_is_left_out(read: Read, information: dict[str, str]) -> None:
    assert read(pdf(information), PDF) == []


def test_the_empty_password_opens_and_no_other_is_tried(read: Read) -> None:
    for owner, user, found in (("secret", "", 1), ("secret", "pass", 0)):
        content = pdf({"Title": "A report"}, encryption=pikepdf.Encryption(owner=owner, user=user))
        assert len(read(content, PDF)) == found


@pytest.mark.parametrize(
    "packet",
    [
        pytest.param(b"<rdf:RDF", id="no XML"),
        pytest.param(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', id="an entity"),
        pytest.param(b"<a>" * 100_000, id="deep"),
        pytest.param(b"", id="empty"),
    ],
)
def test_a_bad_packet_leaves_the_information(read: Read, packet: bytes) -> None:
    assert read(pdf({"Title": "A report"}, packet), PDF) == [("title", "A report", "PDF information Title")]


@pytest.mark.parametrize("cut", [0, 5, 200, 500])
def test_a_broken_pdf_says_what_it_can(read: Read, cut: int) -> None:
    read(pdf({"Title": "A report"})[:cut], PDF)


def test_metadata_that_swell_are_read_so_far(read: Read) -> None:
    def packed(text: bytes) -> bytes:
        document = pikepdf.open(io.BytesIO(pdf({"Title": "A report"})))
        document.Root.Metadata = pikepdf.Stream(document, zlib.compress(text), Filter=pikepdf.Name.FlateDecode)
        buffer = io.BytesIO()
        document.save(buffer, stream_decode_level=pikepdf.StreamDecodeLevel.none)
        return buffer.getvalue()

    assert ("title", "A report", "PDF XMP dc:title") in read(packed(PACKET.encode()), PDF)
    assert read(packed(bytes(16 << 20)), PDF) == [("title", "A report", "PDF information Title")]
    assert read(packed(b"<a>" + b" " * (16 << 20) + b"</a>"), PDF) == [("title", "A report", "PDF information Title")]
