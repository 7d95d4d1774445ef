"""The checks that PDFium answers of a PDF that was laid out here, each page opened once for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pypdfium2

from archiver.render.gate.limits import MOST_PAGES, limits_check, limits_judged
from archiver.render.gate.pages import ABOVE_FOOTER, is_blank, pages_check, pages_judged
from archiver.render.gate.text import page_text, text_check, text_compared

if TYPE_CHECKING:
    from archiver.model import Check


def laid_out_checks(pdf: bytes, expected: str, generated: str, blank_pages: int) -> tuple[Check, Check, Check]:
    """Judge text, pages and limits as the checks of these names do.

    Args:
        pdf: the bytes of the file, whose pages have footers.
        expected: the document's own text.
        generated: characters that were added.
        blank_pages: how many pages may be blank.
    """
    texts: list[str] = []
    blank: list[int] = []
    sizes: list[tuple[float, float]] = []
    try:
        with pypdfium2.PdfDocument(pdf) as document:
            for number, page in enumerate(document, 1):
                texts.append(page_text(page))
                if is_blank(page, ABOVE_FOOTER):
                    blank.append(number)
                sizes.append(page.get_size())
                page.close()
    except pypdfium2.PdfiumError:  # each check says so in its own words
        return (
            text_check(pdf, expected, generated),
            pages_check(pdf, blank_pages, has_footer=True),
            limits_check(pdf),
        )
    return (
        text_compared("".join(texts), expected, generated),
        pages_judged(len(texts), blank, blank_pages),
        limits_judged(len(pdf), len(texts), sizes[:MOST_PAGES]),
    )
