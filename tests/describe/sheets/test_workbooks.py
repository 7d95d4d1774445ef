from __future__ import annotations

from datetime import date, datetime, time
from io import BytesIO
from typing import Any

import pytest
from openpyxl import Workbook  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook

from archiver.describe.sheets.lines import Line
from archiver.describe.sheets.ods import read_ods
from archiver.describe.sheets.xlsx import read_xlsx
from tests.describe.sheets.reading import read
from tests.describe.sheets.workbooks import (
    HEADER_ROW,
    ods,
    ods_cell,
    ods_row,
    saved,
    text_cells,
    xlsx,
    xlsx_parts,
    zipped,
)


def test_an_xlsx_sheet_as_people_fill_it() -> None:
    sheet = read(
        xlsx(
            ["filename", "title@ru", "issued", "extent", "subject", "Shelf", None],
            ["a/b.txt", "Хроника", 1923, 12.5, "x | y, z", True],
            [None],
            ["c.txt", "=1+1 is two", 1e20, 0.1 + 0.2, None, -7],
        ),
        "letters.xlsx",
    )
    assert sheet.values("a/b.txt") == [
        ("title@ru", "Хроника"),
        ("issued", "1923"),
        ("extent", "12.5"),
        ("subject", "x"),
        ("subject", "y, z"),
    ]
    assert sheet.kept("a/b.txt") == [("Shelf", "true")]
    assert sheet.rows["a/b.txt"].statements()[1].source.place == "letters.xlsx, sheet Letters, row 2, column issued"
    assert sheet.rows["c.txt"].number == 4
    assert sheet.values("c.txt")[-2:] == [("issued", "100000000000000000000"), ("extent", "0.3")]


def test_days_become_iso_days_and_are_said_once_a_column() -> None:
    rows: list[list[Any]] = [[f"{n}.txt", "T", date(1922, 1, 5)] for n in range(8)]
    rows.append(["x.txt", "T", datetime(1922, 1, 5, 14, 30)])  # noqa: DTZ001 -- a cell has no zone
    rows.append(["y.txt", "T", time(14, 30)])
    sheet = read(xlsx(["filename", "title", "issued"], *rows), "letters.xlsx")
    assert sheet.values("3.txt")[1] == ("issued", "1922-01-05")
    assert sheet.values("x.txt")[1] == ("issued", "1922-01-05T14:30:00")
    assert sheet.values("y.txt")[1] == ("issued", "14:30:00")
    assert sheet.codes == [("warning", "sheet-date-cell")]
    assert sheet.findings[0].message.startswith(
        "letters.xlsx, sheet Letters, row 2, column issued: a date cell (also in rows 3, 4, 5, 6 and 5 more), read as "
    )


def test_a_formula_is_used_by_its_last_value_or_refused() -> None:
    data = (
        f"{HEADER_ROW}<row>{text_cells('a.txt')}<c t='str'><f>B9</f><v>A</v></c><c><f>1922+1</f><v>1923</v></c></row>"
        f"<row>{text_cells('b.txt')}<c><f>B9</f></c><c t='e'><f>1/0</f><v>#DIV/0!</v></c></row>"
    )
    sheet = read(zipped(xlsx_parts(data)), "letters.xlsx")
    assert sheet.values("a.txt") == [("title", "A"), ("issued", "1923")]
    assert sheet.codes == [("warning", "sheet-formula"), ("warning", "sheet-formula")]
    assert sheet.values("b.txt") == []
    assert sheet.row_codes("b.txt") == [("error", "sheet-formula-without-value"), ("error", "sheet-error-cell")]
    place = "letters.xlsx, sheet Letters, row 3"
    assert [f.message for f in sheet.rows["b.txt"].findings] == [
        f"{place}, column title: the cell holds a formula that no program has computed; it is not used.",
        f"{place}, column issued: the cell shows the error #DIV/0!; it is not used.",
    ]


def test_shared_strings_with_runs_hints_and_escapes() -> None:
    strings = (
        "<si><t>filename</t></si><si><r><t>ti</t></r><r><t>tle</t></r></si><si><t>a.txt</t></si>"
        "<si><t>東京</t><rPh><t>トウキョウ</t></rPh></si><si><t xml:space='preserve'> a_x000D_b </t></si>"
    )
    data = (
        "<row r='1'><c r='A1' t='s'><v>0</v></c><c r='C1' t='s'><v>1</v></c><c r='D1' t='inlineStr'><is>"
        "<r><t>iss</t></r><r><t>ued</t></r><rPh><t>no</t></rPh></is></c></row>"
        "<row r='5'><c r='A5' t='s'><v>2</v></c><c r='C5' t='s'><v>3</v></c><c r='D5' t='s'><v>4</v></c></row>"
        "<row><c t='s'><v>99</v></c><c/><c t='str'><v>no file</v></c></row>"
    )
    sheet = read(zipped(xlsx_parts(data, strings=strings)), "letters.xlsx")
    assert sheet.values("a.txt") == [("title", "東京"), ("issued", "a\rb")]
    assert sheet.rows["a.txt"].number == 5
    assert sheet.codes == [("warning", "sheet-row-without-file")]


