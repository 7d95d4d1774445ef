from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from lxml import etree

from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import TERMS
from archiver.standards.dublin_core import dcterms_xml
from archiver.standards.mets.record_schema import RECORD_SCHEMA, TERMS_SCHEMA, record_schema, terms_schema
from archiver.standards.xml import parse_xml

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.model import PackageRecord

SOURCE = ValueSource(kind=SourceKind.SHEET, place="a.csv, row 2, column a")
GOOD = {
    "Box": "name=Almaty; northlimit=43.4",
    "DCMIType": "Text",
    "ISO3166": "KZ",
    "ISO639-2": "kaz",
    "ISO639-3": "kaz",
    "Period": "start=2022-01; end=2022-02",
    "RFC5646": "zh-Hant",
    "URI": "https://example.org/%20a",
    "W3CDTF": "2022-01-05T10:00:00+06:00",
    "IMT": "text/plain",
    "LCSH": "Protest movements",
}


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    folder: Path = tmp_path_factory.mktemp("schemas")
    (folder / RECORD_SCHEMA).write_bytes(record_schema())
    (folder / TERMS_SCHEMA).write_bytes(terms_schema())
    return etree.XMLSchema(etree.parse(folder / RECORD_SCHEMA))


def described(*statements: Statement) -> etree._Element:
    return parse_xml(dcterms_xml(Description(statements=statements)))


def test_a_record_is_valid(schema: etree.XMLSchema, record: PackageRecord) -> None:
    schema.assertValid(parse_xml(dcterms_xml(record.description)))


@pytest.mark.parametrize("term", [term.name for term in TERMS])
def test_every_term_is_known(schema: etree.XMLSchema, term: str) -> None:
    schema.assertValid(described(Statement(term=term, text="a", source=SOURCE, language="ru")))


@pytest.mark.parametrize("scheme", GOOD)
def test_every_scheme_is_known(schema: etree.XMLSchema, scheme: str) -> None:
    root = described(Statement(term="subject", text=GOOD[scheme], scheme=scheme, source=SOURCE))
    schema.assertValid(root)
    assert root[0].get("{http://www.w3.org/2001/XMLSchema-instance}type")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<metadata ", b"<record "),
        (b"dcterms:issued", b"dcterms:issuedOn"),
        (b">2022-02<", b">February 2022<"),
        (b">Text<", b">Texts<"),
        (b'xsi:type="dcterms:DCMIType"', b'xsi:type="dcterms:DCMIType" xml:lang="en"'),
    ],
)
def test_what_no_record_says_is_refused(schema: etree.XMLSchema, record: PackageRecord, old: bytes, new: bytes) -> None:
    good = dcterms_xml(record.description)
    bad = good.replace(old, new).replace(b"</metadata>", b"</record>" if b"record" in new else b"</metadata>")
    assert bad != good
    assert not schema.validate(parse_xml(bad))
