"""Whether a converted PDF shows and says what its source does: pages, text and picture, page by page.

PDFium reads both files, so that the library that wrote the copy is not the one that judges it. Never changes a file.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image, ImageChops

from archiver.model import Check

if TYPE_CHECKING:
    from collections.abc import Iterator

_PDFIUM = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}"

_LARGEST_PICTURE = 4_000_000
"""Pixels; a page that has more at 72 dpi is compared at a smaller scale."""

_DIFFERENT_LEVELS = 32
"""Of 255: what a channel of one pixel may differ by."""

_PIXELS_ALLOWED = 10_000
"""One pixel in so many may differ by more than that: the edge of a form field that was drawn in another order."""

_NAMED = 5

UNREAD = "PDFium: "
"""How the detail of a check begins when PDFium cannot read one of the two."""


@dataclass(slots=True)
class _Differences:
    """Words for the first pages that differ, and how many there are."""

    first: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, page: int, words: str) -> None:
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(f"page {page}: {words}")

    def words(self) -> str:
        more = self.count - len(self.first)
        return "; ".join(self.first) + (f"; and {more} more" if more else "")


def likeness(source: bytes, copy: bytes, *, fields_drawn: bool = False) -> tuple[Check, ...]:
    """Compare two PDFs page by page.

    Args:
        source: the document.
        copy: what was made of it.
        fields_drawn: the copy's pages may have more text than the source's, because what stood in form fields was
            drawn on them; nothing may be missing, and the pictures must still be the same.

    Returns:
        ``pages`` (number and size), ``text`` (the characters of each page, as a multiset: a reader may find them in
        another order) and ``raster`` (each page drawn at 72 dpi; at most one pixel in 10,000 may differ by more than
        32 of 255 levels). The last two did not run when the first failed.
    """
    try:
        with pypdfium2.PdfDocument(source) as one, pypdfium2.PdfDocument(copy) as other:
            one.init_forms()
            other.init_forms()
            return tuple(_compared(one, other, fields_drawn=fields_drawn))
    except pypdfium2.PdfiumError as error:
        return tuple(
            Check(name=name, passed=False if name == "pages" else None, tool=_PDFIUM, detail=f"{UNREAD}{error}")
            for name in ("pages", "text", "raster")
        )


def _compared(one: pypdfium2.PdfDocument, other: pypdfium2.PdfDocument, *, fields_drawn: bool) -> Iterator[Check]:
    if len(one) != len(other):
        detail = f"{len(one)} in the document, {len(other)} in its copy"
        yield Check(name="pages", passed=False, tool=_PDFIUM, detail=detail)
        yield from (Check(name=name, passed=None, tool=_PDFIUM, detail="") for name in ("text", "raster"))
        return
    pages, texts, pictures = _Differences(), _Differences(), _Differences()
    for number in range(len(one)):
        first, second = one[number], other[number]
        if _size(first) != _size(second):
            pages.add(number + 1, f"{_size(first)} and {_size(second)} points")
        text = _text_difference(first, second, fields_drawn=fields_drawn)
        if text:
            texts.add(number + 1, text)
        differing = 0 if pages.count else _differing_pixels(first, second)
        if differing:
            pictures.add(number + 1, f"{differing} pixels differ")
        first.close()
        second.close()
    count = f"{len(one)} page{'s' if len(one) != 1 else ''}"
    yield _check("pages", pages, f"{count}, as many and as large as in the document")
    more = ", beside what stood in form fields" if fields_drawn else ""
    yield _check("text", texts, f"the characters of each page are the document's{more}")
    yield _check("raster", pictures, "each page drawn at 72 dpi looks as in the document")


def _check(name: str, differences: _Differences, good: str) -> Check:
    passed = differences.count == 0
    return Check(name=name, passed=passed, tool=_PDFIUM, detail=good if passed else differences.words())


def _size(page: pypdfium2.PdfPage) -> tuple[float, float]:
    width, height = page.get_size()
    return round(width, 2), round(height, 2)


def _text_difference(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage, *, fields_drawn: bool) -> str | None:
    first, second = _text(one), _text(other)
    if first == second:
        return None
    counted, copied = Counter("".join(first.split())), Counter("".join(second.split()))
    missing, extra = counted - copied, copied - counted
    parts = [f"missing {_characters(missing)}"] if missing else []
    if extra and not fields_drawn:
        parts.append(f"extra {_characters(extra)}")
    return ", ".join(parts) or None


def _text(page: pypdfium2.PdfPage) -> str:
    text = page.get_textpage()
    try:
        return str(text.get_text_range())
    finally:
        text.close()


def _characters(found: Counter[str]) -> str:
    named = [f"U+{ord(character):04X} ({count})" for character, count in sorted(found.items())[:_NAMED]]
    more = len(found) - len(named)
    return ", ".join(named) + (f" and {more} more" if more else "")


def _differing_pixels(one: pypdfium2.PdfPage, other: pypdfium2.PdfPage) -> int:
    """Return how many pixels differ beyond what is allowed, 0 when the page looks the same."""
    width, height = one.get_size()
    scale = min(1.0, math.sqrt(_LARGEST_PICTURE / max(width * height, 1.0)))
    first, second = _picture(one, scale), _picture(other, scale)
    if first.size != second.size:
        return max(first.width * first.height, second.width * second.height)
    if first.tobytes() == second.tobytes():
        return 0
    differing = 0
    bands = ImageChops.difference(first, second).split()
    most = bands[0]
    for band in bands[1:]:
        most = ImageChops.lighter(most, band)
    differing = sum(most.histogram()[_DIFFERENT_LEVELS + 1 :])
    return differing if differing * _PIXELS_ALLOWED > first.width * first.height else 0


def _picture(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    bitmap = page.render(scale=scale, rev_byteorder=True)
    try:
        picture: Image.Image = bitmap.to_pil().convert("RGB")
        return picture
    finally:
        bitmap.close()
