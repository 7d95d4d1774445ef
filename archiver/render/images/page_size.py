"""How large a page a picture gets, and how it is put upright on it. Numbers only."""

from __future__ import annotations

_A4 = (595.276, 841.89)
_UNSTATED = 96.0
"""Pixels an inch of a picture that states none."""

# ISO 19005-2 6.1.13: no side of a page below 3 units or above 14,400.
_SHORTEST, _LONGEST = 3.0, 14_400.0
_TURNED = frozenset({5, 6, 7, 8})


def page_size(
    pixels: tuple[int, int], resolution: tuple[float, float] | None, orientation: int
) -> tuple[tuple[float, float], str]:
    """Return the size of the page for a picture, and a note where it is not the picture's own size.

    Args:
        pixels: of the file's picture, across and down.
        resolution: pixels an inch, across and down; None when the file states none.
        orientation: 1 to 8, as in EXIF.

    Returns:
        Width and height in points, upright, between 3 and 14,400; a note, or an empty string.
    """
    across, down = resolution or (_UNSTATED, _UNSTATED)
    width, height = pixels[0] * 72 / across, pixels[1] * 72 / down
    if orientation in _TURNED:
        width, height = height, width
    note = ""
    if resolution is None:
        note = "it states no resolution: shown at 96 pixels an inch, or smaller to fit A4"
        paper = _A4 if width <= height else _A4[::-1]
        shrink = min(1.0, paper[0] / width, paper[1] / height)
        width, height = width * shrink, height * shrink
    sane = width, height
    shrink = min(1.0, _LONGEST / max(width, height))
    width, height = max(width * shrink, _SHORTEST), max(height * shrink, _SHORTEST)
    if (width, height) != sane:
        note = "its page is not as large as the file states, because PDF/A has pages of 3 to 14,400 points"
    return (width, height), note


def matrix(orientation: int, width: float, height: float) -> tuple[float, float, float, float, float, float]:
    """Return the matrix that puts the unit square of an image upright on a page (ISO 32000-1 8.3.3).

    Args:
        orientation: 1 to 8, as in EXIF (tag 274 of TIFF 6.0: what the 0th row and column are).
        width: of the page, in points.
        height: of the page, in points.
    """
    return {
        1: (width, 0.0, 0.0, height, 0.0, 0.0),
        2: (-width, 0.0, 0.0, height, width, 0.0),
        3: (-width, 0.0, 0.0, -height, width, height),
        4: (width, 0.0, 0.0, -height, 0.0, height),
        5: (0.0, -height, -width, 0.0, width, height),
        6: (0.0, -height, width, 0.0, 0.0, height),
        7: (0.0, height, width, 0.0, 0.0, 0.0),
        8: (0.0, height, -width, 0.0, width, 0.0),
    }[orientation]
