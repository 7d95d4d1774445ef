"""The parts of the gate, each called alone on PDFs that nobody here laid out."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest
from PIL import Image, ImageDraw

from archiver.render.gate import conformance_check, findings_of, limits_check, pages_check, raster_check, text_check
from archiver.render.gate.conformance import _entries, _used_glyphs
from archiver.render.gate.verdict import Verdict, validated

if TYPE_CHECKING:
    from collections.abc import Sequence


def pdf_of(*pictures: Image.Image) -> bytes:
    out = BytesIO()
    pictures[0].save(out, "PDF", resolution=72, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def sheet(colour: str = "white", line: int | None = None) -> Image.Image:
    picture = Image.new("RGB", (300, 400), colour)
    if line is not None:
        ImageDraw.Draw(picture).text((30, line), "a word", fill="black")
    return picture


def sized(*sizes: Sequence[float]) -> bytes:
    out, pdf = BytesIO(), pikepdf.new()
    for size in sizes:
        pdf.add_blank_page().mediabox = pikepdf.Array([0, 0, *size])
    pdf.save(out)
    return out.getvalue()


def as_pdfa(pdf: bytes, level: str) -> bytes:
    """Make PDF/A-2b of it, and declare another level in the same number of bytes."""
    from pikepdf.pdfa import save  # noqa: PLC0415

    out, declared = BytesIO(), b"<pdfaid:conformance>%s<"
    with pikepdf.open(BytesIO(pdf)) as opened:
        save(opened, out, "2b")
    assert out.getvalue().count(declared % b"B") == 1
    return out.getvalue().replace(declared % b"B", declared % level.encode())


@pytest.mark.parametrize(
    ("declared", "asked", "passed"),
    [
        ("B", "2b", True),
        ("U", "2u", True),
        ("B", "2u", False),
        ("U", "2b", False),
        ("A", "2a", None),
        ("B", "3b", False),
        ("B", "4", None),
    ],
)
def test_a_level_is_claimed_only_where_a_validator_knows_it(
    declared: str,
    asked: str,
    passed: bool | None,  # noqa: FBT001 - a parameter of the test
) -> None:
    check = conformance_check(as_pdfa(pdf_of(sheet("grey")), declared), asked)
    assert check.passed is passed, check.detail
    assert check.name == "pdfa"


def test_what_is_no_pdf_fails_each_part() -> None:
    junk = b"no PDF at all"
    checks = (
        conformance_check(junk, "2u"),
        text_check(junk, ""),
        pages_check(junk),
        limits_check(junk),
        raster_check(junk, junk),
    )
    assert [check.passed for check in checks] == [False] * 5
    assert {finding.code for finding in findings_of(checks, "a")} == {
        "rendition-not-pdfa",
        "rendition-text-differs",
        "rendition-beyond-limits",
        "rendition-picture-differs",
    }


def test_a_word_moved_or_gone_is_seen_and_a_tint_is_not() -> None:
    source = pdf_of(sheet(line=50), sheet(line=80))
    assert raster_check(source, source).passed
    assert raster_check(pdf_of(sheet("#f4f4f4", 50), sheet(line=80)), source).passed
    moved = raster_check(pdf_of(sheet(line=50), sheet(line=180)), source)
    assert moved.passed is False
    assert "page 2" in moved.detail
    assert "page 1" not in moved.detail
    assert not raster_check(pdf_of(sheet(line=50), sheet()), source).passed
    assert "1 pages, 2 in" in raster_check(pdf_of(sheet(line=50)), source).detail


def test_a_blank_page_fails_unless_the_source_has_it() -> None:
    pdf = pdf_of(sheet(line=50), sheet())
    assert pages_check(pdf).passed is False
    assert pages_check(pdf, 1).passed


def test_only_the_footer_of_a_page_may_be_left_out() -> None:
    pdf = pdf_of(sheet(line=385))
    assert pages_check(pdf).passed
    assert pages_check(pdf, has_footer=True).passed is False


@pytest.mark.parametrize(
    ("sizes", "passed"),
    [([(3, 3)], True), ([(14_400, 100)], True), ([(100, 100), (14_401, 100)], False), ([(2, 100)], False)],
)
def test_pages_have_the_sizes_the_standard_allows(sizes: list[tuple[float, float]], passed: bool) -> None:  # noqa: FBT001 - as above
    assert limits_check(sized(*sizes)).passed is passed


def test_too_many_pages_are_beyond_the_limits() -> None:
    check = limits_check(sized(*[(9, 9)] * 20_001))
    assert check.passed is False
    assert "20,001 pages" in check.detail


def test_a_check_that_did_not_run_proves_nothing_and_refutes_nothing() -> None:
    passed, unknown = conformance_check(as_pdfa(pdf_of(sheet("grey")), "B"), "2b"), conformance_check(b"", "4")
    assert validated([passed, unknown])
    assert validated([unknown]) is None
    assert Verdict(checks=(unknown,), findings=()).passed
    assert validated([conformance_check(b"", "2b"), passed]) is False


@pytest.mark.parametrize(
    ("mapped", "codes"),
    [
        (b"2 beginbfchar\n<0041> <0061>\n<0042> <00620063>\nendbfchar", {0x41: "0061", 0x42: "00620063"}),
        (b"beginbfrange <41> <43> <0061> endbfrange", {0x41: "0061", 0x42: "0062", 0x43: "0063"}),
        (b"beginbfrange <41><42>[<0061> <d83dde00>] endbfrange", {0x41: "0061", 0x42: "d83dde00"}),
        (b"beginbfrange <41><43>[<0061>] endbfrange", {0x41: "0061"}),
        (b"<0041> <0061> outside", {}),
        (b"beginbfchar <41> <> endbfchar beginbfrange <43><42><0061> endbfrange", {0x41: ""}),
    ],
)
def test_maps_to_unicode_are_read_in_all_their_forms(mapped: bytes, codes: dict[int, str]) -> None:
    assert _entries(mapped) == codes


def test_a_range_without_end_is_bounded() -> None:
    assert len(_entries(b"beginbfrange <0000> <ffffffff> <0001> endbfrange")) == 0x10000


@pytest.mark.parametrize(
    ("widths", "glyphs"),
    [([3, [500, 600], 9, [1]], [3, 4, 9]), ([3, 5, 500, 8, [1]], [3, 4, 5, 8]), ([3], []), ([], [])],
)
def test_widths_name_glyphs_in_two_forms(widths: list[Any], glyphs: list[int]) -> None:
    array = pikepdf.Array([pikepdf.Array(one) if isinstance(one, list) else one for one in widths])
    assert list(_used_glyphs(array)) == glyphs


@pytest.mark.parametrize(
    "font",
    [
        pytest.param({"ToUnicode": 3, "DescendantFonts": []}, id="no stream"),
        pytest.param({"DescendantFonts": 4}, id="no map"),
        pytest.param({"Subtype": 5, "Encoding": 5, "BaseFont": 5}, id="numbers"),
    ],
)
def test_a_font_that_is_none_is_a_verdict_and_no_exception(font: dict[str, Any]) -> None:
    out, pdf = BytesIO(), pikepdf.new()
    pdf.add_blank_page()
    pdf.Root.Trap = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, **font))
    pdf.save(out)
    assert conformance_check(out.getvalue(), "2u").passed is False
