from __future__ import annotations

from io import BytesIO

from PIL import Image

from archiver.model.reports import PeriodChecks
from archiver.standards.pages.chart import HEIGHT, WIDTH, checks_chart
from archiver.steps.reporting.picture import chart_picture


def test_the_picture_shows_each_bar_where_the_chart_has_it() -> None:
    periods = [
        PeriodChecks(period="2026-10", ok=100),
        PeriodChecks(period="2026-11", ok=90, damaged=8, missing=8, could_not_check=4),
    ]
    data = chart_picture(periods)
    assert data == chart_picture(periods)
    picture = Image.open(BytesIO(data))
    assert (picture.mode, picture.width / picture.height) == ("L", WIDTH / HEIGHT)
    scale = picture.width / WIDTH
    shades = {}
    for bar in checks_chart(periods).bars:
        box = (bar.x + 2, bar.y + 2, bar.x + bar.width - 2, bar.y + bar.height - 2)
        inside = picture.crop(tuple(round(edge * scale) for edge in box))  # type: ignore[arg-type]
        shades[bar.fill] = {shade for _, shade in inside.getcolors() or []}
    assert shades["ok"] == {0x66}
    assert shades["damaged"] == {0x11}
    assert shades["unknown"] == {0xFF}
    assert shades["missing"] == {0x11, 0xFF}, "hatched"
