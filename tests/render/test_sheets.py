"""Workbooks: the stored values, every sheet, and no bomb that a small file can be."""

from __future__ import annotations

import datetime as dt
import random
import tracemalloc
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]
import pytest
from openpyxl.chart import BarChart, Reference  # type: ignore[import-untyped]

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.sandbox import render
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.sheets import RENDERER
from archiver.render.sheets.cells import cell_text, column_letters
from archiver.render.zipped import MOST_MEMBERS, Container

if TYPE_CHECKING:
    from collections.abc import Iterable

OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def request(content: bytes, name: str = "a.xlsx") -> RenderRequest:
    return RenderRequest(
        name=name, content=content, media_type="", puid=None, description=Description(), identifier="urn:uuid:x"
    )


def read(content: bytes, name: str = "a.xlsx") -> PreparedDocument:
    return RENDERER.prepare(request(content, name))


def saved(book: openpyxl.Workbook) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(rows: Iterable[Iterable[object]]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return saved(book)


def ods(table: str, settings: str = "") -> bytes:
    names = " ".join(f'xmlns:{one}="{OFFICE}{one}:1.0"' for one in ("office", "table", "text"))
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", f"{settings}<office:document-content {names}>{body}</office:document-content>")
        archive.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{OFFICE}manifest:1.0"/>')
    return out.getvalue()


def changed(content: bytes, changes: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
        for name in changes.keys() - set(old.namelist()):
            new.writestr(name, changes[name])
    return out.getvalue()


def visible(text: str) -> str:
    return "".join(sorted("".join(text.split())))


def codes(document: PreparedDocument) -> list[str]:
    return [finding.code for finding in document.findings]


def refused(content: bytes, name: str = "a.xlsx") -> tuple[str, str]:
    with pytest.raises(UnreadableTextError) as error:
        read(content, name)
    return error.value.finding.code, error.value.finding.message


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.0, "3"),
        (-0.0, "0"),
        (1.5, "1.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e300, "1e+300"),
        (True, "TRUE"),
        ("007", "007"),
        (dt.datetime.fromisoformat("1921-01-20T00:00"), "1921-01-20"),
        (dt.datetime.fromisoformat("1921-01-20T13:05"), "1921-01-20T13:05:00"),
        (dt.date(1921, 1, 20), "1921-01-20"),
        (dt.time(3, 4), "03:04:00"),
        (dt.timedelta(hours=30, minutes=5), "30:05:00"),
        (-dt.timedelta(seconds=1.5), "-0:00:01.5"),
    ],
)
def test_values_are_shown_as_stored(value: float | str | dt.date | dt.time | dt.timedelta, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (16_383, "XFD")])
def test_columns_are_named_as_in_the_program(index: int, letters: str) -> None:
    assert column_letters(index) == letters


def test_every_sheet_is_shown_with_its_addresses_and_hidden_ones_are_said() -> None:
    book = openpyxl.Workbook()
    book.active.title = "Letters & more"
    book.active["C5"] = "Алия"
    book.active["E900"] = 1921
    book.create_sheet("second").sheet_state = "hidden"
    book["second"]["A1"] = "secret"
    book.create_sheet("third")
    document = read(saved(book))
    assert "<h1>Letters &amp; more</h1>" in document.body
    assert "<h1>second (hidden)</h1>" in document.body
    assert "<p>This sheet is empty.</p>" in document.body
    assert visible(document.text) == visible(
        "Letters & more C E Алия 1921 5 900 second (hidden) A 1 secret third This sheet is empty."
    )
    assert visible(sanitise(document.body, "a").text) == visible(document.text)


def test_cells_without_a_stored_value_are_said() -> None:
    book = openpyxl.Workbook()
    book.active.append([1, 2, "=A1+B1"])
    book.active["A2"] = "#N/A"
    book.active["A2"].data_type = "e"
    document = read(saved(book))
    assert codes(document) == ["sheet-cells-blank"]
    assert "no stored result (1) or their value is an error (1): 2." in document.findings[0].message
    assert document.notes[0].endswith("formats: 4; formulas by their last stored results: 1")


def test_what_is_more_than_cells_is_said() -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = 1
    chart = BarChart()
    chart.add_data(Reference(book.active, min_col=1, min_row=1))
    book.active.add_chart(chart, "B2")
    (finding,) = read(saved(book)).findings
    assert (finding.code, "none of its charts" in finding.message) == ("sheet-parts-not-shown", True)


