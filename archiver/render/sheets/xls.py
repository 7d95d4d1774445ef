"""Workbooks of Excel 5 to 2003 (XLS), sheet by sheet, as the tables their cells are.

The library alone can read them, so nothing is counted before it does; its memory is the rendering child's limit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.sheets.renderer import drawn
from archiver.render.tables import TableTooLongError
from archiver.render.texts.decoding import settle
from archiver.render.zipped import document_too_large

if TYPE_CHECKING:
    from archiver.model import RenderRequest


class Xls:
    """The renderer of XLS workbooks."""

    name = "xls"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        try:
            body, text = drawn(request.content, request.name)
        except TableTooLongError as error:
            raise UnreadableTextError(document_too_large(request.name, str(error))) from error
        settled, settled_text = settle(body, request.name), settle(text, request.name)
        return PreparedDocument(
            body=settled.text,
            text=settled_text.text,
            notes=("cells shown by their stored values, without number formats", *settled_text.notes),
            findings=(_cells_alone(request.name), *settled_text.findings),
        )


def _cells_alone(name: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="sheet-cells-alone",
        file=name,
        message=f"{name}: the PDF shows the cells of the workbook and nothing else that may be in it: charts, "
        "pictures, comments, macros. Cells whose value is an error, or was never computed, are blank.",
        fix="Nothing has to be done; if a reader needs more, put a PDF made by the program itself into the item.",
    )


RENDERER = Xls()
