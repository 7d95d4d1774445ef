"""Controlled values: DCMI types, language tags (BCP 47), media types and URIs.

Each check says whether a text follows its standard; a suggestion words a fix. No text is ever changed here.
"""

from __future__ import annotations

import difflib
import re
import textwrap
from typing import Literal

DCMI_TYPES = (
    "Collection",
    "Dataset",
    "Event",
    "Image",
    "InteractiveResource",
    "MovingImage",
    "PhysicalObject",
    "Service",
    "Software",
    "Sound",
    "StillImage",
    "Text",
)
"""The DCMI Type Vocabulary, alphabetical."""

LanguageScheme = Literal["RFC5646", "ISO639-2"]

# RFC 5646 section 2.1: subtags of one to eight letters or digits, joined by hyphens, in ASCII.
_TAG = re.compile(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8}){0,14}")
_ALPHA_3 = re.compile(r"[A-Za-z]{3}")
_LONGEST_NAME = 60

# RFC 6838 section 4.2, restricted names; parameters as in RFC 2045 section 5.1.
_RESTRICTED = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_MEDIA_TYPE = re.compile(
    rf"{_RESTRICTED}/{_RESTRICTED}(?:\s*;\s*{_RESTRICTED}=(?:[!-:<-~]{{1,200}}|\"[ !#-~]{{0,200}}\"))*"
)

# RFC 3986 section 3, without the brackets of IP literals. The scheme must be one that names things in records:
# "Note: see below" is well-formed too and is no URI.
_URI = re.compile(
    r"(?:ark|data|doi|ftp|geo|hdl|https?|info|mailto|oai|swh|tag|urn):"
    r"(?://(?:[A-Za-z0-9._~!$&'()*+,;=:-]+@)?[A-Za-z0-9._~-]+(?::[0-9]{1,5})?(?=[/?#]|\Z))?"
    r"(?!//)(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"
    r"(?:#(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)?",
    re.IGNORECASE,
)
_MEANT_AS_URI = re.compile(r"(?:https?|ftp)://|urn:", re.IGNORECASE)
_LONGEST_URI = 4000


def is_dcmi_type(text: str) -> bool:
    """Tell whether ``text`` is one of the twelve, in its exact case."""
    return text in DCMI_TYPES


def suggest_type(text: str) -> str | None:
    """Name the DCMI type that ``text`` is a slip or a near match of, or None."""
    folded = {name.lower(): name for name in DCMI_TYPES}
    asked = re.sub(r"[\s_-]+", "", text[:_LONGEST_NAME]).lower()
    near = difflib.get_close_matches(asked, folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else None


_TWO_LETTERS = frozenset(
    textwrap.wrap(
        "aaabaeafakamanarasavayazbabebgbhbibmbnbobrbscacechcocrcscucvcydadedvdz"
        "eeeleneoeseteufafffifjfofrfygagdglgngugvhahehihohrhthuhyhziaidieigiiik"
        "inioisitiuiwjajijvjwkakgkikjkkklkmknkokrkskukvkwkylalblglilnloltlulvmg"
        "mhmimkmlmnmomrmsmtmynanbndnengnlnnnonrnvnyocojomorospapiplpsptqurmrnro"
        "rurwsascsdsesgshsiskslsmsnsosqsrssstsusvswtatetgthtitktltntotrtstttwty"
        "ugukuruzvevivowawoxhyiyozazhzu",
        2,
    )
)
"""The two-letter language subtags of the registry of BCP 47, deprecated ones too: the everyday tags, judged at once."""


def language_scheme(text: str) -> LanguageScheme | None:
    """Say which standard a language code meets.

    Args:
        text: as written, such as ``en`` or ``zh-Hant-TW``.

    Returns:
        ``RFC5646`` for a well-formed tag whose subtags are all registered; ``ISO639-2`` for a three-letter code of a
        language that has a two-letter one, which BCP 47 wants instead (RFC 5646 section 2.2.1); else None.
    """
    if text in _TWO_LETTERS:
        return "RFC5646"
    if not _TAG.fullmatch(text):
        return None
    if _short_form(text):
        return "ISO639-2"
    import langcodes  # noqa: PLC0415 -- 0.1 s, and only when a language is stated

    try:
        valid = langcodes.tag_is_valid(text)
    except (ValueError, LookupError):
        return None
    return "RFC5646" if valid else None


def suggest_language(text: str) -> str | None:
    """Name the BCP 47 tag that ``text`` may mean: ``en`` for ``english``, ``eng`` or ``en_``; or None."""
    text = text.strip()
    # No name of a language holds a control character, and langcodes' table of names fails on NUL.
    if not text or len(text) > _LONGEST_NAME or not text.isprintable():
        return None
    if short := _short_form(text):
        return short
    hyphenated = text.replace("_", "-").strip("-")
    if hyphenated != text and language_scheme(hyphenated) == "RFC5646":
        return hyphenated
    import langcodes  # noqa: PLC0415 -- as above

    try:
        return langcodes.find(text).to_tag()
    except (LookupError, ValueError):
        return None


def is_media_type(text: str) -> bool:
    """Tell whether ``text`` has the shape of a media type (RFC 6838), with or without parameters."""
    return len(text) <= _LONGEST_URI and _MEDIA_TYPE.fullmatch(text) is not None


def is_uri(text: str) -> bool:
    """Tell whether ``text`` is an absolute URI (RFC 3986) of a scheme that records use."""
    rest = text.partition(":")[2]
    return len(text) <= _LONGEST_URI and _URI.fullmatch(text) is not None and rest.strip("/") != ""


def is_meant_as_uri(text: str) -> bool:
    """Tell whether the writer meant a URI: it begins like one."""
    return _MEANT_AS_URI.match(text) is not None


def _short_form(code: str) -> str | None:
    """Return the two-letter code of a three-letter ISO 639-2 code (terminological or bibliographic), or None."""
    if not _ALPHA_3.fullmatch(code):
        return None
    import langcodes  # noqa: PLC0415 -- as above

    short = langcodes.standardize_tag(code.lower())
    return short if len(short) == 2 else None
