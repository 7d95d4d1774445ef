"""Is there anything on its pages? A page may be blank only where the source made it so."""

from __future__ import annotations

import pypdfium2

from archiver.model import Check
from archiver.render.gate.text import PDFIUM
from archiver.render.gate.verdict import listed

_WIDTH = 120
"""Pixels of a page's raster: enough to see whether anything at all is on it."""

_TALLEST = 12_000
"""Pixels: of a page that is a hundred times as high as it is wide, the rest is not looked at."""

_FOOTER_SHARE = 0.92
"""Part of a page's height above the footer: the bottom margin is 24 mm of 297."""


def pages_check(pdf: bytes, blank_pages: int = 0, *, has_footer: bool = False) -> Check:
    """Look at each page for anything but paper.

    Args:
        pdf: the bytes of the file.
        blank_pages: how many pages may be blank, because the source has as many.
        has_footer: leave the part of each page out where the footer stands.
    """
    share = _FOOTER_SHARE if has_footer else 1.0
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            count = len(document)
            blank = [number for number, page in enumerate(document, 1) if _is_blank(page, share)]
    except pypdfium2.PdfiumError as error:
        return Check(name="pages", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")
    if len(blank) <= blank_pages:
        pages = "1 page" if count == 1 else f"{count} pages"
        detail = f"{pages}, {len(blank)} blank as in the document" if blank else f"{pages}, none blank"
        return Check(name="pages", passed=True, tool=PDFIUM, detail=detail)
    numbers = listed([str(one) for one in blank])
    detail = f"{len(blank)} of {count} pages are blank, {blank_pages} in the document: {numbers}"
    return Check(name="pages", passed=False, tool=PDFIUM, detail=detail)


def _is_blank(page: pypdfium2.PdfPage, share: float) -> bool:
    scale = min(_WIDTH / max(page.get_width(), 1), _TALLEST / max(page.get_height(), 1))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    rows = int(bitmap.height * share)
    pixels = bytes(bitmap.buffer)[: rows * bitmap.stride]
    blank = pixels.count(b"\xff") == len(pixels) or _only_padding_differs(pixels, bitmap.width, bitmap.stride)
    bitmap.close()
    page.close()
    return blank


def _only_padding_differs(pixels: bytes, width: int, stride: int) -> bool:
    return all(pixels[start : start + width].count(0xFF) == width for start in range(0, len(pixels), stride))
