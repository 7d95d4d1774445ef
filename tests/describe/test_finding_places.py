from __future__ import annotations

import pytest

from archiver.describe.finding_places import FindingPlace, place_of, without_file, without_place
from archiver.model import Finding, Severity


def finding(file: str | None, message: str) -> Finding:
    return Finding(severity=Severity.ERROR, code="sheet-unreadable", file=file, message=message, fix="Mend it.")


@pytest.mark.parametrize(
    ("file", "message", "place"),
    [
        pytest.param(
            "a.csv", "a.csv, row 4, column date: 'x' is none.", FindingPlace(row=4, column="date"), id="a cell"
        ),
        pytest.param("a.csv", "a.csv, row 4 (b.txt): 2 cells.", FindingPlace(row=4), id="a row"),
        pytest.param("a.csv", "a.csv, row 1, column 5: 'x' names none.", FindingPlace(row=1, column="5"), id="a head"),
        pytest.param(
            "a.xlsx",
            "a.xlsx, sheet Box 1, row 2, column title@ru: no.",
            FindingPlace(sheet="Box 1", row=2, column="title@ru"),
            id="a sheet of a workbook",
        ),
        pytest.param("b.yaml", "b.yaml, line 3, date: 'x' is none.", FindingPlace(line=3), id="a sidecar's line"),
        pytest.param("b.yaml", "b.yaml: it is a pipe.", FindingPlace(), id="a whole file"),
        pytest.param("b.yaml", "b.yaml and b.json both describe b.", FindingPlace(), id="two files"),
        pytest.param(None, "The document states nothing.", FindingPlace(), id="no file"),
        pytest.param(
            "a, row 3: b.csv", "a, row 3: b.csv, row 9: there is none.", FindingPlace(row=9), id="a name like a place"
        ),
    ],
)
def test_places_are_read_from_how_messages_begin(file: str | None, message: str, place: FindingPlace) -> None:
    assert place_of(finding(file, message)) == place


@pytest.mark.parametrize(
    ("file", "message", "rest"),
    [
        ("a.csv", "a.csv, row 4: no.", "row 4: no."),
        ("a.csv", "a.csv: the sheet is empty.", "the sheet is empty."),
        ("a.csv", "a.csv and b.csv: no.", "a.csv and b.csv: no."),
        (None, "Nothing.", "Nothing."),
    ],
)
def test_below_a_files_name_it_is_not_said_again(file: str | None, message: str, rest: str) -> None:
    assert without_file(finding(file, message)) == rest


@pytest.mark.parametrize(
    ("file", "message", "rest"),
    [
        ("a.csv", "a.csv, row 4, column date: no.", "no."),
        ("a.csv", "a.csv, row 4 (b.txt): 2 cells.", "2 cells."),
        ("a.csv", "a.csv: the sheet is empty.", "the sheet is empty."),
        ("a.csv", "a.csv and b.csv: no.", "a.csv and b.csv: no."),
        (None, "Nothing.", "Nothing."),
    ],
)
def test_beside_its_row_a_place_is_not_said_again(file: str | None, message: str, rest: str) -> None:
    assert without_place(finding(file, message)) == rest
