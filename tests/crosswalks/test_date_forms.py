import pytest

from archiver.crosswalks.date_forms import first_day, span


@pytest.mark.parametrize(
    ("text", "interval", "year"),
    [
        ("1923", "1923", "1923"),
        ("1923-05-07T10:20:30Z", "1923-05-07T10:20:30Z", "1923"),
        ("1923-05~", "1923-05", "1923"),
        ("1923/1925-06", "1923/1925-06", "1923"),
        ("1923/..", "1923/", "1923"),
        ("../1925", "/1925", "1925"),
        ("192X", "1920/1929", "1920"),
        ("1923-21", "1923", "1923"),
        ("[1667,1668]", "1667/1668", "1667"),
        ("name=Thaw; start=1953; end=1964", "1953/1964", "1953"),
    ],
)
def test_a_date_spans_what_it_says(text: str, interval: str, year: str) -> None:
    found = span(text)
    assert found is not None
    assert (found.interval, found.year) == (interval, year)


@pytest.mark.parametrize("text", ["", "about 1923", "1923-02-30", "Y17000", "-0044", "0000", "name=Thaw", "9" * 1000])
def test_what_no_target_can_date_spans_nothing(text: str) -> None:
    assert span(text) is None


def test_a_target_without_ranges_gets_the_first_day() -> None:
    assert [first_day(text) for text in ("1923-05-07T10:20:30Z", "../1925", "192X", "x")] == [
        *("1923-05-07", "1925", "1920"),
        None,
    ]
