"""The page of a report on stores: what they hold, whether it is well, and what was done about it.

The same sections serve the page for browsers and the one that becomes a PDF, which has a picture in the chart's place.
Every list that a store could make endless is cut, and says how much more there is. Never reads a file or a clock.
"""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING

from archiver.standards.pages.chart_svg import CHART_STYLE, checks_svg, checks_words
from archiver.standards.pages.frame import Page, Section, page_html, sections_html
from archiver.standards.pages.markup import Html, isolated, join, moment, tag, text
from archiver.standards.pages.store_report_tables import (
    ages,
    checks_table,
    duplicates,
    failures,
    formats,
    logs,
    repairs,
    stamps,
    stores,
    years,
)
from archiver.standards.pages.words import count_words, day_words, size_words

if TYPE_CHECKING:
    from archiver.model.reports import StoreReport

REPORT_STYLE = """
.standing{list-style:none;margin:1rem 0 0;padding:0}
.standing li{margin:.2rem 0}
th.number,td.number{text-align:end;font-variant-numeric:tabular-nums}
.note{color:var(--soft);max-width:46rem}
@media (max-width:44rem){th.number,td.number{text-align:start}}
"""
TITLE = "Report on preservation stores"


def store_report_html(report: StoreReport) -> bytes:
    """Return the page: UTF-8 HTML, complete in itself, the same bytes for the same report."""
    chart = Html("")
    if report.timeline:
        chart = tag(
            "div",
            checks_svg(report.timeline),
            klass="chart",
            tabindex="0",
            role="region",
            aria_label="Chart of checks over time",
        )
    page = Page(
        title=_window_title(report),
        skip="Skip to the report",
        masthead=_masthead(report),
        sections=_sections(report, chart),
        colophon=_colophon(report),
        style=f"{REPORT_STYLE}{CHART_STYLE}",
    )
    return page_html(page)


def store_report_document(report: StoreReport, picture: bytes | None) -> bytes:
    """Return the same as a document that is to become a PDF: nothing to click, and a picture of the chart.

    Args:
        report: what is told.
        picture: the chart as PNG; None where there is no chart.
    """
    chart = Html("")
    if picture is not None and report.timeline:
        source = f"data:image/png;base64,{b64encode(picture).decode('ascii')}"
        words = f"Chart of fixity checks over time. {checks_words(report.timeline)}"
        chart = tag("p", tag("img", src=source, alt=words))
    head = f'<head><meta charset="utf-8"><title>{text(_window_title(report))}</title></head>'
    body = join([_masthead(report), sections_html(_sections(report, chart)), _colophon(report)])
    return f"<!DOCTYPE html>\n{tag('html', Html(head), tag('body', body), lang='en')}\n".encode()


def _window_title(report: StoreReport) -> str:
    owner = f"{report.archive}: " if report.archive else ""
    return f"{owner}{TITLE.lower() if owner else TITLE}, {day_words(report.generated)}"


def _sections(report: StoreReport, chart: Html) -> tuple[Section, ...]:
    timeline = tag("p", Html("No check is recorded."))
    if report.timeline:
        timeline = join([tag("p", text(checks_words(report.timeline))), chart, checks_table(report)])
    return (
        Section(key="failures", title="Packages that need attention", body=failures(report)),
        Section(key="ages", title="When packages were last checked", body=ages(report)),
        Section(key="timeline", title="Checks over time", body=timeline),
        Section(key="formats", title="Formats", body=formats(report)),
        Section(key="stores", title="Stores", body=join([stores(report), years(report), duplicates(report)])),
        Section(key="repairs", title="Repairs", body=repairs(report)),
        Section(key="evidence", title="Evidence", body=join([logs(report), stamps(report)])),
    )


def _masthead(report: StoreReport) -> Html:
    words = (
        f"{count_words(report.packages, 'package')}, {count_words(report.files, 'file')}, {size_words(report.bytes)} "
        f"in {count_words(len(report.stores), 'store')}, on {day_words(report.generated)}."
    )
    kind = tag("p", isolated(report.archive), klass="kind") if report.archive else Html("")
    standing = tag("ul", join(tag("li", line) for line in _standing(report)), klass="standing")
    return join([kind, tag("h1", Html(TITLE)), tag("p", text(words), klass="lead"), standing])


def _standing(report: StoreReport) -> list[Html]:
    """Say first what a reader has to know first: is anything wrong, and is anything overdue."""
    counts = {band.key: band.packages for band in report.ages}
    lines = []
    if report.failures_total:
        words = f"{count_words(report.failures_total, 'package')} failed a check, and nobody has acknowledged it."
        lines.append(_signed("bad", "\u2717", words))
    elif counts.get("never") == report.packages:
        lines.append(_signed("none", "\u2013", "No package has been checked yet."))
    else:
        lines.append(_signed("good", "\u2713", "No package that was checked has an open failure."))
    overdue = counts.get("older", 0)
    if overdue:
        verb = "was" if overdue == 1 else "were"
        lines.append(_signed("warn", "!", f"{count_words(overdue, 'package')} {verb} last checked over a year ago."))
    never = counts.get("never", 0)
    if never and never != report.packages:
        verb = "has" if never == 1 else "have"
        lines.append(_signed("warn", "!", f"{count_words(never, 'package')} {verb} never been checked."))
    return [*lines, *(_signed("warn", "!", note) for note in report.notes)]


def _signed(style: str, sign: str, words: str) -> Html:
    mark = tag("span", Html(sign), aria_hidden="true", klass=f"outcome {style}")
    return join([mark, isolated(words)], " ")


def _colophon(report: StoreReport) -> Html:
    made = join([Html("Made "), moment(report.generated), Html(" from the catalogues and logs of the stores.")], "")
    still = "This report changes nothing and checks nothing by itself: it tells what the checks found."
    return join([tag("p", made), tag("p", Html(still))])
