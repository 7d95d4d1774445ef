"""Sheets and sidecars broken as people and programs break them: each finding names the place, the rule and the fix."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import pytest

from archiver.describe import check_statements, read_metadata
from archiver.describe.sheets import parts as workbook_parts
from tests.describe.sheets.workbooks import (
    HEADER_ROW,
    ods,
    ods_cell,
    ods_row,
    text_cells,
    xlsx,
    xlsx_parts,
    zipped,
)

if TYPE_CHECKING:
    from pathlib import Path

    from archiver.model import Finding

DOCUMENTS = ["a.txt", "b.txt", "box/c.txt"]


@dataclass(frozen=True, kw_only=True)
class Broken:
    """One broken file and what must be said of it."""

    name: str
    file: str
    content: str | bytes
    code: str
    place: str
    """How the message begins."""

    rule: str
    """What it says further on."""

    fix: str
    severity: str = "error"


def sheet(rows: str, *, styles: str = "", strings: str = "", after: str = "") -> bytes:
    """Return an XLSX of a header and these rows, as XML."""
    return zipped(xlsx_parts(HEADER_ROW + rows, styles=styles, strings=strings, after=after))


def with_part(name: str, content: str | bytes) -> bytes:
    """Return an XLSX with one part put in place of its own."""
    parts: dict[str, str | bytes] = dict(xlsx_parts(HEADER_ROW))
    parts[name] = content
    return zipped(parts)


DAY = '<cellXfs><xf numFmtId="14"/></cellXfs>'
LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 20}'>" for n in range(8)
)
ALIASES = "a0: &a0 [x, x, x]\n" + "".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]\n" for n in range(1, 9))
ENCRYPTED = (
    '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="content.xml">'
    "<m:encryption-data/></m:file-entry></m:manifest>"
)

ENCODINGS = (
    Broken(
        name="Windows-1252",
        file="s.csv",
        content="filename,title\na.txt,Plain\nb.txt,Café\n".encode("cp1252"),
        severity="info",
        code="sheet-encoding-guessed",
        place="s.csv: not UTF-8",
        rule="Line 3 then begins 'b.txt,Café'",
        fix="CSV UTF-8",
    ),
    Broken(
        name="no encoding that is known",
        file="s.csv",
        content=b"filename,title\na.txt,\x8d\xd0\n",
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="neither UTF-8 (see line 2) nor Windows-1252 (see line 2)",
        fix="CSV UTF-8",
    ),
    Broken(
        name="UTF-16 without a mark",
        file="s.csv",
        content="filename,title\na.txt,A\n".encode("utf-16-le"),
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="NUL characters, first in line 1",
        fix="CSV UTF-8",
    ),
    Broken(
        name="UTF-16 cut in a character",
        file="s.csv",
        content="filename,title\na.txt,A\n".encode("utf-16") + b"x",
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="begins as UTF-16 and is not, from line 3 on",
        fix="CSV UTF-8",
    ),
    Broken(
        name="NUL",
        file="s.csv",
        content=b"filename,title\na.txt,A\0\n",
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="NUL characters, first in line 2",
        fix="CSV UTF-8",
    ),
    Broken(
        name="a workbook called .csv",
        file="s.csv",
        content=xlsx(["filename", "title"]),
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="is a workbook and no text",
        fix="Name it .xlsx or .ods",
    ),
    Broken(
        name="text called .xlsx",
        file="s.xlsx",
        content="filename,title\na.txt,A\n",
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="is no whole workbook",
        fix="XLSX",
    ),
    Broken(
        name="an empty file",
        file="s.csv",
        content=b"",
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="is empty",
        fix="header row",
    ),
)

HEADERS = (
    Broken(
        name="bars between cells",
        file="s.csv",
        content="filename|title\na.txt|A\n",
        code="sheet-no-filename",
        place="s.csv, row 1: no column is headed 'filename'",
        rule="The whole header stands in one cell, 'filename|title'",
        fix="'|' is no delimiter: it stands between several values",
    ),
    Broken(
        name="colons between cells",
        file="s.csv",
        content="filename:title\na.txt:A\n",
        code="sheet-no-filename",
        place="s.csv, row 1: no column is headed 'filename'",
        rule="The whole header stands in one cell",
        fix="commas, semicolons or tabs; ':' is no delimiter.",
    ),
    Broken(
        name="semicolons in .csv",
        file="s.csv",
        content="filename;title\na.txt;A\n",
        severity="info",
        code="sheet-delimiter-detected",
        place="s.csv: its cells",
        rule="separated by semicolons",
        fix="Nothing has to be done",
    ),
    Broken(
        name="a title above the header",
        file="s.csv",
        content="Letters of 1922,,\n\nfilename,title\na.txt,A\n",
        code="sheet-no-filename",
        place="s.csv, row 1: no column is headed 'filename'",
        rule="Row 3 looks like the header",
        fix="no title row above it",
    ),
    Broken(
        name="a merged title above the header",
        file="s.xlsx",
        content=xlsx(["Letters of 1922"], ["filename", "title"], ["a.txt", "A"], merge=["A1:B1"]),
        code="sheet-no-filename",
        place="s.xlsx, sheet Letters, row 1: no column is headed 'filename'",
        rule="Its cells A1:B1 are merged. Row 2 looks like the header",
        fix="no title row above it",
    ),
    Broken(
        name="a merged heading",
        file="s.xlsx",
        content=xlsx(["filename", "title", None], ["a.txt", "A", "B"], merge=["B1:C1"]),
        severity="warning",
        code="sheet-merged-cells",
        place="s.xlsx, sheet Letters, row 1: merged cells B1:C1",
        rule="its heading belongs to the first column alone",
        fix="Unmerge them",
    ),
    Broken(
        name="values below no heading",
        file="s.ods",
        content=ods(ods_row("filename", "title", ""), ods_row("a.txt", "A", "B")),
        severity="warning",
        code="sheet-column-without-heading",
        place="s.ods, sheet Letters, row 2, column C: a value below an empty heading",
        rule="kept beside the record as 'column C'",
        fix="Give the column a heading",
    ),
    Broken(
        name="two columns of files",
        file="s.csv",
        content="filename,title,filename\na.txt,A,b.txt\n",
        code="sheet-no-filename",
        place="s.csv, row 1: the column 'filename' stands twice",
        rule="no row can be matched",
        fix="Keep one column",
    ),
    Broken(
        name="a misspelt term",
        file="s.csv",
        content="filename,titel\na.txt,A\n",
        severity="warning",
        code="description-unknown-key",
        place="s.csv, row 1, column B: 'titel'",
        rule="names no DCMI term",
        fix="Did you mean 'title'?",
    ),
    Broken(
        name="no term at all",
        file="s.csv",
        content="filename,box,shelf\na.txt,1,2\n",
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="no column that names a DCMI term",
        fix="title, creator, issued",
    ),
    Broken(
        name="thousands of columns",
        file="s.csv",
        content="filename" + ",titel" * 5000 + "\na.txt\n",
        code="sheet-unreadable",
        place="s.csv, row 1: the header",
        rule="5001 columns; no more than 4096",
        fix="Take out the columns",
    ),
)

ROWS = (
    Broken(
        name="a row twice",
        file="s.csv",
        content="filename,title\na.txt,A\nb.txt,B\na.txt,C\n",
        code="sheet-duplicate-row",
        place="s.csv, row 4: 'a.txt'",
        rule="described already in s.csv, row 2",
        fix="Keep one row a file",
    ),
    Broken(
        name="a repeated row in ODS",
        file="s.ods",
        content=ods(ods_row("filename", "title"), ods_row("a.txt", "A", repeated=1_000_000)),
        code="sheet-duplicate-row",
        place="s.ods, sheet Letters, row 3: 'a.txt'",
        rule="described already in s.ods, sheet Letters, row 2",
        fix="Keep one row a file",
    ),
    Broken(
        name="a document that is not there",
        file="s.csv",
        content="filename,title\nbox\\c.txt,A\n",
        severity="warning",
        code="sheet-row-without-file",
        place="s.csv, row 2: there is no document",
        rule="the row is not used",
        fix="Did you mean 'box/c.txt'? Paths are written from the source folder, with '/'",
    ),
    Broken(
        name="no file named",
        file="s.xlsx",
        content=xlsx(["filename", "title"], ["a.txt", "A"], [None, "B"]),
        severity="warning",
        code="sheet-row-without-file",
        place="s.xlsx, sheet Letters, row 3: the row names no file",
        rule="its values are not used",
        fix="Write the document's path in the column filename",
    ),
    Broken(
        name="a comma not in quotes",
        file="s.csv",
        content="filename,title,creator\na.txt,Bread, and salt,B\n",
        code="sheet-ragged-row",
        place="s.csv, row 2 (a.txt): 4 cells where the header has 3",
        rule="the row is not used",
        fix="in double quotes",
    ),
    Broken(
        name="cells missing",
        file="s.csv",
        content="filename,title,creator\na.txt,A\n",
        severity="warning",
        code="sheet-ragged-row",
        place="s.csv, row 2 (a.txt): 2 cells where the header has 3",
        rule="count as empty",
        fix="Fill the row up",
    ),
    Broken(
        name="a quote never closed, in a short sheet",
        file="s.csv",
        content='filename,title\nb.txt,B\na.txt,"Bread\nbox/c.txt,C\n',
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="from row 3 on (a double quote opens there and is never closed); rows before it are used",
        fix="Close the quote",
    ),
    Broken(
        name="a quote never closed, in a long sheet",
        file="s.csv",
        content='filename,title\na.txt,"A\n' + "x,y\n" * 100_000,
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="cannot be read from row 2 on (field larger than field limit",
        fix="CSV UTF-8",
    ),
    Broken(
        name="a line without end",
        file="s.csv",
        content=b"filename,title\na.txt," + b"x" * (9 << 20),
        code="sheet-unreadable",
        place="s.csv: the sheet",
        rule="a line of more than 8 MiB: line 2",
        fix="CSV UTF-8",
    ),
    Broken(
        name="rows of OpenRefine",
        file="s.csv",
        content="filename,title,subject\na.txt,A,x\n,,y\n",
        severity="info",
        code="sheet-rows-joined",
        place="s.csv, row 3: no file is named",
        rule="read as further values of that row",
        fix="Write the file's name",
    ),
)

CELLS = (
    Broken(
        name="a date the program made",
        file="s.xlsx",
        content=xlsx(["filename", "title", "issued"], ["a.txt", "A", date(1922, 1, 1)]),
        severity="warning",
        code="sheet-date-cell",
        place="s.xlsx, sheet Letters, row 2, column issued: a date cell",
        rule="the program may have changed what was typed",
        fix="format the column as text",
    ),
    Broken(
        name="a date in ODS",
        file="s.ods",
        content=ods(
            ods_row("filename", "issued"), ods_row("a.txt", ods_cell("3/4", "date", office__date_value="2022-03-04"))
        ),
        severity="warning",
        code="sheet-date-cell",
        place="s.ods, sheet Letters, row 2, column issued: a date cell",
        rule="read as an ISO day",
        fix="format the column as text",
    ),
    Broken(
        name="29 February 1900",
        file="s.xlsx",
        content=sheet(f"<row>{text_cells('a.txt', 'A')}<c s='0'><v>60</v></c></row>", styles=DAY),
        code="sheet-error-cell",
        place="s.xlsx, sheet Letters, row 2, column issued: the cell shows",
        rule="a day that never was (60)",
        fix="type the value",
    ),
    Broken(
        name="a formula, computed",
        file="s.xlsx",
        content=sheet(f"<row>{text_cells('a.txt')}<c t='str'><f>C1</f><v>A</v></c></row>"),
        severity="warning",
        code="sheet-formula",
        place="s.xlsx, sheet Letters, row 2, column title: a formula",
        rule="what it gave when the sheet was last saved is used",
        fix="paste it as values",
    ),
    Broken(
        name="a formula, never computed",
        file="s.xlsx",
        content=xlsx(["filename", "title"], ["a.txt", "=B9"]),
        code="sheet-formula-without-value",
        place="s.xlsx, sheet Letters, row 2, column title: the cell holds a formula",
        rule="no program has computed; it is not used",
        fix="let it compute",
    ),
    Broken(
        name="an error shown",
        file="s.xlsx",
        content=sheet(f"<row>{text_cells('a.txt')}<c t='e'><f>X1</f><v>#REF!</v></c></row>"),
        code="sheet-error-cell",
        place="s.xlsx, sheet Letters, row 2, column title: the cell shows the error #REF!",
        rule="it is not used",
        fix="Mend the formula",
    ),
    Broken(
        name="an error shown in ODS",
        file="s.ods",
        content=ods(
            ods_row("filename", "title"),
            ods_row(
                "a.txt",
                ods_cell(
                    "Err:502",
                    table__formula="of:=SUM(",
                ),
            ),
        ),
        code="sheet-error-cell",
        place="s.ods, sheet Letters, row 2, column title: the cell shows the error Err:502",
        rule="it is not used",
        fix="Mend the formula",
    ),
    Broken(
        name="a shared string that is not there",
        file="s.xlsx",
        content=sheet(f"<row>{text_cells('a.txt')}<c t='s'><v>9</v></c></row>"),
        code="sheet-error-cell",
        place="s.xlsx, sheet Letters, row 2, column title: the cell shows the error shared string 9",
        rule="it is not used",
        fix="type the value",
    ),
    Broken(
        name="a cell as long as a book",
        file="s.xlsx",
        content=sheet(f"<row>{text_cells('a.txt', 'x' * 200_000)}</row>"),
        code="sheet-cell-too-long",
        place="s.xlsx, sheet Letters, row 2, column title: the cell holds more than 131,072 characters",
        rule="it is not used",
        fix="as a document of its own",
    ),
    Broken(
        name="merged values",
        file="s.ods",
        content=ods(
            ods_row("filename", "title"),
            ods_row("a.txt", ods_cell("A", table__number_rows_spanned="2")),
            ods_row("b.txt", "<table:covered-table-cell/>"),
        ),
        severity="warning",
        code="sheet-merged-cells",
        place="s.ods, sheet Letters, row 2: merged cells B2:B3",
        rule="only the first cell has the value",
        fix="Unmerge them, and write the value into each cell",
    ),
    Broken(
        name="a day in words",
        file="s.csv",
        content="filename,issued\na.txt,5 January 1922\n",
        code="description-bad-date",
        place="s.csv, row 2, column issued: '5 January 1922'",
        rule="no date that W3CDTF or EDTF",
        fix="Write 1922-01-05.",
    ),
    Broken(
        name="a bad value in a workbook",
        file="s.xlsx",
        content=xlsx(["filename", "type"], ["a.txt", "text"]),
        code="description-bad-type",
        place="s.xlsx, sheet Letters, row 2, column type: 'text'",
        rule="none of the twelve DCMI types",
        fix="Write Text.",
    ),
)

CONTAINERS = (
    Broken(
        name="a password",
        file="s.xlsx",
        content=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="is protected by a password, or is an old workbook",
        fix="without a password",
    ),
    Broken(
        name="a password in ODS",
        file="s.ods",
        content=zipped({"META-INF/manifest.xml": ENCRYPTED, "content.xml": b"\x9f\x1c" * 99}),
        code="sheet-unreadable",
        place="s.ods: the sheet",
        rule="is protected by a password",
        fix="without a password",
    ),
    Broken(
        name="cut short",
        file="s.xlsx",
        content=xlsx(["filename", "title"], ["a.txt", "A"])[:-300],
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="is no whole workbook",
        fix="XLSX",
    ),
    Broken(
        name="no main part",
        file="s.xlsx",
        content=zipped({"_rels/.rels": "<Relationships/>"}),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="it names no main part",
        fix="XLSX",
    ),
    Broken(
        name="no content",
        file="s.ods",
        content=zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
        code="sheet-unreadable",
        place="s.ods: the sheet",
        rule="is no whole workbook (its part content.xml",
        fix="XLSX",
    ),
    Broken(
        name="an entity bomb in a sheet",
        file="s.xlsx",
        content=with_part("xl/worksheets/sheet1.xml", f"{LAUGHS}]><worksheet><v>&i;</v></worksheet>"),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="it has a document type declaration",
        fix="XLSX",
    ),
    Broken(
        name="an entity bomb in the strings",
        file="s.xlsx",
        content=with_part("xl/sharedStrings.xml", f"{LAUGHS}]><sst><si><t>&i;</t></si></sst>"),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="it has a document type declaration",
        fix="XLSX",
    ),
    Broken(
        name="a tag without end",
        file="s.xlsx",
        content=with_part("xl/worksheets/sheet1.xml", b'<worksheet a="' + b"x" * (9 << 20)),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="has a tag of more than 4 MiB",
        fix="XLSX",
    ),
    Broken(
        name="XML that breaks off",
        file="s.xlsx",
        content=with_part("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row></sheetData>"),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="its part xl/worksheets/sheet1.xml: mismatched tag",
        fix="XLSX",
    ),
    Broken(
        name="XML in an encoding that nobody knows",
        file="s.xlsx",
        content=with_part("xl/worksheets/sheet1.xml", '<?xml version="1.0" encoding="UVF-8"?><worksheet/>'),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="unknown encoding",
        fix="XLSX",
    ),
    Broken(
        name="a bomb of parts",
        file="s.xlsx",
        content=zipped({f"xl/{'x' * 60}{n}": "" for n in range(12_000)}),
        code="sheet-unreadable",
        place="s.xlsx: the sheet",
        rule="it is made of too many parts",
        fix="XLSX",
    ),
    Broken(
        name="a value in the last column of all",
        file="s.xlsx",
        content=sheet(
            f"<row>{text_cells('b.txt', 'B')}</row>"
            "<row><c r='A3' t='str'><v>a.txt</v></c><c r='XFD3'><v>1</v></c></row>"
        ),
        code="sheet-unreadable",
        place="s.xlsx, sheet Letters: the sheet",
        rule="values beyond column 4096 in row 3; rows before it are used",
        fix="XLSX",
    ),
    Broken(
        name="a hidden sheet",
        file="s.ods",
        content=ods(
            ods_row("filename", "title"),
            styles="<style:style style:name='h'><style:table-properties table:display='false'/></style:style>",
            more="<table:table table:name='Old' table:style-name='h'>"
            + ods_row("filename", "title")
            + "</table:table>",
        ),
        severity="info",
        code="sheet-not-read",
        place="s.ods, sheet Old: not read",
        rule="it is hidden",
        fix="show it",
    ),
)

SIDECARS = (
    Broken(
        name="an alias bomb",
        file="a.yaml",
        content=ALIASES,
        code="sidecar-unreadable",
        place="a.yaml, line 2",
        rule="alias",
        fix="term: value",
    ),
    Broken(
        name="an entity bomb",
        file="a.xml",
        content=f"{LAUGHS}]><metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>&i;</dc:title></metadata>",
        code="sidecar-unreadable",
        place="a.xml",
        rule="is not XML that can be trusted",
        fix="without a document type",
    ),
    Broken(
        name="an entity from a file",
        file="a.xml",
        content="<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
        code="sidecar-unreadable",
        place="a.xml",
        rule="document type declaration",
        fix="without a document type",
    ),
    Broken(
        name="deep JSON",
        file="a.json",
        content='{"title":' * 100_000,
        code="sidecar-unreadable",
        place="a.json, line 1",
        rule="nests deeper than 20 levels",
        fix="one JSON object",
    ),
    Broken(
        name="a key twice in JSON",
        file="a.json",
        content='{"title": "A",\n"title": "B"}',
        code="sidecar-duplicate-key",
        place="a.json, line 2",
        rule="stands twice: in line 1 and in line 2",
        fix="Keep one of the two",
    ),
    Broken(
        name="JSON that breaks off",
        file="a.json",
        content='{"title": "A",\n',
        code="sidecar-unreadable",
        place="a.json, line 2, column 1",
        rule="is not JSON",
        fix="one JSON object",
    ),
    Broken(
        name="YAML in another encoding",
        file="a.yaml",
        content="title: Café\n".encode("cp1252"),
        code="sidecar-unreadable",
        place="a.yaml, line 1",
        rule="is not text in UTF-8",
        fix="UTF-8",
    ),
    Broken(
        name="YAML that runs code",
        file="a.yaml",
        content="title: !!python/object/apply:os.system [id]\n",
        code="sidecar-unreadable",
        place="a.yaml, line 1",
        rule="tag",
        fix="term: value",
    ),
    Broken(
        name="two sidecars",
        file="a.txt.yaml",
        content="title: A\n",
        code="sidecar-ambiguous",
        place="a.txt.json and a.txt.yaml both describe a.txt",
        rule="neither is used",
        fix="Keep one of them",
    ),
    Broken(
        name="deep metadata.json",
        file="metadata.json",
        content="[" * 100_000,
        code="sheet-unreadable",
        place="metadata.json: the sheet",
        rule="nests deeper than 20 levels",
        fix="list of objects",
    ),
    Broken(
        name="metadata.json that is no list",
        file="metadata.json",
        content=json.dumps({"filename": "a.txt"}),
        code="sheet-unreadable",
        place="metadata.json: the sheet",
        rule="is no list of objects",
        fix="list of objects",
    ),
)

ALL = (*ENCODINGS, *HEADERS, *ROWS, *CELLS, *CONTAINERS, *SIDECARS)


def findings_about(folder: Path) -> list[Finding]:
    """Return everything that is said about a metadata folder and its values."""
    metadata = read_metadata(folder, DOCUMENTS)
    found = [*metadata.findings, *metadata.unmatched(DOCUMENTS)]
    for path in DOCUMENTS:
        supplied = metadata.supplied(path)
        found += [*supplied.findings, *check_statements(supplied.statements).findings]
    return found


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in ALL])
def test_what_is_broken_is_named_with_place_rule_and_fix(tmp_path: Path, case: Broken) -> None:
    content = case.content if isinstance(case.content, bytes) else case.content.encode()
    (tmp_path / case.file).write_bytes(content)
    if case.code == "sidecar-ambiguous":
        (tmp_path / "a.txt.json").write_text("{}", encoding="utf-8")
    found = findings_about(tmp_path)
    told = [finding for finding in found if finding.code == case.code]
    assert told, found
    finding = told[0]
    assert finding.severity.value == case.severity
    assert finding.message.startswith(case.place)
    assert case.rule in finding.message
    assert case.fix in finding.fix
    assert all(one.fix and one.message and len(one.message) < 1500 for one in found)
    assert all(one.message.isprintable() and one.fix.isprintable() for one in found)


def test_rows_before_a_fault_are_used(tmp_path: Path) -> None:
    (case,) = (case for case in ALL if case.name == "a value in the last column of all")
    (tmp_path / case.file).write_bytes(case.content if isinstance(case.content, bytes) else b"")
    metadata = read_metadata(tmp_path, DOCUMENTS)
    assert [statement.text for statement in metadata.supplied("b.txt").statements] == ["B"]
    assert metadata.supplied("a.txt").statements == ()


def test_there_are_as_many_as_were_asked_for() -> None:
    assert len({case.name for case in ALL}) == len(ALL) >= 40


@pytest.mark.parametrize("text", ['=HYPERLINK("http://a.example")', "+1", "-1+2", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_in_csv_is_text_and_stays_text(tmp_path: Path, text: str) -> None:
    quoted = text.replace('"', '""').replace("|", "\\|")
    (tmp_path / "s.csv").write_text(f'filename,title\na.txt,"{quoted}"\n', encoding="utf-8")
    metadata = read_metadata(tmp_path, DOCUMENTS)
    assert [statement.text for statement in metadata.supplied("a.txt").statements] == [text]


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook_parts, "MOST_UNPACKED", 4 << 20)
    (tmp_path / "s.xlsx").write_bytes(sheet("<row/>" * 4_000_000))
    found = findings_about(tmp_path)
    assert [finding.code for finding in found] == ["sheet-unreadable"]
    assert "unpacks to more than 4 MiB" in found[0].message


@pytest.mark.parametrize("name", ["missing/{number}.txt", ""])
def test_rows_about_nothing_are_told_in_bounds_however_many(tmp_path: Path, name: str) -> None:
    rows = "".join(f"{name.format(number=number)},T\n" for number in range(25_000))
    (tmp_path / "s.csv").write_text(f"filename,title\n{rows}", encoding="utf-8")
    found = findings_about(tmp_path)
    assert len(found) == 10_001
    assert found[-1].code == "sheet-more-findings"
    assert "15,000 more findings of the kind sheet-row-without-file" in found[-1].message
