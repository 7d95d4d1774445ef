"""The validator says the same whether it has seen the like before or not."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from archiver.model import Description, RenderRequest
from archiver.render.gate.validator import LOOKED_INTO, validate
from archiver.render.pdfa import write_pdf
from archiver.render.plain_text import RENDERER

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture(scope="module")
def good() -> bytes:
    request = RenderRequest(
        name="a.txt",
        content=b"words of a document, and more words \xc3\xa9",
        media_type="text/plain",
        puid=None,
        description=Description(),
        identifier="urn:x",
    )
    return write_pdf(RENDERER.prepare(request), request).pdf


def without_outlines(pdf: pikepdf.Pdf) -> None:
    stream = font_file(pdf)
    font = TTFont(BytesIO(stream.read_bytes()), lazy=True)
    start = font.reader.tables["glyf"].offset
    data = bytearray(stream.read_bytes())
    # Contours of every glyph end further on than there are points.
    data[start + 10 :] = b"\x7f" * (len(data) - start - 10)
    stream.write(bytes(data))


def font_file(pdf: pikepdf.Pdf) -> pikepdf.Stream:
    descriptor = next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/FontFile2" in one)
    file = descriptor.FontFile2
    assert isinstance(file, pikepdf.Stream)
    return file


def with_another_width(pdf: pikepdf.Pdf) -> None:
    font = next(one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and "/W" in one)
    font.W[1][0] = 7


def with_an_action(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch)


def with_an_unknown_key(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].obj.Own = 1


def with_a_glyph_that_is_not_there(pdf: pikepdf.Pdf) -> None:
    show(pdf, b"<FFF0>")


def with_notdef(pdf: pikepdf.Pdf) -> None:
    show(pdf, b"<0000>")


def with_half_a_code(pdf: pikepdf.Pdf) -> None:
    show(pdf, b"<004>")


def show(pdf: pikepdf.Pdf, string: bytes) -> None:
    page = pdf.pages[0]
    content = page.Contents.read_bytes()
    page.Contents = pdf.make_stream(content.replace(b"[<", b"[" + string + b"<", 1))


def saved(good: bytes, change: Callable[[pikepdf.Pdf], None]) -> bytes:
    out = BytesIO()
    with pikepdf.open(BytesIO(good)) as pdf:
        change(pdf)
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def told(pdf: bytes) -> set[tuple[str, str]]:
    found = validate(pdf, "2b").findings
    return {(one.rule, one.message) for one in found if "6.6.4-3" not in one.rule}


@pytest.mark.parametrize(
    "spoil",
    [
        without_outlines,
        with_another_width,
        with_an_action,
        with_an_unknown_key,
        with_a_glyph_that_is_not_there,
        with_notdef,
        with_half_a_code,
    ],
)
def test_what_is_wrong_is_told_each_time(spoil: Callable[[pikepdf.Pdf], None], good: bytes) -> None:
    assert told(good) == set()
    bad = saved(good, spoil)
    first = told(bad)
    assert first
    assert told(good) == set()
    assert told(bad) == first


def test_the_version_that_is_used_is_the_one_that_was_looked_into() -> None:
    # When this fails: read what the new version does before its number is written down, or copies are judged slowly.
    assert pikepdf.__version__.startswith(LOOKED_INTO)
