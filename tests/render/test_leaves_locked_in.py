"""Each format that is laid out from text, in a child that is locked in: nothing it needs is out of reach."""

from __future__ import annotations

import zipfile
from io import BytesIO

import openpyxl  # type: ignore[import-untyped]
import pytest

from archiver.execution.pool import TaskDone, WorkerPool
from archiver.model import Description, RenderRequest
from archiver.render.sandbox import render


def workbook() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Имя", 1, 2.5])
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def packed(members: dict[str, str]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def ods() -> bytes:
    urn = "urn:oasis:names:tc:opendocument:xmlns:{0}:1.0"
    names = " ".join(f'xmlns:{one}="{urn.format(one)}"' for one in ("office", "table", "text"))
    cell = '<table:table-cell office:value-type="string"><text:p>word</text:p></table:table-cell>'
    table = f'<table:table table:name="T"><table:table-row>{cell}</table:table-row></table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    content = f"<office:document-content {names}>{body}</office:document-content>"
    mimetype = "application/vnd.oasis.opendocument.spreadsheet"
    return packed({"mimetype": mimetype, "content.xml": content, "META-INF/manifest.xml": "<m/>"})


def book() -> bytes:
    items = '<item id="a" href="a.html" media-type="text/html"/>'
    return packed(
        {
            "META-INF/container.xml": '<container><rootfile full-path="b.opf"/></container>',
            "b.opf": f'<package><manifest>{items}</manifest><spine><itemref idref="a"/></spine></package>',
            "a.html": "<h1>Chapter</h1><p>words",
        }
    )


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xml", b'<?xml version="1.0"?><a b="c">x</a>'),
        ("a.json", b'{"a": [1, 2]}'),
        ("a.csv", "имя;год\nа;1921\n".encode("cp1251") * 20),
        ("a.tsv", b"a\tb\n1\t2\n"),
        ("a.rst", b"Title\n=====\n\n.. note:: words\n\n.. image:: a.png\n\n.. date::\n\n:math:`x`\n"),
        ("a.xlsx", workbook()),
        ("a.ods", ods()),
        ("a.epub", book()),
    ],
)
def test_it_is_rendered(children: WorkerPool, name: str, content: bytes) -> None:
    request = RenderRequest(
        name=name,
        content=content,
        media_type="application/octet-stream",
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
    )
    outcome = children.submit(render, request, 60).result()
    assert isinstance(outcome, TaskDone)
    assert outcome.value.status == "rendered", outcome.value.findings
    assert not {"rst-as-plain-text", "table-not-read"} & {finding.code for finding in outcome.value.findings}
