"""CSV and TSV: the table a reader expects, every cell of it, and what was made of odd rows."""

from __future__ import annotations

import csv
import time
import unicodedata
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument
from archiver.render.delimited import RENDERER
from archiver.render.sandbox import render
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.tables import Table, TableTooLongError, table_view
from archiver.render.tables.boxed import boxed
from archiver.render.tables.columns import BOXED, DENSE, Room, arranged
from archiver.render.tables.dense import dense
from archiver.render.tables.table import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Callable


def request(content: bytes | str, name: str = "a.csv") -> RenderRequest:
    return RenderRequest(
        name=name,
        content=content if isinstance(content, bytes) else content.encode(),
        media_type="text/csv",
        puid="x-fmt/18" if name.endswith("csv") else "x-fmt/13",
        description=Description(),
        identifier="urn:uuid:x",
    )


def read(content: bytes | str, name: str = "a.csv") -> PreparedDocument:
    return RENDERER.prepare(request(content, name))


def visible(text: str) -> str:
    return "".join(sorted("".join(unicodedata.normalize("NFD", text).split())))


def codes(document: PreparedDocument) -> list[str]:
    return [finding.code for finding in document.findings]


def written(rows: list[list[str]], delimiter: str = ",") -> str:
    out = StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        pytest.param("a,b\n1,2\n", "a.csv", "2 columns delimited by comma, 1 rows", id="comma"),
        pytest.param('a;b\n"1;0";2,5\n3;4,5\n', "a.csv", "2 columns delimited by semicolon", id="decimal comma"),
        pytest.param("a|b|c\n1|2|3\n", "a.csv", "3 columns delimited by vertical bar", id="bar"),
        pytest.param("a\tb\n1,5\t2,5\n", "a.csv", "2 columns delimited by tab", id="tabs in a .csv"),
        pytest.param('a\tb\n6" pipe\tx, y\n"z\tw\n', "a.tsv", "2 columns delimited by tab", id="no quoting"),
        pytest.param("only one\nx\n", "a.csv", "one column, 1 rows", id="one column"),
        pytest.param("a,b\n1,2\n\n\n", "a.csv", "1 rows below", id="empty lines at the end"),
    ],
)
def test_the_delimiter_is_found_and_said(content: str, name: str, found: str) -> None:
    document = read(content, name)
    assert found in document.notes[-1]
    assert codes(document) == []


def test_charset_quoting_and_formulas() -> None:
    document = read('Имя;Заметка\n"Ә;ә";"две\nстроки"\n=A1+B1;@SUM(1)\n'.encode())
    assert "<th>Имя</th>" in document.body
    assert "<td>Ә;ә</td><td>две\nстроки</td>" in document.body
    assert "<td>=A1+B1</td><td>@SUM(1)</td>" in document.body
    assert "<td>яблоко</td>" in read("имя,плод\nа,яблоко\nб,груша\n".encode("utf-16")).body


def test_ragged_rows_are_shown_and_said() -> None:
    document = read("a,b,c\n1,2,3\n1,2\n1,2,3,4\n\n5,6,7\n")
    assert codes(document) == ["table-ragged-rows"]
    assert "2 of 6 rows have other than 3 cells: row 3 (2), 4 (4)" in document.findings[0].message
    assert '<td class="amount">1</td><td class="amount">2</td><td class="absent"></td>' in document.body
    assert document.body.count("<th>") == 4
    assert visible(document.text) == visible("abc123" + "12" + "1234" + "567")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        pytest.param('a,b\n1,"2\n3,4\n', "a quotation mark in row 2 is never closed", id="open quotation"),
        pytest.param("a," * 5000, "row 1 has 5,001 cells", id="columns"),
        pytest.param('a,"' + "x" * 200_000 + '"\n', "field larger than field limit", id="huge cell"),
        pytest.param("a,b\n" * (MOST_LINES + 9), "it is too long for a table", id="rows"),
    ],
)
def test_what_is_no_table_is_shown_as_plain_text_and_said(content: str, cause: str) -> None:
    document = read(content)
    assert codes(document) == ["table-not-read"]
    assert cause in document.findings[0].message
    assert visible(document.text) == visible(content)
    assert visible(sanitise(document.body, "a").text) == visible(content)


