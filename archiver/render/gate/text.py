"""Does it say what its source says? The characters a reader gets out of it, against those that must be in it."""

from __future__ import annotations

from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING

import pypdfium2

from archiver.model import Check
from archiver.render.gate.verdict import listed
from archiver.render.texts.characters import compared, is_right_to_left, unmirrored

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PDFIUM = f"pypdfium2 {pypdfium2.PYPDFIUM_INFO}"
ENGINE = f"WeasyPrint {version('weasyprint')}"

_LINE_END_HYPHEN = "\ufffe"
"""What PDFium says for a hyphen at the end of a line; the character itself can be in no PDF that passes."""


def glyphs_check(missing: tuple[int, ...]) -> Check:
    """Tell whether the layout engine found a glyph for every character.

    Args:
        missing: the code points no font has, as the engine said.
    """
    detail = (
        f"no glyph for {listed([f'U+{code:04X}' for code in missing])}" if missing else "every character has a glyph"
    )
    return Check(name="glyphs", passed=not missing, tool=ENGINE, detail=detail)


def text_check(pdf: bytes, expected: str, generated: str = "") -> Check:
    """Compare the characters of the PDF with those it must say, as multisets of what is visible.

    Order is not compared: readers put right-to-left lines and table cells in orders of their own.

    Args:
        pdf: the bytes of the file.
        expected: the document's own text, as :func:`archiver.render.texts.characters.compared` reduces it.
        generated: characters known one by one that were added, such as footers.
    """
    try:
        return text_compared("".join(page_texts(pdf)), expected, generated)
    except pypdfium2.PdfiumError as error:
        return Check(name="text", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")


def text_compared(read: str, expected: str, generated: str = "") -> Check:
    """Do what :func:`text_check` does, with a text that was extracted already."""
    fold = unmirrored if is_right_to_left(expected) else str
    extracted = _counted(read, fold)
    wanted = _counted(expected, fold) + _counted(generated, fold)
    missing, extra = wanted - extracted, extracted - wanted
    if not missing and not extra:
        detail = f"{wanted.total()} characters extracted, the same as in the document"
        return Check(name="text", passed=True, tool=PDFIUM, detail=f"{detail} and its footers" if generated else detail)
    parts = [f"{kind}: {_characters(found)}" for kind, found in (("missing", missing), ("extra", extra)) if found]
    return Check(name="text", passed=False, tool=PDFIUM, detail="; ".join(parts))


def _counted(text: str, fold: Callable[[str], str]) -> Counter[str]:
    """Count what each character comes to; a text has many characters and few different ones."""
    counted: Counter[str] = Counter()
    for character, times in Counter(text).items():
        for part in fold(compared(character)):
            counted[part] += times
    return counted


def page_texts(pdf: bytes) -> Iterator[str]:
    """Yield the text of each page as PDFium extracts it.

    Raises:
        pypdfium2.PdfiumError: it is no PDF that can be read.
    """
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            yield page_text(page)
            page.close()


def page_text(page: pypdfium2.PdfPage) -> str:
    """Return the text of one page as PDFium extracts it."""
    text = page.get_textpage()
    read: str = text.get_text_range().replace(_LINE_END_HYPHEN, "-")
    text.close()
    return read


def _characters(found: Counter[str]) -> str:
    return listed([f"U+{ord(c):04X} {c!r} ({count})" for c, count in sorted(found.items())])
