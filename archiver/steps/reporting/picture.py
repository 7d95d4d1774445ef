"""The chart of checks as a picture, for a PDF: the same shapes as on the page, in black, white and grey."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFont

from archiver.standards.pages.chart import HEIGHT, WIDTH, Bar, Label, checks_chart, legend_bars

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.model.reports import PeriodChecks

_SCALE = 3
"""Pixels of the picture for a unit of the chart: 340 to the inch where it is as wide as a page's text."""

_INK, _SOFT, _LINE, _PAPER = 0x11, 0x44, 0xCC, 0xFF
_FILLS = {"ok": 0x66, "damaged": _INK, "missing": _PAPER, "unknown": _PAPER}
_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}
_HATCH = 5.0


def chart_picture(periods: Sequence[PeriodChecks]) -> bytes:
    """Return the chart as PNG, the same bytes for the same periods."""
    chart = checks_chart(periods)
    picture = Image.new("L", (WIDTH * _SCALE, HEIGHT * _SCALE), _PAPER)
    draw = ImageDraw.Draw(picture)
    for line in chart.lines:
        y = round(line.y * _SCALE)
        shade = _SOFT if line.strong else _LINE
        draw.line([(round(line.x * _SCALE), y), (round(line.end * _SCALE), y)], fill=shade, width=_SCALE // 2)
    for bar in (*chart.bars, *legend_bars()):
        _draw_bar(picture, bar)
    fonts = {strong: ImageFont.load_default(size) for strong, size in ((False, 12 * _SCALE), (True, 13 * _SCALE))}
    for label in chart.labels:
        _draw_label(draw, label, fonts[label.strong])
    written = BytesIO()
    picture.save(written, "PNG", optimize=True)
    return written.getvalue()


def _draw_bar(picture: Image.Image, bar: Bar) -> None:
    left, top = round(bar.x * _SCALE), round(bar.y * _SCALE)
    right, bottom = round((bar.x + bar.width) * _SCALE), round((bar.y + bar.height) * _SCALE)
    # On a piece of its own, so that no hatch goes beyond its bar.
    piece = Image.new("L", (max(1, right - left), max(1, bottom - top)), _FILLS[bar.fill])
    draw = ImageDraw.Draw(piece)
    if bar.fill == "missing":
        for start in range(-piece.height, piece.width, round(_HATCH * _SCALE)):
            draw.line([(start, piece.height), (start + piece.height, 0)], fill=_INK, width=_SCALE)
    if bar.fill in {"missing", "unknown"}:
        draw.rectangle((0, 0, piece.width - 1, piece.height - 1), outline=_INK, width=_SCALE)
    picture.paste(piece, (left, top))


def _draw_label(draw: ImageDraw.ImageDraw, label: Label, font: ImageFont.FreeTypeFont | ImageFont.ImageFont) -> None:
    shade = _INK if label.strong else _SOFT
    place = (label.x * _SCALE, label.y * _SCALE)
    draw.text(place, label.words, fill=shade, font=font, anchor=_ANCHORS[label.anchor])
