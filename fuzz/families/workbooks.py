"""Workbooks that describe documents: any container, and any worksheet in a sound one."""

from __future__ import annotations

from fuzz.families.descriptions import rows_hold
from fuzz.target import Target
from tests.describe.sheets.workbooks import HEADER_ROW, ods, ods_cell, ods_row, xlsx_parts, zipped

_SHEET = "xl/worksheets/sheet1.xml"
_ROWS = (
    f"{HEADER_ROW}<row r='2'><c r='A2' t='s'><v>0</v></c><c r='B2' t='str'><f>1</f><v>B</v></c>"
    "<c r='C2' s='1'><v>8041</v></c></row><row><c t='inlineStr'><is><t>b_x000D_</t><rPh><t>c</t></rPh></is></c>"
    "<c t='b'><v>1</v></c><c t='e'><v>#N/A</v></c></row>"
)
_PARTS = xlsx_parts(
    _ROWS,
    strings="<si><t>a.txt</t></si>",
    styles='<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
    after='<mergeCells><mergeCell ref="B1:C1"/></mergeCells>',
)
_ODS_ROWS = (
    ods_row("filename", "title", "issued"),
    ods_row(
        "a.txt", ods_cell("1", "float", office__value="1.0"), ods_cell("d", "date", office__date_value="1922-01-05")
    ),
    ods_row("b.txt", ods_cell("B", table__formula="of:=1", table__number_columns_repeated="2"), repeated=3),
)


def check_container(data: bytes) -> None:
    """Read any bytes as workbooks of both kinds."""
    rows_hold(data, "a.xlsx")
    rows_hold(data, "a.ods")


def check_worksheet(data: bytes) -> None:
    """Read any bytes as the one worksheet of an XLSX."""
    rows_hold(zipped({**_PARTS, _SHEET: data}), "a.xlsx")


def check_content(data: bytes) -> None:
    """Read any bytes as the content of an ODS."""
    rows_hold(zipped({"content.xml": data}), "a.ods")


def _content() -> bytes:
    import zipfile  # noqa: PLC0415 - for the seed alone
    from io import BytesIO  # noqa: PLC0415 - as above

    return zipfile.ZipFile(BytesIO(ods(*_ODS_ROWS))).read("content.xml")


TARGETS = (
    Target(
        name="workbook-container",
        seeds=(zipped(_PARTS), ods(*_ODS_ROWS)),
        tokens=(
            b"PK\x01\x02",
            b"PK\x05\x06",
            b"\xff\xff\xff\xff",
            b"xl/workbook.xml",
            b"content.xml",
            b"\xd0\xcf\x11\xe0",
        ),
        check=check_container,
        share=0.2,
    ),
    Target(
        name="worksheet",
        seeds=(_PARTS[_SHEET].encode(),),
        tokens=(
            *(
                b"<row r='9999999999'>",
                b"<c r='XFD1'>",
                b"<c r='ZZZZZZ1' t='s'>",
                b"<v>-1</v>",
                b"<v>1e400</v>",
                b"t='d'",
            ),
            *(b"<f/>", b"<v/>", b"</c>", b"</row>", b"<c>", b"_xD800_", b"<!DOCTYPE a>", b"s='1'", b"NaN", b"<rPh>"),
        ),
        check=check_worksheet,
        share=0.2,
    ),
    Target(
        name="ods-content",
        seeds=(_content(),),
        tokens=(
            *(b"table:number-rows-repeated='99999999999'", b"table:number-columns-repeated='16384'", b"<text:p>"),
            *(
                b"<table:table>",
                b"</table:table>",
                b"<office:annotation>",
                b"</table:table-row>",
                b"<text:s text:c='9'/>",
            ),
            *(b"<!DOCTYPE a>", b"office:value='1e999'", b"</text:p>", b"<table:table-cell/>", b"<text:line-break/>"),
        ),
        check=check_content,
        share=0.2,
    ),
)
