from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.describe.sheets.splitting import join_values, split_values
from archiver.standards.formula_cells import Form, guarded, unguarded
from tests.describe.sheets.reading import read

if TYPE_CHECKING:
    from collections.abc import Sequence

FORMS: tuple[Form, ...] = ("text", "workbook")
VALUES = st.text(alphabet="ab |\\'=+-@,;\n\té\u2028").map(str.strip).filter(bool)


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1+1", "''@x"])
def test_what_begins_like_a_formula_is_written_as_text(cell: str) -> None:
    assert guarded(cell, "text") == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "a=b", "'tis", "1-2", " =1"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert guarded(cell, "text") == cell
    assert guarded(cell, "workbook") == cell
    assert unguarded(cell) == cell


@given(st.text())
def test_a_guard_is_taken_off_again_and_no_text_begins_a_formula(cell: str) -> None:
    for form in FORMS:
        assert unguarded(guarded(cell, form)) == cell
    assert not guarded(cell, "text").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.lists(VALUES, min_size=1))
def test_values_are_read_as_they_were_written(values: Sequence[str]) -> None:
    for form in FORMS:
        assert split_values(guarded(join_values(values), form)) == list(values)


def test_an_apostrophe_that_keeps_a_cell_from_being_a_formula_is_no_part_of_it() -> None:
    sheet = read("filename,title,'=own,problems (archiver)\n'-a.txt,'=1+1 | a \\| b,'@home,error: bad\n")
    assert sheet.values("-a.txt") == [("title", "=1+1"), ("title", "a | b")]
    assert sheet.kept("-a.txt") == [("=own", "@home")]
    assert sheet.row_codes("-a.txt") == []
    assert "problems" not in " ".join(finding.message for finding in sheet.findings)


def test_what_a_person_typed_is_no_formula_and_stays() -> None:
    assert read("filename,title\na.txt,-5 degrees\nb.txt,'tis a title\n").values("a.txt") == [("title", "-5 degrees")]
