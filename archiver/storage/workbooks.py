"""Writes tables as XLSX workbooks and as CSV: every cell a text, no text a formula, always the same bytes.

It knows nothing of what the cells mean, and reads no workbook.
"""

from __future__ import annotations

import csv
import shutil
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from archiver.standards.formula_cells import guarded
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet  # type: ignore[import-untyped]

LONGEST_CELL = 32_767
"""Characters that a spreadsheet program keeps of a cell of a workbook."""

_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)
_GREY = "FF767676"
_HEADER_FILL = "FFE7E9EC"
_LIST_NAME = "Lists"
_PROMPT = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """One column: its heading, and how it is shown."""

    heading: str
    width: int = 24
    """Characters."""

    grey: bool = False
    """Shown in grey italics: to be read, and not to be taken as stated."""

    choices: tuple[str, ...] = ()
    """Offered as a drop-down list; other texts may be typed all the same."""

    prompt: str = ""
    """Shown where a cell of it is chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of texts."""

    name: str
    columns: tuple[TableColumn, ...]
    rows: Iterable[Sequence[str]]
    """Read once."""

    rows_offered: int = 0
    """Rows, from the first below the header, in which drop-down lists and prompts are given."""


def write_csv(path: Path, table: Table) -> None:
    """Write a table as CSV, which every spreadsheet program opens: UTF-8 with a mark, commas, CR LF (RFC 4180).

    Raises:
        OSError: the disk refused.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_text(column.heading) for column in table.columns])
        writer.writerows([_text(cell) for cell in row] for row in table.rows)


def _text(cell: str) -> str:
    return guarded(xml_text(cell), "text")


def write_workbook(path: Path, tables: Sequence[Table], now: datetime) -> None:
    """Write tables as the sheets of a workbook (ECMA-376).

    Args:
        path: a new file.
        tables: the first is shown when the workbook is opened.
        now: the time it bears: aware, UTC.

    Raises:
        OSError: the disk refused.
    """
    import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.2 s, and only where a workbook is written

    book = openpyxl.Workbook(write_only=True)
    book.properties.creator = "Archiver"
    book.properties.created = book.properties.modified = now.replace(tzinfo=None)
    lists: dict[tuple[str, ...], int] = {}
    for table in tables:
        _write_table(book.create_sheet(table.name), table, lists)
    if lists:
        _write_lists(book.create_sheet(_LIST_NAME), lists)
    save_workbook(book, path)


def save_workbook(book: Any, path: Path) -> None:  # noqa: ANN401 - openpyxl has no types
    """Save a workbook of openpyxl's so that its bytes depend on nothing but itself.

    Raises:
        OSError: the disk refused.
    """
    from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    with _TimelessZip(path, "x", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        ExcelWriter(book, archive).write_data()


def _write_table(sheet: Worksheet, table: Table, lists: dict[tuple[str, ...], int]) -> None:
    from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from openpyxl.styles import Alignment, Font, PatternFill  # type: ignore[import-untyped]  # noqa: PLC0415
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]  # noqa: PLC0415

    sheet.freeze_panes = "B2"
    for index, column in enumerate(table.columns, start=1):
        letter = get_column_letter(index)
        sheet.column_dimensions[letter].width = column.width
        if table.rows_offered and (column.choices or column.prompt):
            sheet.data_validations.append(_offer(column, f"{letter}2:{letter}{table.rows_offered + 1}", lists))
    bold, fill = Font(bold=True), PatternFill("solid", fgColor=_HEADER_FILL)
    grey, wrapped = Font(italic=True, color=_GREY), Alignment(vertical="top", wrap_text=True)

    def cell(text: str, **style: Any) -> Any:  # noqa: ANN401 - openpyxl has no types
        made = WriteOnlyCell(sheet, value=workbook_text(text))
        made.data_type = "s"  # or a text that begins with = would be a formula
        for name, value in style.items():
            setattr(made, name, value)
        return made

    sheet.append([cell(column.heading, font=bold, fill=fill) for column in table.columns])
    styles = [{"font": grey} if column.grey else {"alignment": wrapped} for column in table.columns]
    for row in table.rows:
        sheet.append([cell(text, **style) if text else None for text, style in zip(row, styles, strict=False)])


def workbook_text(text: str) -> str:
    """Return a text as a cell of a workbook holds it: what XML forbids is U+FFFD, and no more than a cell keeps."""
    return guarded(xml_text(text), "workbook")[:LONGEST_CELL]


def _offer(column: TableColumn, cells: str, lists: dict[tuple[str, ...], int]) -> Any:  # noqa: ANN401 - as above
    from openpyxl.utils import get_column_letter  # noqa: PLC0415 - as above
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped]  # noqa: PLC0415

    offer = DataValidation(type=None, allow_blank=True, showErrorMessage=False, sqref=cells)
    if column.choices:
        letter = get_column_letter(lists.setdefault(column.choices, len(lists) + 1))
        offer.type = "list"
        offer.formula1 = f"{_LIST_NAME}!${letter}$1:${letter}${len(column.choices)}"
    if column.prompt:
        offer.showInputMessage = True
        offer.promptTitle = column.heading[:32]
        offer.prompt = xml_text(column.prompt[:_PROMPT])
    return offer


def _write_lists(sheet: Worksheet, lists: dict[tuple[str, ...], int]) -> None:
    sheet.sheet_state = "hidden"
    longest = max(len(choices) for choices in lists)
    for index in range(longest):
        sheet.append([choices[index] if index < len(choices) else None for choices in lists])


class _TimelessZip(zipfile.ZipFile):
    """A ZIP file whose members bear no time of their own."""

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_rest: Any, **_options: Any) -> None:  # noqa: ANN401
        """Write a member from memory."""
        super().writestr(_member(str(getattr(zinfo_or_arcname, "filename", zinfo_or_arcname))), data)

    def write(self, filename: Any, arcname: Any = None, *_rest: Any, **_options: Any) -> None:  # noqa: ANN401
        """Write a member from a file."""
        target: IO[bytes]
        with Path(filename).open("rb") as source, self.open(_member(str(arcname)), "w") as target:
            shutil.copyfileobj(source, target)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(name.lstrip("/"), _ZIP_EPOCH)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
