"""Plain text, shown as its author typed it: lines, blank lines, indentation, tabs and form feeds.

Never interprets the text. Long texts are cut into blocks, because one block's layout time grows with its square.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from archiver.render.contract import PreparedDocument
from archiver.render.texts.characters import first_strong_direction
from archiver.render.texts.decoding import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import RenderRequest

TAB_WIDTH = 8
BLOCK_LINES = 100
BLOCK_CHARACTERS = 8000
_LONG_LINE = 2000
"""Characters; a longer line is cut into several, since a line's layout time also grows with its square."""

_COLUMNS = re.compile(r"^[^\n]{0,500}?(?:[^\s.] {3,}[^\s]|[^\s]\t|[+|]--|\|[^|\n]+\||[\u2500-\u257f])", re.MULTILINE)
_COLUMN_LINES = 3
_PAGE_BREAK = re.compile("\f")


class PlainText:
    """The renderer of ``text/plain``."""

    name = "plain-text"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name)
        pages = _PAGE_BREAK.split(decoded.text)
        style = "columns" if _has_columns(decoded.text) else "text"
        body = "".join(_page(page, first=number == 0, style=style) for number, page in enumerate(pages))
        blank = sum(1 for page in pages if not page.strip())
        return PreparedDocument(
            body=body, text=decoded.text, blank_pages=blank, notes=decoded.notes, findings=decoded.findings
        )


def _page(text: str, *, first: bool, style: str) -> str:
    """Mark up what stands between two form feeds."""
    lines = [piece for line in text.expandtabs(TAB_WIDTH).split("\n") for piece in _pieces(line)]
    # A line feed right after <pre> is dropped by HTML parsers (HTML 13.2.6.4.7), so one is given away.
    marked = "".join(
        f'<pre class="{style}" dir="{direction}">\n{escape(chr(10).join(block))}</pre>'
        for direction, block in _blocks(lines)
    )
    return f'<div class="{"page" if first else "page break"}">{marked}</div>'


def _blocks(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Cut lines into blocks of one direction and of some lines and characters; lines without letters follow on."""
    direction, block, size = "ltr", list[str](), 0
    for line in lines:
        own = first_strong_direction(line) or direction
        if block and (own != direction or len(block) == BLOCK_LINES or size > BLOCK_CHARACTERS):
            yield direction, block
            block, size = [], 0
        size += len(line)
        direction = own
        block.append(line)
    yield direction, block


def _has_columns(text: str) -> bool:
    """Tell whether characters stand below each other on purpose: only a face of one width shows that."""
    return any(number >= _COLUMN_LINES for number, _ in enumerate(_COLUMNS.finditer(text), 1))


def _pieces(line: str) -> Iterator[str]:
    """Cut a very long line, at a space where there is one in the second half of the piece."""
    start = 0
    while len(line) - start > _LONG_LINE:
        space = line.rfind(" ", start + _LONG_LINE // 2, start + _LONG_LINE)
        cut = space + 1 if space > 0 else start + _LONG_LINE
        yield line[start:cut]
        start = cut
    yield line[start:]


RENDERER = PlainText()
