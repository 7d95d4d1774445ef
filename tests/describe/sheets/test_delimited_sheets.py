from __future__ import annotations

import pytest

from archiver.model import Severity
from tests.describe.sheets.reading import Sheet, read


def values(sheet: Sheet, name: str) -> list[tuple[str, str, str | None, str]]:
    return [(s.term, s.text, s.language, s.source.place) for s in sheet.rows[name].statements()]


def codes(sheet: Sheet) -> list[tuple[str, str]]:
    return sheet.codes


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_sheet_as_programs_save_it(delimiter: str, encoding: str, newline: str) -> None:
    lines = [["filename", "dc.title@ru", "subject", "subject"], ["a/b.txt", "Хроника", "x|y | z", "w, v; u"]]
    text = newline.join(delimiter.join(f'"{cell}"' for cell in line) for line in lines) + newline
    sheet = read(text.encode(encoding))
    assert codes(sheet) == ([] if delimiter == "," else [("info", "sheet-delimiter-detected")])
    assert values(sheet, "a/b.txt") == [
        ("title", "Хроника", "ru", "letters.csv, row 2, column dc.title@ru"),
        ("subject", "x", None, "letters.csv, row 2, column subject"),
        ("subject", "y", None, "letters.csv, row 2, column subject"),
        ("subject", "z", None, "letters.csv, row 2, column subject"),
        ("subject", "w, v; u", None, "letters.csv, row 2, column subject"),
    ]


def test_the_delimiter_is_the_one_that_finds_the_file_column() -> None:
    sheet = read('filename;"title, with, commas, in, it";title\na.txt;;"A, B"\n')
    assert values(sheet, "a.txt") == [("title", "A, B", None, "letters.csv, row 2, column title")]


@pytest.mark.parametrize("heading", ["filename", "Filename", " FILENAME ", "file", "File"])
def test_file_columns(heading: str) -> None:
    assert list(read(f"{heading},title\n./a.txt,A\n").rows) == ["a.txt"]


def test_rows_are_counted_as_spreadsheets_do() -> None:
    sheet = read('filename,title\n\n,,\na.txt,"two\nlines"\nb.txt,B\n')
    assert [row.number for row in sheet.rows.values()] == [4, 5]


def test_windows_1252_is_read_and_said() -> None:
    sheet = read("filename,title\na.txt,Café\n".encode("cp1252"))
    assert values(sheet, "a.txt")[0][1] == "Café"
    assert codes(sheet) == [("info", "sheet-encoding-guessed")]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("", "sheet-unreadable", "is empty"),
        ("\n \n", "sheet-unreadable", "is empty"),
        (b"\xef\xbb\xbf", "sheet-unreadable", "is empty"),
        ("title,creator\nA,B\n", "sheet-no-filename", "row 1: no column is headed 'filename'"),
        ("Letters of 1922,,\nfilename,title\na.txt,A\n", "sheet-no-filename", "Row 2 looks like the header"),
        ("filename|title\na.txt|A\n", "sheet-no-filename", "row 1: no column is headed 'filename'"),
        ("filename,filename,title\na,b,c\n", "sheet-no-filename", "stands twice"),
        ("filename,title\na.txt,A\x00B\n", "sheet-unreadable", "NUL characters, first in line 2"),
        ("filename,title\n".encode("utf-16-le"), "sheet-unreadable", "NUL"),
        (b"PK\x03\x04" + bytes(100), "sheet-unreadable", "is a workbook and no text"),
        ("filename\na.txt\n", "sheet-unreadable", "no column that names a DCMI term"),
        ("filename,title\na.txt," + "x" * 1_000_000 + "\n", "sheet-unreadable", "from row 2 on"),
        ("x" * 1_000_000, "sheet-unreadable", "from row 1 on"),
        ('filename,title\nb.txt,B\na.txt,"' + "never closed\n" * 20_000, "sheet-unreadable", "from row 3 on"),
        (b"filename,title\na.txt," + b"x" * (9 << 20), "sheet-unreadable", "a line of more than 8 MiB: line 2"),
        ("filename,title\na.txt,\x81\n".encode("latin-1"), "sheet-unreadable", "nor Windows-1252 (see line 2)"),
    ],
)
def test_what_is_no_sheet_is_an_error_that_says_why(text: str | bytes, code: str, said: str) -> None:
    sheet = read(text)
    finding = next(f for f in sheet.findings if f.severity is Severity.ERROR)
    assert (finding.code, finding.file) == (code, "letters.csv")
    assert said in finding.message
    assert "a.txt" not in sheet.rows or said == "no column that names a DCMI term"


def test_rows_before_the_unreadable_one_are_used() -> None:
    assert "b.txt" in read('filename,title\nb.txt,B\na.txt,"' + "never closed\n" * 20_000).rows


def test_a_second_row_for_a_file_is_an_error_and_the_first_stands() -> None:
    sheet = read("filename,title\na.txt,A\nb.txt,B\na.txt,C\n")
    assert codes(sheet) == [("error", "sheet-duplicate-row")]
    assert "row 4" in sheet.findings[0].message
    assert "row 2" in sheet.findings[0].message
    assert values(sheet, "a.txt")[0][1] == "A"


def test_a_row_with_cells_to_spare_is_not_used() -> None:
    row = read("filename,title,creator\na.txt,A, or B,C\n").rows["a.txt"]
    assert row.statements() == ()
    assert [(f.severity.value, f.code) for f in row.findings] == [("error", "sheet-ragged-row")]


def test_a_short_row_is_used_and_said() -> None:
    row = read("filename,title,creator\na.txt,A\n").rows["a.txt"]
    assert [s.text for s in row.statements()] == ["A"]
    assert [(f.severity.value, f.code) for f in row.findings] == [("warning", "sheet-ragged-row")]


def test_empty_cells_to_spare_do_no_harm() -> None:
    row = read("filename,title\na.txt,A,,\n").rows["a.txt"]
    assert row.findings == ()
    assert [s.text for s in row.statements()] == ["A"]


def test_a_row_without_a_file_name_is_said() -> None:
    sheet = read("filename,title\n,A\n")
    assert codes(sheet) == [("warning", "sheet-row-without-file")]


def test_an_unknown_column_that_is_nearly_a_term_is_said_once() -> None:
    sheet = read("filename,titel,title\na.txt,A,B\nb.txt,C,D\n")
    assert codes(sheet) == [("warning", "description-unknown-key")]
    assert "row 1, column B: 'titel'" in sheet.findings[0].message
    assert "'title'" in sheet.findings[0].fix
    assert sheet.kept("a.txt") == [("titel", "A")]


def test_other_columns_are_said_once_a_sheet_and_kept_whole() -> None:
    sheet = read("filename,Shelf mark,title,Box no.\na.txt,X|7,A,3\n")
    assert codes(sheet) == [("info", "sheet-other-columns")]
    assert "'Shelf mark' (B), 'Box no.' (D) name no DCMI term" in sheet.findings[0].message
    assert sheet.kept("a.txt") == [("Shelf mark", "X|7"), ("Box no.", "3")]


def test_a_sheet_of_too_many_columns_is_refused_at_once() -> None:
    """Each heading that names no term is compared with all of them: half a million would take minutes."""
    sheet = read(b"filename" + b";titie" * 500_000 + b"\nx;1\n")
    assert codes(sheet) == [("info", "sheet-delimiter-detected"), ("error", "sheet-unreadable")]
    assert "500001 columns" in sheet.findings[1].message
    assert sheet.rows == {}
