"""Words to search by: how a text is parted and folded, and what a person's search text asks for.

The same for every database, so that each finds the same: case and accents do not count, a hyphen parts words, and the
characters of scripts written without spaces are a word each. Never fails, whatever the text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

LONGEST_TEXT = 1 << 18
"""Characters of a description that are searched."""

_LONGEST_WORD = 64
_MOST_PHRASES = 32
_MOST_WORDS = 16_000  # PostgreSQL numbers the places of words up to 16,383

_CHUNK = re.compile(r'"([^"]*)"?|([^\s"]+)')

# Written without spaces: Thai, Lao, Myanmar, Khmer, kana, Han, and what was added to them.
_UNSPACED = (
    (0x0E00, 0x0EFF),
    (0x1000, 0x109F),
    (0x1780, 0x17FF),
    (0x3040, 0x30FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x3FFFF),
)
_HEBREW_ARABIC_POINTS = range(10, 36)  # canonical combining classes
_ACCENTS = 200  # and above


class _Folding(dict[int, str]):
    """Code point, decomposed and in lower case -> what stands for it; each is worked out once."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _folded(chr(code))
        return folded


def _folded(character: str) -> str:
    category = unicodedata.category(character)[0]
    if category == "M":
        kind = unicodedata.combining(character)
        return "" if kind >= _ACCENTS or kind in _HEBREW_ARABIC_POINTS else character
    if category not in "LN":
        return " "
    if any(first <= ord(character) <= last for first, last in _UNSPACED):
        return f" {character} "
    return character


_FOLDING = _Folding()


def words_of(text: str) -> list[str]:
    """Return the folded words of a text, in order; at most as many as any database can tell the places of."""
    plain = text[:LONGEST_TEXT]
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).casefold()
        plain = unicodedata.normalize("NFKD", plain)
    words = plain.lower().translate(_FOLDING).split()
    return [word[:_LONGEST_WORD] for word in words[:_MOST_WORDS]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Words that must stand one after another."""

    words: tuple[str, ...]
    begins: bool = False
    """Whether the last one is the beginning of a word."""


def phrases(text: str) -> tuple[Phrase, ...]:
    """Read a search text: every word must be there; ``"..."`` is a phrase, ``word*`` the beginning of a word.

    Returns:
        What must all be found; empty where the text has no word in it.
    """
    found = []
    for match in _CHUNK.finditer(text[:LONGEST_TEXT]):
        quoted, plain = match.groups()
        words = words_of(quoted if quoted is not None else plain)
        if words:
            begins = plain is not None and plain.endswith("*")
            found.append(Phrase(words=tuple(words[:_MOST_PHRASES]), begins=begins))
    return tuple(dict.fromkeys(found))[:_MOST_PHRASES]
