from __future__ import annotations

from lxml import etree

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.pdfa import parse_flavour
from archiver.standards.xmp import XmpFacts, created_date, modified_date, xmp_packet

FACTS = XmpFacts(title="Letter", identifier="urn:uuid:x", producer="WeasyPrint 70.0", flavour=parse_flavour("2u"))
NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "pdf": "http://ns.adobe.com/pdf/1.3/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "pdfaid": "http://www.aiim.org/pdfa/ns/id/",
}


def record(*lines: tuple[str, str] | tuple[str, str, str]) -> Description:
    source = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
    return Description(
        statements=tuple(
            Statement(term=line[0], text=line[1], language=line[2] if len(line) > 2 else None, source=source)
            for line in lines
        )
    )


def texts(description: Description, path: str) -> list[str]:
    found = etree.fromstring(xmp_packet(description, FACTS)).xpath(f"//{path}/text()", namespaces=NAMES)
    assert isinstance(found, list)
    return [str(one) for one in found]


def test_the_kinds_of_values_are_those_of_xmp() -> None:
    description = record(
        ("creator", "B"), ("creator", "A"), ("subject", "s"), ("description", "d"), ("rights", "r"), ("source", "o"),
        ("language", "en"), ("publisher", "p"), ("contributor", "c"), ("type", "Text"), ("relation", "l"),
        ("coverage", "v"), ("date", "2022"),
    )  # fmt: skip
    assert texts(description, "dc:creator/rdf:Seq/rdf:li") == ["B", "A"]
    assert texts(description, "dc:date/rdf:Seq/rdf:li") == ["2022"]
    for name in ("subject", "language", "publisher", "contributor", "type", "relation"):
        assert len(texts(description, f"dc:{name}/rdf:Bag/rdf:li")) == 1
    for name in ("description", "rights", "title"):
        assert len(texts(description, f"dc:{name}/rdf:Alt/rdf:li[@xml:lang='x-default']")) == 1
    assert texts(description, "dc:source") == ["o"]
    assert texts(description, "dc:coverage") == ["v"]
    assert texts(description, "dc:identifier") == ["urn:uuid:x"]
    assert texts(description, "dc:format") == ["application/pdf"]


def test_refinements_are_dumbed_down() -> None:
    description = record(
        ("abstract", "a"), ("spatial", "Almaty"), ("license", "CC0"), ("isPartOf", "x"), ("issued", "2021")
    )
    assert texts(description, "dc:description//rdf:li") == ["a"]
    assert texts(description, "dc:coverage") == ["Almaty"]
    assert texts(description, "dc:rights//rdf:li") == ["CC0"]
    assert texts(description, "dc:relation//rdf:li") == ["x"]
    assert texts(description, "dc:date//rdf:li") == ["2021"]


def test_titles_by_language() -> None:
    description = record(("title", "Письмо", "ru"), ("title", "Letter", "en"), ("alternative", "Note", "en"))
    assert texts(description, "dc:title//rdf:li[@xml:lang='x-default']") == ["Letter"]
    assert texts(description, "dc:title//rdf:li[@xml:lang='ru']") == ["Письмо"]
    assert texts(description, "dc:title//rdf:li[@xml:lang='en']") == ["Letter; Note"]


def test_only_dates_of_the_record_and_only_w3cdtf() -> None:
    assert created_date(record(("created", "circa 1900"), ("date", "2022-01"))) == "2022-01"
    assert created_date(record(("issued", "2022-02-31"))) is None
    assert modified_date(record()) is None
    packet = xmp_packet(record(("date", "1984~")), FACTS)
    assert b"1984" not in packet
    assert b"xmp:CreateDate" not in packet


def test_identification_header_and_one_rdf() -> None:
    packet = xmp_packet(record(), FACTS)
    assert packet.count(b"<rdf:RDF") == 1
    assert b"<pdfaid:part>2</pdfaid:part>" in packet
    assert b"<pdfaid:conformance>U</pdfaid:conformance>" in packet
    header = packet.split(b"?>")[0]
    assert b"encoding" not in header
    assert b"bytes" not in header


def test_characters_xml_forbids_do_not_stop_it() -> None:
    assert texts(record(("description", "a\x01b")), "dc:description//rdf:li") == ["a\ufffdb"]
