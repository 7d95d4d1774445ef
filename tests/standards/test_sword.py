"""Documents of SWORD v2, as servers send them and as strangers might."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from lxml import etree

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.sword import (
    Collection,
    entry_xml,
    next_page,
    read_receipt,
    read_service_document,
    read_statement,
)
from archiver.standards.xml import parse_xml

SERVICE = b"""<service xmlns="http://www.w3.org/2007/app" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:sword="http://purl.org/net/sword/terms/"><sword:version>2.0</sword:version>%s<workspace>
  <collection href=" https://example.org/col "><atom:title>Letters\n and maps</atom:title><accept>*/*</accept>
  <accept alternate="multipart-related">application/zip</accept>
  <sword:acceptPackaging>http://purl.org/net/sword/package/Binary</sword:acceptPackaging></collection>
  <collection><atom:title>nowhere</atom:title></collection></workspace></service>"""
ENTRY = """<entry xmlns="http://www.w3.org/2005/Atom">{}</entry>"""
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def test_a_service_document() -> None:
    read = read_service_document(parse_xml(SERVICE % b"<sword:maxUploadSize>2</sword:maxUploadSize>"))
    assert read.collections == (
        Collection(
            href="https://example.org/col",
            title="Letters and maps",
            accepts=("*/*",),
            packagings=("http://purl.org/net/sword/package/Binary",),
        ),
    )
    assert (read.max_upload_size, read.largest_bytes) == (2, 2048)


@pytest.mark.parametrize("size", ["", "-1", "1.5", "\u0661", "9" * 5000, "many"])
def test_a_size_that_is_none_is_no_limit(size: str) -> None:
    element = f"<sword:maxUploadSize>{size}</sword:maxUploadSize>".encode()
    assert read_service_document(parse_xml(SERVICE % element)).largest_bytes is None


def test_a_receipt_names_where_the_deposit_goes_on() -> None:
    links = (
        '<link rel="edit" href="https://e/1"/><link rel="edit-media" href="https://m/1"/><link href="https://w/1"/>'
        '<link rel="http://purl.org/net/sword/terms/statement" type="application/rdf+xml" href="https://r/1"/>'
        '<link rel="http://purl.org/net/sword/terms/statement" type="application/atom+xml;type=feed" href="https://s/1"/>'
    )
    read = read_receipt(parse_xml(ENTRY.format(links + "<id> urn:x </id>").encode()))
    assert (read.edit, read.media, read.add) == ("https://e/1", "https://m/1", "https://e/1")
    assert read.links["alternate"] == "https://w/1"
    assert read.statement == "https://s/1"
    assert "urn:x" in read.texts


@pytest.mark.parametrize("text", ["<html/>", ENTRY.format(""), ENTRY.format('<link rel="edit"/>')])
def test_what_is_no_receipt_names_nothing(text: str) -> None:
    read = read_receipt(parse_xml(text.encode()))
    assert (read.edit, read.media, read.statement) == (None, None, None)


def test_a_statement_as_a_feed_and_as_rdf() -> None:
    feed = b"""<feed xmlns="http://www.w3.org/2005/Atom">
      <category scheme="http://purl.org/net/sword/terms/state" term="http://example.org/archived"/>
      <entry><category term="http://purl.org/net/sword/terms/originalDeposit"/><content src="https://f/1"/></entry>
      <entry><content src="https://f/derived"/></entry></feed>"""
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
      xmlns:sword="http://purl.org/net/sword/terms/"><rdf:Description>
      <sword:state rdf:resource="http://example.org/archived"/>
      <sword:originalDeposit rdf:resource="https://f/1"/></rdf:Description></rdf:RDF>"""
    for text in (feed, rdf):
        read = read_statement(parse_xml(text))
        assert (read.state, read.originals) == ("http://example.org/archived", ("https://f/1",))


def test_a_feed_names_its_next_page() -> None:
    feed = b'<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?page=2"/></feed>'
    assert next_page(parse_xml(feed)) == "?page=2"
    assert next_page(parse_xml(b'<feed xmlns="http://www.w3.org/2005/Atom"/>')) is None


def test_an_entry_carries_every_term_and_the_key() -> None:
    source = ValueSource(kind=SourceKind.SIDECAR, place="x.yaml")
    values = {"title": "Letters & maps\x00", "creator": "M\u00fcller, Anna", "temporal": "1923", "abstract": "Short"}
    description = Description(statements=tuple(Statement(term=t, text=v, source=source) for t, v in values.items()))
    data = entry_xml(description, identifier="urn:uuid:1", title="box", key="urn:uuid:2#sha256:ab", updated=NOW)
    root = etree.fromstring(data)
    found = [(etree.QName(one).localname, one.text) for one in root.iter() if one.text and one.text.strip()]
    assert found == [
        ("title", "Letters & maps\ufffd"),
        ("id", "urn:uuid:1"),
        ("updated", "2026-03-01T12:00:00+00:00"),
        ("name", "M\u00fcller, Anna"),
        ("summary", "Short"),
        ("abstract", "Short"),
        ("creator", "M\u00fcller, Anna"),
        ("temporal", "1923"),
        ("title", "Letters & maps\ufffd"),
        ("identifier", "urn:uuid:2#sha256:ab"),
    ]
    assert data == entry_xml(description, identifier="urn:uuid:1", title="box", key="urn:uuid:2#sha256:ab", updated=NOW)


def test_an_entry_of_a_package_without_a_record_has_its_name() -> None:
    data = entry_xml(Description(), identifier="urn:uuid:1", title="box", key="k", updated=NOW)
    root = etree.fromstring(data)
    assert root.findtext("{http://www.w3.org/2005/Atom}title") == "box"
    assert root.findtext("{http://www.w3.org/2005/Atom}author/{http://www.w3.org/2005/Atom}name") == "unknown"
