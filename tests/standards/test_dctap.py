from __future__ import annotations

import time

import pytest

from archiver.errors import UsageError
from archiver.model import Severity
from archiver.standards.dctap import LARGEST, Rule, parse_dctap
from archiver.standards.patterns import PatternError, compile_pattern, matches


def rules(text: str) -> tuple[Rule, ...]:
    reading = parse_dctap(text.encode(), "p.csv")
    assert reading.findings == ()
    return reading.profile.items.rules


def test_the_primers_columns_are_read() -> None:
    (rule,) = rules(
        "shapeID,shapeLabel,propertyID,propertyLabel,mandatory,repeatable,valueNodeType,valueDataType,"
        "valueConstraint,valueConstraintType,valueShape,note\n"
        'bookShape,Book,dct:subject,Subject,TRUE,false,literal,xsd:string,"History,Science,Art",picklist,,Choose one.\n'
    )
    assert (rule.row, rule.term, rule.label, rule.note) == (2, "subject", "Subject", "Choose one.")
    assert (rule.mandatory, rule.repeatable, rule.data_type) == (True, False, "string")
    assert rule.node_types == {"literal"}
    assert rule.constraint is not None
    assert (rule.constraint.kind, rule.constraint.values) == ("picklist", ("History", "Science", "Art"))
    assert rule.severity is Severity.WARNING


@pytest.mark.parametrize("name", ["dct:title", "dcterms:title", "dc:title", "http://purl.org/dc/terms/title", "title"])
def test_properties_are_named_as_profiles_name_them(name: str) -> None:
    assert [rule.term for rule in rules(f"propertyID\n{name}\n")] == ["title"]


def test_what_is_not_said_is_allowed() -> None:
    (rule,) = rules("PROPERTYID;NOTE\ndct:title;\n")
    assert (rule.mandatory, rule.repeatable, rule.constraint, rule.data_type) == (False, True, None, None)
    assert rule.label == "title"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Still Image|Moving Image", ("Still Image", "Moving Image")),
        ("History, Science", ("History", "Science")),
        ("red green", ("red", "green")),
        ("City University|", ("City University",)),
    ],
)
def test_lists_are_split_at_bars_else_commas_else_blanks(text: str, values: tuple[str, ...]) -> None:
    (rule,) = rules(f'propertyID,valueConstraint,valueConstraintType\ndct:type,"{text}",picklist\n')
    assert rule.constraint is not None
    assert rule.constraint.values == values


def test_shapes_the_first_is_for_items_and_the_one_called_part_for_parts() -> None:
    text = "shapeID,propertyID\nPart,dct:title\nbook,dct:title\n,dct:creator\nauthor,dct:subject\n"
    profile = parse_dctap(text.encode(), "p.csv").profile
    assert [rule.term for rule in profile.items.rules] == ["title", "creator"]
    assert profile.parts is not None
    assert [rule.term for rule in profile.parts.rules] == ["title"]


@pytest.mark.parametrize(
    ("header", "row", "place"),
    [
        ("propertyID", "foaf:name", "row 2, column propertyID: 'foaf:name' is no DCMI term"),
        ("propertyID,mandatory", "dct:title,maybe", "row 2, column mandatory: 'maybe' is neither"),
        ("propertyID,valueNodeType", "dct:title,bnode", "column valueNodeType: 'bnode'"),
        ("propertyID,valueDataType", "dct:title,xsd:duration", "column valueDataType: 'xsd:duration' is not known"),
        ("propertyID,valueShape", "dct:creator,author", "column valueShape"),
        ("propertyID,severity", "dct:title,fatal", "column severity: 'fatal'"),
        (
            "propertyID,valueConstraint,valueConstraintType",
            "dct:title,x,colour",
            "column valueConstraintType: 'colour'",
        ),
        ("propertyID,valueConstraint,valueConstraintType", "dct:title,many,maxLength", "'many' is no number"),
        ("propertyID,valueConstraint,valueConstraintType", "dct:title,(a,pattern", "the pattern cannot be used"),
        ("propertyID,valueConstraint,valueConstraintType", "dct:title,(?=a)b,pattern", "the pattern cannot be used"),
    ],
)
def test_what_cannot_be_applied_is_said_with_row_and_column(header: str, row: str, place: str) -> None:
    (finding,) = parse_dctap(f"{header}\n{row}\n,\ndct:date\n".encode(), "p.csv").findings
    assert (finding.severity, finding.code, finding.file) == (Severity.WARNING, "record-rule-not-applied", "p.csv")
    assert place in finding.message
    assert finding.fix


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no column propertyID"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"title,creator\na,b\n", "no column propertyID"),
        (b"propertyID\nfoaf:name\n", "no rule for a DCMI term"),
        (b"shapeID,propertyID\npart,dct:title\n", "no rule for a DCMI term"),
        (b'propertyID\n"' + b"x" * 200_000 + b'"\n', "is no CSV"),
        (b" " * (LARGEST + 1), "longer than"),
        (b"propertyID\n" + b"dct:title\n" * 3000, "more than 2,000 rows"),
    ],
)
def test_what_is_no_profile_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        parse_dctap(data, "p.csv")


def test_patterns_match_whole_values_with_or_without_slashes() -> None:
    pattern = compile_pattern("/^[0-9]{1,2}-?[0-9]{0,2}$/")
    assert matches(pattern, "7-12")
    assert not matches(pattern, "from 7-12")
    assert matches(compile_pattern(r"\p{Lu}.*"), "Ärger")


def test_a_hostile_pattern_takes_no_time() -> None:
    begun = time.perf_counter()
    pattern = compile_pattern(r"((a+)+)+(b|c+)*")
    assert not matches(pattern, "a" * 50_000 + "!")
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize("text", ["(", "a" * 3000, "((a{1000}){1000}){1000}", r"\1"])
def test_what_is_no_pattern_is_said(text: str) -> None:
    with pytest.raises(PatternError, match=r"\w"):
        compile_pattern(text)
