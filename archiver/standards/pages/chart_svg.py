"""The chart of checks as inline SVG: coloured by the page's style sheet, told in words to those who do not see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.standards.pages.chart import HEIGHT, WIDTH, Bar, Label, Line, checks_chart, legend_bars
from archiver.standards.pages.markup import Html, join, tag, text
from archiver.standards.pages.words import count_words, period_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.model.reports import PeriodChecks

CHART_STYLE = """
.chart{overflow-x:auto;margin:0 0 1.25rem}
.chart svg{display:block;width:100%;min-width:40rem;max-width:60rem;height:auto}
.chart text{font-size:12px;fill:var(--soft);font-family:inherit}
.chart text.strong{fill:var(--ink);font-weight:600;font-size:13px}
.chart line{stroke:var(--line);stroke-width:1}
.chart line.strong{stroke:var(--strong-line)}
.chart rect.ok{fill:var(--accent)}
.chart rect.damaged{fill:var(--ink);stroke:var(--ink)}
.chart rect.missing{stroke:var(--ink)}
.chart rect.unknown{fill:var(--card);stroke:var(--ink);stroke-dasharray:3 2}
.chart .hatch{fill:var(--card)}
.chart .stroke{stroke:var(--ink);stroke-width:2.5}
@media (forced-colors:active){
.chart rect.ok,.chart rect.damaged{fill:CanvasText}
.chart rect,.chart line,.chart .stroke{stroke:CanvasText}
.chart rect.unknown,.chart .hatch{fill:Canvas}
.chart text,.chart text.strong{fill:CanvasText}
}
"""

_HATCH = Html(
    '<defs><pattern id="hatch-missing" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="hatch" width="6" height="6"/><path class="stroke" d="M0 6L6 0M-1 1L1 -1M5 7L7 5"/></pattern></defs>'
)
_MOST_NAMED = 5


def checks_svg(periods: Sequence[PeriodChecks]) -> Html:
    """Return the chart of some periods, at least one, oldest first."""
    chart = checks_chart(periods)
    drawn = join(
        [
            tag("title", Html("Fixity checks over time"), id="chart-title"),
            tag("desc", text(checks_words(periods)), id="chart-words"),
            _HATCH,
            *(_line(line) for line in chart.lines),
            *(_bar(bar) for bar in (*chart.bars, *legend_bars())),
            *(_label(label) for label in chart.labels),
        ]
    )
    return tag("svg", drawn, viewBox=f"0 0 {WIDTH} {HEIGHT}", role="img", aria_labelledby="chart-title chart-words")


def checks_words(periods: Sequence[PeriodChecks]) -> str:
    """Return what the chart shows, in words."""
    first, last = period_words(periods[0].period), period_words(periods[-1].period)
    span = first if first == last else f"{first} to {last}"
    checks = sum(one.checks for one in periods)
    failed = [one for one in periods if one.failures]
    words = f"{span}: {count_words(checks, 'check')}. "
    if not failed:
        return f"{words}All of them ended well." if checks else words
    failures = sum(one.failures for one in failed)
    if len(periods) == 1:
        return f"{span}: {count_words(checks, 'check')}, of which {failures:,} did not end well."
    worst = sorted(failed, key=lambda one: -one.failures)[:_MOST_NAMED]
    named = ", ".join(
        f"{one.failures:,} in {period_words(one.period)}" for one in sorted(worst, key=lambda one: one.period)
    )
    more = len(failed) - len(worst)
    rest = f", and some in {count_words(more, 'other period')}" if more else ""
    return f"{words}{failures:,} did not end well: {named}{rest}. The table has every number."


def _line(line: Line) -> Html:
    x, end, y = _number(line.x), _number(line.end), _number(line.y)
    return tag("line", x1=x, x2=end, y1=y, y2=y, **_strong(strong=line.strong))


def _bar(bar: Bar) -> Html:
    attributes = {"x": bar.x, "y": bar.y, "width": bar.width, "height": bar.height}
    written = {key: _number(value) for key, value in attributes.items()}
    if bar.fill == "missing":
        written["fill"] = "url(#hatch-missing)"
    return tag("rect", klass=bar.fill, **written)


def _label(label: Label) -> Html:
    anchor = {} if label.anchor == "start" else {"text_anchor": label.anchor}
    return tag(
        "text", text(label.words), x=_number(label.x), y=_number(label.y), **anchor, **_strong(strong=label.strong)
    )


def _strong(*, strong: bool) -> dict[str, str]:
    return {"klass": "strong"} if strong else {}


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