def test_reading_stops_at_a_number_of_cells(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archiver.render.delimited.MOST_CELLS", 100)
    assert "it has more than 100 cells" in read("a,b\n" * 51).findings[0].message
    assert codes(read("a,b\n" * 49)) == []


CELLS = st.text(alphabet="ab,;|\t\"\n' =<&>éש漢\u0301", max_size=12)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=5), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_no_cell_is_lost(rows: list[list[str]], delimiter: str) -> None:
    document = read(written(rows, delimiter))
    marks = ',;|\t"'
    plain = str.maketrans("", "", marks)
    assert visible(document.text.translate(plain)) == visible("".join(map("".join, rows)).translate(plain))
    assert visible(sanitise(document.body, "a").text) == visible(document.text)


@pytest.mark.parametrize(("draw", "room"), [(boxed, BOXED), (dense, DENSE)])
@given(rows=st.lists(st.lists(CELLS, max_size=30), max_size=9), first=st.integers(1, 99))
def test_both_drawings_show_every_cell(
    draw: Callable[..., tuple[str, int]], room: Room, rows: list[list[str]], first: int
) -> None:
    parts = arranged(("h",) * 30, rows, room)
    numbers = range(first, first + len(rows))
    body, _ = draw(("h",) * 30, rows, parts, numbers)
    expected = ["h" * 30, *map("".join, rows), *[*map(str, numbers)] * len(parts), *(part.label for part in parts)]
    assert visible(sanitise(body, "a").text) == visible("".join(expected))


def test_a_wide_table_is_shown_in_parts_with_numbered_rows() -> None:
    rows = [[f"column_number_{index}" for index in range(40)], [f"value {index}" for index in range(40)]]
    result = render(request(written(rows)))
    assert result.status == "rendered", result.findings
    assert result.pdf is not None
    with pypdfium2.PdfDocument(BytesIO(result.pdf)) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "Columns 1\u2013" in text
    assert "column_number_39" in text


def test_a_large_table_is_set_in_lines_with_its_header_on_every_page() -> None:
    rows = [["Reference", "Title", "Amount"], *([f"R{n}", "word " * (n % 9), f"{n}.50"] for n in range(1, 1500))]
    document = read(written(rows))
    assert 'class="dense"' in document.body
    assert document.body.count("<td>") < 1500
    result = render(request(written(rows)))
    assert result.status == "rendered", result.findings
    assert result.pdf is not None
    with pypdfium2.PdfDocument(BytesIO(result.pdf)) as pdf:
        assert len(pdf) > 5
        assert all("Reference" in page.get_textpage().get_text_range() for page in pdf)


def test_a_cell_taller_than_a_page_is_continued() -> None:
    result = render(request(written([["id", "text"], ["1", "sentence " * 4000], ["2", "line\n" * 300]])))
    assert result.status == "rendered", result.findings


def test_a_right_to_left_table_is_rendered(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [["שם", "الاسم"], ["(שלום) <a>", "[عربي]"]]
    assert render(request(written(rows))).status == "rendered"
    monkeypatch.setattr("archiver.render.tables.table.MOST_BOXED", 0)
    assert 'class="dense"' in read(written(rows)).body
    assert render(request(written(rows))).status == "rendered"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("," * 1_000_000, id="commas"),
        pytest.param('"' * 1_000_001, id="quotation marks"),
        pytest.param("a\n" * 500_000, id="rows"),
        pytest.param("a,b\n" + "x" * 130_000 + ",y\n" * 3, id="long cells"),
        pytest.param(("\u0301" * 100 + ",") * 10_000, id="combining"),
        pytest.param("\n" * 1_000_000 + "a,b", id="empty lines"),
    ],
)
def test_bombs_are_prepared_quickly(content: str) -> None:
    started = time.perf_counter()
    document = read(content)
    assert time.perf_counter() - started < 60
    assert len(document.body) < 40 * len(content) + 10_000


def test_a_table_of_too_many_lines_is_refused_before_it_is_drawn() -> None:
    with pytest.raises(TableTooLongError):
        table_view(Table(header=("x",), rows=[["a" * 120 * MOST_LINES * 2]]))
    with pytest.raises(TableTooLongError):
        table_view(Table(header=("x" * 40,) * 500, rows=[["y" * 40] * 500] * 2000))
