"""Workbooks for tests: XLSX as a library writes them or part by part, ODS cell by cell."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from openpyxl import Workbook  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a ZIP of these parts."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def xlsx(*rows: Sequence[Any], title: str = "Letters", merge: Sequence[str] = ()) -> bytes:
    """Return an XLSX of one sheet, as openpyxl writes it."""
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merge:
        sheet.merge_cells(cells)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    """Return a workbook's bytes."""
    out = BytesIO()
    workbook.save(out)
    return out.getvalue()


def xlsx_parts(sheet_data: str, *, strings: str = "", styles: str = "", after: str = "") -> dict[str, str]:
    """Return the parts of an XLSX whose only sheet, ``Letters``, has this ``sheetData``."""
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml'
        '.sheet.main+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATED}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_RELATED}"><sheets>'
        '<sheet name="Letters" sheetId="1" r:id="s1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="s1" Type="{_RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="s2" Type="{_RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="s3" Type="{_RELATED}/styles" Target="/xl/styles.xml"/></Relationships>',
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{_MAIN}">{strings}</sst>',
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>',
        "xl/worksheets/sheet1.xml": f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{sheet_data}</sheetData>{after}'
        "</worksheet>",
    }


def text_cells(*cells: str) -> str:
    """Return cells of text for ``sheetData``."""
    return "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' for cell in cells)


HEADER_ROW = f"<row>{text_cells('filename', 'title', 'issued')}</row>"


def ods(*rows: str, styles: str = "", name: str = "Letters", more: str = "") -> bytes:
    """Return an ODS of one table of these rows (see :func:`ods_row`), and what else stands after it."""
    names = " ".join(
        f'xmlns:{prefix}="{_ODF}:{space}:1.0"'
        for prefix, space in {"office": "office", "text": "text", "table": "table", "style": "style"}.items()
    )
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    content = (
        f"{_HEAD}<office:document-content {names} {calc}><office:automatic-styles>{styles}</office:automatic-styles>"
        f'<office:body><office:spreadsheet><table:table table:name="{name}">{"".join(rows)}</table:table>{more}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    whole = f'<m:file-entry m:full-path="/" m:media-type="{kind}"/>'
    manifest = f'{_HEAD}<m:manifest xmlns:m="{_ODF}:manifest:1.0">{whole}</m:manifest>'
    return zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def ods_row(*cells: str, repeated: int = 1) -> str:
    """Return a row; a cell is plain text, or whole XML where it begins with ``<``."""
    whole = (cell if cell.startswith("<") else ods_cell(cell) for cell in cells)
    repeat = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{repeat}>{''.join(whole)}</table:table-row>"


def ods_cell(text: str, kind: str = "string", **attributes: str) -> str:
    """Return a cell; attributes by name with ``_`` for ``:`` before the first part and ``-`` elsewhere."""
    written = "".join(
        f" {name.replace('__', ':').replace('_', '-')}={quoteattr(value)}" for name, value in attributes.items()
    )
    if not text and not written:
        return "<table:table-cell/>"
    return f'<table:table-cell office:value-type="{kind}"{written}><text:p>{escape(text)}</text:p></table:table-cell>'
