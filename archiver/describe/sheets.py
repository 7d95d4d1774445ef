"""Sheets: a CSV file in the metadata folder whose rows describe documents by file name.

Values are split at ``|`` and never at a comma or semicolon. It reads rows and says what is wrong with them; it never
judges a date or a language, and never looks at the documents.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field

from archiver.describe.keys import key_fix
from archiver.model import Finding, KeptValue, Severity, SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import TermKey, parse_key
from archiver.standards.names import printable

LARGEST_SHEET = 64 * 1024 * 1024
"""Bytes."""

MOST_COLUMNS = 4096
"""Of a sheet: DCMI has 55 terms, and each heading that is none is compared with all of them."""

_FILE_COLUMNS = ("filename", "file")
_DELIMITERS = (",", ";", "\t")
_HEADER_SOUGHT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column with a heading."""

    index: int
    heading: str
    """As written, printable."""

    key: TermKey | None
    """None for a column of its author's own, whose values are kept beside the record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one row says about one file; its values are read only when they are asked for."""

    sheet: str
    number: int
    """As a spreadsheet counts: from 1, the header included."""

    filename: str
    """As written, NFC; ``/`` between segments."""

    cells: tuple[str, ...]
    columns: tuple[Column, ...]
    findings: tuple[Finding, ...] = ()

    def statements(self) -> tuple[Statement, ...]:
        """Return the row's statements, column by column."""
        return tuple(
            Statement(
                term=column.key.term,
                text=part.strip(),
                language=column.key.language,
                source=self._source(column),
            )
            for column in self.columns
            if column.key and column.index < len(self.cells)
            for part in self.cells[column.index].split("|")
            if part.strip()
        )

    def kept(self) -> tuple[KeptValue, ...]:
        """Return the values of columns that name no term, whole."""
        return tuple(
            KeptValue(name=column.heading, text=text, source=self._source(column))
            for column in self.columns
            if not column.key and column.index < len(self.cells) and (text := self.cells[column.index].strip())
        )

    def _source(self, column: Column) -> ValueSource:
        return ValueSource(kind=SourceKind.SHEET, place=f"{self.sheet}, row {self.number}, column {column.heading}")


@dataclass(slots=True, kw_only=True)
class Sheet:
    """A sheet, read."""

    file: str
    rows: dict[str, Row] = field(default_factory=dict)
    """File name -> the first row that names it."""

    findings: list[Finding] = field(default_factory=list)
    """About the sheet as a whole."""


def read_sheet(data: bytes, file: str) -> Sheet:
    """Read one CSV sheet.

    Args:
        data: the whole file: UTF-8, UTF-16 with a byte order mark, or else taken for Windows-1252 and said so.
        file: its path in the metadata folder.

    Returns:
        Its rows by file name, and findings for everything that could not be used.
    """
    sheet = Sheet(file=printable(file))
    text = _decode(data, sheet)
    if text is None:
        return sheet
    if not text.strip():
        sheet.findings.append(_unreadable(sheet.file, "is empty"))
        return sheet
    delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if number == 1:
                name_index, columns, width = _header(cells, sheet, text, delimiter)
                if name_index is None:
                    return sheet
            elif any(cell.strip() for cell in cells):
                _add_row(sheet, number, cells, (name_index or 0, columns, width))
    except csv.Error as error:
        sheet.findings.append(
            _unreadable(sheet.file, f"cannot be read from row {number + 1} on ({error}); rows before it are used")
        )
    return sheet


def _decode(data: bytes, sheet: Sheet) -> str | None:
    if len(data) > LARGEST_SHEET:
        sheet.findings.append(_unreadable(sheet.file, "is larger than 64 MiB"))
        return None
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        sheet.findings.append(
            Finding(
                severity=Severity.INFO,
                code="sheet-encoding-guessed",
                file=sheet.file,
                message=f"{sheet.file}: not UTF-8; read as Windows-1252.",
                fix="Save the sheet as 'CSV UTF-8' so that no letter has to be guessed.",
            )
        )
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        sheet.findings.append(_unreadable(sheet.file, f"holds NUL characters, first in line {line}: it is no text"))
        return None
    return text


def _delimiter(text: str) -> str:
    """Choose the delimiter under which the header has a file name column; else the one with most columns."""
    first = text[: csv.field_size_limit()].split("\n", 1)[0]

    def rank(delimiter: str) -> tuple[bool, int]:
        try:
            cells = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:
            return False, 0
        return any(_folded(cell) in _FILE_COLUMNS for cell in cells), len(cells)

    return max(_DELIMITERS, key=rank)


