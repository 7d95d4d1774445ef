"""A sheet of any format into rows: which reader, which of its tables, and what is said about the whole.

The one place that knows every format; a format more is one reader and one line here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from archiver.describe.metadata_kinds import ARCHIVEMATICA_JSON
from archiver.describe.sheets import wording
from archiver.describe.sheets.columns import names_file
from archiver.describe.sheets.delimited import find_delimiter, find_encoding, read_delimited
from archiver.describe.sheets.exports import EXPORTS, PLAIN_FILES
from archiver.describe.sheets.lines import UNLOCK, SheetError, Table
from archiver.describe.sheets.own_parts import is_own_heading
from archiver.describe.sheets.tables import better_header, header_of, read_table
from archiver.describe.sheets.telling import Telling
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.describe.sheets.lines import Line
    from archiver.describe.sheets.store import RowStore
    from archiver.model import Finding

LARGEST_SHEET = 1 << 30
"""Bytes, as it lies on the disk."""

_FILE_COLUMNS = frozenset({*PLAIN_FILES, *(name for export in EXPORTS for name in export.files)})
_ZIP = b"PK\x03\x04"
_COMPOUND = b"\xd0\xcf\x11\xe0"


def read_sheet(stream: BinaryIO, file: str, store: RowStore) -> tuple[Finding, ...]:
    """Read one sheet.

    Args:
        stream: the file, seekable, at its beginning.
        file: its path in the metadata folder; the extension tells the format.
        store: takes its rows.

    Returns:
        Findings about the sheet as a whole; those about single rows stay with the rows.
    """
    telling = Telling(printable(file))
    try:
        _read_tables(_tables(stream, file.lower(), telling), telling, store)
    except SheetError as error:
        telling.add(wording.unreadable(telling.file, error))
    return telling.findings()


def text_form(stream: BinaryIO) -> tuple[str, str]:
    """Return encoding and delimiter of a sheet of text, to write it again as it is.

    Returns:
        Python's name of an encoding that keeps a byte order mark as a character, and the delimiter.

    Raises:
        SheetError: it is no text that is read.
    """
    encoding = find_encoding(stream)
    delimiter = find_delimiter(stream, encoding, _FILE_COLUMNS)
    stream.seek(0)
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    if encoding.name == "utf-16":
        return marks[stream.read(2)], delimiter
    return encoding.name.removesuffix("-sig"), delimiter


def _tables(stream: BinaryIO, file: str, telling: Telling) -> Iterator[Table]:
    if stream.seek(0, 2) > LARGEST_SHEET:
        raise SheetError(f"is larger than {LARGEST_SHEET >> 20} MiB")
    stream.seek(0)
    start = stream.read(4)
    stream.seek(0)
    if start == _COMPOUND:
        raise SheetError("is protected by a password, or is an old workbook (.xls)", fix=UNLOCK)
    if file.endswith(".xlsx"):
        from archiver.describe.sheets.xlsx import read_xlsx  # noqa: PLC0415 -- only the reader that is needed

        return read_xlsx(stream)
    if file.endswith(".ods"):
        from archiver.describe.sheets.ods import read_ods  # noqa: PLC0415 -- as above

        return read_ods(stream)
    if file == ARCHIVEMATICA_JSON:
        from archiver.describe.sheets.archivematica import read_objects  # noqa: PLC0415 -- as above

        return iter((read_objects(stream),))
    if start.startswith(_ZIP):
        raise SheetError("is a workbook and no text", fix="Name it .xlsx or .ods, whichever it is.")
    return iter((_delimited(stream, file, telling),))


def _delimited(stream: BinaryIO, file: str, telling: Telling) -> Table:
    encoding = find_encoding(stream)
    if encoding.guessed_line is not None:
        telling.add(wording.encoding_guessed(telling.file, encoding))
    delimiter = find_delimiter(stream, encoding, _FILE_COLUMNS)
    if delimiter != ("\t" if file.endswith(".tsv") else ","):
        telling.add(wording.delimiter_detected(telling.file, delimiter))
    return read_delimited(stream, encoding, delimiter)


def _read_tables(tables: Iterator[Table], telling: Telling, store: RowStore) -> None:
    read = 0
    beside: list[Finding] = []
    headless: list[Finding] = []
    for table in tables:
        header = header_of(table)
        if header is None or is_own_heading(header.cells[0]):
            continue  # a workbook's empty sheets say nothing, and what explains a sheet of ours states nothing
        name = table.name or ""
        if names_file(header) and not table.hidden:
            read += 1
            read_table(table, header, telling, store)
        elif names_file(header):
            beside.append(wording.sheet_not_read(telling.file, name, "it is hidden"))
        elif not table.hidden:
            beside.append(wording.sheet_not_read(telling.file, name, "no column is headed 'filename'"))
            headless.append(_headless(table, header, telling.file))
    if not read and not beside:
        raise SheetError("is empty")
    telling.extend(beside if read else headless or beside)


def _headless(table: Table, header: Line, file: str) -> Finding:
    better = better_header(table)
    return wording.no_filename(file, wording.place_of(file, table), header, table, better)
