from __future__ import annotations

import re
import time
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from archiver.model import Description, Finding, Severity, SourceKind, Statement, ValueSource
from archiver.standards.crate_paths import path_bytes
from archiver.standards.pages.markup import name, statement_values, text
from archiver.standards.pages.preview import preview_html
from archiver.standards.pages.style import STYLE
from archiver.standards.pages.words import count_words, origin, outcome_words, size_words, term_label

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from archiver.model import PackageRecord


def page_of(record: PackageRecord) -> html.HtmlElement:
    return html.document_fromstring(preview_html(record), parser=html.HTMLParser(encoding="utf-8"))


def found(page: html.HtmlElement, path: str) -> list[Any]:
    result = page.xpath(path)
    assert isinstance(result, list)
    return result


def words(element: html.HtmlElement) -> str:
    return " ".join(str(element.text_content()).split())


def stated(text: str, *, language: str | None = None, place: str = "x.yaml") -> Statement:
    return Statement(
        term="title", text=text, language=language, source=ValueSource(kind=SourceKind.SIDECAR, place=place)
    )


def test_nothing_is_run_or_fetched(record: PackageRecord) -> None:
    page = page_of(record)
    for forbidden in ("script", "iframe", "object", "embed", "img", "link", "base", "form", "svg", "video", "audio"):
        assert not found(page, f"//{forbidden}"), forbidden
    assert not found(page, "//@*[starts-with(name(), 'on')]")
    assert not found(page, "//@src | //@srcset | //@style")
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (policy,) = found(page, "//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy
    assert found(page, "//head/*")[1].get("http-equiv") == "Content-Security-Policy", "the policy comes first"


def test_links_resolve_inside_the_package_or_lead_to_the_web(record: PackageRecord) -> None:
    page = page_of(record)
    identifiers = set(found(page, "//@id"))
    paths = {path_bytes(file.path) for file in record.files} | {b"ro-crate-metadata.json"}
    for href in found(page, "//a/@href"):
        if href.startswith("#"):
            assert href[1:] in identifiers
        elif not href.startswith(("https://", "http://")):
            assert href.isascii()
            assert unquote_to_bytes(href) in paths
    hrefs = {unquote_to_bytes(href) for href in found(page, "//a/@href")}
    shown = {file.path for file in record.files if file.role != "preservation"}
    assert {path_bytes(path) for path in shown} <= hrefs


def test_structure_is_readable_without_sight(record: PackageRecord) -> None:
    page = page_of(record)
    assert page.get("lang") == "en"
    assert len(found(page, "//h1")) == 1
    levels = [int(element.tag[1]) for element in found(page, "//h1 | //h2 | //h3 | //h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(found(page, "//main")) == len(found(page, "//header")) == len(found(page, "//footer")) == 1
    assert found(page, "//nav/@aria-label")
    assert found(page, "//body/*")[0].get("href") == "#main", "the skip link comes first"
    assert all(element.get("scope") for element in found(page, "//th"))
    assert len(found(page, "//table/caption")) == len(found(page, "//table"))
    identifiers = found(page, "//@id")
    assert len(identifiers) == len(set(identifiers))


def test_what_a_person_reads(record: PackageRecord) -> None:
    page = page_of(record)
    all_words = words(page)
    for expected in (
        "Letters and reports of January 2022",
        "Plain Text File (PRONOM x-fmt/111)",
        "Acrobat PDF/A - Portable Document Format 2u (PRONOM fmt/478)",
        "None: the original is kept as it is",
        "from letters.csv, row 4, column title",
        "inferred: first heading",
        "photograph.bin matches no signature of PRONOM.",
        "Say what it is in its description.",
        "City Archive of Almaty",
        "10 documents",
        "9 PDF/A copies",
        "1,204 characters in both; no blank page",
        record.identifier,
        *(digest for file in record.files[:2] for digest in file.digests.values()),
    ):
        assert expected in all_words, expected


def test_values_carry_their_language_and_direction(record: PackageRecord) -> None:
    page = page_of(record)
    (value,) = found(page, "//section[@id='description']//span[@lang='ar']")
    assert value.get("dir") == "auto"
    assert words(value) == "رسائل وتقارير، يناير 2022"
    assert not found(page, "//@lang[. = '']")


def test_names_are_isolated_and_hidden_characters_shown(record: PackageRecord) -> None:
    content = preview_html(record).decode()
    assert "\u202e" not in content
    assert "<bdi>invoice\\u202efdp.exe.txt</bdi>" in content
    assert "bell\\x07.txt" in content
    assert "<script" not in content
    assert "&lt;script&gt;alert(1)" in content


def test_outcomes_are_words_and_not_colours_alone(record: PackageRecord) -> None:
    page = page_of(record)
    outcomes = {words(element) for element in found(page, "//span[contains(@class, 'outcome')]")}
    assert outcomes == {"\u2713 Done", "\u2713 Passed", "! Warning", "\u2013 Not run", "i Note"}


def test_the_least_record_makes_a_page(bare_record: PackageRecord) -> None:
    page = words(page_of(bare_record))
    for expected in ("Nobody has described this package yet.", "Not identified", "No check ran.", "1 document,"):
        assert expected in page
    assert "0 documents" in words(page_of(replace(bare_record, files=())))


def test_a_version_says_what_changed(record: PackageRecord) -> None:
    change = "Version 2 follows version 1; documents changed: letter.txt"
    page = words(page_of(replace(record, version=2, change=change)))
    assert "Version 2 of this package, in place of version 1; documents changed: letter.txt." in page
    assert "in place of version 1." in words(page_of(replace(record, version=2)))


def test_a_rendition_that_was_not_proven_is_not_called_pdf_a(record: PackageRecord) -> None:
    files = tuple(replace(file, flavour=None) for file in record.files)
    page = words(page_of(replace(record, files=files)))
    assert "Open the reading copy" in page
    assert "not proven to be PDF/A" in page
    assert "0 PDF/A copies" in page


def test_beyond_500_documents_it_says_how_many_more(large_record: Callable[[int], PackageRecord]) -> None:
    page = page_of(large_record(501))
    assert len(found(page, "//li[@class='document']")) == 500
    assert "1 more document not shown here" in words(page)
    assert len(found(page, "//section[@id='history']//tbody/tr")) == 500
    assert "508 later events not shown here" in words(page)


def test_many_findings_are_cut_too(bare_record: PackageRecord) -> None:
    finding = Finding(severity=Severity.ERROR, code="x", file=None, message="m", fix="f")
    page = page_of(replace(bare_record, findings=(finding,) * 502))
    assert len(found(page, "//ul[@class='findings']/li")) == 500
    assert "2 more notes not shown here" in words(page)


def test_a_large_package_is_quick(
    large_record: Callable[[int], PackageRecord], capsys: pytest.CaptureFixture[str]
) -> None:
    record = large_record(5000)
    before = time.perf_counter()
    size = len(preview_html(record))
    seconds = time.perf_counter() - before
    with capsys.disabled():
        print(f"\npreview of 5,000 documents: {size / 1e6:.1f} MB in {seconds:.1f} s")  # noqa: T201
    assert size < 5_000_000


def test_same_record_same_bytes(record: PackageRecord) -> None:
    assert preview_html(record) == preview_html(record)


@given(st.text(st.characters(exclude_categories=())), st.none() | st.text(max_size=5))
def test_no_text_breaks_out(value: str, language: str | None) -> None:
    for markup in (text(value), name(value)):
        assert not re.search(r"<(?!/?bdi>)", markup)
        markup.encode()
    fragment = html.fragment_fromstring(
        statement_values([stated(value, language=language)]).encode().decode(), create_parent="div"
    )
    assert {element.tag for element in fragment.iter()} <= {"div", "p", "span", "bdi", "a"}


def test_a_shared_source_is_said_once() -> None:
    markup = statement_values([stated("a"), stated("b"), stated("c", place="y.yaml")])
    assert markup.count("from x.yaml") == 1
    assert markup.count("from y.yaml") == 1


def test_addresses_in_a_value_are_links_where_they_stand() -> None:
    value = "Carberry (https://orcid.org/0000-0002-1825-0097), and <https://example.org/a(b).>\nor http://x.example."
    paragraph = html.fragment_fromstring(str(statement_values([stated(value)])))
    assert found(paragraph, ".//a/@href") == [
        "https://orcid.org/0000-0002-1825-0097",
        "https://example.org/a",
        "http://x.example",
    ]
    assert found(paragraph, "span[1]")[0].text_content() == value


def test_rights_bear_the_name_that_people_know() -> None:
    source = ValueSource(kind=SourceKind.SIDECAR, place="x.yaml")
    for term, address, known in (
        ("license", "https://creativecommons.org/licenses/by-sa/4.0/", "CC BY-SA 4.0"),
        ("rights", "http://rightsstatements.org/vocab/InC/1.0/", "In Copyright"),
    ):
        shown = statement_values([Statement(term=term, text=address, source=source)])
        assert f'<a href="{address}" rel="noreferrer external">{known}</a> <small>{address}</small>' in shown
    plain = statement_values([Statement(term="rights", text="Ask first.", source=source)])
    assert "<small>" not in plain


def test_parts_that_the_build_lists_are_shown_as_documents_alone(record: PackageRecord) -> None:
    own = Statement(term="hasPart", text="A tape", source=ValueSource(kind=SourceKind.SIDECAR, place="x.yaml"))
    built = replace(own, text="letter.txt", source=ValueSource(kind=SourceKind.ASSIGNED, place="documents"))
    described = Description(statements=(*record.description.statements, own, built))
    (section,) = found(page_of(replace(record, description=described)), "//section[@id='description']")
    assert "PartsA tapefrom x.yaml" in words(section)
    assert "letter.txt" not in words(section)


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=1#c", True),
        ("javascript:alert(1)", False),
        ('https://example.org/"onclick=alert(1)', False),
        ("data:text/html,x", False),
        ("HTTPS://example.org", False),
        ("https://пример.рф", False),
    ],
)
def test_only_plain_web_addresses_become_links(url: str, linked: bool) -> None:  # noqa: FBT001
    assert ("<a " in statement_values([stated(url)])) is linked


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (13_654, "13.7 kB (13,654 bytes)"),
        (999_950, "1.0 MB (999,950 bytes)"),
        (5 * 10**15, "5.0 PB (5,000,000,000,000,000 bytes)"),
    ],
)
def test_sizes(size: int, expected: str) -> None:
    assert size_words(size) == expected


def test_words() -> None:
    assert term_label("dateAccepted") == "Date accepted"
    assert term_label("tableOfContents") == "Table of contents"
    assert term_label("spatial") == "Place"
    assert count_words(1204, "document") == "1,204 documents"
    assert outcome_words("odd") == ("none", "\u2013", "odd")
    assert all(origin(ValueSource(kind=kind, place="p")).endswith("p") for kind in SourceKind)
    assert not Description().statements


@pytest.mark.parametrize("make", ["record", "bare_record"])
def test_no_barrier_is_found(
    make: str, request: pytest.FixtureRequest, tmp_path: Path, axe_judge: Callable[[Path], list[Any]]
) -> None:
    page = tmp_path / "ro-crate-preview.html"
    page.write_bytes(preview_html(request.getfixturevalue(make)))
    assert axe_judge(page) == []
