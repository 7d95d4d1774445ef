from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pypdfium2
import pytest

from archiver.model import Description, RenderRequest
from archiver.render.gate import judge
from archiver.render.markdown import RENDERER
from archiver.render.pdfa import write_pdf
from archiver.render.typesetting.page_style import page_style_problems

HOUSE = """
/* The pages of our archive */
@page {
  size: 210mm 210mm; margin: 30mm 20mm; background-color: #fffff8;
  @top-center { content: "Town Archive — " string(identifier); font: italic 8pt "Noto Serif"; color: rgb(80, 80, 80) }
  @bottom-right { content: counter(page) "/" counter(pages) }
  @bottom-left { content: none }
}
@page :first { margin-top: 50mm }
h1, h2 { color: hsl(210, 60%, 30%) !important; break-before: auto; margin-bottom: calc(1em + 2pt) }
"""


def test_what_pages_need_is_allowed() -> None:
    assert page_style_problems(HOUSE) == ()
    assert page_style_problems("") == ()


@pytest.mark.parametrize(
    ("style", "said"),
    [
        ("@import 'other.css';", "line 1: @import is not allowed"),
        ("\n@font-face { src: url(a.woff) }", "line 2: @font-face"),
        ("@namespace svg url(http://x);", "@namespace"),
        ("@media print { p { color: red } }", "@media"),
        ("@page { background-color: url(data:image/png;base64,AAAA) }", "url() would fetch"),
        ("@page { background-image: none }", "background-image"),
        ('@page { @top-left { content: url("file:///etc/passwd") } }', "url"),
        ("@page { @top-left { content: image-set('a.png' 1x) } }", "image-set()"),
        ("@page { @top-left { content: element(header) } }", "element()"),
        ("@page { @top-left { @top-right { content: 'x' } } }", "@top-right is not allowed there"),
        ("@page { @left { content: 'x' } }", "@left is not allowed there"),
        (":root { --a: x; --b: var(--a) var(--a) }", "--a"),
        ("p { color: var(--a) }", "var()"),
        ("p { color: rgb(calc(1 + var(--a)), 0, 0) }", "var()"),
        ("p { display: none }", "display"),
        ("p { content: 'x' }", "content"),
        ("p { visibility: hidden }", "visibility"),
        ("p { position: fixed }", "position"),
        ("p { text-transform: uppercase }", "text-transform"),
        ("p { size: A4 }", "size"),
        ("p { borderline: 1pt }", "borderline"),
        ("p { margin: 1cm } }", "line 1"),
        ("no rule at all", "cannot be read"),
        ("p { color }", "cannot be read"),
        ("p { p { color: red } }", "line 1"),
        ("p { color: url(", "EOF in URL"),
        ("@page", "@page is not allowed there"),
    ],
)
def test_what_could_fetch_hide_or_grow_is_named_with_its_line(style: str, said: str) -> None:
    problems = page_style_problems(style)
    assert problems
    assert said in problems[0]


def test_a_deeply_nested_style_is_only_read() -> None:
    assert page_style_problems("p { color: " + "rgb(" * 5000)
    assert page_style_problems("@page {" * 5000)


REQUEST = RenderRequest(
    name="a.md",
    content=b"# Handover\n\nwords of the document\n\n" * 20,
    media_type="text/markdown",
    puid=None,
    description=Description(),
    identifier="urn:uuid:9ab21832-4f36-54e1-a187-f73fbb0c9cd2",
)


def test_the_archives_own_pages_pass_the_gate() -> None:
    document = RENDERER.prepare(REQUEST)
    written = write_pdf(document, replace(REQUEST, page_style=HOUSE))
    verdict = judge(written, document, "a.md")
    assert [check for check in verdict.checks if not check.passed] == []
    with pypdfium2.PdfDocument(BytesIO(written.pdf)) as pdf:
        count = len(pdf)
        for number, page in enumerate(pdf, 1):
            text = page.get_textpage().get_text_range()
            assert round(page.get_width() / 72 * 25.4) == round(page.get_height() / 72 * 25.4) == 210
            assert f"Town Archive — {REQUEST.identifier}" in text
            assert f"{number}/{count}" in text
            assert "page 1 of" not in text
    assert count > 1


def test_without_one_nothing_changes() -> None:
    document = RENDERER.prepare(REQUEST)
    assert write_pdf(document, REQUEST).pdf == write_pdf(document, replace(REQUEST, page_style="")).pdf
    assert write_pdf(document, REQUEST).pdf != write_pdf(document, replace(REQUEST, page_style=HOUSE)).pdf
