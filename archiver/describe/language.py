"""The language of a text, detected offline; no statement rather than a doubtful one.

py3langid's own model is used as it is; it never learns from documents and never reaches a network.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LEAST_LETTERS = 100
LEAST_CONFIDENCE = 0.95
"""Probability the detector must give its first choice."""

_READ = 20_000  # characters; more changes nothing

# Close relatives that the detector tells apart and a short text does not: they are stated as their macrolanguage
# (ISO 639-3), which is true of either.
_MACROLANGUAGES = {"ary": "ar", "arz": "ar", "sdh": "ku", "uzs": "uz", "wuu": "zh", "yue": "zh", "hbo": "he"}
_NO_LANGUAGE = "zxx"


def detect_language(text: str) -> str | None:
    """Name the language of a text as a BCP 47 tag.

    Args:
        text: any; its first 20 000 characters are judged.

    Returns:
        A tag, or None with fewer than 100 letters or below a confidence of 0.95.
    """
    sample = " ".join(text[:_READ].split())
    if sum(character.isalpha() for character in sample) < LEAST_LETTERS:
        return None
    confidence: dict[str, float] = {}
    for code, probability in _identifier().rank(sample):
        language = _MACROLANGUAGES.get(code, code)
        confidence[language] = confidence.get(language, 0.0) + probability
    best = max(confidence, key=lambda language: (confidence[language], language))
    return best if best != _NO_LANGUAGE and confidence[best] >= LEAST_CONFIDENCE else None


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 -- 0.8 s with its model

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
