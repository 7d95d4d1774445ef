"""Which codes of a simple font a PDF shows: read from the operators of its pages and forms."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import pikepdf

if TYPE_CHECKING:
    from collections.abc import Iterator

_OPERATORS = "Tf Tj TJ ' \""


def shown_codes(pdf: pikepdf.Pdf) -> dict[tuple[int, int], set[int]]:
    """Return the bytes shown in each font, by the font's object number; of composite fonts they mean nothing.

    Args:
        pdf: opened.

    Raises:
        pikepdf.PdfError: a content stream cannot be read.
    """
    shown: dict[tuple[int, int], set[int]] = defaultdict(set)
    for content, resources in _contents(pdf):
        fonts = resources.get("/Font", pikepdf.Dictionary())
        current: tuple[int, int] | None = None
        for instruction in pikepdf.parse_content_stream(content, _OPERATORS):
            if str(instruction.operator) == "Tf":
                font = fonts.get(str(instruction.operands[0]))
                current = font.objgen if font is not None else None
            elif current is not None:
                shown[current].update(_codes(instruction.operands[-1]))
    return shown


def _contents(pdf: pikepdf.Pdf) -> Iterator[tuple[pikepdf.Object | pikepdf.Page, pikepdf.Object]]:
    for page in pdf.pages:
        yield page, page.resources
    for one in pdf.objects:
        if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Form":
            yield one, one.get("/Resources", pikepdf.Dictionary())


def _codes(operand: object) -> Iterator[int]:
    if isinstance(operand, pikepdf.String):
        yield from bytes(operand)
    elif isinstance(operand, pikepdf.Array):
        for one in operand:
            if isinstance(one, pikepdf.String):
                yield from bytes(one)