def _header(cells: list[str], sheet: Sheet, text: str, delimiter: str) -> tuple[int | None, tuple[Column, ...], int]:
    """Read the header row: which column names the file, and which term each other column states."""
    if len(cells) > MOST_COLUMNS:
        sheet.findings.append(
            _unreadable(sheet.file, f"has {len(cells)} columns; no more than {MOST_COLUMNS} are accepted")
        )
        return None, (), 0
    folded = [_folded(cell) for cell in cells]
    name = next((name for name in _FILE_COLUMNS if name in folded), None)
    if name is None or folded.count(name) > 1:
        sheet.findings.append(_no_filename(sheet.file, name, text, delimiter))
        return None, (), 0
    columns = []
    for index, cell in enumerate(cells):
        if not cell.strip() or index == folded.index(name):
            continue
        key = parse_key(cell)
        columns.append(Column(index=index, heading=printable(cell.strip()), key=key))
        if key is None:
            sheet.findings.append(_unknown_column(sheet.file, cell, index))
    if not any(column.key for column in columns):
        sheet.findings.append(_unreadable(sheet.file, "has no column that names a DCMI term"))
    return folded.index(name), tuple(columns), len(cells)


def _add_row(sheet: Sheet, number: int, cells: list[str], layout: tuple[int, tuple[Column, ...], int]) -> None:
    name_index, columns, width = layout
    filename = _filename(cells[name_index]) if name_index < len(cells) else ""
    if not filename:
        sheet.findings.append(
            Finding(
                severity=Severity.WARNING,
                code="sheet-row-without-file",
                file=sheet.file,
                message=f"{sheet.file}, row {number}: the row names no file; its values are not used.",
                fix="Write the document's path in the column filename, or take the row out.",
            )
        )
        return
    if filename in sheet.rows:
        sheet.findings.append(duplicate_row(sheet.rows[filename], sheet.file, number))
        return
    findings: tuple[Finding, ...] = ()
    surplus = any(cell.strip() for cell in cells[width:])
    if surplus or len(cells) < width:
        findings = (_ragged(sheet.file, number, filename, len(cells), width),)
    # With cells to spare nobody can tell which value belongs to which column.
    sheet.rows[filename] = Row(
        sheet=sheet.file,
        number=number,
        filename=filename,
        cells=() if surplus else tuple(cells),
        columns=columns,
        findings=findings,
    )


def duplicate_row(first: Row, sheet: str, number: int) -> Finding:
    """Word the finding for a second row about one file."""
    return Finding(
        severity=Severity.ERROR,
        code="sheet-duplicate-row",
        file=sheet,
        message=f"{sheet}, row {number}: {printable(first.filename)!r} is described already in {first.sheet}, row "
        f"{first.number}; only that first row is used.",
        fix="Keep one row a file; repeat a column or write 'a | b' for several values of one term.",
    )


def _folded(cell: str) -> str:
    return cell.strip().lower()


def _filename(cell: str) -> str:
    return unicodedata.normalize("NFC", cell.strip()).removeprefix("./").rstrip("/")


def _no_filename(file: str, repeated: str | None, text: str, delimiter: str) -> Finding:
    if repeated:
        message = f"{file}, row 1: the column {repeated!r} stands twice; no row can be matched to a document."
    else:
        message = f"{file}, row 1: no column is headed 'filename'; no row can be matched to a document."
        lines = text[: csv.field_size_limit()].split("\n")[1:_HEADER_SOUGHT]
        for number, line in enumerate(lines, start=2):
            if any(_folded(cell).strip('"') in _FILE_COLUMNS for cell in line.split(delimiter)):
                message += f" Row {number} looks like the header."
                break
    return Finding(
        severity=Severity.ERROR,
        code="sheet-no-filename",
        file=file,
        message=message,
        fix="Make the first row the header, with one column 'filename' and one for each term; no title row above it.",
    )


def _unknown_column(file: str, cell: str, index: int) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="description-unknown-key",
        file=file,
        message=f"{file}, row 1, column {index + 1}: {printable(cell.strip()[:80])!r} names no DCMI term; "
        "its values are kept beside the record and are in none of its terms.",
        fix=key_fix(cell),
    )


def _ragged(file: str, number: int, filename: str, cells: int, width: int) -> Finding:
    more = cells > width
    return Finding(
        severity=Severity.ERROR if more else Severity.WARNING,
        code="sheet-ragged-row",
        file=file,
        message=f"{file}, row {number} ({printable(filename)}): {cells} cells where the header has {width}; "
        + ("the row is not used." if more else "the missing ones count as empty."),
        fix="Put a value that holds the delimiter in double quotes."
        if more
        else "Fill the row up with empty cells, one a column.",
    )


def _unreadable(file: str, reason: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="sheet-unreadable",
        file=file,
        message=f"{file}: the sheet {reason}.",
        fix="Save it as 'CSV UTF-8' with a header row: filename, then one column for each term.",
    )
