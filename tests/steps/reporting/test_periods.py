from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model.stores import FixityOutcome
from archiver.steps.reporting.periods import MOST_PERIODS, MOST_YEARS, DayChecks, periods_of

TODAY = date(2026, 11, 22)


def checked(day: date, outcome: FixityOutcome = FixityOutcome.OK, checks: int = 1) -> DayChecks:
    return DayChecks(day=day, outcome=outcome, checks=checks, bytes=10 * checks)


@pytest.mark.parametrize(
    ("first", "names"),
    [
        (date(2026, 9, 30), ["2026-09", "2026-10", "2026-11"]),
        (date(2023, 11, 1), ["2023-Q4", "2024-Q1"]),
        (date(1999, 12, 31), ["1999", "2000"]),
    ],
)
def test_periods_fit_the_time_they_span_and_have_no_gap(first: date, names: list[str]) -> None:
    periods = periods_of([checked(first), checked(TODAY)], TODAY)
    assert [one.period for one in periods][: len(names)] == names
    assert periods[0].checks == periods[-1].checks == 1
    assert len(periods) <= MOST_PERIODS


def test_every_outcome_is_counted_where_it_belongs() -> None:
    days = [checked(TODAY, outcome, number) for number, outcome in enumerate(FixityOutcome, 1)]
    (period,) = periods_of([*days, checked(TODAY, FixityOutcome.OK, 10)], TODAY)
    assert (period.ok, period.damaged, period.missing, period.could_not_check) == (11, 2, 3, 4)
    assert period.bytes == 200
    assert (period.checks, period.failures) == (20, 9)


def test_what_has_not_been_checked_has_no_timeline_and_silence_since_shows() -> None:
    assert periods_of([], TODAY) == ()
    periods = periods_of([checked(date(2026, 8, 1))], TODAY)
    assert [one.checks for one in periods] == [1, 0, 0, 0]


@given(st.lists(st.dates(date(1, 1, 1), date(9999, 12, 31)), min_size=1, max_size=20))
def test_no_clock_makes_it_endless(days: list[date]) -> None:
    periods = periods_of([checked(day) for day in days], TODAY)
    assert 1 <= len(periods) <= MOST_YEARS
    recent = [day for day in days if day.year > max(TODAY, *days).year - MOST_YEARS]
    assert sum(one.checks for one in periods) >= len(recent)


def test_a_day_in_the_future_is_shown() -> None:
    assert [one.period for one in periods_of([checked(TODAY + timedelta(days=31))], TODAY)] == ["2026-12"]
