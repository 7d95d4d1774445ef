from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]
import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import CommandLine


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Return a source of two documents and a folder, some of them awkwardly named."""
    folder = tmp_path / "letters"
    (folder / "box").mkdir(parents=True)
    (folder / "=a.txt").write_text("A letter from the town to the country, about the weather.\n", encoding="utf-8")
    (folder / "b.html").write_text(
        "<!DOCTYPE html>\n<html><head><title>The B page</title></head><body>Hi</body></html>\n", encoding="utf-8"
    )
    (folder / "box" / "c.md").write_text("# In the box\n\nWords.\n", encoding="utf-8")
    return folder


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        return list(csv.DictReader(opened))


def test_there_is_a_row_for_each_document_and_folder_and_nothing_is_stated(run: CommandLine, letters: Path) -> None:
    ran = run("metadata", "template", letters.name, "--out", "t.csv")
    assert (ran.status, ran.out, ran.err) == (0, "t.csv  4 rows to fill in, 18 terms\n", "")
    rows = rows_of(run.place / "t.csv")
    assert [row["filename"] for row in rows] == ["'=a.txt", "b.html", "box", "box/c.md"]
    assert {cell for row in rows for name, cell in row.items() if " " not in name and name != "filename"} == {""}
    assert [row["title (suggestion)"] for row in rows][1:] == ["The B page", "[box]", "In the box"]
    assert [row["type (suggestion)"] for row in rows] == ["Text", "Text", "Collection", "Text"]


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx"])
def test_as_it_is_it_describes_nothing_and_raises_no_problem(run: CommandLine, letters: Path, name: str) -> None:
    (run.place / "metadata").mkdir()
    assert run("metadata", "template", letters.name, "--out", f"metadata/{name}").status == 0
    ran = run("metadata", "check", letters.name, "--json")
    told = [json.loads(line) for line in ran.out.splitlines()]
    assert {one["code"] for one in told[:-1]} == {"record-value-missing"}
    assert told[-1]["described"] == 0


def test_filled_in_it_is_read_as_it_was_meant(run: CommandLine, letters: Path) -> None:
    (run.place / "metadata").mkdir()
    run("metadata", "template", letters.name, "--out", "t.xlsx")
    book = openpyxl.load_workbook(run.place / "t.xlsx")
    sheet = book["Descriptions"]
    headings = [cell.value for cell in sheet[1]]
    for row in range(2, sheet.max_row + 1):
        sheet.cell(row, headings.index("title") + 1).value = f"Title {row}"
        sheet.cell(row, headings.index("language") + 1).value = "en | ru"
    book.save(run.place / "metadata" / "t.xlsx")
    ran = run("metadata", "check", letters.name)
    assert (ran.status, ran.out) == (0, "3 documents and 1 folder, 4 described: no problem found.\n")
    built = run("build", letters.name, "--no-pdfa", "--json")
    (record,) = (run.place / "packages" / "b" / "data" / "metadata" / "descriptive").glob("b.html.dc.xml")
    text = record.read_text(encoding="utf-8")
    assert built.status == 0
    assert ">Title 3<" in text
    assert ">ru<" in text
    assert "The B page" not in text


def test_a_workbook_offers_lists_and_explains_itself(run: CommandLine, letters: Path) -> None:
    assert run("metadata", "template", letters.name, "--out", "t.xlsx", "--profile", "strict").status == 0
    book = openpyxl.load_workbook(run.place / "t.xlsx")
    assert book.sheetnames == ["Descriptions", "Explanations", "Lists"]
    offers = book["Descriptions"].data_validations.dataValidation
    headings = [cell.value for cell in book["Descriptions"][1]]
    lists = {headings[next(iter(offer.sqref.ranges)).min_col - 1] for offer in offers if offer.type == "list"}
    assert lists == {"type", "language", "rights", "license"}
    explained = {row[0]: row for row in book["Explanations"].iter_rows(values_only=True)}
    assert explained["title"][2] == "yes"
    assert "title@ru" in explained["A value in a language."][1]
    grey = [cell for cell in book["Descriptions"][2] if cell.value and cell.column > 1]
    assert all(cell.font.italic and cell.font.color.rgb == "FF767676" for cell in grey)


def test_the_profiles_terms_and_lists_are_the_columns(run: CommandLine, letters: Path) -> None:
    rules = "propertyID,valueConstraint,valueConstraintType\ndct:title,,\ndct:subject,dogs|birds,picklist\n"
    (run.place / "own.csv").write_text(rules, encoding="utf-8")
    run("metadata", "template", letters.name, "--out", "t.xlsx", "--profile", "own.csv")
    book = openpyxl.load_workbook(run.place / "t.xlsx")
    assert [cell.value for cell in book["Descriptions"][1]] == ["filename", "title", "title (suggestion)", "subject"]
    assert [row[0].value for row in book["Lists"].iter_rows()] == ["dogs", "birds"]


def test_the_same_folder_gives_the_same_bytes(run: CommandLine, letters: Path) -> None:
    for name in ("a.xlsx", "b.xlsx"):
        run("metadata", "template", letters.name, "--out", name)
    assert (run.place / "a.xlsx").read_bytes() == (run.place / "b.xlsx").read_bytes()


def test_a_name_that_no_sheet_keeps_is_left_out_and_said(run: CommandLine, letters: Path) -> None:
    (letters / "b\x07ell.txt").write_text("x\n", encoding="utf-8")
    (letters / "space .txt ").write_text("x\n", encoding="utf-8")
    ran = run("metadata", "template", letters.name, "--out", "t.csv")
    assert ran.status == 0
    assert ran.err.count("[template-name-left-out]") == 2
    assert "b\\x07ell.txt: the name holds characters" in ran.err
    assert len(rows_of(run.place / "t.csv")) == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["letters", "--out", "there.csv"], "there.csv exists already, and nothing is overwritten"),
        (["letters", "--out", "t.ods"], "t.ods must end in .xlsx or .csv"),
        (["letters", "--out", "none/t.csv"], "there is no folder none"),
        (["letters", "--out", "letters/t.csv"], "lies inside the source"),
        (["nowhere", "--out", "t.csv"], "there is no folder nowhere"),
        (["letters"], "Missing option '--out'"),
    ],
)
def test_wrong_usage_is_said_in_words(run: CommandLine, letters: Path, words: list[str], said: str) -> None:
    (run.place / "there.csv").write_text("mine", encoding="utf-8")
    before = sorted(run.place.rglob("*"))
    ran = run("metadata", "template", *words)
    assert (ran.status, ran.out) == (2, "")
    assert said in ran.err
    assert sorted(run.place.rglob("*")) == before
    assert (letters / "b.html").is_file()
