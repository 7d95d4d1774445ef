"""What level U adds: which characters of a PDF have a Unicode value, in fonts of every kind."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from archiver.render.gate.unicode_text import unproven_text
from tests.render.pdf_samples import AWKWARD

if TYPE_CHECKING:
    from collections.abc import Callable

    FontMaker = Callable[[pikepdf.Pdf], pikepdf.Object]

MAPPED = b"1 beginbfchar <41> <0041> endbfchar"


def simple(to_unicode: bytes | None = None, **entries: pikepdf.Object) -> FontMaker:
    def make(pdf: pikepdf.Pdf) -> pikepdf.Object:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Some)
        for name, value in entries.items():
            font[f"/{name}"] = value
        if to_unicode is not None:
            font.ToUnicode = pdf.make_stream(to_unicode)
        return font

    return make


def composite(to_unicode: bytes | None, encoding: str = "/Identity-H") -> FontMaker:
    return simple(to_unicode, Subtype=Name.Type0, Encoding=Name(encoding))


def problems(font: FontMaker, shown: bytes = b"/F 12 Tf (A) Tj", **others: FontMaker) -> list[str]:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        fonts = {f"/{name}": pdf.make_indirect(maker(pdf)) for name, maker in {"F": font, **others}.items()}
        pdf.pages[0].Resources = Dictionary(Font=Dictionary(fonts))
        pdf.pages[0].Contents = pdf.make_stream(shown)
        return list(unproven_text(pdf))


@pytest.mark.parametrize(
    "font",
    [
        pytest.param(simple(MAPPED), id="a map"),
        pytest.param(simple(b"1 beginbfrange <40> <42> <0040> endbfrange"), id="a range"),
        pytest.param(simple(b"1 beginbfrange <40> <42> [<0040> <00660069> <0042>] endbfrange"), id="a list, ligature"),
        pytest.param(simple(Encoding=Name.WinAnsiEncoding), id="Windows"),
        pytest.param(simple(Encoding=Name.MacRomanEncoding), id="Macintosh"),
        pytest.param(
            simple(Encoding=Dictionary(Differences=Array([65, Name.Aacute]))), id="a glyph by a name that is known"
        ),
    ],
)
def test_characters_with_a_value(font: FontMaker) -> None:
    assert problems(font) == []


def test_characters_of_a_composite_font() -> None:
    font = composite(b"1 beginbfchar <2841> <0041> endbfchar")
    assert problems(font, b"/F 12 Tf <2841> Tj") == []
    assert problems(font, b"/F 12 Tf <4128> Tj") == ["font /Some: code 16680 stands for no character"]
    assert problems(font, b"/F 12 Tf <284128> Tj") == ["a text has half a code"]


@pytest.mark.parametrize(
    "font",
    [
        pytest.param(simple(), id="nothing"),
        pytest.param(simple(b""), id="an empty map"),
        pytest.param(simple(b"1 beginbfchar <42> <0042> endbfchar"), id="another code"),
        pytest.param(simple(b"1 beginbfchar <0041> <0041> endbfchar"), id="a code of another length"),
        pytest.param(simple(b"1 beginbfchar <41> <> endbfchar"), id="no text"),
        pytest.param(simple(b"1 beginbfchar <41> <0000> endbfchar"), id="U+0000"),
        pytest.param(simple(b"1 beginbfchar <41> <0041FEFF> endbfchar"), id="U+FEFF"),
        pytest.param(simple(MAPPED + b" 1 beginbfchar <41> <FFFE> endbfchar"), id="twice, once badly"),
        pytest.param(simple(b"1 beginbfrange <40> <42> [<0040>] endbfrange"), id="a list that is too short"),
        pytest.param(simple(Encoding=Name.StandardEncoding), id="an encoding with gaps"),
        pytest.param(simple(Encoding=Dictionary(Differences=Array([65, Name.g17]))), id="a glyph by a number"),
        pytest.param(
            simple(Encoding=Dictionary(BaseEncoding=Name.WinAnsiEncoding, Differences=Array([65, Name.g17]))),
            id="a glyph by a number in a known encoding",
        ),
        pytest.param(composite(None), id="composite without a map"),
        pytest.param(composite(b"1 beginbfrange <0000> <FFFF> <0000> endbfrange"), id="a range over two bytes"),
        pytest.param(composite(MAPPED, "/UniGB-UCS2-H"), id="codes of another kind"),
    ],
)
def test_characters_without_a_value(font: FontMaker) -> None:
    assert len(problems(font, b"/F 12 Tf <4141> Tj")) == 1


def test_only_what_is_shown_counts_and_a_font_comes_back_with_its_state() -> None:
    known, unknown = simple(MAPPED), simple()
    assert problems(known, b"/F 12 Tf (A) Tj", G=unknown) == []
    assert problems(known, b"/F 12 Tf q /G 12 Tf Q [(A) -20 (A)] TJ", G=unknown) == []
    assert len(problems(known, b"/F 12 Tf q /G 12 Tf (A) ' Q", G=unknown)) == 1
    assert problems(known, b"(A) Tj") == ["text is shown in a font that is not named before it"]


@pytest.mark.parametrize("place", ["form", "tile", "glyph"])
def test_text_is_found_wherever_it_is_drawn(place: str) -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        font = pdf.make_indirect(simple()(pdf))
        resources = Dictionary(Font=Dictionary(F=font))
        drawing = pdf.make_indirect(pdf.make_stream(b"/F 12 Tf (A) Tj"))
        if place == "form":
            drawing.Subtype, drawing.Resources = Name.Form, resources
        elif place == "tile":
            drawing.PatternType, drawing.Resources = 1, resources
        else:
            pdf.make_indirect(Dictionary(Subtype=Name.Type3, CharProcs=Dictionary(A=drawing), Resources=resources))
        assert list(unproven_text(pdf)) == ["font /Some: code 65 stands for no character"]


def test_a_font_chosen_by_a_graphics_state_is_not_overlooked() -> None:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        font = pdf.make_indirect(simple()(pdf))
        pdf.pages[0].Resources = Dictionary(ExtGState=Dictionary(S=Dictionary(Font=Array([font, 12]))))
        pdf.pages[0].Contents = pdf.make_stream(b"/S gs (A) Tj")
        assert list(unproven_text(pdf)) == ["a font is chosen by a graphics state"]


def test_a_map_of_very_many_ranges_is_read_in_time() -> None:
    ranges = b"<0000> <00FF> <0041> " * 20_000
    assert problems(composite(b"1 beginbfrange " + ranges + b" endbfrange"), b"/F 12 Tf <0001> Tj") == []
    assert "too long" in problems(composite(b" " * (5 << 20)), b"/F 12 Tf <0001> Tj")[0]


def test_pages_as_programs_write_them() -> None:
    for name in ("plain", "form", "attachment", "layers", "JPEG"):
        with pikepdf.open(BytesIO(AWKWARD[name][0]())) as pdf:
            assert list(unproven_text(pdf)) == [], name
