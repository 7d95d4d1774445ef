"""Does a page show the picture it was made from? Its raster against the source's pixels, decoded by another program.

Drawn so that one pixel of the raster is one of the picture's, or a square of them where the picture is large. Knows
nothing of how the page was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageChops
from pypdfium2 import raw

from archiver.model import Check
from archiver.render.gate.text import PDFIUM
from archiver.render.gate.verdict import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_STRIP = 4_000_000
"""Pixels that are drawn at once."""

_HAIR = 0.05
"""Pixels."""

TOLERANCE = 12
"""Of 255: how much a pixel of the raster may differ in each of its three colours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedPicture:
    """What a page must show."""

    image: Image.Image
    """Of mode ``RGB`` in sRGB, upright, on white; each pixel is the mean of a square of the picture's."""

    width: int
    """Pixels of the whole picture across the page."""

    height: int
    """Pixels of the whole picture down the page."""

    factor: int
    """Side of those squares, in pixels of the picture."""

    left: int
    """Pixels of the picture that ``image`` leaves out at the left."""

    top: int
    """Pixels of the picture that ``image`` leaves out at the top."""


def picture_check(pdf: bytes, expected: Iterable[ExpectedPicture], tolerance: int = TOLERANCE) -> Check:
    """Compare each page with the picture it must show.

    Args:
        pdf: the bytes of the file.
        expected: one a page; each is let go of before the next is asked for.
        tolerance: of 255, for any pixel of the raster, in each colour.

    Returns:
        The check ``picture``: False where a page differs, or there are more or fewer pages than pictures.
    """
    tool = f"{PDFIUM}, Pillow {version('pillow')}"
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            differences = list(_differences(document, expected))
    except pypdfium2.PdfiumError as error:
        return Check(name="picture", passed=False, tool=tool, detail=f"PDFium: {error}")
    if None in differences:
        detail = f"{len(differences) - 1} pages, and a picture for each is not what the document has"
        return Check(name="picture", passed=False, tool=tool, detail=detail)
    different = [
        f"page {number} (by {difference} of 255)"
        for number, difference in enumerate(differences, 1)
        if difference is not None and difference > tolerance
    ]
    if different:
        return Check(name="picture", passed=False, tool=tool, detail=f"they differ on {listed(different)}")
    most = max((difference for difference in differences if difference is not None), default=0)
    pages = "1 page shows" if len(differences) == 1 else f"{len(differences)} pages show"
    detail = f"{pages} the document's pixels; the most different differ by {most} of 255, {tolerance} allowed"
    return Check(name="picture", passed=True, tool=tool, detail=detail)


def _differences(document: pypdfium2.PdfDocument, expected: Iterable[ExpectedPicture]) -> Iterator[int | None]:
    """Yield by how much each page differs where it differs most; None at the end when their numbers do."""
    count = 0
    for picture in expected:
        if count == len(document):
            yield None
            return
        page = document[count]
        count += 1
        drawn = _drawn(page, picture)
        page.close()
        difference = ImageChops.difference(drawn, picture.image)
        yield max(int(high) for _, high in difference.getextrema())  # type: ignore[misc]  # one pair a colour
    if count != len(document):
        yield None


def _drawn(page: pypdfium2.PdfPage, expected: ExpectedPicture) -> Image.Image:
    """Draw a page strip by strip, a pixel for each of the picture's, and bring it to means of squares."""
    width, height = expected.image.size
    drawn = Image.new("RGB", (width, height))
    rows = max(1, _STRIP // (width * expected.factor**2))
    for top in range(0, height, rows):
        strip = _strip(page, expected, top * expected.factor, min(rows, height - top) * expected.factor)
        drawn.paste(strip.reduce(expected.factor) if expected.factor > 1 else strip, (0, top))
    return drawn


def _strip(page: pypdfium2.PdfPage, expected: ExpectedPicture, top: int, height: int) -> Image.Image:
    width = expected.image.width * expected.factor
    bitmap = pypdfium2.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGRx)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    # PDFium widens a picture to whole pixels: at its own size, less a hair for rounding, it is drawn where it is.
    across = (expected.width - _HAIR) / page.get_width()
    down = (expected.height - _HAIR) / page.get_height()
    matrix = raw.FS_MATRIX(across, 0, 0, down, -expected.left, -expected.top - top)
    raw.FPDF_RenderPageBitmapWithMatrix(bitmap, page, matrix, raw.FS_RECTF(0, 0, width, height), 0)
    strip: Image.Image = bitmap.to_pil().convert("RGB")
    bitmap.close()
    return strip
