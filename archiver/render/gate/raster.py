"""Does it look like its source? Page by page, two PDFs drawn by the same program and compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2
from PIL import ImageChops

from archiver.model import Check
from archiver.render.gate.text import PDFIUM
from archiver.render.gate.verdict import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

_MOST_PIXELS = 4_000_000
"""Of one page's raster: 72 dpi for all pages up to A1, less for larger ones."""

_CELL = 8
"""Pixels of the side of a cell, whose mean colour is compared: finer than a word, coarser than an edge's smoothing."""

TOLERANCE = 40
"""Of 255, in any of red, green and blue of a cell: what colour management may shift."""


def raster_check(pdf: bytes, source: bytes, tolerance: int = TOLERANCE) -> Check:
    """Compare how the pages of two PDFs look at 72 dpi.

    Args:
        pdf: the rendition.
        source: the PDF it was made from.
        tolerance: by how much, of 255, the mean of a cell of 8 by 8 pixels may differ in each of its three colours.
    """
    try:
        with pypdfium2.PdfDocument(pdf) as one, pypdfium2.PdfDocument(source) as other:
            if len(one) != len(other):
                detail = f"{len(one)} pages, {len(other)} in the document"
                return Check(name="raster", passed=False, tool=PDFIUM, detail=detail)
            count = len(one)
            different = [
                f"page {number} (by {difference} of 255)"
                for number, difference in enumerate(_differences(one, other), 1)
                if difference > tolerance
            ]
    except pypdfium2.PdfiumError as error:
        return Check(name="raster", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")
    if different:
        return Check(name="raster", passed=False, tool=PDFIUM, detail=f"they differ on {listed(different)}")
    detail = f"{count} pages look the same at 72 dpi, within {tolerance} of 255"
    return Check(name="raster", passed=True, tool=PDFIUM, detail=detail)


def _differences(one: pypdfium2.PdfDocument, other: pypdfium2.PdfDocument) -> Iterator[int]:
    """Yield, page by page, by how much the most different cells differ; 255 where the pages' sizes do."""
    for left, right in zip(one, other, strict=True):
        pictures = [_drawn(page) for page in (left, right)]
        left.close()
        right.close()
        if pictures[0].size != pictures[1].size:
            yield 255
            continue
        difference = ImageChops.difference(*(picture.reduce(_CELL) for picture in pictures))
        yield max(value for band in difference.split() for value, count in enumerate(band.histogram()) if count)


def _drawn(page: pypdfium2.PdfPage) -> Image:
    scale = min(1.0, (_MOST_PIXELS / max(page.get_width() * page.get_height(), 1)) ** 0.5)
    bitmap = page.render(scale=scale)
    picture: Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return picture
