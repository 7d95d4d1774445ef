from __future__ import annotations

import pytest

from archiver.describe.profile_checking import check_record
from archiver.model import Description, Finding, Severity, SourceKind, Statement, ValueSource
from archiver.standards.dctap import parse_dctap

HEADER = "propertyID,mandatory,repeatable,valueNodeType,valueDataType,valueConstraint,valueConstraintType,severity\n"


def stated(
    term: str, text: str, kind: SourceKind = SourceKind.SHEET, language: str | None = None, place: str = ""
) -> Statement:
    source = ValueSource(kind=kind, place=place or f"s.csv, row 4, column {term}")
    return Statement(term=term, text=text, language=language, source=source)


def check(rows: str, *statements: Statement) -> tuple[Finding, ...]:
    profile = parse_dctap((HEADER + rows).encode(), "p.csv").profile
    return check_record(Description(statements=statements), profile.items, name="a/b.txt", profile="p.csv")


@pytest.mark.parametrize(
    ("statements", "file", "place"),
    [
        pytest.param((stated("creator", "A"),), "s.csv", "s.csv, row 4 (a/b.txt): title", id="in its row"),
        pytest.param(
            (stated("creator", "A", SourceKind.SIDECAR, place="a/b.yaml, line 3"),),
            "a/b.yaml",
            "a/b.yaml (a/b.txt): title",
            id="in its sidecar",
        ),
        pytest.param(
            (stated("creator", "A", SourceKind.COLLECTION, place="_collection.yaml, line 1"),),
            "a/b.txt",
            "a/b.txt: title",
            id="neither",
        ),
    ],
)
def test_what_is_missing_is_told_where_it_belongs(statements: tuple[Statement, ...], file: str, place: str) -> None:
    (finding,) = check("dct:title,true,,,,,,error\n", *statements)
    assert (finding.severity, finding.code, finding.file) == (Severity.ERROR, "record-value-missing", file)
    assert finding.message == f"{place} is not stated; the profile p.csv asks for it."


def test_all_that_is_missing_and_matters_alike_is_told_at_once() -> None:
    rows = "dct:title,true,,,,,,error\ndct:type,true,,,,,,\ndct:creator,true,,,,,,error\n"
    first, second = check(rows)
    assert (first.severity, "title and creator are not stated" in first.message) == (Severity.ERROR, True)
    assert (second.severity, "type is not stated" in second.message) == (Severity.WARNING, True)


@pytest.mark.parametrize(
    ("severity", "kind", "missing"),
    [
        ("error", SourceKind.INFERRED, True),
        ("error", SourceKind.ASSIGNED, True),
        ("error", SourceKind.EMBEDDED, False),
        ("error", SourceKind.COLLECTION, False),
        ("warning", SourceKind.INFERRED, False),
    ],
)
def test_where_it_is_an_error_nothing_inferred_counts(severity: str, kind: SourceKind, missing: bool) -> None:  # noqa: FBT001
    assert bool(check(f"dct:title,true,,,,,,{severity}\n", stated("title", "T", kind))) is missing


def test_a_refinement_stands_for_its_element_unless_the_rule_asks_for_a_value() -> None:
    assert check("dct:date,true,,,,,,\n", stated("created", "1953")) == ()
    assert check("dct:rights,true,,,,,,\n", stated("license", "MIT")) == ()
    assert check("dct:created,true,,,,,,\n", stated("date", "1953")) != ()
    assert check("dct:date,true,,,xsd:gYear,,,\n", stated("created", "1953")) != ()


def test_one_value_in_each_language_may_stand_where_none_may_be_repeated() -> None:
    rows = "dct:title,,false,,,,,error\n"
    good = (stated("title", "A", language="en"), stated("title", "B", language="ru"), stated("title", "C"))
    assert check(rows, *good) == ()
    (finding,) = check(rows, *good, stated("title", "D", language="ru"))
    assert finding.code == "record-value-repeated"
    assert "'D' is one more value of title" in finding.message


@pytest.mark.parametrize(
    ("rule", "good", "bad", "asked"),
    [
        ("dct:subject,,,,,History|Art,picklist,", "Art", "art", "one of History, Art"),
        ("dct:publisher,,,,,City University,,", "City University", "City", "City University"),
        ("dct:subject,,,,,https://id.loc.gov/,IRIstem,", "https://id.loc.gov/1", "cats", "begins with https://id.loc"),
        ("dct:identifier,,,,,MS [0-9]+,pattern,", "MS 12", "MS 12a", "pattern MS [0-9]+"),
        ("dct:description,,,,,5,maxLength,", "12345", "123456", "at most 5"),
        ("dct:description,,,,,5,minLength,", "12345", "1234", "at least 5"),
        ("dct:extent,,,,,12,minInclusive,", "12", "11.5", "not below 12"),
        ("dct:extent,,,,,12,maxInclusive,", "12", "many", "not above 12"),
        ("dct:relation,,,IRI,,,,", "urn:x:1", "a book", "a URI"),
        ("dct:creator,,,literal,,,,", "Doe, Jane", "https://orcid.org/1", "no URI"),
        ("dct:date,,,,xsd:date,,,", "1953-04-11", "1953", "type date"),
        ("dct:date,,,,edtf,,,", "1953~", "about 1953", "a date (W3CDTF or EDTF)"),
        ("dct:language,,,,dct:RFC5646,,,", "ru", "Russian", "a language tag (BCP 47)"),
        ("dct:type,,,,dct:DCMIType,,,", "Text", "text", "one of the twelve DCMI types"),
        ("dct:extent,,,,xsd:integer,,,", "12", "12 leaves", "type integer"),
    ],
)
def test_values_are_held_to_their_rule(rule: str, good: str, bad: str, asked: str) -> None:
    term = rule.partition(",")[0].removeprefix("dct:")
    assert check(f"{rule}\n", stated(term, good)) == ()
    (finding,) = check(f"{rule}\n", stated(term, bad))
    assert (finding.severity, finding.code, finding.file) == (Severity.WARNING, "record-value-not-allowed", "s.csv")
    assert finding.message.startswith(f"s.csv, row 4, column {term}: '{bad}' is not what the profile p.csv asks for: ")
    assert asked in finding.message


def test_languages_are_ranges() -> None:
    rows = 'dct:title,,,,,"en,zh-Hans",languageTag,\n'
    for tag in ("en", "en-GB", "zh-Hans"):
        assert check(rows, stated("title", "T", language=tag)) == ()
    for other in ("zh-Hant", "eng", None):
        assert [one.code for one in check(rows, stated("title", "T", language=other))] == ["record-value-not-allowed"]


def test_rules_for_one_term_are_alternatives() -> None:
    rows = "dct:type,true,,,dct:DCMIType,,,\ndct:type,,,,,letter|diary,picklist,\n"
    assert check(rows, stated("type", "Text"), stated("type", "letter")) == ()
    assert [one.code for one in check(rows, stated("type", "letter"))] == ["record-value-missing"]
    (finding,) = check(rows, stated("type", "Text"), stated("type", "x"))
    assert finding.code == "record-value-not-allowed"


def test_what_nobody_stated_is_not_held_to_a_rule() -> None:
    assert check("dct:language,,,,,ru,picklist,\n", stated("language", "en", SourceKind.INFERRED)) == ()
