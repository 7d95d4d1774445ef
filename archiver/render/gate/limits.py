"""Can readers be expected to open it? Limits on pages, their size and the file's bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from archiver.model import Check
from archiver.render.gate.text import PDFIUM
from archiver.render.gate.verdict import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PAGES = 20_000
MOST_BYTES = 256 << 20
# ISO 19005-2 6.1.13: no side of a page below 3 units or above 14,400.
_SHORTEST_SIDE, _LONGEST_SIDE = 3, 14_400


def limits_check(pdf: bytes) -> Check:
    """Compare the file with the limits of this program and of ISO 19005-2 6.1.13.

    Args:
        pdf: the bytes of the file.
    """
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            count = len(document)
            sizes = [document.get_page_size(number) for number in range(min(count, MOST_PAGES))]
    except pypdfium2.PdfiumError as error:
        return Check(name="limits", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")
    return limits_judged(len(pdf), count, sizes)


def limits_judged(size: int, count: int, sizes: Sequence[tuple[float, float]]) -> Check:
    """Do what :func:`limits_check` does, with pages that were measured already.

    Args:
        size: bytes of the file.
        count: of all pages.
        sizes: width and height of each page, or of the first ones, in points.
    """
    problems = [f"{count:,} pages, {MOST_PAGES:,} at most"] if count > MOST_PAGES else []
    if size > MOST_BYTES:
        problems.append(f"{size:,} bytes, {MOST_BYTES:,} at most")
    problems += [
        f"page {number} measures {width:g} by {height:g} points"
        for number, (width, height) in enumerate(sizes, 1)
        if not (_SHORTEST_SIDE <= width <= _LONGEST_SIDE and _SHORTEST_SIDE <= height <= _LONGEST_SIDE)
    ]
    if problems:
        return Check(name="limits", passed=False, tool=PDFIUM, detail=listed(problems, "; "))
    pages = "1 page" if count == 1 else f"{count:,} pages"
    return Check(name="limits", passed=True, tool=PDFIUM, detail=f"{pages}, {size:,} bytes")
