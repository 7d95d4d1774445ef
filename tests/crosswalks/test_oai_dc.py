from importlib import import_module
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from archiver.crosswalks import CROSSWALKS
from archiver.crosswalks.oai_dc import lost_terms, oai_dc_xml
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


def test_the_registry_names_modules_that_keep_the_contract() -> None:
    for module_name in CROSSWALKS.values():
        module = import_module(module_name)
        assert isinstance(module.crosswalk(Description()), bytes)
        assert module.lost_terms(Description()) == ()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([t.name for t in TERMS]), st.text(), st.none() | st.text(max_size=12))))
def test_any_text_gives_a_valid_record(values: list[tuple[str, str, str | None]]) -> None:
    elements(*(statement(*value) for value in values))
