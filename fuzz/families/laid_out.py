"""Documents that are laid out from text, from bytes to a PDF that passed: source views, tables, workbooks, books."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from random import Random

from archiver.model import Description, RenderRequest
from archiver.render.sandbox import render
from fuzz.holds import findings_hold, holds
from fuzz.target import Target
from tests.render.mail.letters import full, mailbox

_SHARE = 0.004
"""200 documents of 50,000: each is laid out, written and judged."""

_NAMES = " ".join(
    f'xmlns:{one}="urn:oasis:names:tc:opendocument:xmlns:{one}:1.0"' for one in ("office", "table", "text")
)
_XML = (
    b"<",
    b">",
    b"/>",
    b"</",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE a [",
    b"&amp;",
    b"&#0;",
    b"&a;",
    b'"',
)
_MAIL = (
    *(
        b"Content-Type: ",
        b"multipart/mixed; boundary=a",
        b"--a\n",
        b"--a--",
        b"text/html",
        b"message/rfc822",
        b"charset=",
    ),
    *(b"Content-Transfer-Encoding: base64\n", b"quoted-printable", b"=?utf-8?B?", b"?=", b"\n\n", b"\n ", b"\xff"),
)
_HTML = (*_XML, b"<table>", b"<td colspan=9>", b"<img src=a.png>", b"<svg>", b'style="', b"<script>", b"<ruby>", b"<q>")


def _check(name: str) -> Callable[[bytes], None]:
    """Return the check of documents called ``name``."""

    def check(data: bytes) -> None:
        """Render: a PDF that passed, or a finding that says why there is none."""
        request = RenderRequest(
            name=name,
            content=data,
            media_type="",
            puid=None,
            description=Description(),
            identifier="urn:uuid:0",
        )
        result = render(request)
        findings_hold(result.findings)
        holds((result.pdf is not None) == (result.status == "rendered"), "there is a PDF where one passed")
        holds(result.pdf is not None or result.findings, "what is not rendered is said")
        unknown = [one.message for one in result.findings if one.code == "rendition-failed" and "Error:" in one.message]
        holds(not unknown, f"a fault of the document is told as one: {unknown}")

    return check


def _packed(members: Mapping[str, bytes], part: str) -> Callable[[bytes, Random], bytes]:
    """Return what puts mutated bytes into a container, as its member ``part``."""

    def finish(data: bytes, chance: Random) -> bytes:
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in {**members, part: data}.items():
                archive.writestr(zipfile.ZipInfo(member), content)
        whole = bytearray(out.getvalue())
        if chance.random() < 0.2:
            whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        return bytes(whole)

    return finish


_RELATIONS = b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">%b</Relationships>'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_SHEETS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORKBOOK = {
    "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": _RELATIONS
    % f'<Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'.encode(),
    "xl/workbook.xml": f'<workbook xmlns="{_SHEETS}" xmlns:r="{_OFFICE}"><sheets>'
    '<sheet name="S" sheetId="1" r:id="r"/></sheets></workbook>'.encode(),
    "xl/_rels/workbook.xml.rels": _RELATIONS
    % f'<Relationship Id="r" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'.encode(),
}
_SHEET = (
    f'<worksheet xmlns="{_SHEETS}"><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>word</t></is></c>'
    '<c r="B1"><v>1.5</v></c><c r="C1" t="b"><v>1</v></c><c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    "</sheetData></worksheet>"
).encode()
_OPENDOCUMENT = {
    "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
    "META-INF/manifest.xml": b"<manifest/>",
}
_CONTENT = (
    f'<office:document-content {_NAMES}><office:body><office:spreadsheet><table:table table:name="T">'
    '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="3"/>'
    '<table:table-cell table:number-columns-repeated="3" office:value-type="string"><text:p>word</text:p>'
    "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"
).encode()
_BOOK = {
    "META-INF/container.xml": b'<container><rootfile full-path="b.opf"/></container>',
    "b.opf": b'<package><manifest><item id="a" href="a.html" media-type="text/html"/></manifest>'
    b'<spine><itemref idref="a"/></spine></package>',
    "a.html": b"<h1>Chapter</h1><p>words",
}
_PAGE = b'<h1 id="t">T</h1><p>a <b>b</b> <a href="#t">c</a></p><table><tr><th>d<td rowspan=2>e</table><ol><li>f</ol>'

TARGETS = (
    Target(
        name="rendition-text",
        seeds=(
            b"A title\n=======\n\nwords and more words\n\n  * a list\n\f\nA second page\n",
            "\u0421\u043b\u043e\u0432\u0430, \u05de\u05d9\u05dc\u05d9\u05dd, \u0e04\u0e33, \u8bcd\n".encode(),
            "\u0421\u043b\u043e\u0432\u0430 \u0438 \u0435\u0449\u0451\n".encode("koi8-r"),
        ),
        tokens=(
            b"\f",
            b"\r",
            b"\0",
            b"\x1b[1m",
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\xe2\x80\xae",
            b"\xf0\x9f\x98\x80",
            b"\t",
        ),
        check=_check("a.txt"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-markdown",
        seeds=(
            b"# T\n\n*a* **b** `c` [d](#t) ![e](f.png)\n\n> g\n\n1. h\n   - i\n",
            b"| j | k |\n|---|---|\n| l | m |\n\n<b>n</b>\n",
        ),
        tokens=(*_HTML, b"#", b"*", b"`", b"```", b"[", b"](", b"![", b"|", b"> ", b"    ", b"---", b"\\"),
        check=_check("a.md"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-eml",
        seeds=(full(),),
        tokens=_MAIL,
        check=_check("a.eml"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-mbox",
        seeds=(mailbox(full(), full()),),
        tokens=(*_MAIL, b"\nFrom a@b Thu Jan  1 00:00:00 1970\n"),
        check=_check("a.mbox"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-xml",
        seeds=(b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY a "b">]>\n<a b="c">\n  <d>e</d><!-- f -->&a;\n</a>\n',),
        tokens=_XML,
        check=_check("a.xml"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-json",
        seeds=(b'{"a": [1, -2.5e3, true, null], "b": {"c": "\\u00e9 \\" d"}}\n', b'{"a": 1}\n{"b": 2}\n'),
        tokens=(b"{", b"}", b"[", b"]", b",", b":", b'"', b"\\", b"null", b"NaN"),
        check=_check("a.json"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-csv",
        seeds=(
            b'a,b\n1,"2,5"\n"x\ny",=1+1\n',
            b"a;b;c\n1;2\n\n3;4;5;6\n",
            "\u0434\t\u0436\n\u0438\t1\n".encode("cp1251"),
        ),
        tokens=(b",", b";", b"\t", b"|", b'"', b'""', b"\n", b"=1", b"1,5"),
        check=_check("a.csv"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-rst",
        seeds=(
            b"T\n=\n\n.. note:: a\n\n*b* ``c`` `d <e>`_ [1]_ |f|\n\n- g\n\n  - h\n\n.. [1] i\n\n+---+\n| j |\n+---+\n",
        ),
        tokens=(
            b".. ",
            b"::",
            b"`",
            b"|",
            b"*",
            b"_",
            b"  ",
            b"+---+",
            b"====",
            b":a:",
            b"- ",
            b"[#]_",
            b"\\",
            b".. role::",
        ),
        check=_check("a.rst"),
        share=_SHARE,
        route=True,
    ),
    Target(name="rendition-html", seeds=(_PAGE,), tokens=_HTML, check=_check("a.html"), share=_SHARE, route=True),
    Target(
        name="rendition-xlsx",
        seeds=(_SHEET,),
        tokens=(*_XML, b'<c r="', b"XFD1048576", b't="s"', b"<v>", b"<f>", b"</row>"),
        check=_check("a.xlsx"),
        finish=_packed(_WORKBOOK, "xl/worksheets/sheet1.xml"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-ods",
        seeds=(_CONTENT,),
        tokens=(*_XML, b'table:number-columns-repeated="', b'table:formula="', b"</table:table-row>"),
        check=_check("a.ods"),
        finish=_packed(_OPENDOCUMENT, "content.xml"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-epub",
        seeds=(_BOOK["b.opf"],),
        tokens=(*_XML, b'idref="a"', b'href="', b"../", b'media-type="'),
        check=_check("a.epub"),
        finish=_packed(_BOOK, "b.opf"),
        share=_SHARE,
        route=True,
    ),
    Target(
        name="rendition-epub-chapter",
        seeds=(_PAGE,),
        tokens=_HTML,
        check=_check("a.epub"),
        finish=_packed(_BOOK, "a.html"),
        share=_SHARE,
        route=True,
    ),
)
