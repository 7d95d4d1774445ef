"""XLSX and ODS workbooks, sheet by sheet, as the tables their cells are."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.sheets.cells import cell_text, column_letters
from archiver.render.sheets.measuring import (
    MOST_AREA,
    Census,
    NotXmlError,
    OdsContent,
    SharedStrings,
    TooMuchError,
    XlsxSheet,
    scan,
)
from archiver.render.tables import Table, TableTooLongError, table_view
from archiver.render.tables.table import MOST_LINES
from archiver.render.texts.decoding import settle
from archiver.render.zipped import Container, document_damaged, document_too_large, repacked
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from python_calamine import CalamineSheet, SheetMetadata

    from archiver.model import RenderRequest

_SHARED = "sharedstrings.xml"
_ODS = "content.xml"
# Parts of a workbook that are more than cells, by what their names hold -> what they are.
_NOT_SHOWN = {
    "/charts/": "charts",
    "/chartsheets/": "charts",
    "/media/": "pictures",
    "pictures/": "pictures",
    "comments": "comments",
    "/embeddings/": "embedded objects",
    "object ": "embedded objects",
    "vbaproject": "macros",
    "basic/": "macros",
}

_KINDS = {"ChartSheet": "a chart", "DialogSheet": "a dialog", "MacroSheet": "macros", "Vba": "macros"}
_EMPTY = "This sheet is empty."
_NO_SHEETS = "This workbook has no sheets."


class Sheets:
    """The renderer of XLSX and ODS workbooks."""

    name = "sheets"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        container = Container(request.content, request.name)
        names = container.names
        parts = {name: container.read(name) for name in names if name.lower().endswith((".xml", ".rels", "mimetype"))}
        census = _measured(parts, request.name)
        try:
            body, text = drawn(repacked(parts.items()), request.name)
        except TableTooLongError as error:
            raise UnreadableTextError(document_too_large(request.name, str(error))) from error
        # A cell may hold what PDF/A cannot carry; markup holds none of it.
        settled, settled_text = settle(body, request.name), settle(text, request.name)
        return PreparedDocument(
            body=settled.text,
            text=settled_text.text,
            notes=(_told(census), *settled_text.notes),
            findings=(*_about(names, census, request.name), *settled_text.findings),
        )


def _measured(parts: dict[str, bytes], name: str) -> Census:
    """Count what is in a workbook.

    Raises:
        UnreadableTextError: it is none, or has more than can be laid out.
    """
    census = Census()
    shared = SharedStrings()
    try:
        for part, content in parts.items():
            if part.lower().endswith(_SHARED):
                scan(content, shared)
        for part, content in parts.items():
            if part == _ODS:
                scan(content, OdsContent(census))
            elif part.lower().endswith(".xml") and not part.lower().endswith(_SHARED):
                scan(content, XlsxSheet(census, shared.lengths))
    except NotXmlError as error:
        raise UnreadableTextError(document_damaged(name, printable(f"its part {part}: {error}"[:300]))) from error
    except TooMuchError as error:
        raise UnreadableTextError(document_too_large(name, str(error))) from error
    return census


def drawn(content: bytes, name: str) -> tuple[str, str]:
    """Return the markup and the text of all sheets.

    Args:
        content: the workbook, in any format that the library reads.
        name: the document's path, for messages.

    Raises:
        UnreadableTextError: it is no workbook, or a sheet of it spans too many places.
        TableTooLongError: there are more rows than can be laid out.
    """
    bodies: list[str] = []
    texts: list[str] = []
    lines = 0
    for title, rows in _sheets(content, name):
        if rows.total_height * rows.total_width > MOST_AREA:
            cause = f"a sheet of it spans more than {MOST_AREA:,} places"
            raise UnreadableTextError(document_too_large(name, cause))
        body, text, more = _sheet(rows)
        lines += more
        if lines > MOST_LINES:
            raise TableTooLongError(lines)
        bodies.append(f"<h1>{escape(title)}</h1>{body}")
        texts += (title, text)
    if not bodies:
        return f"<p>{_NO_SHEETS}</p>", _NO_SHEETS
    return "".join(bodies), "\n".join(texts)


def _sheets(content: bytes, name: str) -> Iterator[tuple[str, CalamineSheet]]:
    """Yield each sheet with its heading.

    Raises:
        UnreadableTextError: the library cannot read the workbook.
    """
    from python_calamine import CalamineWorkbook  # noqa: PLC0415 - a library for this format alone

    try:
        workbook = CalamineWorkbook.from_filelike(BytesIO(content))
        for metadata in workbook.sheets_metadata:
            yield _heading(metadata), workbook.get_sheet_by_name(metadata.name)
    except Exception as error:
        raise UnreadableTextError(
            document_damaged(name, printable(f"{type(error).__name__}: {error}"[:200]))
        ) from error
    except BaseException as error:
        # A panic of the library, which is written in Rust, is no Exception.
        if type(error).__name__ == "PanicException":
            raise UnreadableTextError(document_damaged(name, "the library that reads it gave up")) from error
        raise


def _heading(metadata: SheetMetadata) -> str:
    """Return a sheet's name, and what a reader of the workbook would not see."""
    visible = str(metadata.visible).rpartition(".")[2]
    kind = str(metadata.typ).rpartition(".")[2]
    said = [] if visible == "Visible" else ["hidden"]
    said += [] if kind == "WorkSheet" else [_KINDS.get(kind, "no cells")]
    return f"{metadata.name} ({', '.join(said)})" if said else metadata.name


def _sheet(sheet: CalamineSheet) -> tuple[str, str, int]:
    """Return the markup and the text of one sheet, and how many lines it takes; empty rows and columns are left out."""
    row, column = sheet.start or (0, 0)
    cells = [[cell_text(value) for value in values] for values in sheet.to_python()]
    filled = [index for index, values in enumerate(cells) if any(values)]
    if not filled:
        return f"<p>{_EMPTY}</p>", _EMPTY, 1
    columns = [index for index in range(len(cells[0])) if any(cells[one][index] for one in filled)]
    table = Table(
        header=tuple(column_letters(column + index) for index in columns),
        rows=[[cells[one][index] for index in columns] for one in filled],
        numbers=[row + one + 1 for one in filled],
    )
    view = table_view(table)
    return view.body, view.text, view.lines


def _told(census: Census) -> str:
    formulas = f"; formulas by their last stored results: {census.formulas:,}" if census.formulas else ""
    return f"cells shown by their stored values, without number formats: {census.cells:,}{formulas}"


def _about(names: tuple[str, ...], census: Census, name: str) -> Iterator[Finding]:
    blank = census.without_result + census.errors
    if blank:
        yield Finding(
            severity=Severity.WARNING,
            code="sheet-cells-blank",
            file=name,
            message=f"{name}: cells that are blank in the PDF, because their formula has no stored result "
            f"({census.without_result:,}) or their value is an error ({census.errors:,}): {blank:,}.",
            fix="Open the workbook in a spreadsheet program, let it compute, and save it; the original keeps them.",
        )
    hidden = {what for part in names for mark, what in _NOT_SHOWN.items() if mark in f"/{part.lower()}"}
    if hidden:
        yield Finding(
            severity=Severity.INFO,
            code="sheet-parts-not-shown",
            file=name,
            message=f"{name}: the PDF shows the cells of the workbook, and none of its {', '.join(sorted(hidden))}.",
            fix="Nothing has to be done; if a reader needs them, put a PDF made by the program itself into the item.",
        )


RENDERER = Sheets()
