"""A large table as lines of aligned text: one cell of the layout engine holds many rows, each with its number."""

from __future__ import annotations

from html import escape
from itertools import zip_longest
from typing import TYPE_CHECKING

from archiver.render.tables.columns import display_width, wrapped
from archiver.render.texts.characters import first_strong_direction, is_right_to_left

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from archiver.render.tables.columns import Part

_LINES = 10
"""Of one block, or a few more: a page is broken between blocks."""


def dense(
    header: Sequence[str], rows: Sequence[Sequence[str]], parts: Sequence[Part], numbers: Sequence[int] | None
) -> tuple[str, int]:
    """Draw a table as :func:`archiver.render.tables.boxed.boxed` does, in lines."""
    drawn = [_part(header, rows, part, numbers or range(1, len(rows) + 1)) for part in parts]
    return "".join(markup for markup, _ in drawn), sum(lines for _, lines in drawn)


def _part(header: Sequence[str], rows: Sequence[Sequence[str]], part: Part, numbers: Sequence[int]) -> tuple[str, int]:
    margin = len(str(max(numbers, default=0)))
    head = "\n".join(_row(" " * margin, header, part, numeric=False))
    blocks: list[str] = []
    block: list[str] = []
    lines = 0
    for number, row in zip(numbers, rows, strict=True):
        block += _row(str(number).rjust(margin), row, part, numeric=True)
        if len(block) >= _LINES:
            blocks.append("\n".join(block))
            lines, block = lines + len(block), []
    blocks.append("\n".join(block))
    label = f'<p class="part">{escape(part.label)}</p>' if part.label else ""
    body = "".join(f"<tr><td>{one}</td></tr>" for one in blocks if one)
    return (
        f'{label}<table class="dense"><thead><tr><th>{head}</th></tr></thead><tbody>{body}</tbody></table>',
        lines + len(block),
    )


def _row(margin: str, row: Sequence[str], part: Part, *, numeric: bool) -> Iterator[str]:
    """Yield the lines of one row, the second and the following ones without its number."""
    cells = row[part.start : part.start + len(part.widths)]
    columns = [wrapped(cell, width) for cell, width in zip(cells, part.widths, strict=False)]
    for line, pieces in enumerate(zip_longest(*columns, fillvalue="")):
        shown = [
            _padded(piece, width, right=numeric and amount)
            for piece, width, amount in zip(pieces, part.widths, part.numeric, strict=False)
        ]
        yield "  ".join([" " * len(margin) if line else margin, *shown]).rstrip()
    if not columns:
        yield margin


def _padded(piece: str, width: int, *, right: bool) -> str:
    space = " " * max(0, width - display_width(piece))
    marked = escape(piece, quote=False)
    if is_right_to_left(piece):
        marked = f'<bdi dir="{first_strong_direction(piece) or "ltr"}">{marked}</bdi>'
    return space + marked if right else marked + space
