from __future__ import annotations

import csv
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]
import python_calamine

from archiver.storage.workbooks import LONGEST_CELL, Table, TableColumn, write_csv, write_workbook

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
HOSTILE = ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")', "'=x", "\t=1", "plain"]


def table(rows: list[list[str]], **changes: object) -> Table:
    columns = (
        TableColumn(heading="filename"),
        TableColumn(heading="type", choices=("Text", "Sound"), prompt="One of the twelve."),
        TableColumn(heading="=grey", grey=True),
    )
    return Table(name="Descriptions", columns=columns, rows=rows, **changes)  # type: ignore[arg-type]


def test_a_workbook_holds_texts_and_never_a_formula(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [table([[cell, "", cell] for cell in HOSTILE])], NOW)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Descriptions"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    read = [row[0].value for row in sheet.iter_rows(min_row=2)]
    assert read == ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://example.org")', "''=x", "\t=1", "plain"]
    by_another = python_calamine.load_workbook(tmp_path / "a.xlsx").get_sheet_by_name("Descriptions").to_python()
    assert [row[0] for row in by_another[1:]] == read


def test_csv_holds_no_formula_either_and_is_read_as_it_was(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", table([[cell, 'a "b", c\nd', ""] for cell in HOSTILE]))
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbffilename,type,'=grey\r\n")
    rows = list(csv.reader(data.decode("utf-8-sig").splitlines(keepends=True)))
    assert not any(cell.startswith(("=", "+", "-", "@", "\t")) for row in rows for cell in row)
    assert rows[1] == ["'=1+1", 'a "b", c\nd', ""]


def test_the_bytes_depend_on_nothing_but_what_is_written(tmp_path: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        write_workbook(tmp_path / name, [table([["x", "Text", ""]], rows_offered=1)], NOW)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert archive.read("docProps/core.xml").count(b"2023-11-14T22:13:20Z") == 2


def test_lists_are_offered_and_prompts_shown(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [table([["x", "", ""]] * 3, rows_offered=3)], NOW)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert [(sheet.title, sheet.sheet_state) for sheet in book] == [("Descriptions", "visible"), ("Lists", "hidden")]
    (offer,) = book["Descriptions"].data_validations.dataValidation
    assert (str(offer.sqref), offer.type, offer.formula1) == ("B2:B4", "list", "Lists!$A$1:$A$2")
    assert (offer.prompt, bool(offer.showErrorMessage)) == ("One of the twelve.", False)
    assert [row[0].value for row in book["Lists"].iter_rows()] == ["Text", "Sound"]


def test_what_no_cell_can_hold_is_replaced_or_cut(tmp_path: Path) -> None:
    write_workbook(tmp_path / "a.xlsx", [table([["a\x00b", "x" * 40_000, ""]])], NOW)
    row = next(openpyxl.load_workbook(tmp_path / "a.xlsx")["Descriptions"].iter_rows(min_row=2, values_only=True))
    assert row[0] == "a\ufffdb"
    assert len(row[1]) == LONGEST_CELL
