import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.standards.dates import date_scheme, is_xsd_date, suggest_date


@pytest.mark.parametrize(
    "text",
    [
        "2022",
        "2022-01",
        "2022-01-21",
        "2020-02-29",
        "2000-02-29",
        "2022-01-21T10:00Z",
        "2022-01-21T10:00:30+06:00",
        "2022-01-21T10:00:30.5-14:00",
    ],
)
def test_w3cdtf(text: str) -> None:
    assert date_scheme(text) == "W3CDTF"


@pytest.mark.parametrize(
    "text",
    [
        "1984?",
        "1950~",
        "195X",
        "19XX-12",
        "1950/1955",
        "../1985",
        "1985/..",
        "1984~/2004-06",
        "2001-21",
        "2001-21/2001-03",
        "[1667,1668,1670..1672]",
        "{1960,1961-12}",
        "Y170000002",
        "Y-17E7",
        "1950S2",
        "2004-06-~11",
        "-0044-03-15",
        "0000",
        "2022-01-21T10:00:00",
    ],
)
def test_edtf(text: str) -> None:
    assert date_scheme(text) == "EDTF"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2022-02-30",
        "2022-02-29",
        "1900-02-29",
        "2022-02-29?",
        "2022-04-31/2023",
        "2022-13",
        "2022-00",
        "2022-01-00",
        "22-01-01",
        "2022-1-5",
        "January 21, 2022",
        "21.01.2022",
        "2022 - 01",
        " 2022",
        "2022-01-21T25:00Z",
        "2022-01-21T10:60Z",
        "2022-01-21T10:00",
        "2022-01-21T10:00+15:00",
        "1955/1950",
        "1985-04-12/1985-03-01",
        "2001-21^north",
        "\u0662\u0660\u0662\u0662",
        "2022\n",
        "[" * 100,
        "9" * 5000,
    ],
)
def test_no_date(text: str) -> None:
    assert date_scheme(text) is None


def test_xml_schema_wants_seconds() -> None:
    assert is_xsd_date("2022-01-21T10:00:00Z")
    assert not is_xsd_date("2022-01-21T10:00Z")


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("January 21, 2022", "2022-01-21"),
        ("21.01.2022", "2022-01-21"),
        ("03.04.2022", "2022-04-03"),
        ("03/04/2022", "2022-04-03 or 2022-03-04"),
        ("21/01/2022", "2022-01-21"),
        ("2022/1/5", "2022-01-05"),
        ("20220121", "2022-01-21"),
        ("circa 1950", "1950~"),
        ("1950s", "195X"),
        ("2022-02-30", None),
        ("31.02.2022", None),
        ("yesterday", None),
        ("n.d.", None),
        ("", None),
        ("a" * 5000, None),
    ],
)
def test_suggestions(text: str, suggestion: str | None) -> None:
    assert suggest_date(text) == suggestion


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789-/~?%X.,[]{}TZ:YESjan ", max_size=40))
def test_never_raises_and_suggests_only_dates(text: str) -> None:
    date_scheme(text)
    suggestion = suggest_date(text)
    assert suggestion is None or all(date_scheme(part) for part in suggestion.split(" or "))


@pytest.mark.parametrize("text", ["../", "/..", "../?", "..?/", "1953?S2", "/..~"])
def test_nothing_is_printed_about_what_is_no_date(text: str, capfd: pytest.CaptureFixture[str]) -> None:
    date_scheme(text)
    assert capfd.readouterr() == ("", "")
