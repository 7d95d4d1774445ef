"""Measures the same words in the same face once: cells of tables, page numbers, every word of a footer."""

from __future__ import annotations

from typing import Any

from weasyprint.layout import preferred
from weasyprint.text import line_break

from archiver.render.engine.faces import face_key, faces

_engine_split = line_break.split_first_line
_OF_STYLE = (
    *("white_space", "hyphens", "letter_spacing", "word_spacing", "word_break", "overflow_wrap", "tab_size", "lang"),
    *("direction", "hyphenate_character", "hyphenate_limit_chars", "hyphenate_limit_zone", "text_decoration_line"),
    *("font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_language_override"),
)
_MOST_KEPT = 10_000
_LONGEST = 200
"""Characters of a text that is looked up."""


def install() -> None:
    """Let the engine use this where it measures without drawing."""
    preferred.split_first_line = _measure


def _measure(  # noqa: PLR0913, PLR0917 - the engine's own parameters
    text: str,
    style: Any,  # noqa: ANN401 - the engine is untyped
    context: Any,  # noqa: ANN401 - as above
    max_width: Any,  # noqa: ANN401 - as above
    justification_spacing: float,
    is_line_start: bool = True,  # noqa: FBT001, FBT002 - as above
    minimum: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Any:  # noqa: ANN401 - as above
    """Fit as much text as possible on one line: see the engine's ``split_first_line``; without the layout."""
    arguments = (max_width, justification_spacing, is_line_start, minimum)
    if len(text) > _LONGEST:
        return _engine_split(text, style, context, *arguments)
    kept = faces(style).measured
    key = (text, arguments, face_key(style), *(style[name] for name in _OF_STYLE))
    try:
        found = kept.get(key)
    except TypeError:  # a value of some property that cannot be looked up
        return _engine_split(text, style, context, *arguments)
    if found is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[key] = (None, *_engine_split(text, style, context, *arguments)[1:])
    return found
