from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine

HEADING = "problems (archiver)"


@pytest.fixture
def metadata(run: CommandLine, seeds: Path) -> Path:
    """Return an empty metadata folder beside a source of three documents."""
    assert seeds.is_dir()
    folder = run.place / "metadata"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize(("delimiter", "end"), [(",", "\n"), (";", "\r\n"), ("\t", "\n")])
def test_a_sheet_of_text_comes_back_as_it_was_with_one_column_more(
    run: CommandLine, metadata: Path, encoding: str, delimiter: str, end: str
) -> None:
    rows = ["filename|title|date", 'a.txt|"ü "" x"|soon', "", 'b.txt|"two{end}lines"|1953', "c.csv|C"]
    text = end.join(rows).replace("|", delimiter).replace("{end}", end)
    original = text.encode(encoding)
    (metadata / "s.csv").write_bytes(original)
    ran = run("metadata", "check", "--annotate", "out.csv")
    assert ran.status == 1
    assert "out.csv  your sheet, with a column of problems\n" in ran.out
    data = (run.place / "out.csv").read_bytes()
    assert data.startswith(original[:3])
    lines = data.decode(encoding).split(end)
    was = original.decode(encoding).split(end)
    assert lines[0] == f"{was[0]}{delimiter}{HEADING}"
    assert lines[1].startswith(f"{was[1]}{delimiter}")
    assert "error in date: 'soon' is no date" in lines[1]
    assert lines[2:5] == ["", was[3], f"{was[4]}{delimiter}"]
    assert lines[5].startswith(f"{was[5]}{delimiter * 2}")
    assert "2 cells where the header has 3" in lines[5]
    assert (metadata / "s.csv").read_bytes() == original


def test_annotated_it_may_be_mended_and_checked_again(run: CommandLine, metadata: Path) -> None:
    sheet = metadata / "s.csv"
    sheet.write_text("filename,title,date\na.txt,A,soon\nb.txt,B,once\nc.csv,C,\n", encoding="utf-8")
    run("metadata", "check", "--annotate", "1.csv")
    sheet.write_text((run.place / "1.csv").read_text(encoding="utf-8").replace("soon", "1953", 1), encoding="utf-8")
    ran = run("metadata", "check", "--annotate", "2.csv")
    assert "3 described: 1 error." in ran.out
    lines = (run.place / "2.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"filename,title,date,{HEADING}"
    assert lines[1] == "a.txt,A,1953,"
    assert lines[2].startswith('b.txt,B,once,"error in date')


def test_a_workbook_keeps_its_formatting_and_its_other_sheets(run: CommandLine, metadata: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Letters"
    sheet.append(["filename", "title", "date", "extent"])
    sheet.append(["a.txt", "=1+1", "soon", "=LEN(A2)"])
    sheet["B2"].data_type = "s"
    sheet["A2"].font, sheet["A2"].fill = Font(bold=True), PatternFill("solid", fgColor="FFFF00")
    sheet.append(["b.txt", "B", "1953"])
    sheet.column_dimensions["A"].width = 33
    book.create_sheet("Notes").append(["of my own"])
    book.save(metadata / "s.xlsx")
    original = (metadata / "s.xlsx").read_bytes()
    ran = run("metadata", "check", "--annotate", "out.xlsx")
    assert ran.status == 1
    written = openpyxl.load_workbook(run.place / "out.xlsx")
    letters = written["Letters"]
    assert [cell.value for cell in letters[1]] == ["filename", "title", "date", "extent", HEADING]
    assert "error in date: 'soon' is no date" in letters["E2"].value
    assert letters["E3"].value is None
    assert (letters["A2"].font.bold, letters["A2"].fill.fgColor.rgb) == (True, "00FFFF00")
    assert (letters["B2"].data_type, letters["D2"].data_type, letters["E2"].data_type) == ("s", "f", "s")
    assert letters.column_dimensions["A"].width == 33
    assert written["Notes"]["A1"].value == "of my own"
    assert (metadata / "s.xlsx").read_bytes() == original


def test_of_several_sheets_there_is_a_folder(run: CommandLine, metadata: Path) -> None:
    for name in ("one.csv", "two.tsv"):
        (metadata / name).write_text("filename\ttitle\na.txt\tA\n", encoding="utf-8")
    ran = run("metadata", "check", "--annotate", "checked")
    assert sorted(path.name for path in (run.place / "checked").iterdir()) == ["one.csv", "two.tsv"]
    assert "described already in one.csv" in (run.place / "checked" / "two.tsv").read_text(encoding="utf-8")
    assert "checked/one.csv  your sheet" in ran.out


def test_a_sheet_in_a_form_that_is_only_read_is_named(run: CommandLine, metadata: Path) -> None:
    (metadata / "s.csv").write_text("filename,title\na.txt,A\n", encoding="utf-8")
    (metadata / "t.ods").write_bytes(b"")
    ran = run("metadata", "check", "--annotate", "out.csv", "--json")
    objects = [json.loads(line) for line in ran.out.splitlines()]
    assert ("t.ods", "sheet-not-annotated") in {(one.get("file"), one.get("code")) for one in objects}
    assert (run.place / "out.csv").exists()


def test_what_a_stranger_wrote_becomes_no_formula_in_the_new_column(run: CommandLine, metadata: Path) -> None:
    (metadata / "s.csv").write_text('filename,date\na.txt,"=HYPERLINK(""x"")"\n', encoding="utf-8")
    run("metadata", "check", "--annotate", "out.csv")
    note = (run.place / "out.csv").read_text(encoding="utf-8").splitlines()[1].partition('"error')[2]
    assert "=HYPERLINK" in note  # within the words of the note, never at the beginning of a cell


def test_a_workbook_that_cannot_be_written_again_is_said(run: CommandLine, metadata: Path) -> None:
    with zipfile.ZipFile(metadata / "s.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (60 << 20))
    ran = run("metadata", "check", "--annotate", "out.xlsx")
    assert "[sheet-not-annotated]" in ran.out
    assert not (run.place / "out.xlsx").exists()


@pytest.mark.parametrize(
    ("sheet", "place", "said"),
    [
        ("s.csv", "out.xlsx", "the sheet is s.csv, so name a .csv file with --annotate"),
        ("s.csv", "there.csv", "there.csv exists already, and nothing is overwritten"),
        ("s.yaml", "out.csv", "there is no sheet in metadata that can be annotated"),
        ("s.csv", "none/out.csv", "there is no folder none"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, metadata: Path, sheet: str, place: str, said: str) -> None:
    (metadata / sheet).write_text("filename,title\na.txt,A\n", encoding="utf-8")
    (run.place / "there.csv").write_text("mine", encoding="utf-8")
    before = sorted(run.place.rglob("*"))
    ran = run("metadata", "check", "--annotate", place)
    assert ran.status == 2
    assert said in ran.err
    assert sorted(run.place.rglob("*")) == before