def test_prefixed_xlsx_is_read_as_well() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts = xlsx_parts("")
    parts["xl/worksheets/sheet1.xml"] = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row><x:c t="str"><x:v>file</x:v></x:c><x:c t="str"><x:v>title'
        '</x:v></x:c></x:row><x:row><x:c t="str"><x:v>a.txt</x:v></x:c><x:c t="str"><x:v>A</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    assert read(zipped(parts), "letters.xlsx").values("a.txt") == [("title", "A")]


def test_each_sheet_with_files_is_read_and_the_others_are_named() -> None:
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for title, rows, state in (
        ("Box 1", [["filename", "title"], ["a.txt", "A"]], "visible"),
        ("Empty", [], "visible"),
        ("Lists", [["Text"], ["Image"]], "hidden"),
        ("Notes", [["to do"], ["nothing"]], "visible"),
        ("Old", [["filename", "title"], ["b.txt", "old"]], "veryHidden"),
        ("Box 2", [["filename", "title"], ["a.txt", "again"], ["b.txt", "B"]], "visible"),
    ):
        sheet = workbook.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(row)
    read_one = read(saved(workbook), "letters.xlsx")
    assert read_one.values("a.txt") == [("title", "A")]
    assert read_one.values("b.txt") == [("title", "B")]
    assert [(f.severity.value, f.code, f.message.split(": ")[0]) for f in read_one.findings] == [
        ("info", "sheet-not-read", "letters.xlsx, sheet Notes"),
        ("info", "sheet-not-read", "letters.xlsx, sheet Old"),
        ("error", "sheet-duplicate-row", "letters.xlsx, sheet Box 2, row 2"),
    ]


def test_merged_cells_are_said_and_values_below_no_heading_are_kept() -> None:
    rows: list[list[Any]] = [["filename", "title", None], ["a.txt", "A", "more"], ["b.txt", "B"], ["c.txt", None]]
    sheet = read(xlsx(*rows, merge=["B1:C1", "B3:B4"]), "letters.xlsx")
    assert sheet.codes == [
        ("warning", "sheet-column-without-heading"),
        ("warning", "sheet-merged-cells"),
        ("warning", "sheet-merged-cells"),
    ]
    assert sheet.kept("a.txt") == [("column C", "more")]
    assert "row 1: merged cells B1:C1" in sheet.findings[1].message
    assert "row 3: merged cells B3:B4" in sheet.findings[2].message


def test_a_merged_title_above_the_header_is_recognised() -> None:
    rows: list[list[Any]] = [["Letters of the society"], ["filename", "title"], ["a.txt", "A"]]
    sheet = read(xlsx(*rows, merge=["A1:B1"]), "letters.xlsx")
    assert sheet.codes == [("error", "sheet-no-filename")]
    assert "Its cells A1:B1 are merged. Row 2 looks like the header." in sheet.findings[0].message


@pytest.mark.parametrize(
    ("number", "code", "serial", "text"),
    [
        (14, None, "8041", "1922-01-05"),
        (22, None, "8041.5", "1922-01-05T12:00:00"),
        (164, "yyyy", "8041", "1922-01-05"),
        (164, '"day "0', "8041", "8041"),
        (164, "[Red]0.00", "8041", "8041"),
        (164, "General", "8041.0", "8041"),
        (14, None, "59", "1900-02-28"),
        (14, None, "61", "1900-03-01"),
        (14, None, "1", "1900-01-01"),
        (2, None, "0.30000000000000004", "0.3"),
        (0, None, "1.5E-7", "0.00000015"),
    ],
)
def test_what_number_formats_mean(number: int, code: str | None, serial: str, text: str) -> None:
    formats = f'<numFmts><numFmt numFmtId="{number}" formatCode={code!r}/></numFmts>'.replace("'", "'") if code else ""
    if code and '"' in code:
        formats = f"<numFmts><numFmt numFmtId=\"{number}\" formatCode='{code}'/></numFmts>"
    styles = f'{formats}<cellXfs><xf numFmtId="0"/><xf numFmtId="{number}"/></cellXfs>'
    data = f"{HEADER_ROW}<row>{text_cells('a.txt', 'A')}<c s='1'><v>{serial}</v></c></row>"
    assert read(zipped(xlsx_parts(data, styles=styles)), "a.xlsx").values("a.txt")[1] == ("issued", text)


def test_a_workbook_that_counts_from_1904() -> None:
    parts = xlsx_parts(
        f"{HEADER_ROW}<row>{text_cells('a.txt', 'A')}<c s='0'><v>6579</v></c></row>",
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
    )
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace("<sheets>", '<workbookPr date1904="1"/><sheets>')
    assert read(zipped(parts), "a.xlsx").values("a.txt")[1] == ("issued", "1922-01-05")


