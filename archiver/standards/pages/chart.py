"""A chart of fixity checks over time as plain shapes: what an SVG of it, or a picture of it, has to draw.

Two panels on one axis of time: all checks above, those that were not well below on a scale of their own, because two
failures among a hundred thousand checks would not be seen on one. Kinds of failure differ in pattern, not in colour.
Knows no markup and draws nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archiver.standards.pages.words import period_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archiver.model.reports import PeriodChecks

Fill = Literal["ok", "damaged", "missing", "unknown"]

FILL_WORDS: dict[Fill, str] = {"damaged": "damaged", "missing": "missing", "unknown": "could not check"}
"""Fill of the lower panel -> what it means."""

WIDTH, HEIGHT = 760, 330
_LEFT, _RIGHT = 64, 16
_UPPER = (34, 150)
_LOWER = (206, 290)
_WIDEST_BAR = 36.0
_LETTER = 7.0
"""Width of a digit at the size of labels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A line of text; ``y`` is its baseline."""

    x: float
    y: float
    words: str
    anchor: Literal["start", "middle", "end"] = "start"
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A horizontal line from ``x`` to ``end``."""

    x: float
    end: float
    y: float
    strong: bool = False
    """Of an axis, not of the grid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything there is to draw, in units of one CSS pixel, lines first."""

    lines: tuple[Line, ...]
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]


def checks_chart(periods: Sequence[PeriodChecks]) -> Chart:
    """Return the chart of some periods, at least one, oldest first."""
    slot = (WIDTH - _LEFT - _RIGHT) / len(periods)
    most = _scale_end(max(one.checks for one in periods))
    worst = _scale_end(max(one.failures for one in periods))
    failed = any(one.failures for one in periods)
    labels = [
        Label(x=0, y=16, words="Checks", strong=True),
        Label(x=0, y=188, words="Checks that did not end well", strong=True),
        *_legend(),
        *_scale_labels(_UPPER, most),
        *_period_labels(periods, slot),
    ]
    lines = [*_grid(_UPPER, most)]
    bars = [*_bars_of(periods, slot, most)]
    if failed:
        labels += [*_scale_labels(_LOWER, worst), *_counts(periods, slot, worst)]
        lines += [*_grid(_LOWER, worst)]
        bars += [*_stacks_of(periods, slot, worst)]
    else:
        lines.append(Line(x=_LEFT, end=WIDTH - _RIGHT, y=_LOWER[1], strong=True))
        labels.append(Label(x=_LEFT + 8, y=_LOWER[1] - 12, words="None in this time"))
    return Chart(lines=tuple(lines), bars=tuple(bars), labels=tuple(labels))


def _scale_end(most: int) -> int:
    """Return the next of 1, 2, 5, 10, 20, 50, ..."""
    power = 1
    while True:
        for first in (1, 2, 5):
            if most <= first * power:
                return first * power
        power *= 10


def _ticks(end: int) -> tuple[int, ...]:
    return (0, end // 2, end) if end % 2 == 0 else (0, end)


def _height(panel: tuple[int, int], value: int, end: int) -> float:
    return (panel[1] - panel[0]) * value / end


def _grid(panel: tuple[int, int], end: int) -> Iterator[Line]:
    for tick in _ticks(end):
        yield Line(x=_LEFT, end=WIDTH - _RIGHT, y=panel[1] - _height(panel, tick, end), strong=tick == 0)


def _scale_labels(panel: tuple[int, int], end: int) -> Iterator[Label]:
    for tick in _ticks(end):
        yield Label(x=_LEFT - 8, y=panel[1] - _height(panel, tick, end) + 4, words=f"{tick:,}", anchor="end")


def _legend() -> Iterator[Label]:
    """Yield the words of the legend; :func:`legend_bars` has what stands before each."""
    for bar, words in zip(legend_bars(), FILL_WORDS.values(), strict=True):
        yield Label(x=bar.x + bar.width + 6, y=188, words=words)


def legend_bars() -> tuple[Bar, ...]:
    """Return a sample of each pattern of the lower panel, beside its words."""
    places = (WIDTH - 330, WIDTH - 236, WIDTH - 146)
    return tuple(Bar(x=x, y=177, width=14, height=13, fill=fill) for x, fill in zip(places, FILL_WORDS, strict=True))


def _middle(number: int, slot: float) -> float:
    return _LEFT + slot * (number + 0.5)


def _period_labels(periods: Sequence[PeriodChecks], slot: float) -> Iterator[Label]:
    """Yield as many names of periods as there is room for, the newest among them."""
    longest = max(len(period_words(one.period, short=True)) for one in periods)
    step = max(1, -(-int((longest + 2) * _LETTER) // max(1, int(slot))))
    for number, one in enumerate(periods):
        if (len(periods) - 1 - number) % step == 0:
            x = min(_middle(number, slot), WIDTH - longest * _LETTER / 2)
            yield Label(x=x, y=_LOWER[1] + 20, words=period_words(one.period, short=True), anchor="middle")


def _bar(number: int, slot: float) -> tuple[float, float]:
    width = min(slot * 0.72, _WIDEST_BAR)
    return _middle(number, slot) - width / 2, width


def _bars_of(periods: Sequence[PeriodChecks], slot: float, end: int) -> Iterator[Bar]:
    for number, one in enumerate(periods):
        if one.checks:
            x, width = _bar(number, slot)
            height = max(1.0, _height(_UPPER, one.checks, end))
            yield Bar(x=x, y=_UPPER[1] - height, width=width, height=height, fill="ok")


def _stacks_of(periods: Sequence[PeriodChecks], slot: float, end: int) -> Iterator[Bar]:
    for number, one in enumerate(periods):
        x, width = _bar(number, slot)
        y = float(_LOWER[1])
        counts: tuple[tuple[Fill, int], ...] = (
            ("damaged", one.damaged),
            ("missing", one.missing),
            ("unknown", one.could_not_check),
        )
        for fill, count in counts:
            if count:
                height = _height(_LOWER, count, end)
                y -= height
                yield Bar(x=x, y=y, width=width, height=height, fill=fill)


def _counts(periods: Sequence[PeriodChecks], slot: float, end: int) -> Iterator[Label]:
    """Yield the number of failures above each stack that has room for it."""
    for number, one in enumerate(periods):
        words = f"{one.failures:,}"
        if one.failures and len(words) * _LETTER <= slot:
            top = _LOWER[1] - _height(_LOWER, one.failures, end)
            yield Label(x=_middle(number, slot), y=max(top - 4, _LOWER[0] - 4), words=words, anchor="middle")