def test_an_opendocument_sheet_is_read() -> None:
    cells = (
        '<table:table-cell office:value-type="float" office:value="3"><text:p>3,00</text:p></table:table-cell>'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>é</text:p>'
        '</table:table-cell><table:table-cell office:value-type="date" office:date-value="1921-01-20"/>'
        '<table:table-cell table:number-columns-repeated="16000"/>'
    )
    rows = f'<table:table-row table:number-rows-repeated="2">{cells}</table:table-row>'
    empty = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
    document = read(ods(f'<table:table table:name="T">{rows}{empty}</table:table>'), "a.ods")
    assert visible(document.text) == visible("T A D E F" + "3 é é 1921-01-20" * 2 + "1 2")


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_workbook_is_rendered(name: str) -> None:
    rows: list[list[object]] = [["Имя", "n", "שם (א)"], *([f"word {n}", n, "x < y"] for n in range(150))]
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    lines = "".join(f"<table:table-row>{cell.format(n)}</table:table-row>" for n in range(9))
    content = workbook(rows) if name == "a.xlsx" else ods(f'<table:table table:name="T">{lines}</table:table>')
    result = render(request(content, name))
    assert result.status == "rendered", result.findings


def bombs() -> dict[str, tuple[bytes, str]]:
    one = workbook([["x"]])
    far = openpyxl.Workbook()
    far.active["A1"], far.active["XFD1048576"] = 1, 2
    sheet = b'<worksheet><sheetData><row r="1">%b</row></sheetData></worksheet>'
    shared = b"<sst><si><t>%b</t></si></sst>" % (b"x" * 1_000_000)
    many = sheet % (b'<c t="s"><v>0</v></c>' * 1000)
    repeated = '<table:table-cell table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{repeated}</table:table-cell></table:table-row>'
    return {
        "two cells far apart": (saved(far), "spans more than"),
        "one long string in many cells": (
            changed(one, {"xl/worksheets/sheet1.xml": many, "xl/sharedStrings.xml": shared}),
            "characters",
        ),
        "repeated rows": (ods(f'<table:table table:name="T">{row}</table:table>'), "cells"),
        "zip bomb": (changed(one, {"xl/worksheets/sheet1.xml": b" " * (300 << 20)}), "unpacks to more than"),
        "many members": (changed(one, {f"{n}.xml": b"" for n in range(MOST_MEMBERS + 1)}), "parts"),
        "many rows": (workbook([[n] for n in range(70_000)]), "lines"),
        "rows of many sheets": (
            ods(
                "".join(
                    f'<table:table table:name="T{sheet}"><table:table-row table:number-rows-repeated="35000">'
                    '<table:table-cell office:value-type="float" office:value="3"/></table:table-row></table:table>'
                    for sheet in range(2)
                )
            ),
            "lines",
        ),
        "entities": (
            ods("<table:table/>", '<!DOCTYPE a [<!ENTITY a "b"><!ENTITY b "&a;&a;">]>'),
            "document type declaration",
        ),
    }


@pytest.mark.parametrize(("content", "cause"), bombs().values(), ids=bombs().keys())
def test_bombs_are_refused_in_words_and_little_memory(content: bytes, cause: str) -> None:
    tracemalloc.start()
    code, message = refused(content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code in {"document-too-large", "document-damaged"}
    assert cause in message
    assert peak < 480 << 20


def test_a_size_that_the_archive_states_is_not_believed() -> None:
    content = changed(workbook([["x"]]), {"xl/worksheets/sheet1.xml": b" " * 5_000_000})
    lying = content.replace((5_000_000).to_bytes(4, "little"), (50).to_bytes(4, "little"))
    assert lying != content
    assert refused(lying)[0] == "document-damaged"


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"PK\x03\x04", id="head alone"),
        pytest.param(workbook([["x"]])[:-40], id="cut off"),
        pytest.param(changed(workbook([["x"]]), {"xl/workbook.xml": b"<a"}), id="no XML"),
        pytest.param(changed(workbook([["x"]]), {"xl/workbook.xml": b"<a/>"}), id="no workbook"),
        pytest.param(ods("<table:table").replace(b"mimetype", b"mimetypf"), id="no kind"),
    ],
)
def test_damaged_workbooks_are_refused_in_words_or_have_no_sheets(content: bytes) -> None:
    try:
        assert read(content).text == "This workbook has no sheets."
    except UnreadableTextError as error:
        assert error.finding.code == "document-damaged"  # noqa: PT017 - one of two good ends


def test_mutated_workbooks_are_read_or_refused() -> None:
    chance = random.Random(4)  # noqa: S311 - the same documents in every run
    seeds = [workbook([["x", 1, True, dt.date(2024, 1, 1)]] * 3), ods('<table:table table:name="T"/>')]
    for number in range(60):
        with zipfile.ZipFile(BytesIO(seeds[number % 2])) as archive:
            part = chance.choice(archive.namelist())
            data = bytearray(archive.read(part))
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.choice(b'<>&"/ 9A\0\xff')
        try:
            document = read(changed(seeds[number % 2], {part: bytes(data)}))
        except UnreadableTextError as error:
            assert error.finding.code in {"document-damaged", "document-too-large"}  # noqa: PT017 - a good end
        else:
            assert visible(sanitise(document.body, "a").text) == visible(document.text)


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(workbook([["x"]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = 0
        while (start := content.find(mark, start)) >= 0:
            content[start + offset] |= 1
            start += 4
    container = Container(bytes(content), "a.xlsx")
    with pytest.raises(UnreadableTextError, match="encrypted"):
        container.read(container.names[0])
