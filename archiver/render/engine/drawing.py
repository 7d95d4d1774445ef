"""Writes a line's glyphs, where all of them are known, with one look at each.

The engine asks Pango about each glyph of each line. Here the first line that a glyph stands in is left to the engine;
after that what is written for the glyph is looked up. It is the same, less the adjustments by nothing.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from weasyprint.text.ffi import FROM_UNITS, ffi

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = 5
"""In Pango's glyph: identifier, width, two offsets, flags."""

_BYTES = 4
"""Of each of them."""


def draw_known_line(stream: Any, textbox: Any, matrix: Any) -> str | None:  # noqa: ANN401 - the engine is untyped
    """Write one line, if everything about it is known.

    Args:
        stream: the page's content stream.
        textbox: the line; its layout is ready.
        matrix: where it stands.

    Returns:
        The text a reader gets out of it, or None: nothing was written, the engine has to.
    """
    if not textbox.text.strip() or textbox.style["font_size"] < 1:
        return None
    line, _ = textbox.pango_layout.get_first_line()
    runs = list(_runs(line, stream))
    if not runs or not all(_is_known(font, numbers) for font, _, numbers in runs):
        return None
    stream.set_text_matrix(*matrix.values)
    written, current = "", None
    for font, size, numbers in runs:
        if (font, size) != current:
            _show(stream, written)
            written, current = "", (font, size)
            stream.set_font_size(font.hash, size)
        known = _written(font, size)
        glyphs = zip(numbers[::_NUMBERS], numbers[1::_NUMBERS], strict=True)
        parts = [known.get(glyph) or _write(font, size, glyph, known) for glyph in glyphs]
        written += f"<{''.join(parts)}>".removesuffix("<>")
    _show(stream, written)
    return "".join([font.to_unicode[glyph] for font, _, numbers in runs for glyph in numbers[::_NUMBERS]])


def _runs(line: Any, stream: Any) -> Iterator[tuple[Any, float, array[int]]]:  # noqa: ANN401 - the engine is untyped
    """Yield the font, its size and the glyphs' numbers of each run of a line."""
    run = line.runs
    while run != ffi.NULL:
        item = run.data
        font, size = stream.add_font(item.item.analysis.font)
        numbers = array("i")
        numbers.frombytes(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * _NUMBERS * _BYTES))
        yield font, size, numbers
        run = run.next


def _is_known(font: Any, numbers: array[int]) -> bool:  # noqa: ANN401 - the engine is untyped
    glyphs = set(numbers[::_NUMBERS])
    return (
        not (font.bitmap or font.png or font.svg or font.colr)
        and font.to_unicode.keys() >= glyphs
        and font.widths.keys() >= glyphs
        and not any(numbers[2::_NUMBERS])
        and not any(numbers[3::_NUMBERS])
    )


def _written(font: Any, size: float) -> dict[tuple[int, int], str]:  # noqa: ANN401 - the engine is untyped
    """Return what is written for the glyphs of a font, by identifier and width; kept with the font."""
    kept: dict[float, dict[tuple[int, int], str]] = font.__dict__.setdefault("archiver_written", {})
    return kept.setdefault(size, {})


def _write(font: Any, size: float, glyph: tuple[int, int], known: dict[tuple[int, int], str]) -> str:  # noqa: ANN401
    identifier, width = glyph
    adjustment = int(font.widths[identifier] - width * 1000 * FROM_UNITS / size)
    known[glyph] = f"{identifier:04x}>{adjustment}<" if adjustment else f"{identifier:04x}"
    return known[glyph]


def _show(stream: Any, written: str) -> None:  # noqa: ANN401 - the engine is untyped
    if written:
        stream.show_text(written.replace("><", ""))
