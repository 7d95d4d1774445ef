import pytest
from lxml import etree

from archiver.crosswalks.contract import UnreadableRecordError
from archiver.crosswalks.dspace import convert, crosswalk, demands, read
from archiver.model import Description
from tests.crosswalks.records import description

_Field = tuple[str | None, str | None, str | None, str | None]


def fields(record: bytes) -> list[_Field]:
    root = etree.fromstring(record)
    return [(child.get("element"), child.get("qualifier"), child.get("language"), child.text) for child in root]


def test_values_go_to_registered_fields() -> None:
    record = crosswalk(
        description(
            ("title", "T", "en"),
            ("creator", "Curie, Marie"),
            ("issued", "1923"),
            ("identifier", "https://example.org/1"),
            ("identifier", "Box 3"),
            ("format", "text/plain"),
            ("format", "12 leaves"),
            ("language", "en-GB"),
            ("language", "zh-Hant"),
            ("license", "https://creativecommons.org/licenses/by/4.0/"),
        )
    )
    assert fields(record) == [
        ("contributor", "author", None, "Curie, Marie"),
        ("format", "mimetype", None, "text/plain"),
        ("format", "none", None, "12 leaves"),
        ("identifier", "uri", None, "https://example.org/1"),
        ("identifier", "none", None, "Box 3"),
        ("date", "issued", None, "1923"),
        ("language", "iso", None, "en_GB"),
        ("language", "none", None, "zh-Hant"),
        ("rights", "uri", None, "https://creativecommons.org/licenses/by/4.0/"),
        ("title", "none", "en", "T"),
    ]


def test_what_the_schema_dc_lacks_stands_in_the_file_of_dcterms() -> None:
    conversion = convert(description(("title", "T"), ("audience", "Children"), ("license", "by hand")))
    ((name, content),) = conversion.further
    assert name == "metadata_dcterms.xml"
    assert etree.fromstring(content).get("schema") == "dcterms"
    assert fields(content) == [("audience", "none", None, "Children"), ("license", "none", None, "by hand")]
    assert conversion.losses == ()
    assert [(value.term, value.text) for value in read(content).values] == [
        ("audience", "Children"),
        ("license", "by hand"),
    ]


def test_without_such_a_term_there_is_no_second_file() -> None:
    assert convert(description(("title", "T"))).further == ()


def test_title_and_date_are_demanded() -> None:
    assert [demand.field for demand in demands(Description())] == ["dc.title", "dc.date.issued"]
    assert demands(description(("title", "T"), ("issued", "1923"))) == ()


def test_a_record_of_a_repository_is_read() -> None:
    record = b"""<?xml version="1.0" encoding="utf-8"?>
    <dublin_core>
      <dcvalue element="contributor" qualifier="author">Curie, Marie</dcvalue>
      <dcvalue element="contributor" qualifier="editor" language="">B</dcvalue>
      <dcvalue element="date" qualifier="accessioned">2020-01-01T00:00:00Z</dcvalue>
      <dcvalue element="identifier" qualifier="isbn">9780306406157</dcvalue>
      <dcvalue element="description" qualifier="sponsorship">S</dcvalue>
      <dcvalue element="title" qualifier="none" language="en_US">T</dcvalue>
      <dcvalue element="language" qualifier="iso">en_US</dcvalue>
      <dcvalue element="subject" qualifier="lcsh" language="none">Chemistry</dcvalue>
      <dcvalue element="title" qualifier="alternative"/>
    </dublin_core>"""
    reading = read(record)
    assert [(value.term, value.text, value.language) for value in reading.values] == [
        ("creator", "Curie, Marie", None),
        ("contributor", "B", None),
        ("dateAccepted", "2020-01-01T00:00:00Z", None),
        ("identifier", "9780306406157", None),
        ("title", "T", "en-US"),
        ("language", "en-US", None),
        ("subject", "Chemistry", None),
    ]
    assert [(value.name, value.text, value.line) for value in reading.other] == [("dc.description.sponsorship", "S", 7)]


def test_fields_of_other_schemas_are_kept_by_name() -> None:
    record = b'<dublin_core schema="thesis"><dcvalue element="degree" qualifier="name">MA</dcvalue></dublin_core>'
    reading = read(record)
    assert reading.values == ()
    assert [(value.name, value.text) for value in reading.other] == [("thesis.degree.name", "MA")]


def test_another_root_is_no_record() -> None:
    with pytest.raises(UnreadableRecordError, match="its root is not dublin_core"):
        read(b"<metadata/>")
