"""Checks by day put together by month, quarter or year: as many periods as a chart can show, without gaps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from archiver.model.reports import PeriodChecks
from archiver.model.stores import FixityOutcome

MOST_PERIODS = 36
"""Months, else quarters; beyond that, years."""

MOST_YEARS = 100
"""The newest; what lies further back is a clock that was wrong."""

_FIELDS = {
    FixityOutcome.OK: "ok",
    FixityOutcome.DAMAGED: "damaged",
    FixityOutcome.MISSING: "missing",
    FixityOutcome.COULD_NOT_CHECK: "could_not_check",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DayChecks:
    """The checks of one day that came to one outcome."""

    day: date
    outcome: FixityOutcome
    checks: int
    bytes: int


def periods_of(days: Iterable[DayChecks], today: date) -> tuple[PeriodChecks, ...]:
    """Return the checks by period, oldest first, up to today or the last check.

    Args:
        days: in any order; several of one day and outcome add up.
        today: the periods go on until then, though nothing was checked.
    """
    known = list(days)
    if not known:
        return ()
    first = min(one.day for one in known)
    last = max(today, *(one.day for one in known))
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    length = 1 if months <= MOST_PERIODS else 3 if months <= MOST_PERIODS * 3 else 12
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in known:
        counts[_number(one.day, length)][_FIELDS[one.outcome]] += one.checks
        counts[_number(one.day, length)]["bytes"] += one.bytes
    end = _number(last, length)
    start = max(_number(first, length), end - MOST_YEARS + 1)
    return tuple(
        PeriodChecks(period=_name(number, length), **counts.get(number, {})) for number in range(start, end + 1)
    )


def _number(day: date, length: int) -> int:
    return (day.year * 12 + day.month - 1) // length


def _name(number: int, length: int) -> str:
    year, part = divmod(number, 12 // length)
    if length == 1:
        return f"{year:04}-{part + 1:02}"
    return f"{year:04}-Q{part + 1}" if length == 3 else f"{year:04}"
