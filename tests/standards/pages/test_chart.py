from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.reports import PeriodChecks
from archiver.standards.pages.chart import HEIGHT, WIDTH, checks_chart
from archiver.standards.pages.chart_svg import checks_svg, checks_words
from archiver.standards.pages.words import period_words

COUNTS = st.integers(0, 10**9)


@st.composite
def periods(draw: st.DrawFn) -> list[PeriodChecks]:
    number = draw(st.integers(1, 100))
    name = draw(st.sampled_from(["{0:04}-{1:02}", "{0:04}-Q4", "{0:04}"]))
    names = [name.format(1970 + index, index % 12 + 1) for index in range(number)]
    return [
        PeriodChecks(
            period=one, ok=draw(COUNTS), damaged=draw(COUNTS), missing=draw(COUNTS), could_not_check=draw(COUNTS)
        )
        for one in names
    ]


@given(periods())
def test_everything_is_drawn_inside_and_names_of_periods_do_not_overlap(given_periods: list[PeriodChecks]) -> None:
    chart = checks_chart(given_periods)
    for bar in chart.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 0.01
        assert 0 <= bar.y <= bar.y + bar.height <= HEIGHT + 0.01
    names = {period_words(one.period, short=True) for one in given_periods}
    below = sorted((one for one in chart.labels if one.words in names and one.y > 300), key=lambda one: one.x)
    assert below
    assert below[-1].words == period_words(given_periods[-1].period, short=True), "the newest is named"
    for before, after in pairwise(below):
        assert after.x - before.x >= 7 * (len(before.words) + len(after.words)) / 2
    checks_svg(given_periods)
    assert checks_words(given_periods)


def test_failures_have_a_scale_of_their_own_and_add_up() -> None:
    chart = checks_chart([PeriodChecks(period="2026", ok=99_990, damaged=6, missing=3, could_not_check=1)])
    heights = {bar.fill: bar.height for bar in chart.bars}
    assert heights["damaged"] == pytest.approx(2 * heights["missing"])
    assert heights["missing"] == pytest.approx(3 * heights["unknown"])
    assert heights["damaged"] > 40, "six failures among a hundred thousand checks are seen"
    stack = sorted((bar for bar in chart.bars if bar.fill != "ok"), key=lambda bar: bar.y)
    assert [bar.fill for bar in stack] == ["unknown", "missing", "damaged"]
    for upper, lower in pairwise(stack):
        assert upper.y + upper.height == pytest.approx(lower.y)
    assert "10" in {label.words for label in chart.labels}


def test_without_failures_the_lower_panel_says_so() -> None:
    chart = checks_chart([PeriodChecks(period="2026-11", ok=3)])
    assert {bar.fill for bar in chart.bars} == {"ok"}
    assert "None in this time" in {label.words for label in chart.labels}


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        pytest.param([(5, 0)], "November 2020: 5 checks. All of them ended well.", id="one period"),
        pytest.param([(4, 2)], "November 2020: 6 checks, of which 2 did not end well.", id="one period, failures"),
        pytest.param([(0, 0)], "November 2020: 0 checks. ", id="no check"),
        pytest.param(
            [(5, 1), (0, 0), (5, 2)],
            "November 2020 to November 2022: 13 checks. 3 did not end well: 1 in November 2020, 2 in November 2022. "
            "The table has every number.",
            id="some failures",
        ),
        pytest.param(
            [(0, number) for number in range(1, 8)],
            "November 2020 to November 2026: 28 checks. 28 did not end well: 3 in November 2022, 4 in November 2023, "
            "5 in November 2024, 6 in November 2025, 7 in November 2026, and some in 2 other periods. "
            "The table has every number.",
            id="many failures",
        ),
    ],
)
def test_the_chart_in_words(counts: list[tuple[int, int]], expected: str) -> None:
    given_periods = [
        PeriodChecks(period=f"{2020 + number}-11", ok=ok, damaged=damaged)
        for number, (ok, damaged) in enumerate(counts)
    ]
    assert checks_words(given_periods) == expected


@pytest.mark.parametrize(
    ("period", "long", "short"),
    [
        ("2026-11", "November 2026", "Nov 2026"),
        ("2026-Q4", "4th quarter 2026", "2026 Q4"),
        ("2026", "2026", "2026"),
    ],
)
def test_periods_in_words(period: str, long: str, short: str) -> None:
    assert (period_words(period), period_words(period, short=True)) == (long, short)
