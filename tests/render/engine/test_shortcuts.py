"""What the engine's shortcuts make is what the engine makes, and they leave nothing behind."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Any

import pydyf  # type: ignore[import-untyped]
import pypdfium2
import pytest
from PIL import ImageChops
from weasyprint.layout import inline, page, preferred
from weasyprint.text import line_break
from weasyprint.text.fonts import FontConfiguration

from archiver.model import Description, RenderRequest
from archiver.render import pdfa
from archiver.render.engine import drawing, faces, kept, lines, pages
from archiver.render.gate import judge
from archiver.render.html import RENDERER as HTML
from archiver.render.plain_text import RENDERER as TEXT

if TYPE_CHECKING:
    from archiver.render.contract import PreparedDocument
    from archiver.render.pdfa import WrittenPdf

WORDS = "It says so: many words — “some of them quoted” — fill a line, fi and ffl and naïve among them, and the next. "
TEXTS = {
    "paragraphs": (WORDS * 9 + "\n\n") * 6,
    "short lines": "a line\nand another  \n\n  indented\n" * 30,
    "a word longer than a line": "x" * 400 + " words " + "y" * 150 + "\n" + "z" * 5000,
    "a line that is cut": WORDS * 90,
    "spaces at the ends of lines": ("words   " * 70 + "\n") * 3 + " " * 300 + "\n end",
    "soft hyphens": "hyphen\u00adation is " * 60,
    "right to left": "السلام عليكم ورحمة الله (وبركاته) " * 30 + "\n" + "שָׁלוֹם עולם and words " * 40,
    "composed": "क्षत्रिय हिन्दी x̂ a̋ ស្រុក น้ำ " * 40,
    "no font": "words \ue000\ue001 words " * 30,
    "without spaces": "漢字かな交じり文、" * 120,
}
PAGES = {
    "inline": f"<h1>{WORDS}</h1><p>{WORDS}<b>{WORDS}</b><i>{WORDS * 5}</i> {WORDS}<br>{WORDS}<p>{WORDS}<u>{WORDS}</u>",
    "a paragraph longer than what is broken at once": f"<p>{WORDS * 90}",
    "lists": f"<ol><li>{WORDS * 3}<li>b</ol><ul><li><q>{WORDS}</q><li>{WORDS * 9}</ul>",
    "tables": "<table><thead><tr><th>first<th>second</thead>" + f"<tr><td>cell<td>{WORDS}<td>cell" * 40 + "</table>",
    "a wide table": "<table><tr>" + f"<td>{'w' * 40}" * 8 + "</table>",
    "pre": f"<pre>{WORDS * 3}\n\ta\tb\n" + "line\n" * 90 + f"</pre><p><code>{WORDS}</code>",
    "right to left": f"<p dir=rtl>{TEXTS['right to left']}<table dir=rtl><tr><td>عليكم (ورحمة)<td>b</table>",
    "sizes": "".join(
        f'<h{n}>{WORDS}</h{n}><p lang="{lang}">{WORDS * 2}' for n, lang in enumerate(["en", "de", "ru"], 2)
    ),
}


def made(name: str, content: str, style: str = "") -> tuple[WrittenPdf, PreparedDocument]:
    request = RenderRequest(
        name=name,
        content=content.encode(),
        media_type="text/plain",
        puid=None,
        description=Description(),
        identifier="urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        page_style=style,
    )
    document = (HTML if name.endswith(".html") else TEXT).prepare(request)
    return pdfa.write_pdf(document, request), document


def by_the_engine_alone(monkeypatch: pytest.MonkeyPatch, name: str, content: str, style: str = "") -> WrittenPdf:
    with monkeypatch.context() as patch:
        for method, own in (("setup", faces._engine_setup), ("reactivate", faces._engine_reactivate)):
            patch.setattr(line_break.Layout, method, own)
        patch.setattr(line_break.Layout, "deactivate", _let_go)
        for module in (inline, preferred):
            patch.setattr(module, "split_first_line", lines._engine_split)
        patch.setattr(page, "set_page_type_computed_styles", pages._engine_style_page)
        patch.setattr(pdfa, "draw_plain_line", lambda *_: None)
        patch.setattr(pdfa, "font_configuration", FontConfiguration)
        return made(name, content, style)[0]


def _let_go(layout: line_break.Layout) -> None:
    del layout.layout, layout.language, layout.style


def differences(one: bytes, other: bytes) -> list[str]:
    with pypdfium2.PdfDocument(one) as left, pypdfium2.PdfDocument(other) as right:
        if len(left) != len(right):
            return [f"{len(left)} and {len(right)} pages"]
        found = []
        for number, pair in enumerate(zip(left, right, strict=True), 1):
            pictures = [one.render(scale=1.5, grayscale=True).to_pil() for one in pair]
            texts = [one.get_textpage().get_text_range() for one in pair]
            if ImageChops.difference(*pictures).getbbox() or texts[0] != texts[1]:
                found.append(f"page {number}")
        return found


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_texts_look_and_read_as_the_engine_makes_them(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, document = made("a.txt", text)
    assert differences(written.pdf, by_the_engine_alone(monkeypatch, "a.txt", text).pdf) == []
    failed = {check.name for check in judge(written, document, "a.txt").checks if check.passed is False}
    assert failed <= ({"glyphs", "text", "pdfa"} if "\ue000" in text else set())


@pytest.mark.parametrize("markup", PAGES.values(), ids=PAGES.keys())
def test_pages_look_and_read_as_the_engine_makes_them(markup: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written, document = made("a.html", markup)
    assert differences(written.pdf, by_the_engine_alone(monkeypatch, "a.html", markup).pdf) == []
    assert judge(written, document, "a.html").passed


def test_most_lines_of_a_text_are_broken_at_once_and_written_by_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    drawn: list[drawing.Drawn | None] = []
    engine, draw = lines._engine_split, drawing.draw_plain_line

    def split(text: str, *given: Any) -> Any:  # noqa: ANN401 - the engine is untyped
        asked.append(text)
        return engine(text, *given)

    def write(*given: Any) -> drawing.Drawn | None:  # noqa: ANN401 - the engine is untyped
        drawn.append(draw(*given))
        return drawn[-1]

    monkeypatch.setattr(lines, "_engine_split", split)
    monkeypatch.setattr(pdfa, "draw_plain_line", write)
    made("a.txt", TEXTS["paragraphs"])
    assert len([one for one in drawn if one]) > 5 * len([one for one in drawn if one is None])
    assert not [text for text in asked if text.startswith(WORDS[:9])]


@pytest.mark.parametrize(
    "content", [TEXTS["composed"], TEXTS["paragraphs"], PAGES["sizes"]], ids=["scripts", "text", "page"]
)
def test_bytes_do_not_depend_on_what_was_laid_out_before(content: str) -> None:
    name = "a.html" if content.startswith("<") else "a.txt"
    kept._of_thread.__dict__.clear()
    alone = made(name, content)[0].pdf
    for other in (*TEXTS.values(), *PAGES.values()):
        made("b.html", other)
    assert made(name, content)[0].pdf == alone


@pytest.mark.parametrize("tag", ["p", "u"])
def test_few_lines_are_kept_until_they_are_drawn(tag: str, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_at_first: list[int] = []
    draw = drawing.draw_plain_line

    def write(*given: Any) -> drawing.Drawn | None:  # noqa: ANN401 - the engine is untyped
        if not kept_at_first:
            layouts = [one for one in gc.get_objects() if isinstance(one, line_break.Layout)]
            kept_at_first.append(len([one for one in layouts if "layout" in one.__dict__]))
        return draw(*given)

    monkeypatch.setattr(pdfa, "draw_plain_line", write)
    monkeypatch.setattr(faces, "_MOST_ALIVE", 10)
    markup = f"<{tag}>{WORDS * 2}</{tag}><br>" * 40
    written = made("a.html", markup)[0].pdf
    assert kept_at_first[0] <= 20
    monkeypatch.setattr(faces, "_MOST_ALIVE", 4096)
    assert differences(written, made("a.html", markup)[0].pdf) == []


def test_fonts_are_opened_anew_after_many_sizes(monkeypatch: pytest.MonkeyPatch) -> None:
    fonts = kept.font_configuration()
    assert kept.font_configuration() is fonts
    made("a.html", PAGES["sizes"])
    monkeypatch.setattr(kept, "_MOST_FACES", 2)
    assert kept.font_configuration() is not fonts


def test_references_of_pages_follow_the_pages() -> None:
    pdf = pydyf.PDF()
    for count in range(3):
        assert len(pdf.page_references) == count
        pdf.add_page(pydyf.Dictionary({"Type": "/Page"}))
    assert pdf.page_references == tuple(f"{number} 0 R".encode() for number in pdf.pages["Kids"][::3])


STYLE = """
@page :first { margin-top: 60mm; @top-center { content: "first " string(identifier) } }
@page :left { @left-middle { content: "left" } } @page :right { @bottom-right { content: none } }
"""


def test_pages_with_styles_of_their_own_look_as_the_engine_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = by_the_engine_alone(monkeypatch, "a.txt", TEXTS["paragraphs"] * 3, STYLE)
    assert differences(made("a.txt", TEXTS["paragraphs"] * 3, STYLE)[0].pdf, alone.pdf) == []
