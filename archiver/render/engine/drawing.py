"""Writes a line's glyphs with one look at each, where none of them is moved or coloured.

The engine asks Pango about each glyph of each line. Here it is asked once about each glyph of a face; then what is
written for the glyph is looked up. It is the same, less the adjustments by nothing.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from archiver.render.engine.faces import faces

if TYPE_CHECKING:
    from collections.abc import Iterator

_NUMBERS = 5
"""In Pango's glyph: identifier, width, two offsets, flags."""

_BYTES = 4
"""Of each of them."""

_LAST_GLYPH = 1 << 16
"""Identifiers from here on are Pango's own, for what no font has and for nothing at all."""

_MOST_WIDTHS = 20_000


Drawn = list[tuple[Any, "array[int]"]]
"""Fonts of the engine, and the glyphs shown in each, in order."""


def draw_plain_line(stream: Any, textbox: Any, matrix: Any) -> Drawn | None:  # noqa: ANN401 - the engine is untyped
    """Write one line, if all its glyphs stand where they stand in the font.

    Args:
        stream: the page's content stream.
        textbox: the line; its layout is ready.
        matrix: where it stands.

    Returns:
        What was written, or None: nothing was, the engine has to.
    """
    if not textbox.text.strip() or textbox.style["font_size"] < 1:
        return None
    line, _ = textbox.pango_layout.get_first_line()
    runs = list(_runs(line, stream))
    if not runs or not all(_is_plain(font, numbers) for _, font, _, numbers in runs):
        return None
    stream.set_text_matrix(*matrix.values)
    written, current = "", None
    for item, font, size, numbers in runs:
        _register(textbox, item, font, size, numbers)
        if (font, size) != current:
            _show(stream, written)
            written, current = "", (font, size)
            stream.set_font_size(font.hash, size)
        known = _written(font, size)
        glyphs = zip(numbers[::_NUMBERS], numbers[1::_NUMBERS], strict=True)
        parts = [known.get(glyph) or _write(font, size, glyph, known) for glyph in glyphs]
        written += f"<{''.join(parts)}>".removesuffix("<>")
    _show(stream, written)
    return [(font, numbers[::_NUMBERS]) for _, font, _, numbers in runs]


def read_back(drawn: Drawn) -> str:
    """Return the text a reader gets out of what was written."""
    return "".join([font.to_unicode[glyph] for font, glyphs in drawn for glyph in glyphs])


def _runs(line: Any, stream: Any) -> Iterator[tuple[Any, Any, float, array[int]]]:  # noqa: ANN401 - the engine is untyped
    """Yield each run of a line: Pango's item, the font, its size and the glyphs' numbers."""
    run = line.runs
    while run != ffi.NULL:
        item = run.data
        font, size = stream.add_font(item.item.analysis.font)
        numbers = array("i")
        numbers.frombytes(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * _NUMBERS * _BYTES))
        yield item, font, size, numbers
        run = run.next


def _is_plain(font: Any, numbers: array[int]) -> bool:  # noqa: ANN401 - the engine is untyped
    return (
        not (font.bitmap or font.png or font.svg or font.colr)
        and max(numbers[::_NUMBERS], default=0) < _LAST_GLYPH
        and min(numbers[::_NUMBERS], default=0) >= 0
        and not any(numbers[2::_NUMBERS])
        and not any(numbers[3::_NUMBERS])
    )


def _register(textbox: Any, item: Any, font: Any, size: float, numbers: array[int]) -> None:  # noqa: ANN401
    """Tell the font of the glyphs it has not shown before: the text each stands for, and its width."""
    if font.to_unicode.keys() >= set(glyphs := numbers[::_NUMBERS]):
        return
    encoded = textbox.pango_layout.text.encode()
    start, length, turned = item.item.offset, item.item.length, item.item.analysis.level % 2
    clusters = [*item.glyphs.log_clusters[0 : len(glyphs)]]
    for place, glyph in enumerate(glyphs):
        if glyph in font.to_unicode:
            continue
        # As the engine has it: from this glyph's cluster to that of its neighbour, which may be none of its text.
        neighbour = place - 1 if turned else place + 1
        end = clusters[neighbour] if 0 <= neighbour < len(clusters) else length
        font.to_unicode[glyph] = encoded[start + clusters[place] : start + end].decode()
        if glyph not in font.widths:
            font.widths[glyph] = _width(textbox.style, item.item.analysis.font, font, size, glyph)


def _width(style: Any, pango_font: Any, font: Any, size: float, glyph: int) -> int:  # noqa: ANN401 - as above
    """Return a glyph's width in thousandths of the font's size; a fact of the font, kept with the fonts."""
    widths = faces(style).widths
    key = (font.name, size, glyph)
    if key not in widths:
        rectangle = ffi.new("PangoRectangle *")
        pango.pango_font_get_glyph_extents(pango_font, glyph, ffi.NULL, rectangle)
        if len(widths) >= _MOST_WIDTHS:
            widths.clear()
        widths[key] = round(rectangle.width * 1000 * FROM_UNITS / size)
    return widths[key]


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
