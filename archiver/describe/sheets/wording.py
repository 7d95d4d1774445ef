"""What is said about a sheet as a whole: each finding names the file, the sheet, the row and the column.

Words only; nothing is read or judged here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.describe.sheets.lines import column_name
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from archiver.describe.sheets.columns import Layout
    from archiver.describe.sheets.delimited import Encoding
    from archiver.describe.sheets.lines import Line, SheetError, Table
    from archiver.describe.sheets.telling import Places

_SHOWN = 60
_LIKE_DELIMITERS = "|:^~"
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs"}


def place_of(file: str, table: Table) -> str:
    """Return what a row's place begins with: ``letters.csv``, or ``letters.xlsx, sheet Letters``."""
    return file if table.name is None else f"{file}, sheet {table.name}"


def unreadable(file: str, error: SheetError, place: str = "") -> Finding:
    """Word why a sheet, or the rest of it, cannot be read."""
    return Finding(
        severity=Severity.ERROR,
        code="sheet-unreadable",
        file=file,
        message=f"{place or file}: the sheet {printable(str(error))}.",
        fix=error.fix or "Save it as 'CSV UTF-8' or XLSX with a header row: filename, then one column for each term.",
    )


def encoding_guessed(file: str, encoding: Encoding) -> Finding:
    """Word that a sheet was taken for Windows-1252, with a line of it, so that its reader can see."""
    return Finding(
        severity=Severity.INFO,
        code="sheet-encoding-guessed",
        file=file,
        message=f"{file}: not UTF-8; read as Windows-1252. Line {encoding.guessed_line} then begins "
        f"'{printable(encoding.example[:_SHOWN])}'.",
        fix="See whether that line looks right; save the sheet as 'CSV UTF-8' so that no letter has to be guessed.",
    )


def delimiter_detected(file: str, delimiter: str) -> Finding:
    """Word that a sheet's cells are separated by something else than its name says."""
    return Finding(
        severity=Severity.INFO,
        code="sheet-delimiter-detected",
        file=file,
        message=f"{file}: its cells are separated by {_NAMES[delimiter]}.",
        fix="Nothing has to be done if its columns are read as they should be.",
    )


def no_filename(file: str, place: str, header: Line, table: Table, better: Line | None) -> Finding:
    """Word that a header names no column of files, and where the fault may lie."""
    message = f"{place}{header.place}: no column is headed 'filename'; no row can be matched to a document."
    cells = [cell for cell in header.cells if cell.strip()]
    joined = next((sign for sign in _LIKE_DELIMITERS if len(cells) == 1 and sign in cells[0]), None)
    fix = "Make the first row the header, with one column 'filename' and one for each term; no title row above it."
    if joined and table.delimited:
        message += f" The whole header stands in one cell, '{printable(cells[0][:_SHOWN])}'."
        fix = f"Separate the cells by commas, semicolons or tabs; {joined!r} is no delimiter" + (
            ": it stands between several values of one cell." if joined == "|" else "."
        )
    merged = [cells for cells in table.merged if _row_of(cells) == header.number]
    if merged:
        message += f" Its cells {', '.join(merged[:3])} are merged."
    if better:
        message += f" Row {better.number} looks like the header."
    return Finding(severity=Severity.ERROR, code="sheet-no-filename", file=file, message=message, fix=fix)


def sheet_not_read(file: str, name: str, reason: str) -> Finding:
    """Word that one sheet of a workbook is left out."""
    return Finding(
        severity=Severity.INFO,
        code="sheet-not-read",
        file=file,
        message=f"{file}, sheet {name}: not read, because {reason}.",
        fix="Nothing has to be done if it describes no documents; else show it, and head a column 'filename'.",
    )


def row_without_file(file: str, place: str, number: int) -> Finding:
    """Word that a row names no file."""
    return Finding(
        severity=Severity.WARNING,
        code="sheet-row-without-file",
        file=file,
        message=f"{place}, row {number}: the row names no file; its values are not used.",
        fix="Write the document's path in the column filename, or take the row out.",
    )


def rows_without_file(layout: Layout, places: Places) -> Finding:
    """Word that rows of an export describe what has no file."""
    return Finding(
        severity=Severity.WARNING,
        code="sheet-row-without-file",
        file=layout.file,
        message=f"{layout.place}, row {places.first}{places.also}: no file is named; the values are not used.",
        fix="Nothing has to be done for units without a digital object; else add a column filename with the path.",
    )


def rows_joined(layout: Layout, places: Places) -> Finding:
    """Word that rows without a file name were taken for further values of the row above them."""
    return Finding(
        severity=Severity.INFO,
        code="sheet-rows-joined",
        file=layout.file,
        message=f"{layout.place}, row {places.first}{places.also}: no file is named, and only "
        "columns are filled that the row above fills as well; read as further values of that row, as OpenRefine "
        "exports records.",
        fix="Write the file's name into the row if it describes a document of its own.",
    )


def date_cells(layout: Layout, heading: str, places: Places) -> Finding:
    """Word that cells hold days a program made of what was typed."""
    return Finding(
        severity=Severity.WARNING,
        code="sheet-date-cell",
        file=layout.file,
        message=f"{layout.place}, row {places.first}, column {heading}: a date cell{places.also}, read as an ISO day; "
        "the program may have changed what was typed: 'Jan 1922' becomes the first of the month, '3/4' a day of this "
        "year.",
        fix="See whether the days are right; format the column as text and type the dates anew where they are not.",
    )


def formulas(layout: Layout, heading: str, places: Places) -> Finding:
    """Word that cells hold formulas whose last result was used."""
    return Finding(
        severity=Severity.WARNING,
        code="sheet-formula",
        file=layout.file,
        message=f"{layout.place}, row {places.first}, column {heading}: a formula{places.also}; what it gave when the "
        "sheet was last saved is used, nothing is computed.",
        fix="See whether the values are right; copy the column and paste it as values to be sure of them.",
    )


def column_without_heading(layout: Layout, index: int, places: Places) -> Finding:
    """Word that a column has values and no heading."""
    name = column_name(index)
    return Finding(
        severity=Severity.WARNING,
        code="sheet-column-without-heading",
        file=layout.file,
        message=f"{layout.place}, row {places.first}, column {name}: a value below an empty heading{places.also}; it "
        f"is kept beside the record as 'column {name}' and is in none of its terms.",
        fix="Give the column a heading; a heading merged over several columns belongs to the first of them alone.",
    )


def merged_cells(file: str, place: str, header: int, merged: Sequence[str]) -> list[Finding]:
    """Word that cells are merged: all but the first of them are empty."""
    in_header = [cells for cells in merged if _row_of(cells) == header]
    below = [cells for cells in merged if _row_of(cells) > header]
    found = []
    for cells, consequence in (
        (in_header, "its heading belongs to the first column alone"),
        (below, "only the first cell has the value"),
    ):
        if cells:
            more = f" and {len(cells) - 3} more" if len(cells) > 3 else ""
            found.append(
                Finding(
                    severity=Severity.WARNING,
                    code="sheet-merged-cells",
                    file=file,
                    message=f"{place}, row {_row_of(cells[0])}: merged cells {', '.join(cells[:3])}{more}; "
                    f"{consequence}.",
                    fix="Unmerge them, and write the value into each cell that should have it.",
                )
            )
    return found


def _row_of(cells: str) -> int:
    found = re.match(r"[A-Z]+(\d{1,8})", cells)
    return int(found[1]) if found else 0
