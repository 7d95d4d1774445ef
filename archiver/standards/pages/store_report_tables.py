"""The tables of a report on stores, each with a sentence where it would be empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model.stores import FixityOutcome
from archiver.standards.pages.markup import Html, isolated, join, moment, name, table, tag, text, web_link
from archiver.standards.pages.words import count_words, day_words, period_words, size_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from archiver.model.reports import FormatHoldings, LoggedAct, StoreReport

AGE_WORDS = {
    "30": "Within the last 30 days",
    "90": "31 to 90 days ago",
    "365": "91 to 365 days ago",
    "older": "Over a year ago",
    "never": "Never",
}
"""Key of a band of age -> what it is called, in the order that it is told."""

_SIGNS = {
    FixityOutcome.OK: ("good", "\u2713", "ok"),
    FixityOutcome.DAMAGED: ("bad", "\u2717", "damaged"),
    FixityOutcome.MISSING: ("bad", "\u2717", "missing"),
    FixityOutcome.COULD_NOT_CHECK: ("warn", "!", "could not check"),
}
_PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"
_NONE = Html("\u2013")
_COUNTS = ("Packages", "Versions", "Files", "Size")


def stores(report: StoreReport) -> Html:
    """Return the stores, each with what it holds."""
    rows = [
        (
            name(store.location),
            text(store.kind) if store.kind else _NONE,
            _count(store.packages),
            _count(store.versions),
            _count(store.files),
            _size(store.bytes),
            _when(store.last_checked),
        )
        for store in report.stores
    ]
    heads = ("Store", "Kind", *_COUNTS, "Last check")
    return table("What each store holds; files and sizes are of all versions", heads, rows, _COUNTS)


def years(report: StoreReport) -> Html:
    """Return what came into the stores year by year."""
    if not report.years:
        return Html("")
    rows = [
        (
            text(str(one.year)) if one.year is not None else Html("Not stated"),
            _count(one.packages),
            _count(one.files),
            _size(one.bytes),
        )
        for one in report.years
    ]
    heading = tag("h3", Html("By year"))
    return join(
        [heading, table("When packages were first stored", ("Year", "Packages", "Files", "Size"), rows, _COUNTS)]
    )


def duplicates(report: StoreReport) -> Html:
    """Say how much is held more than once, and how much is not."""
    found = report.duplicates
    if found is None:
        return Html("")
    held = f"{count_words(found.digests, 'content is', 'contents are')} held by more than one package"
    words = [f"{held}; the copies beyond the first take {size_words(found.bytes)}." if found.digests else f"{held}."]
    if found.saved:
        words.append(f"Packages hold files of equal content once, which saves {size_words(found.saved)}.")
    return join([tag("h3", Html("The same content more than once")), tag("p", text(" ".join(words)))])


def ages(report: StoreReport) -> Html:
    """Return how long ago packages were checked."""
    bands = {band.key: band for band in report.ages}
    rows = [
        (
            text(words),
            _count(bands[key].packages),
            _share(bands[key].packages, report.packages),
            _size(bands[key].bytes),
        )
        for key, words in AGE_WORDS.items()
        if key in bands
    ]
    numbers = ("Packages", "Share", "Size")
    caption = "Last check that had an answer, by age; sizes are what such a check reads"
    return table(caption, ("Last checked", *numbers), rows, numbers)


def failures(report: StoreReport) -> Html:
    """Return the packages that failed and wait for somebody."""
    if not report.failures_total:
        return tag("p", Html("None: no failure is open."))
    rows = [
        (
            tag("code", isolated(one.identifier)),
            join([name(one.store), tag("span", name(one.path), klass="note")], " "),
            _outcome(one.outcome),
            _day(one.since),
            _day(one.checked),
            isolated(one.detail) if one.detail else _NONE,
        )
        for one in report.failures
    ]
    heads = ("Package", "Where", "Outcome", "First seen", "Last seen", "What the check said")
    found = table("Failed checks that nobody has acknowledged", heads, rows)
    return join([found, _more(report.failures_total - len(rows), "failure")])


def checks_table(report: StoreReport) -> Html:
    """Return the numbers behind the chart."""
    rows = [
        (
            text(period_words(one.period)),
            _count(one.checks),
            _count(one.damaged),
            _count(one.missing),
            _count(one.could_not_check),
            _size(one.bytes),
        )
        for one in reversed(report.timeline)
    ]
    heads = ("Checks", "Damaged", "Missing", "Could not check", "Read")
    return table("Checks over time, newest first", ("Period", *heads), rows, heads)


def formats(report: StoreReport) -> Html:
    """Return the formats at risk, then all."""
    at_risk = [one for one in report.formats if one.risk]
    heads = ("Format", "Why", "Packages", "Files", "Size")
    parts = [tag("h3", Html("Formats at risk"))]
    if at_risk:
        rows = [(_format(one), isolated(one.risk or ""), *_amounts(one)) for one in at_risk]
        parts.append(table("Formats that may become hard to read", heads, rows, _COUNTS))
    else:
        parts.append(tag("p", Html("None of the formats that are held is on the list of formats at risk.")))
    if report.risk_source:
        parts.append(tag("p", isolated(report.risk_source), klass="note"))
    parts.append(tag("h3", Html("All formats")))
    rows_of_all = [(_format(one), *_amounts(one)) for one in report.formats]
    if rows_of_all:
        caption = "Documents of the newest versions, by format"
        parts.append(table(caption, ("Format", "Packages", "Files", "Size"), rows_of_all, _COUNTS))
    else:
        parts.append(tag("p", Html("No package states the formats of its files.")))
    return join([*parts, _more(report.formats_total - len(report.formats), "format")])


def repairs(report: StoreReport) -> Html:
    """Return what was repaired."""
    if not report.repairs_total:
        return tag("p", Html("No repair is recorded."))
    rows = [
        (moment(act.when), tag("code", isolated(act.subject)), isolated(act.detail), isolated(act.outcome or "done"))
        for act in report.repairs
    ]
    found = table("What was repaired, newest first", ("When", "Package", "What was done", "Outcome"), rows)
    return join([found, _more(report.repairs_total - len(rows), "repair")])


def logs(report: StoreReport) -> Html:
    """Return how far the logs go, and how to check them."""
    rows = [
        (
            name(log.store),
            _count(log.entries),
            _when(log.when),
            tag("code", text(log.head), klass="digest") if log.head else _NONE,
        )
        for log in report.logs
    ]
    if not rows:
        return tag("p", Html("No store has a log."))
    found = table("The log of each store", ("Store", "Entries", "Last entry", "Head"), rows, ("Entries",))
    words = (
        "The logs were read for this report, not proven: archiver audit verify-log finds whatever was changed in one."
    )
    return join([found, tag("p", Html(words), klass="note")])


def stamps(report: StoreReport) -> Html:
    """Return the time stamps that the logs tell of."""
    heading = tag("h3", Html("Time stamps"))
    if not report.stamps_total:
        return join([heading, tag("p", Html("No time stamp is recorded."))])
    rows = [(moment(act.when), isolated(act.detail), _digest(act)) for act in report.stamps]
    found = table("Time stamps of the logs, newest first", ("When", "By whom", "Of which head"), rows)
    return join([heading, found, _more(report.stamps_total - len(rows), "time stamp")])


def _digest(act: LoggedAct) -> Html:
    return tag("code", isolated(act.subject), klass="digest")


def _format(one: FormatHoldings) -> Html:
    words = isolated(one.name or one.media_type) if one.name or one.media_type else Html("Not identified")
    if not one.puid:
        return words
    link = web_link(f"{_PRONOM}{one.puid}", text(f"PRONOM {one.puid}"))
    return join([words, tag("span", link, klass="note")], " ")


def _amounts(one: FormatHoldings) -> Sequence[Html]:
    return (_count(one.packages), _count(one.files), _size(one.bytes))


def _outcome(outcome: FixityOutcome) -> Html:
    style, sign, word = _SIGNS[outcome]
    return tag("span", tag("span", Html(sign), aria_hidden="true"), Html(f" {word}"), klass=f"outcome {style}")


def _when(moment_of: datetime | None) -> Html:
    return moment(moment_of) if moment_of else _NONE


def _day(day: datetime | None) -> Html:
    return tag("time", text(day_words(day)), datetime=day.date().isoformat()) if day else _NONE


def _count(number: int) -> Html:
    return Html(f"{number:,}")


def _size(octets: int) -> Html:
    return text(size_words(octets).partition(" (")[0].replace(" ", "\u00a0"))  # a number and its unit stay together


def _share(part: int, whole: int) -> Html:
    if not whole:
        return _NONE
    percent = 100 * part / whole
    return Html("under 1%" if 0 < percent < 1 else f"{percent:.0f}%" if percent <= 99 or part == whole else "over 99%")


def _more(number: int, noun: str) -> Html:
    return (
        tag("p", text(f"{count_words(number, f'more {noun}')} not shown here."), klass="note")
        if number > 0
        else Html("")
    )
