"""Is there anything on its pages? A page may be blank only where the source made it so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from archiver.model import Check
from archiver.render.gate.text import PDFIUM
from archiver.render.gate.verdict import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDTH = 120
"""Pixels of a page's raster: enough to see whether anything at all is on it."""

_TALLEST = 12_000
"""Pixels: of a page that is a hundred times as high as it is wide, the rest is not looked at."""

ALL, ABOVE_FOOTER = 1.0, 0.92
"""Part of a page's height: the whole, and what is above the footer: the bottom margin is 24 mm of 297."""


def pages_check(pdf: bytes, blank_pages: int = 0, *, has_footer: bool = False) -> Check:
    """Look at each page for anything but paper.

    Args:
        pdf: the bytes of the file.
        blank_pages: how many pages may be blank, because the source has as many.
        has_footer: leave the part of each page out where the footer stands.
    """
    share = ABOVE_FOOTER if has_footer else ALL
    blank = []
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            count = len(document)
            for number, page in enumerate(document, 1):
                if is_blank(page, share):
                    blank.append(number)
                page.close()
    except pypdfium2.PdfiumError as error:
        return Check(name="pages", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")
    return pages_judged(count, blank, blank_pages)


def pages_judged(count: int, blank: Sequence[int], blank_pages: int) -> Check:
    """Do what :func:`pages_check` does, with pages that were looked at already.

    Args:
        count: of all pages.
        blank: the numbers of those with nothing on them, from 1.
        blank_pages: how many may be blank.
    """
    if len(blank) <= blank_pages:
        pages = "1 page" if count == 1 else f"{count} pages"
        detail = f"{pages}, {len(blank)} blank as in the document" if blank else f"{pages}, none blank"
        return Check(name="pages", passed=True, tool=PDFIUM, detail=detail)
    numbers = listed([str(one) for one in blank])
    detail = f"{len(blank)} of {count} pages are blank, {blank_pages} in the document: {numbers}"
    return Check(name="pages", passed=False, tool=PDFIUM, detail=detail)


def is_blank(page: pypdfium2.PdfPage, share: float) -> bool:
    """Tell whether nothing is on the upper ``share`` of a page."""
    scale = min(_WIDTH / max(page.get_width(), 1), _TALLEST / max(page.get_height(), 1))
    bitmap = page.render(scale=scale, grayscale=True, may_draw_forms=False)
    rows = int(bitmap.height * share)
    pixels = bytes(bitmap.buffer)[: rows * bitmap.stride]
    blank = pixels.count(b"\xff") == len(pixels) or _only_padding_differs(pixels, bitmap.width, bitmap.stride)
    bitmap.close()
    return blank


def _only_padding_differs(pixels: bytes, width: int, stride: int) -> bool:
    return all(pixels[start : start + width].count(0xFF) == width for start in range(0, len(pixels), stride))
