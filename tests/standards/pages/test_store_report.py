from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html

from archiver.standards.pages.chart_svg import CHART_STYLE, checks_words
from archiver.standards.pages.store_report import REPORT_STYLE, store_report_document, store_report_html
from tests.standards.pages.reports import a_report, an_empty_report

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model.reports import StoreReport

PNG = b"\x89PNG\r\n\x1a\n"


def parsed(data: bytes) -> html.HtmlElement:
    return html.document_fromstring(data, parser=html.HTMLParser(encoding="utf-8"))


def found(page: html.HtmlElement, path: str) -> list[Any]:
    result = page.xpath(path)
    assert isinstance(result, list)
    return result


def words(page: html.HtmlElement) -> str:
    return " ".join(" ".join(str(one) for one in page.itertext()).split())


@pytest.mark.parametrize("report", [a_report(), an_empty_report()], ids=["full", "empty"])
def test_nothing_is_run_or_fetched(report: StoreReport) -> None:
    data = store_report_html(report)
    page = parsed(data)
    for forbidden in ("script", "iframe", "object", "embed", "img", "link", "base", "form", "video", "audio", "use"):
        assert not found(page, f"//{forbidden}"), forbidden
    assert not found(page, "//@*[starts-with(name(), 'on')]")
    assert not found(page, "//@src | //@srcset | //@style")
    assert "url(" not in REPORT_STYLE + CHART_STYLE
    assert set(re.findall(rb"url\([^)]*\)", data)) <= {b"url(#hatch-missing)"}
    assert found(page, "//head/*")[1].get("http-equiv") == "Content-Security-Policy", "the policy comes first"
    assert data == store_report_html(report)


@pytest.mark.parametrize("report", [a_report(), an_empty_report()], ids=["full", "empty"])
def test_structure_is_readable_without_sight(report: StoreReport) -> None:
    page = parsed(store_report_html(report))
    assert len(found(page, "//h1")) == 1
    levels = [int(element.tag[1]) for element in found(page, "//h1 | //h2 | //h3 | //h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(element.get("scope") for element in found(page, "//th"))
    assert len(found(page, "//table/caption")) == len(found(page, "//table"))
    identifiers = found(page, "//@id")
    assert len(identifiers) == len(set(identifiers))
    assert {href[1:] for href in found(page, "//nav//@href")} <= set(identifiers)


def test_the_chart_is_told_in_words_and_numbers() -> None:
    page = parsed(store_report_html(a_report()))
    (chart,) = found(page, "//svg")
    assert chart.get("role") == "img"
    named = [found(page, f"//*[@id='{one}']")[0] for one in chart.get("aria-labelledby").split()]
    assert [one.tag for one in named] == ["title", "desc"]
    assert "2,400 checks" in named[1].text_content()
    assert "4 did not end well: 4 in November 2026" in named[1].text_content()
    (table,) = found(page, "//section[@id='timeline']//table")
    assert words(table).endswith("September 2026 1,200 0 0 0 1.0 GB")
    assert "October 2026 0 0 0 0 0 bytes" in words(table)
    kinds = set(found(page, "//svg/rect/@class"))
    assert kinds == {"ok", "damaged", "missing", "unknown"}
    assert all(one.get("fill") for one in found(page, "//svg/rect[@class='missing']")), "told by a pattern"


def test_what_a_person_reads_first() -> None:
    page = words(parsed(store_report_html(a_report())))
    for expected in (
        "1,202 packages, 20,009 files, 123.5 GB",
        "3 packages failed a check, and nobody has acknowledged it.",
        "5 packages were last checked over a year ago.",
        "3 packages have never been checked.",
        "2 more failures not shown here.",
        "4 more formats not shown here.",
        "PRONOM x-fmt/394",
        "12 contents are held by more than one package; the copies beyond the first take 100.0 MB",
        "which saves 10.0 MB",
        "Not identified",
        "Within the last 30 days 1,000 83%",
        "cd" * 32,
    ):
        assert expected in page, expected


def test_an_empty_store_says_so() -> None:
    page = words(parsed(store_report_html(an_empty_report())))
    for expected in (
        "0 packages, 0 files, 0 bytes",
        "No package has been checked yet.",
        "None: no failure is open.",
        "No check is recorded.",
        "No repair is recorded.",
        "No time stamp is recorded.",
        "No store has a log.",
    ):
        assert expected in page, expected


def test_a_store_in_order_is_said_to_be() -> None:
    report = a_report()
    well = replace(
        report,
        failures=(),
        failures_total=0,
        ages=tuple(replace(one, packages=0) if one.key in {"never", "older"} else one for one in report.ages),
        notes=(),
    )
    (standing,) = found(parsed(store_report_html(well)), "//ul[@class='standing']")
    assert words(standing) == "✓ No package that was checked has an open failure."


def test_names_of_strangers_stay_words() -> None:
    data = store_report_html(a_report())
    assert b"<script>" not in data
    assert "\u202e".encode() not in data
    assert b"\x07" not in data
    assert b"&lt;script&gt;alert(1)&lt;/script&gt;" in data


def test_names_that_are_no_unicode_are_shown() -> None:
    report = a_report()
    store = replace(report.stores[0], location="caf\udce9")
    data = store_report_html(replace(report, stores=(store,), archive="\ud800"))
    assert b"caf\\xe9" in data or b"caf\\udce9" in data


def test_the_document_for_a_pdf_has_a_picture_with_words_in_the_charts_place() -> None:
    report = a_report()
    page = parsed(store_report_document(report, PNG))
    assert not found(page, "//svg | //nav | //style")
    (picture,) = found(page, "//img")
    assert picture.get("src").startswith("data:image/png;base64,")
    assert checks_words(report.timeline) in picture.get("alt")
    assert len(found(page, "//table")) == len(found(parsed(store_report_html(report)), "//table"))
    assert not found(parsed(store_report_document(an_empty_report(), None)), "//img")


@pytest.mark.parametrize("report", [a_report(), an_empty_report()], ids=["full", "empty"])
def test_axe_finds_no_fault(
    report: StoreReport, tmp_path: Path, axe_judge: Callable[[Path], list[dict[str, Any]]]
) -> None:
    page = tmp_path / "report.html"
    page.write_bytes(store_report_html(report))
    assert axe_judge(page) == []