def test_a_day_that_never_was_is_refused() -> None:
    parts = xlsx_parts(
        f"{HEADER_ROW}<row>{text_cells('a.txt', 'A')}<c s='0'><v>60</v></c></row>",
        styles='<cellXfs><xf numFmtId="14"/></cellXfs>',
    )
    assert read(zipped(parts), "a.xlsx").row_codes("a.txt") == [("error", "sheet-error-cell")]


def test_an_ods_sheet_as_people_fill_it() -> None:
    sheet = read(
        ods(
            ods_row("filename", "title", "issued", "extent", "Shelf"),
            ods_row("", repeated=3),
            ods_row(
                "a.txt",
                "<table:table-cell office:value-type='string'><text:p>two<text:s text:c='2'/>blanks</text:p>"
                "<text:p>lines</text:p><office:annotation><text:p>a note</text:p></office:annotation>"
                "</table:table-cell>",
                ods_cell("5. Januar 1922", "date", office__date_value="1922-01-05"),
                ods_cell("1.923,0", "float", office__value="1923"),
                ods_cell("WAHR", "boolean", office__boolean_value="true"),
            ),
            ods_row(
                "b.txt",
                ods_cell("B", table__formula="of:=[.A1]"),
                ods_cell("#REF!", table__formula="of:=[.A1]", calcext__value_type="error"),
                '<table:table-cell table:formula="of:=1"/>',
            ),
            ods_row("", repeated=1_000_000),
        ),
        "letters.ods",
    )
    assert sheet.values("a.txt") == [("title", "two  blanks\nlines"), ("issued", "1922-01-05"), ("extent", "1923")]
    assert sheet.kept("a.txt") == [("Shelf", "true")]
    assert sheet.rows["a.txt"].number == 5
    assert sheet.codes == [
        ("info", "sheet-other-columns"),
        ("warning", "sheet-formula"),
        ("warning", "sheet-date-cell"),
    ]
    assert sheet.row_codes("b.txt") == [("error", "sheet-error-cell"), ("error", "sheet-formula-without-value")]


def test_hidden_and_merged_in_ods() -> None:
    shown = "<style:table-properties table:display='false'/>"
    styles = f"<style:style style:name='h' style:family='table'>{shown}</style:style>"
    rows = ods_row("filename", "title") + ods_row("b.txt", "B")
    old = f"<table:table table:name='Old' table:style-name='h'>{rows}</table:table>"
    merged = ods_cell("title", table__number_columns_spanned="2")
    data = ods(
        ods_row("filename", merged, "<table:covered-table-cell/>"), ods_row("a.txt", "A", "x"), styles=styles, more=old
    )
    sheet = read(data, "letters.ods")
    assert list(sheet.rows) == ["a.txt"]
    assert sheet.codes == [
        ("warning", "sheet-column-without-heading"),
        ("warning", "sheet-merged-cells"),
        ("info", "sheet-not-read"),
    ]
    assert "sheet Old: not read, because it is hidden" in sheet.findings[2].message


def _as_calamine(lines: list[Line]) -> list[list[str]]:
    height = max((line.number for line in lines), default=0)
    width = max((len(line.cells) for line in lines), default=0)
    table = [[""] * width for _ in range(height)]
    for line in lines:
        table[line.number - 1][: len(line.cells)] = line.cells
    return table


def _shown(cell: object) -> str:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.isoformat().removesuffix("T00:00:00")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return str(cell)


ROWS: list[list[Any]] = [
    ["filename", "title", "issued", "n", "b", "t"],
    ["a.txt", "Ünïcode & <b> \U0001f4dc", date(1950, 12, 31), 3.25, True, datetime(2001, 2, 3, 4, 5, 6)],  # noqa: DTZ001
    [None, None, None, None, None, None],
    ["b.txt", "  blanks  ", date(2000, 2, 29), 1923, False, "12"],
    ["c.txt", "line\nbreak", None, -0.5, None, "x" * 5000],
]


def test_another_reader_sees_the_same_cells() -> None:
    """python-calamine reads the same workbook by its own rules."""
    data = xlsx(*ROWS)
    ours = [_as_calamine(list(table.lines)) for table in read_xlsx(BytesIO(data))]
    theirs = CalamineWorkbook.from_filelike(BytesIO(data))
    assert ours == [
        [[_shown(cell) for cell in row] for row in theirs.get_sheet_by_name(name).to_python(skip_empty_area=False)]
        for name in theirs.sheet_names
    ]


def test_another_reader_sees_the_same_ods_cells() -> None:
    data = ods(
        ods_row("filename", "title", "n"),
        ods_row("a.txt", "A & B", ods_cell("1.923", "float", office__value="1923")),
        ods_row("", repeated=2),
        ods_row("b.txt", "", ods_cell("x", "boolean", office__boolean_value="false")),
    )
    ours = [_as_calamine(list(table.lines)) for table in read_ods(BytesIO(data))]
    theirs = CalamineWorkbook.from_filelike(BytesIO(data))
    rows = theirs.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert ours == [[[_shown(cell) for cell in row] for row in rows]]
