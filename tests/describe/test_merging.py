import unicodedata
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.describe import check_statements, merge
from archiver.model import SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import TERM_ORDER, TERMS, dcterms_xml

SCHEMAS = Path(__file__).resolve().parents[2].parent / "shared" / "schemas"
WRAPPER = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="http://purl.org/dc/terms/">
<xs:import namespace="http://purl.org/dc/terms/" schemaLocation="{(SCHEMAS / "dcterms.xsd").as_uri()}"/>
<xs:element name="metadata" type="t:elementOrRefinementContainer"/></xs:schema>"""
SCHEMA = etree.XMLSchema(etree.fromstring(WRAPPER))


def statement(term: str, text: str, kind: SourceKind, language: str | None = None) -> Statement:
    return Statement(term=term, text=text, language=language, source=ValueSource(kind=kind, place="x"))


def test_the_strongest_source_of_a_term_wins_whole() -> None:
    for strong, weak in zip(list(SourceKind), list(SourceKind)[1:], strict=False):
        groups = [
            (statement("subject", "w", weak), statement("title", "t", weak)),
            (statement("subject", "b", strong), statement("subject", "a", strong)),
        ]
        merged = merge(groups)
        assert [(s.term, s.text) for s in merged.statements] == [("subject", "b"), ("subject", "a"), ("title", "t")]
        assert merge(reversed(groups)) == merged


def test_an_empty_value_does_not_win() -> None:
    groups = [(statement("title", " ", SourceKind.SIDECAR),), (statement("title", "t", SourceKind.INFERRED),)]
    assert merge(groups).first("title") == "t"


def test_values_are_nfc_and_stand_once_a_language() -> None:
    side = SourceKind.SIDECAR
    group = (
        statement("title", "cafe\u0301", side),
        statement("title", "caf\u00e9 ", side),
        statement("title", "caf\u00e9", side, "fr"),
    )
    assert [(s.text, s.language) for s in merge([group]).statements] == [("caf\u00e9", None), ("caf\u00e9", "fr")]


def test_the_assigned_identifier_stands_beside_a_persons() -> None:
    group = (statement("identifier", "MS 1", SourceKind.SHEET), statement("identifier", "urn:x", SourceKind.ASSIGNED))
    assert [s.text for s in merge([group]).statements] == ["MS 1", "urn:x"]


STATEMENTS = st.builds(
    statement,
    st.sampled_from([term.name for term in TERMS]),
    st.text()
    | st.sampled_from(["2022-01-21", "1950~", "Text", "en", "eng", "http://a.b/", "text/plain", "2022-02-30"]),
    st.sampled_from(list(SourceKind)),
    st.none() | st.text(max_size=10) | st.sampled_from(["en", "ru", "zh-Hant"]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(STATEMENTS, max_size=6).map(tuple), max_size=5))
def test_what_is_checked_and_merged_is_valid_xml(groups: list[tuple[Statement, ...]]) -> None:
    merged = merge(check_statements(group).statements for group in groups)
    SCHEMA.assertValid(etree.fromstring(dcterms_xml(merged)))
    assert [TERM_ORDER[s.term] for s in merged.statements] == sorted(TERM_ORDER[s.term] for s in merged.statements)
    assert all(s.text == unicodedata.normalize("NFC", s.text).strip() != "" for s in merged.statements)
    assert merge([merged.statements]) == merged
