"""Language tags (BCP 47) in the older forms that targets want: three letters of ISO 639, or an English name."""

from __future__ import annotations

from archiver.standards.vocabularies import language_scheme


def alpha_3(tag: str, *, bibliographic: bool = False) -> str | None:
    """Return the three-letter code of a tag's language.

    Args:
        tag: BCP 47; region, script and variants are left out.
        bibliographic: the code of ISO 639-2/B (``ger``), which MARC uses too, in place of ISO 639-3 (``deu``).

    Returns:
        None for a text that is no tag, and for tags without a language.
    """
    if not language_scheme(tag) or tag.lower().startswith(("x-", "i-")):
        return None
    import langcodes  # noqa: PLC0415 -- 0.1 s, and only when a language is stated

    try:
        return langcodes.get(tag).to_alpha3(variant="B" if bibliographic else "T")
    except (LookupError, ValueError):
        return None


def english_name(tag: str) -> str | None:
    """Return the English name of a tag's language alone: ``Russian`` for ``ru``; None as for :func:`alpha_3`."""
    if alpha_3(tag) is None:
        return None
    import langcodes  # noqa: PLC0415 -- as above

    return langcodes.get(langcodes.get(tag).language or tag).language_name("en")
