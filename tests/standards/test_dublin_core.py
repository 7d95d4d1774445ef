from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import FIFTEEN, TERMS, DctermsValue, dcterms_xml, parse_dcterms_xml, parse_key
from archiver.standards.xml import XmlSyntaxError

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"
WRAPPER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="http://purl.org/dc/terms/">
<xs:import namespace="http://purl.org/dc/terms/" schemaLocation="{(SCHEMAS / "dcterms.xsd").as_uri()}"/>
<xs:element name="metadata" type="t:elementOrRefinementContainer"/></xs:schema>"""
SCHEMA = etree.XMLSchema(etree.fromstring(WRAPPER))


def statement(term: str, text: str, language: str | None = None, scheme: str | None = None) -> Statement:
    source = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
    return Statement(term=term, text=text, language=language, scheme=scheme, source=source)


def record(*statements: Statement) -> bytes:
    data = dcterms_xml(Description(statements=statements))
    SCHEMA.assertValid(etree.fromstring(data))
    return data


def test_there_are_55_terms_in_alphabetical_order_and_15_elements() -> None:
    names = [term.name for term in TERMS]
    assert len(names) == len(set(names)) == 55
    assert names == sorted(names, key=str.lower)
    assert [name for name in names if name in FIFTEEN] == list(FIFTEEN)
    assert len(FIFTEEN) == 15


def test_the_table_refines_what_the_schema_says() -> None:
    tree = etree.parse(SCHEMAS / "dcterms.xsd")
    groups = {e.get("name"): e.get("substitutionGroup") for e in tree.iter("{http://www.w3.org/2001/XMLSchema}element")}
    refined = {name: group for name, group in groups.items() if name and group in FIFTEEN}
    assert {term.name: term.refines for term in TERMS if term.refines} == refined
    assert {name for name in groups if name} == {term.name for term in TERMS}


@pytest.mark.parametrize(
    ("key", "term", "language"),
    [
        ("title", "title", None),
        ("Title", "title", None),
        (" title ", "title", None),
        ("dc.title", "title", None),
        ("dc:title", "title", None),
        ("DC.Title", "title", None),
        ("dcterms.issued", "issued", None),
        ("dcterms:issued", "issued", None),
        ("DCTERMS.dateaccepted", "dateAccepted", None),
        ("date accepted", "dateAccepted", None),
        ("date_accepted", "dateAccepted", None),
        ("title@ru", "title", "ru"),
        ("dc.title@en-GB", "title", "en-GB"),
        ("dc.title[en_US]", "title", "en-US"),
        ("dc.date.issued", "issued", None),
        ("dc.coverage.spatial", "spatial", None),
        ("http://purl.org/dc/terms/spatial", "spatial", None),
    ],
)
def test_keys_as_people_write_them(key: str, term: str, language: str | None) -> None:
    parsed = parse_key(key)
    assert parsed is not None
    assert (parsed.term, parsed.language) == (term, language)


@pytest.mark.parametrize(
    "key", ["", "author", "dc.", "dc.contributor.author", "dc.foo.issued", "title@", "@ru", "a" * 10_000, "dc.dc.title"]
)
def test_keys_that_name_no_term(key: str) -> None:
    assert parse_key(key) is None


def test_every_term_is_valid_and_comes_back() -> None:
    statements = [statement(term.name, f"value of {term.name} <&> \u202e \U0001f600") for term in TERMS]
    values = parse_dcterms_xml(record(*reversed(statements)))
    assert [(v.term, v.text) for v in values] == [(s.term, s.text) for s in statements]


@pytest.mark.parametrize(
    ("given", "language", "scheme"),
    [
        (statement("issued", "2022-01-21", scheme="W3CDTF"), None, "W3CDTF"),
        (statement("issued", "2022-01-21T10:00:00Z", scheme="W3CDTF"), None, "W3CDTF"),
        (statement("issued", "2022-01-21T10:00Z", scheme="W3CDTF"), None, None),
        (statement("issued", "1950~", scheme="EDTF"), None, None),
        (statement("issued", "21 January 2022"), None, None),
        (statement("type", "Text", scheme="DCMIType"), None, "DCMIType"),
        (statement("language", "zh-Hant-TW", scheme="RFC5646"), None, "RFC5646"),
        (statement("language", "eng", scheme="ISO639-2"), None, "ISO639-2"),
        (statement("format", "text/plain; charset=utf-8", scheme="IMT"), None, "IMT"),
        (statement("identifier", "urn:uuid:1", scheme="URI"), None, "URI"),
        (statement("title", "Хроника", language="ru"), "ru", None),
        (statement("title", "Хроника", language="no tag"), None, None),
        (statement("source", "http://a.example/", language="en", scheme="URI"), "en", None),
    ],
)
def test_language_and_scheme_come_back(given: Statement, language: str | None, scheme: str | None) -> None:
    assert parse_dcterms_xml(record(given)) == (DctermsValue(given.term, given.text, language, scheme),)


def test_values_without_text_are_left_out() -> None:
    assert parse_dcterms_xml(record(statement("title", "  "))) == ()


@pytest.mark.parametrize("data", [b"", b"<metadata><title>x</title></metadata>", b"<!DOCTYPE a><a/>", b"<metadata>"])
def test_what_is_no_record_is_refused(data: bytes) -> None:
    with pytest.raises(XmlSyntaxError):
        parse_dcterms_xml(data)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([term.name for term in TERMS]), st.text(), st.none() | st.text())
def test_any_text_gives_a_valid_record(term: str, text: str, language: str | None) -> None:
    record(statement(term, text, language))
