"""When two texts say the same: the comparison of a document with what can be extracted from its PDF.

Pure; knows no PDF.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Unicode 15.0, DerivedCoreProperties: Default_Ignorable_Code_Point. Nothing is drawn for them.
_IGNORABLE = (
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x200B, 0x200F),
    (0x202A, 0x202E),
    (0x2060, 0x206F),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFF8),
    (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)


@lru_cache(maxsize=65536)
def _compared(character: str) -> str:
    if character.isspace() or is_ignorable(character):
        return ""
    plain = unicodedata.normalize("NFKD", character)
    if plain == character:
        return plain
    # Spacing accents decompose to a space and a mark, Arabic presentation forms and ligatures to their letters.
    return "".join(c for c in plain if not c.isspace() and not is_ignorable(c))


def compared(text: str) -> str:
    """Reduce a text to what must come back from its PDF: NFKD, no white space, nothing invisible.

    NFKD, and not NFKC, because a combining mark may be extracted before or after its neighbour: the decomposed
    characters are the same, whatever their order.
    """
    return "".join(map(_compared, text))


# Unicode 15.0, BidiMirroring: the pairs a keyboard has.
_MIRRORED = str.maketrans(")]}>»\u203a≥⟩」』】》", "([{<«\u2039≤⟨「『【《")


def unmirrored(text: str) -> str:
    """Return ``text`` with brackets that are each other's mirror image made one.

    In and beside text that runs from right to left a bracket is drawn as its mirror image (Unicode Bidirectional
    Algorithm L4), and readers of a PDF disagree on which of the two they report.
    """
    return text.translate(_MIRRORED)


@lru_cache(maxsize=4096)
def is_ignorable(character: str) -> bool:
    """Tell whether nothing is drawn for ``character``: joiners, variation selectors, direction marks, soft hyphen."""
    code = ord(character)
    return any(first <= code <= last for first, last in _IGNORABLE)


def first_strong_direction(text: str) -> str | None:
    """Return ``rtl`` or ``ltr`` by the first strong character (Unicode Bidirectional Algorithm P2, P3), or None."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return None


def is_right_to_left(text: str) -> bool:
    """Tell whether any character of ``text`` runs from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(c) in {"R", "AL", "AN"} for c in set(text))
