"""Tables over several pages: headers repeat, words stay whole while they fit, nothing leaves the page."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest

from archiver.model import Description, RenderRequest
from archiver.render.gate import judge
from archiver.render.html import RENDERER
from archiver.render.pdfa import write_pdf

LONG_TABLE = (
    "<table><thead><tr><th>Reference</th><th>Figure</th></tr></thead>"
    + "<tr><td>word</td><td>13,654</td></tr>" * 120
    + "</table>"
)
NESTED_TABLES = (
    "<table><tr><td><table><thead><tr><th>inner</th></tr></thead>"
    + "<tr><td>x</td></tr>" * 90
    + "</table></td></tr></table>"
)
WIDE_TABLE = "<table><tr>" + "".join(f"<td>cell{n}withoutanyspace</td>" for n in range(12)) + "</tr></table>"


def _written(markup: str) -> bytes:
    request = RenderRequest(
        name="a.html",
        content=markup.encode(),
        media_type="text/html",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )
    document = RENDERER.prepare(request)
    written = write_pdf(document, request)
    verdict = judge(written, document, "a.html")
    assert [check.detail for check in verdict.checks if not check.passed] == []
    return written.pdf


def _pages(markup: str) -> list[str]:
    with pypdfium2.PdfDocument(BytesIO(_written(markup))) as pdf:
        return [page.get_textpage().get_text_range() for page in pdf]


def test_a_header_stands_on_every_page_and_the_gate_knows_it() -> None:
    pages = _pages(LONG_TABLE)
    assert len(pages) > 2
    assert all("Reference" in page for page in pages)


def test_headers_of_tables_in_tables_are_known_too() -> None:
    assert all("inner" in page for page in _pages(NESTED_TABLES))


@pytest.mark.parametrize("word", ["Reference", "13,654"])
def test_words_in_cells_stay_whole_where_they_fit(word: str) -> None:
    assert word in _pages(LONG_TABLE)[0]


def test_a_table_too_wide_for_the_page_is_broken_inside_words_rather_than_cut() -> None:
    with pypdfium2.PdfDocument(BytesIO(_written(WIDE_TABLE))) as pdf:
        for page in pdf:
            text = page.get_textpage()
            rights = [text.get_charbox(index)[2] for index in range(text.count_chars())]
            assert max(rights) < page.get_width()
