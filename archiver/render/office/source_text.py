"""What an office document says, in its own words, and whether a PDF of it says the same.

A PDF of an office document holds more than the document's words: numbers of lists and pages, headers repeated, fields
worked out anew. Those are known by kind, not one by one. So every word must be there, and what is there beside the
words must be of such a kind.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pypdfium2

from archiver.model import Check
from archiver.render.gate.text import PDFIUM, page_texts
from archiver.render.gate.verdict import listed
from archiver.render.texts.characters import compared

if TYPE_CHECKING:
    from collections.abc import Iterable

_PER_NUMBER = 8
"""Letters a number of a list may take: ``xxxviii.``"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """The words of a document."""

    required: str
    """Every character that must be seen."""

    optional: str = ""
    """Characters that may be seen, as often as may be, or not: headers, fields, what is hidden or deleted."""

    numbered: int = 0
    """Paragraphs that may be given a number or a letter of a list."""

    not_compared: tuple[str, ...] = ()
    """Kinds of content whose words are not known here: ``charts``."""


def source_text_check(pdf: bytes, source: SourceText) -> Check:
    """Compare the characters of a PDF with those of the document it was made from, whatever their order and case.

    Args:
        pdf: the bytes of the file.
        source: the document's words.

    Returns:
        The check ``text``: passed when nothing is missing, and nothing is there but the words, optional text, numbers,
        signs, and letters as far as lists may have them.
    """
    try:
        extracted = Counter(folded(page_texts(pdf)))
    except pypdfium2.PdfiumError as error:
        return Check(name="text", passed=False, tool=PDFIUM, detail=f"PDFium: {error}")
    required, optional = Counter(folded([source.required])), set(folded([source.optional]))
    missing = required - extracted
    extra = Counter({c: n for c, n in (extracted - required).items() if c not in optional and _is_letter(c)})
    allowed = _PER_NUMBER * source.numbered
    unknown = bool(source.not_compared)
    if not missing and (extra.total() <= allowed or unknown):
        return Check(name="text", passed=True, tool=PDFIUM, detail=_agreement(required.total(), source))
    parts = [
        f"{kind}: {listed([f'U+{ord(c):04X} {c!r} ({n})' for c, n in sorted(found.items())])}"
        for kind, found in (("missing", missing), ("extra", extra if extra.total() > allowed and not unknown else {}))
        if found
    ]
    return Check(name="text", passed=False, tool=PDFIUM, detail="; ".join(parts))


def _agreement(count: int, source: SourceText) -> str:
    detail = f"all {count} characters of the document are in it; numbers, signs and repeated headers are not counted"
    return f"{detail}, nor what is in {listed(source.not_compared)}" if source.not_compared else detail


def folded(texts: Iterable[str]) -> str:
    """Reduce texts to what is compared: no case, since letters may be set as capitals; no private characters."""
    return "".join(c for c in compared("".join(texts)).casefold() if unicodedata.category(c) != "Co")


def _is_letter(character: str) -> bool:
    return unicodedata.category(character)[0] in "LM"
