"""A person's own sheet with one column more: nothing else of it is changed, and the original is only read.

Text stays in its encoding, with its delimiter and line ends, byte for byte; a workbook stays as openpyxl keeps it.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from archiver.errors import ArchiverError
from archiver.standards.formula_cells import guarded
from archiver.standards.names import printable
from archiver.storage.workbooks import save_workbook, workbook_text

MOST_UNPACKED = 48 << 20
"""Bytes of a workbook's parts; openpyxl holds some twenty times as much in memory."""

_WIDTH = 60
_RED = "FF9C0006"
_NAME = 100


class NotAnnotatedError(ArchiverError):
    """A sheet cannot be written again; the message goes on after its name and a colon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """How a sheet of text is written."""

    encoding: str
    """Python's name; one that keeps a byte order mark as a character."""

    delimiter: str


def annotate_text(stream: BinaryIO, target: Path, form: TextForm, heading: str, notes: Mapping[int, str]) -> None:
    """Write a CSV or TSV again with a last column.

    Args:
        stream: the sheet, seekable.
        target: a new file.
        form: how it is written.
        heading: of the new column; a column of that heading that is there already is filled anew.
        notes: number of a row, as a spreadsheet counts -> what stands in the new column.

    Raises:
        OSError: the disk refused.
    """
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding=form.encoding, newline="")
    try:
        with target.open("w", encoding=form.encoding, errors="replace", newline="") as out:
            for line in _annotated(text, form, heading, notes):
                out.write(line)
    finally:
        text.detach()


def _annotated(text: io.TextIOWrapper, form: TextForm, heading: str, notes: Mapping[int, str]) -> Iterator[str]:
    taken: list[str] = []
    reader = csv.reader(_heard(text, taken), delimiter=form.delimiter)
    width, there = 0, None
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            raw = "".join(taken)
            taken.clear()
            filled = any(cell.strip("\ufeff \t\r\n") for cell in cells)
            if not width and filled and not (number == 1 and raw.lower().lstrip("\ufeff").startswith("sep=")):
                width = len(cells)
                there = next((at for at, cell in enumerate(cells) if cell.strip().lower() == heading), None)
                yield raw if there is not None else _longer(raw, form, len(cells), width, heading)
            elif not width or not filled:
                yield raw
            elif there is not None:
                yield _refilled(raw, form, cells, there, notes.get(number, ""))
            else:
                yield _longer(raw, form, len(cells), width, notes.get(number, ""))
    except csv.Error:
        yield "".join(taken)
        yield from text  # from here on nobody knows where a row ends


def _heard(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _longer(raw: str, form: TextForm, cells: int, width: int, note: str) -> str:
    body = raw.rstrip("\r\n")
    padding = form.delimiter * max(1, width - cells + 1)
    return f"{body}{padding}{_written(note, form)}{raw[len(body) :]}"


def _refilled(raw: str, form: TextForm, cells: list[str], at: int, note: str) -> str:
    body = raw.rstrip("\r\n")
    cells = [*cells, *[""] * (at + 1 - len(cells))]
    cells[at] = guarded(note, "text")
    return form.delimiter.join(_quoted(cell, form) for cell in cells) + raw[len(body) :]


def _written(note: str, form: TextForm) -> str:
    return _quoted(guarded(note, "text"), form)


def _quoted(cell: str, form: TextForm) -> str:
    if any(mark in cell for mark in (form.delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def annotate_workbook(
    stream: BinaryIO, target: Path, heading: str, notes: Mapping[str | None, Mapping[int, str]]
) -> None:
    """Write an XLSX workbook again with a last column in each sheet that has notes.

    Args:
        stream: the workbook, seekable.
        target: a new file.
        heading: of the new column; a column of that heading that is there already is filled anew.
        notes: name of a sheet, printable -> number of a row -> what stands in the new column.

    Raises:
        NotAnnotatedError: it is too large, or openpyxl cannot read it.
        OSError: the disk refused.
    """
    book = _load(stream)
    for sheet in book.worksheets:
        of_sheet = notes.get(printable(sheet.title[:_NAME]))
        if of_sheet:
            _annotate_sheet(sheet, heading, of_sheet)
    save_workbook(book, target)


def _load(stream: BinaryIO) -> Any:  # noqa: ANN401 - openpyxl has no types
    import openpyxl  # type: ignore[import-untyped]  # noqa: PLC0415 - 0.2 s, and only where a workbook is written

    try:
        unpacked = _unpacked_size(stream)
        book = openpyxl.load_workbook(stream) if unpacked <= MOST_UNPACKED else None
    except Exception as error:
        raise NotAnnotatedError(f"openpyxl cannot read it ({type(error).__name__})") from error
    if book is None:
        raise NotAnnotatedError(f"it unpacks to {unpacked:,} bytes, and no more than {MOST_UNPACKED:,} are written")
    return book


def _unpacked_size(stream: BinaryIO) -> int:
    stream.seek(0)
    with zipfile.ZipFile(stream) as parts:
        unpacked = sum(part.file_size for part in parts.infolist())  # zipfile reads no part beyond its stated size
    stream.seek(0)
    return unpacked


def _annotate_sheet(sheet: Any, heading: str, notes: Mapping[int, str]) -> None:  # noqa: ANN401 - as above
    from openpyxl.styles import Alignment, Font  # type: ignore[import-untyped]  # noqa: PLC0415 - as above
    from openpyxl.utils import get_column_letter  # type: ignore[import-untyped]  # noqa: PLC0415 - as above

    header, column = _header(sheet, heading)
    for (number,) in sheet.iter_rows(min_row=header + 1, min_col=column, max_col=column):
        number.value = None  # what was said last time
    texts = {header: heading, **notes}
    for row, text in texts.items():
        cell = sheet.cell(row, column)
        cell.value = workbook_text(text)
        cell.data_type = "s"
        cell.font = Font(bold=row == header, color=_RED)
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH


def _header(sheet: Any, heading: str) -> tuple[int, int]:  # noqa: ANN401 - as above
    """Return the row of the header, the first that is not blank, and the column to be filled."""
    for row in sheet.iter_rows():
        if any(str(cell.value or "").strip() for cell in row):
            there = next((cell.column for cell in row if str(cell.value or "").strip().lower() == heading), None)
            return row[0].row, there or max(cell.column for cell in row) + 1
    return 1, 1
