from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]
import pytest

from archiver.describe.embedded.zipped import LARGEST_MEMBER
from tests.describe.embedded.documents import CONTAINER, META, OPF, message, zipped

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[bytes, str], list[tuple[str, str, str]]]

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"


def test_office_open_xml(read: Read) -> None:
    book = openpyxl.Workbook()
    book.properties.title = "Rain by month"
    book.properties.creator = "Dana Ibraeva"
    book.properties.keywords = "rain; snow"
    book.properties.subject = "Weather"
    book.properties.created = datetime(2022, 1, 5, 9, 30, tzinfo=UTC).replace(tzinfo=None)
    book.properties.lastModifiedBy = "Somebody else"
    buffer = io.BytesIO()
    book.save(buffer)
    found = read(buffer.getvalue(), XLSX)
    assert sorted(one for one in found if one[0] != "modified") == [
        ("created", "2022-01-05T09:30:00Z", "office properties dcterms:created"),
        ("creator", "Dana Ibraeva", "office properties dc:creator"),
        ("subject", "Weather", "office properties subject"),
        ("subject", "rain; snow", "office properties subject"),
        ("title", "Rain by month", "office properties dc:title"),
    ]


def test_a_program_is_no_creator(read: Read) -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    assert {term for term, _, _ in read(buffer.getvalue(), XLSX)} == {"created", "modified"}


def test_open_document(read: Read) -> None:
    assert read(zipped(meta_xml=META), ODT) == [
        ("title", "A report", "OpenDocument dc:title"),
        ("creator", "Dana Ibraeva", "OpenDocument meta:initial-creator"),
        ("subject", "rain", "OpenDocument dc:subject, meta:keyword"),
        ("subject", "snow", "OpenDocument dc:subject, meta:keyword"),
        ("language", "kk-KZ", "OpenDocument dc:language"),
        ("created", "2022-01-05", "OpenDocument meta:creation-date"),
        ("modified", "2022-01-07T10:00:00Z", "OpenDocument dc:date"),
    ]


@pytest.mark.parametrize(("version", "term"), [("3.0", "issued"), ("2.0", "date")])
def test_epub(read: Read, version: str, term: str) -> None:
    book = zipped(META_INF__container_xml=CONTAINER, OPS__book_opf=OPF.replace("3.0", version))
    book = book.replace(b"META_INF", b"META-INF")
    assert sorted(read(book, EPUB)) == sorted(
        [
            ("title", "A book", "EPUB dc:title"),
            ("creator", "Dana Ibraeva", "EPUB dc:creator"),
            ("identifier", "urn:isbn:9780306406157", "EPUB dc:identifier"),
            ("language", "en", "EPUB dc:language"),
            (term, "2022-01", "EPUB dc:date"),
        ]
    )


@pytest.mark.parametrize("media_type", [XLSX, ODT, EPUB])
def test_archives_that_are_none_or_swell_say_nothing(read: Read, media_type: str) -> None:
    bomb = "<a>" + " " * (8 << 20) + "</a>"
    entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
    for xml in (bomb, entity, "<a", "<a>" * 100_000):
        content = zipped(meta_xml=xml, docProps__core_xml=xml, META_INF__container_xml=xml)
        assert read(content.replace(b"META_INF", b"META-INF"), media_type) == []
    assert read(b"PK\x03\x04" + b"\xff" * 100, media_type) == []


def test_a_member_beyond_its_bound_is_not_read(read: Read) -> None:
    swollen = META.replace("<dc:title>", f"{' ' * LARGEST_MEMBER}<dc:title>")
    assert read(zipped(meta_xml=swollen), ODT) == []


def test_mail(read: Read) -> None:
    content = message(
        From="Дана Ибраева <dana@example.org>, aset@example.org",
        To="archive@example.org",
        Subject="Отчёт за январь",
        Date="Wed, 05 Jan 2022 09:30:00 +0600",
        Message_ID="<a/1%2@example.org>",
    )
    assert read(content, "message/rfc822") == [
        ("title", "Отчёт за январь", "e-mail Subject"),
        ("creator", "Дана Ибраева", "e-mail From"),
        ("creator", "aset@example.org", "e-mail From"),
        ("created", "2022-01-05T09:30:00+06:00", "e-mail Date"),
        ("identifier", "mid:a%2F1%252@example.org", "e-mail Message-ID"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n\r\nSubject: no",
        b"\xff\xfe" * 1000,
        b"Date: 99 Foo 99999 99:99:99 +9999\n\n",
        b"From: " + b"<" * 200_000,
        b"From: " + b"(a\n " * 50_000,
        b"Message-ID: <no at>\nDate: \n\n",
    ],
)
def test_what_is_no_head_says_nothing_for_sure(read: Read, content: bytes) -> None:
    assert {term for term, _, _ in read(content, "message/rfc822")} <= {"creator"}


def test_long_fields_cost_themselves_alone(read: Read) -> None:
    content = b"From: " + b"a@example.org,\r\n " * 10_000 + b"b@example.org\r\nSubject: A\r\n letter\r\n\r\n"
    assert read(content, "message/rfc822") == [("title", "A letter", "e-mail Subject")]


def test_a_head_without_end_is_read_so_far(read: Read) -> None:
    content = b"Subject: A letter\n" + b"X-A: b\n" * 100_000
    assert read(content, "message/rfc822") == [("title", "A letter", "e-mail Subject")]
