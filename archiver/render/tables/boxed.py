"""A table drawn cell by cell, with lines between."""

from __future__ import annotations

from html import escape
from itertools import repeat, zip_longest
from typing import TYPE_CHECKING

from archiver.render.tables.columns import BOXED, display_width, wrapped
from archiver.render.texts.characters import first_strong_direction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.render.tables.columns import Part

_TALLEST = 20
"""Lines of a row of the layout; a taller row of the table is continued in further ones, since a page cannot break it
well, and the time of one block grows with its square."""

_MORE = '<tr class="more">'
_ABSENT = '<td class="absent"></td>'


def boxed(
    header: Sequence[str], rows: Sequence[Sequence[str]], parts: Sequence[Part], numbers: Sequence[int] | None
) -> tuple[str, int]:
    """Draw a table in its parts, one below the other.

    Args:
        header: one cell a column.
        rows: none longer than the header.
        parts: as :func:`archiver.render.tables.columns.arranged` gave them.
        numbers: of the rows, or None.

    Returns:
        Markup, and about how many lines it takes.
    """
    drawn = [_part(header, rows, part, numbers) for part in parts]
    return "".join(markup for markup, _ in drawn), sum(lines for _, lines in drawn)


def _part(
    header: Sequence[str], rows: Sequence[Sequence[str]], part: Part, numbers: Sequence[int] | None
) -> tuple[str, int]:
    widths = [width * BOXED.character + BOXED.between for width in part.widths]
    if numbers is not None:
        widths.insert(0, len(str(max(numbers, default=0))) * BOXED.character + BOXED.between)
    whole = sum(widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.3f}%">' for width in widths)
    head = ("" if numbers is None else "<th></th>") + "".join(
        _cell("th", cell) for cell in header[part.start : part.start + len(part.widths)]
    )
    body: list[str] = []
    lines = 0
    for row, number in zip(rows, numbers if numbers is not None else repeat(None), strict=False):
        shown, height = _row(row, part, number)
        body.append(shown)
        lines += height
    label = f'<p class="part">{escape(part.label)}</p>' if part.label else ""
    share = min(100.0, 100 * whole / BOXED.page)
    drawn = f"<colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody>"
    return f'{label}<table class="data" style="width:{share:.3f}%">{drawn}</table>', lines


def _row(row: Sequence[str], part: Part, number: int | None) -> tuple[str, int]:
    """Draw one row, in several of the layout where a cell is tall."""
    cells = row[part.start : part.start + len(part.widths)]
    pieces = [_pieces(cell, width) for cell, width in zip(cells, part.widths, strict=False)]
    absent = _ABSENT * (len(part.widths) - len(cells))
    drawn: list[str] = []
    for index, shown in enumerate(zip_longest(*pieces, fillvalue="") if pieces else [()]):
        margin = "" if number is None else f'<td class="number">{"" if index else number}</td>'
        amounts = zip(shown, part.numeric, strict=False)
        marked = "".join(_cell("td", piece, numeric=numeric) for piece, numeric in amounts)
        drawn.append(f"{_MORE if index else '<tr>'}{margin}{marked}{absent}</tr>")
    tallest = max((_lines(cell, width) for cell, width in zip(cells, part.widths, strict=False)), default=1)
    return "".join(drawn), tallest


def _lines(cell: str, width: int) -> int:
    return 1 + cell.count("\n") + display_width(cell) // (width + 1)


def _pieces(cell: str, width: int) -> list[str]:
    if _lines(cell, width) <= _TALLEST:
        return [cell]
    lines = wrapped(cell, width)
    return ["\n".join(lines[start : start + _TALLEST]) for start in range(0, len(lines), _TALLEST)]


def _cell(tag: str, text: str, *, numeric: bool = False) -> str:
    kind = ' class="amount"' if numeric else ""
    direction = ' dir="rtl"' if not text.isascii() and first_strong_direction(text) == "rtl" else ""
    return f"<{tag}{kind}{direction}>{escape(text)}</{tag}>"
