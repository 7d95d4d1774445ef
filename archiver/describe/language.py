"""The language of a text, detected offline; no statement rather than a doubtful one.

py3langid's own model is used as it is; it never learns from documents and never reaches a network.
"""

from __future__ import annotations

import threading
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

_loading = threading.Lock()


def detect_language(text: str) -> str | None:
    """Name the language of a text as a BCP 47 tag.

    Args:
        text: any; its first 20 000 characters are judged.

    Returns:
        A tag, or None with fewer than 100 letters, below a confidence of 0.95, or when the detector cannot be loaded.
    """
    sample = " ".join(text[:_READ].split())
    if sum(character.isalpha() for character in sample) < LEAST_LETTERS:
        return None
    detector = _identifier()
    if detector is None:
        return None
    confidence: dict[str, float] = {}
    for code, probability in detector.rank(sample):
        language = _MACROLANGUAGES.get(code, code)
        confidence[language] = confidence.get(language, 0.0) + probability
    best = max(confidence, key=lambda language: (confidence[language], language))
    return best if best != _NO_LANGUAGE and confidence[best] >= LEAST_CONFIDENCE else None


def load_detector() -> None:
    """Begin to load the detector in the background, because :func:`detect_language` will be asked."""
    threading.Thread(target=_identifier, name="archiver-language", daemon=True).start()


def _identifier() -> LanguageIdentifier | None:
    with _loading:  # the cache alone would let two threads load it at once
        return _loaded()


@lru_cache(maxsize=1)
def _loaded() -> LanguageIdentifier | None:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 -- 0.8 s with its model

    try:
        return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    except OSError:  # it unpacks its model into a temporary file, for which there may be no room
        return None
