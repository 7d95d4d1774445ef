import pytest

from archiver.describe import check_statements
from archiver.model import SourceKind, Statement, ValueSource


def statement(
    term: str, text: str, kind: SourceKind = SourceKind.SHEET, language: str | None = None, place: str | None = None
) -> Statement:
    source = ValueSource(kind=kind, place=place or f"letters.csv, row 4, column {term}")
    return Statement(term=term, text=text, language=language, source=source)


@pytest.mark.parametrize(
    ("term", "text", "scheme"),
    [
        ("issued", "2022-01-21", "W3CDTF"),
        ("created", "1950~", "EDTF"),
        ("valid", "start=1953; end=1964", "Period"),
        ("temporal", "2022-01", "W3CDTF"),
        ("temporal", "The Thaw", None),
        ("language", "kk", "RFC5646"),
        ("type", "StillImage", "DCMIType"),
        ("format", "text/plain", "IMT"),
        ("format", "12 leaves", None),
        ("identifier", "urn:uuid:x", "URI"),
        ("identifier", "MS 1", None),
        ("relation", "http://example.org/", "URI"),
        ("spatial", "name=Perth, W.A.; east=115.85717; north=-31.95301", "Point"),
        ("coverage", "northlimit=-13.5; southlimit=-35.5; westlimit=112.5; eastlimit=129", "Box"),
        ("coverage", "start=1953; end=1964", "Period"),
        ("spatial", "Perth", None),
        ("identifier", "ISBN 978-3-16-148410-0", None),
        ("license", "CC-BY-4.0", None),
        ("title", "2022", None),
        ("title", "http://example.org/", None),
    ],
)
def test_good_values_get_their_scheme(term: str, text: str, scheme: str | None) -> None:
    checked = check_statements([statement(term, text)])
    assert [s.scheme for s in checked.statements] == [scheme]
    assert checked.findings == ()


@pytest.mark.parametrize(
    ("term", "text", "severity", "code", "rule", "fix"),
    [
        ("issued", "21.01.2022", "error", "description-bad-date", "W3CDTF or EDTF", "Write 2022-01-21."),
        ("issued", "2022-02-30", "error", "description-bad-date", "W3CDTF or EDTF", "Write 2022,"),
        ("issued", "January 21, 2022", "error", "description-bad-date", "EDTF", "2022-01-21"),
        ("temporal", "2022-02-30", "error", "description-bad-date", "EDTF", "Write"),
        ("language", "english", "error", "description-bad-language", "BCP 47", "Write en."),
        ("language", "eng", "warning", "description-bad-language", "ISO 639-2", "Write en."),
        ("language", "xx", "error", "description-bad-language", "BCP 47", "Write a tag"),
        ("type", "text", "error", "description-bad-type", "twelve DCMI types", "Write Text."),
        ("type", "photograph", "error", "description-bad-type", "twelve DCMI types", "Write one of the twelve"),
        ("spatial", "east=200; north=1", "error", "description-bad-place", "beyond 180 degrees", "decimal degrees"),
        ("coverage", "start=1964; end=1953", "error", "description-bad-date", "before it begins", "W3CDTF"),
        ("temporal", "start=soon", "error", "description-bad-date", "no DCMI Period", "1953/1964"),
        ("identifier", "ISBN 978-3-16-148410-1", "warning", "description-bad-identifier", "ask for 0", "Compare"),
        (
            *("creator", "Doe, Jane (https://orcid.org/0000-0002-1825-0098)", "warning", "description-bad-identifier"),
            *("the ORCID iD 0000-0002-1825-0098 ends in 8, and the other digits ask for 7", "Compare"),
        ),
        ("license", "CC BY 4.0", "warning", "description-bad-rights", "SPDX", "write CC-BY-4.0."),
        (
            *("rights", "http://rightsstatements.org/page/InC/1.0/", "warning", "description-bad-rights"),
            *("none of the twelve", "http://rightsstatements.org/vocab/InC/1.0/"),
        ),
        ("source", "http://a b", "warning", "description-bad-uri", "RFC 3986", "percent-encoded"),
    ],
)
def test_a_persons_bad_value_stays_and_is_a_finding_with_row_column_rule_and_fix(
    term: str, text: str, severity: str, code: str, rule: str, fix: str
) -> None:
    checked = check_statements([statement(term, text)])
    assert [s.text for s in checked.statements] == [text]
    (finding,) = checked.findings
    assert (finding.severity.value, finding.code, finding.file) == (severity, code, "letters.csv")
    assert f"letters.csv, row 4, column {term}" in finding.message
    assert rule in finding.message
    assert fix in finding.fix


def test_a_sidecars_finding_names_its_line_and_term() -> None:
    (finding,) = check_statements([statement("issued", "x", SourceKind.SIDECAR, place="a/b.yaml, line 3")]).findings
    assert finding.file == "a/b.yaml"
    assert finding.message.startswith("a/b.yaml, line 3, issued: 'x'")


@pytest.mark.parametrize(("term", "text"), [("date", "yesterday"), ("language", "english"), ("type", "website")])
def test_a_documents_own_bad_value_is_dropped_with_an_info(term: str, text: str) -> None:
    checked = check_statements([statement(term, text, SourceKind.EMBEDDED, place="html meta x")])
    assert checked.statements == ()
    assert [(f.severity.value, f.code) for f in checked.findings] == [("info", "description-value-dropped")]


def test_a_type_of_ones_own_may_stand_beside_one_of_the_twelve() -> None:
    checked = check_statements([statement("type", "Text"), statement("type", "love letter")])
    assert checked.findings == ()
    assert [s.scheme for s in checked.statements] == ["DCMIType", None]


@pytest.mark.parametrize(
    ("tag", "kept", "severities"),
    [("ru", "ru", []), ("eng", "en", ["warning"]), ("english", None, ["error"]), ("zz zz", None, ["error"])],
)
def test_language_tags_of_values(tag: str, kept: str | None, severities: list[str]) -> None:
    checked = check_statements([statement("title", "A", language=tag)])
    assert [s.language for s in checked.statements] == [kept]
    assert [f.severity.value for f in checked.findings] == severities


def test_characters_that_no_record_can_hold() -> None:
    checked = check_statements([statement("title", "a\x00b\x0b\ud800c\x85d")])
    assert [s.text for s in checked.statements] == ["a\ufffdb\ufffd\ufffdc\x85d"]
    (finding,) = checked.findings
    assert finding.code == "description-bad-character"
    assert "U+0000, U+000B, U+D800" in finding.message


def test_empty_values_are_gone() -> None:
    assert check_statements([statement("title", " \n")]) == ((), ())


def test_a_check_of_what_was_checked_says_the_same() -> None:
    checked = check_statements(
        [statement("issued", "2022"), statement("title", "e\u0301"), statement("language", "eng")]
    )
    assert check_statements(checked.statements) == checked
