"""Makes the text of a rendition readable by machines in every script, not only where one glyph is one character.

The layout engine maps each glyph to the text it stood for the first time. That is wrong wherever glyphs are reordered
or composed (Devanagari, Khmer, accents above letters) or shared by several characters (hyphens). After each line is
drawn, what a reader would extract from it is compared with the line's text; where they differ the line is given
``ActualText`` (ISO 32000-1 14.9.4). Never changes what is seen.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from fontTools.ttLib import TTFont, TTLibError  # type: ignore[import-untyped]

from archiver.render.texts.characters import compared, is_right_to_left

_HEX = re.compile(rb"<([0-9a-f]*)>")
_FONT = re.compile(rb"/([A-Z]+) [-0-9.]+ Tf")
_NOTHING = "\u200b"
"""ToUnicode of a glyph that is no character by itself: ISO 19005-2 6.2.11.7.2 wants a value; this one is invisible."""


@dataclass(slots=True)
class DrawnText:
    """What the layout engine drew of its own accord, beside the document's text."""

    generated: list[str] = field(default_factory=list)
    """Texts of page margins, list markers and quotation marks, as drawn, in page order."""

    characters: dict[str, dict[int, str]] = field(default_factory=dict)
    """Font hash -> glyph -> the character the font itself names for it; filled where it is needed."""


def known_glyphs(stream: Any) -> dict[str, int]:  # noqa: ANN401 - the engine's stream is untyped
    """Return how many glyphs of each font have a ToUnicode entry, before a line is drawn."""
    return {font.hash: len(font.to_unicode) for font in stream._fonts.values()}  # noqa: SLF001 - no public name


def label_line(stream: Any, text: str, start: int, font: str | None, known: dict[str, int], drawn: DrawnText) -> None:  # noqa: ANN401
    """Wrap the operators of one drawn line into ``ActualText`` where a reader would not get ``text`` from them.

    Args:
        stream: the page's content stream.
        text: the line, in logical order.
        start: index of the line's first operator.
        font: hash of the font that was current before the line, or None.
        known: :func:`known_glyphs` before the line.
        drawn: keeps the fonts' own characters.
    """
    for index in range(start, len(stream.stream)):
        if isinstance(stream.stream[index], bytes) and stream.stream[index].endswith(b"TJ"):
            # Adjustments by nothing: the engine writes one after nearly every glyph. Without them the same page is
            # smaller, and every reader, the validator first, is faster.
            stream.stream[index] = stream.stream[index].replace(b">0<", b"").replace(b">-0<", b"")
    fonts = {one.hash: one for one in stream._fonts.values()}  # noqa: SLF001 - no public name
    complete_fonts(stream, text, known, drawn)
    label_text(stream, text, _extracted(stream.stream[start:], fonts, font), start)


def complete_fonts(stream: Any, text: str, known: dict[str, int], drawn: DrawnText) -> None:  # noqa: ANN401
    """Give the glyphs a line added to its fonts their own characters, where it composed several into one text.

    Args:
        stream: the page's content stream.
        text: the line, in logical order.
        known: :func:`known_glyphs` before the line.
        drawn: keeps the fonts' own characters.
    """
    for one in stream._fonts.values():  # noqa: SLF001 - no public name
        _complete(one, known.get(one.hash, 0), text, drawn)


def label_text(stream: Any, text: str, extracted: str, start: int) -> None:  # noqa: ANN401 - the engine's stream
    """Wrap the operators of one drawn line into ``ActualText`` where a reader would get other text from them.

    Args:
        stream: the page's content stream.
        text: the line, in logical order.
        extracted: what a reader gets out of the operators.
        start: index of the line's first operator.
    """
    if extracted == text or _same(extracted, text):
        return
    encoded = text.encode("utf-16-be", "replace").hex().upper().encode("ascii")
    stream.stream.insert(start, b"/Span <</ActualText <FEFF" + encoded + b">>> BDC")
    stream.stream.append(b"EMC")


def _same(extracted: str, text: str) -> bool:
    left, right = compared(extracted), compared(text)
    # Right-to-left lines are drawn in visual order; readers turn them round by themselves.
    return Counter(left) == Counter(right) if is_right_to_left(right) else left == right


def _extracted(operators: list[Any], fonts: dict[str, Any], current: str | None) -> str:
    parts: list[str] = []
    for operator in operators:
        if not isinstance(operator, bytes):
            continue
        if match := _FONT.fullmatch(operator):
            current = match[1].decode("ascii")
        elif operator.endswith(b"TJ") and current in fonts:
            font = fonts[current]
            digits, to_unicode = (2 if font.bitmap else 4), font.to_unicode
            codes = b"".join(_HEX.findall(operator))
            parts.extend(to_unicode.get(int(codes[i : i + digits], 16), "") for i in range(0, len(codes), digits))
    return "".join(parts)


def _complete(font: Any, known: int, text: str, drawn: DrawnText) -> None:  # noqa: ANN401 - the engine's font is untyped
    """Give the glyphs this line added to ``font`` their own characters, if it composed several into one text."""
    if len(font.to_unicode) == known:
        return
    added = list(font.to_unicode)[known:]
    if all(font.to_unicode[glyph] for glyph in added):
        return
    own = drawn.characters.get(font.hash)
    if own is None:
        own = drawn.characters[font.hash] = _characters(font)
    for glyph in added:
        mapped = font.to_unicode[glyph]
        character = own.get(glyph, "")
        if character and (character in mapped or (not mapped and character in text)):
            font.to_unicode[glyph] = character
        elif not mapped:
            font.to_unicode[glyph] = _NOTHING


def _characters(font: Any) -> dict[int, str]:  # noqa: ANN401 - the engine's font is untyped
    try:
        with TTFont(BytesIO(font.file_content), fontNumber=font.index, lazy=True) as program:
            cmap = program.getBestCmap() or {}
            found: dict[int, str] = {}
            for code, name in cmap.items():
                found.setdefault(program.getGlyphID(name), chr(code))
            return found
    except (TTLibError, KeyError, AssertionError, ValueError):
        return {}
