from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument
from archiver.render.gate import judge
from archiver.render.pdfa import WrittenPdf, write_pdf
from archiver.render.plain_text import RENDERER

REQUEST = RenderRequest(
    name="a.txt",
    content=b"Some words\n\nand more - of - them",
    media_type="text/plain",
    puid=None,
    description=Description(),
    identifier="urn:uuid:x",
)


@pytest.fixture(scope="module")
def document() -> PreparedDocument:
    return RENDERER.prepare(REQUEST)


@pytest.fixture(scope="module")
def written(document: PreparedDocument) -> WrittenPdf:
    return write_pdf(document, REQUEST)


def failing(written: WrittenPdf, document: PreparedDocument) -> tuple[set[str], set[str]]:
    verdict = judge(written, document, "a.txt")
    assert [check.name for check in verdict.checks] == ["glyphs", "pdfa", "text", "pages", "limits"]
    failed = {check.name for check in verdict.checks if not check.passed}
    return failed, {finding.code for finding in verdict.findings}


def test_a_good_rendition_passes(written: WrittenPdf, document: PreparedDocument) -> None:
    assert failing(written, document) == (set(), set())


def test_a_missing_glyph_fails(written: WrittenPdf, document: PreparedDocument) -> None:
    assert failing(replace(written, missing_glyphs=(0xE000,)), document) == ({"glyphs"}, {"rendition-missing-glyph"})


def test_one_missing_character_fails_by_name(written: WrittenPdf, document: PreparedDocument) -> None:
    other = replace(document, text=document.text + "ж")
    verdict = judge(written, other, "a.txt")
    assert "missing: U+0436" in verdict.findings[0].message
    assert verdict.findings[0].code == "rendition-text-differs"


def test_one_extra_character_fails(written: WrittenPdf, document: PreparedDocument) -> None:
    assert failing(written, replace(document, text=document.text[1:])) == ({"text"}, {"rendition-text-differs"})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(b"<pdfaid:conformance>U<", b"<pdfaid:conformance>B<", id="another level"),
        pytest.param(b"<pdfaid:part>2<", b"<pdfaid:part>1<", id="another part"),
        pytest.param(b"<rdf:RDF ", b"<rdf:XXX ", id="no RDF"),
        pytest.param(b"<dc:format>", b"<dc:formax>", id="broken XMP"),
    ],
)
def test_what_is_no_pdfa_fails(written: WrittenPdf, document: PreparedDocument, old: bytes, new: bytes) -> None:
    assert old in written.pdf
    failed, codes = failing(replace(written, pdf=written.pdf.replace(old, new)), document)
    assert "pdfa" in failed
    assert "rendition-not-pdfa" in codes


@pytest.mark.parametrize("value", [b"<0000>", b"<fffe>", b"<>"])
def test_a_glyph_without_a_character_is_not_level_u(
    written: WrittenPdf, document: PreparedDocument, value: bytes
) -> None:
    out = BytesIO()
    with pikepdf.open(BytesIO(written.pdf)) as pdf:
        for font in pdf.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                mapped = font.ToUnicode.read_bytes()
                font.ToUnicode.write(re.sub(rb"<0053>(?=\s)", value, mapped, count=1))
                assert font.ToUnicode.read_bytes() != mapped or "Bold" in str(font.BaseFont)
        pdf.save(out)
    pdfa = judge(replace(written, pdf=out.getvalue()), document, "a.txt").checks[1]
    assert pdfa.passed is False
    assert "map to no character" in pdfa.detail


def test_a_damaged_file_is_a_verdict_and_no_exception(written: WrittenPdf, document: PreparedDocument) -> None:
    for cut in (0, 10, len(written.pdf) // 2, len(written.pdf) - 40):
        assert failing(replace(written, pdf=written.pdf[:cut]), document)[0]


def test_blank_pages_fail_unless_the_document_has_them() -> None:
    two = replace(REQUEST, content=b"one\n\f")
    document = RENDERER.prepare(two)
    written = write_pdf(document, two)
    assert failing(written, document) == (set(), set())
    assert failing(written, replace(document, blank_pages=0)) == ({"pages"}, {"rendition-not-pdfa"})


def test_the_packet_is_one_and_uncompressed(written: WrittenPdf) -> None:
    assert written.pdf.count(b"<rdf:RDF") == 1
