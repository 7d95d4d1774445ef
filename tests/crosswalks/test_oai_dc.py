from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.crosswalks.contract import UnreadableRecordError
from archiver.crosswalks.oai_dc import convert, lost_terms, oai_dc_xml, read
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import TERMS

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"
SCHEMA = etree.XMLSchema(etree.parse(SCHEMAS / "oai_dc.xsd"))


def statement(term: str, text: str, language: str | None = None) -> Statement:
    source = ValueSource(kind=SourceKind.SIDECAR, place="a.yaml")
    return Statement(term=term, text=text, language=language, source=source)


def elements(*statements: Statement) -> list[tuple[str, str | None, str | None]]:
    root = etree.fromstring(oai_dc_xml(Description(statements=statements)))
    SCHEMA.assertValid(root)
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    return [(etree.QName(child).localname, child.text, child.get(lang)) for child in root]


def test_terms_become_the_element_they_refine() -> None:
    found = elements(
        statement("issued", "2022-01-21"),
        statement("abstract", "A"),
        statement("title", "T", "en"),
        statement("alternative", "U"),
        statement("spatial", "Kazakhstan"),
        statement("license", "CC0"),
    )
    assert found == [
        ("coverage", "Kazakhstan", None),
        ("date", "2022-01-21", None),
        ("description", "A", None),
        ("rights", "CC0", None),
        ("title", "T", "en"),
        ("title", "U", None),
    ]


def test_equal_values_stand_once() -> None:
    found = elements(statement("issued", "2022"), statement("created", "2022"), statement("date", "2022"))
    assert found == [("date", "2022", None)]


def test_what_has_no_element_is_left_out_and_said() -> None:
    statements = (statement("rightsHolder", "R"), statement("provenance", "P"), statement("title", "T"))
    assert elements(*statements) == [("title", "T", None)]
    assert lost_terms(Description(statements=statements)) == ("provenance", "rightsHolder")


def test_each_term_is_either_written_or_lost() -> None:
    for term in TERMS:
        given_statement = statement(term.name, "x")
        lost = lost_terms(Description(statements=(given_statement,)))
        assert bool(lost) != bool(elements(given_statement))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([t.name for t in TERMS]), st.text(), st.none() | st.text(max_size=12))))
def test_any_text_gives_a_valid_record(values: list[tuple[str, str, str | None]]) -> None:
    elements(*(statement(*value) for value in values))


def test_a_record_is_read() -> None:
    record = b"""<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" xmlns:x="urn:x"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/">
      <!-- a comment --><dc:title xml:lang="ru"> T </dc:title>
      <dcterms:issued>1923</dcterms:issued><dc:subject/><x:part>P</x:part></oai_dc:dc>"""
    reading = read(record)
    assert [(v.term, v.text, v.language, v.line) for v in reading.values] == [
        ("title", "T", "ru", 3),
        ("issued", "1923", None, 4),
    ]
    assert [(o.name, o.text) for o in reading.other] == [("{urn:x}part", "P")]


def test_what_holds_no_element_of_dublin_core_is_no_record() -> None:
    with pytest.raises(UnreadableRecordError, match="no Dublin Core record"):
        read(b"<a><b>c</b></a>")


def test_a_language_that_xml_cannot_hold_is_lost_and_said() -> None:
    description = Description(statements=(statement("title", "T", "no tag"),))
    (loss,) = convert(description).losses
    assert (loss.part, loss.statement.language) == ("language", "no tag")
    assert lost_terms(description) == ()
