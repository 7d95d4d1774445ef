"""Books: chapters in reading order, pictures and links inside the book kept, protection and damage named."""

from __future__ import annotations

import random
import zipfile
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from archiver.model import Description, RenderRequest
from archiver.render.contract import PreparedDocument, UnreadableTextError
from archiver.render.epub import RENDERER
from archiver.render.epub import renderer as room
from archiver.render.epub.package import resolved
from archiver.render.sandbox import render

CONTAINER = """<?xml version="1.0"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="OEBPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""

PACKAGE = """<?xml version="1.0"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Қазақ  даласы</dc:title><dc:language>kk</dc:language></metadata><manifest>
<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>
<item id="cover" href="cover.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="text/one%20.xhtml" media-type="application/xhtml+xml"/>
<item id="css" href="style.css" media-type="text/css"/>
</manifest>
<spine><itemref idref="cover"/><itemref idref="one"/><itemref idref="two" linear="no"/>{more}</spine></package>"""

COVER = """<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><image xlink:href="img/cover.png" width="9"/></svg>
</body></html>"""

ONE = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title><link rel="stylesheet" href="../style.css"/>
<script src="../evil.js"/></head>
<body><h1 id="top">Бірінші</h1><p>Words <a href="two.xhtml#note">to two</a>, <a href="#top">up</a>,
<a href="https://example.org/">out</a>.</p><img src="../img/cover.png" alt="pic"/></body></html>"""

TWO = '<html xmlns="http://www.w3.org/1999/xhtml"><p id="note">Second</p><p><a href="../../x"/>end</p></html>'

ENCRYPTION = """<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"
 xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>
<enc:EncryptionMethod Algorithm="{}"/><enc:CipherData><enc:CipherReference URI="OEBPS/{}"/></enc:CipherData>
</enc:EncryptedData></encryption>"""


def picture() -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").save(out, "PNG")
    return out.getvalue()


def book(changes: dict[str, str | bytes | None] | None = None) -> bytes:
    members: dict[str, str | bytes | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/book.opf": PACKAGE.replace("{more}", ""),
        "OEBPS/cover.xhtml": COVER,
        "OEBPS/text/one .xhtml": ONE,
        "OEBPS/text/two.xhtml": TWO,
        "OEBPS/img/cover.png": picture(),
        "OEBPS/style.css": "p { display: none }",
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (members | (changes or {})).items():
            if content is not None:
                archive.writestr(name, content)
    return out.getvalue()


def request(content: bytes) -> RenderRequest:
    return RenderRequest(
        name="a.epub",
        content=content,
        media_type="",
        puid="fmt/483",
        description=Description(),
        identifier="urn:uuid:x",
    )


def read(content: bytes) -> PreparedDocument:
    return RENDERER.prepare(request(content))


def codes(document: PreparedDocument) -> list[str]:
    return [finding.code for finding in document.findings]


def refused(content: bytes) -> tuple[str, str]:
    with pytest.raises(UnreadableTextError) as error:
        read(content)
    return error.value.finding.code, error.value.finding.message


def test_chapters_come_in_reading_order_with_pictures_and_links() -> None:
    document = read(book())
    assert (document.title, document.language) == ("Қазақ даласы", "kk")
    assert "".join(document.text.split()) == "БіріншіWordstotwo,up,out.Secondend"
    assert document.body.count(' src="data:image/png') == 2
    assert '<div id="c1" class="break"><h1 id="c1-top">' in document.body.replace("\n", "")
    assert '<a href="#c2-note">to two</a>' in document.body
    assert '<a href="#c1-top">up</a>' in document.body
    assert '<a href="https://example.org/">out</a>' in document.body
    assert codes(document) == ["html-external-resource"] * 2
    assert document.findings[0].message.endswith("the PDF does not show: ../evil.js.")
    assert document.findings[1].message.endswith("the PDF does not show: ../../x.")


def test_a_book_is_rendered() -> None:
    result = render(request(book()))
    assert result.status == "rendered", result.findings
    assert result.pdf is not None
    with pikepdf.open(BytesIO(result.pdf)) as pdf:
        assert len(pdf.pages) == 3
        assert str(pdf.docinfo["/Title"]) == "Қазақ даласы"


@pytest.mark.parametrize(
    ("algorithm", "path", "whole"),
    [
        ("http://www.idpf.org/2008/embedding", "fonts/a.otf", True),
        ("http://ns.adobe.com/pdf/enc#RC", "fonts/a.otf", True),
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "text/two.xhtml", False),
    ],
)
def test_protected_books_are_named_and_fonts_do_not_count(algorithm: str, path: str, *, whole: bool) -> None:
    content = book({"META-INF/encryption.xml": ENCRYPTION.format(algorithm, path)})
    if whole:
        assert "Second" in read(content).text
    else:
        code, message = refused(content)
        assert code == "epub-encrypted"
        assert "OEBPS/text/two.xhtml" in message


def test_what_is_missing_from_the_reading_order_is_said() -> None:
    document = read(book({"OEBPS/text/two.xhtml": None}))
    assert codes(document)[-1] == "epub-part-not-shown"
    assert "OEBPS/text/two.xhtml" in document.findings[-1].message
    assert "Second" not in document.text


def test_a_damaged_picture_is_left_out_and_said() -> None:
    whole = book()
    at = whole.index(b"OEBPS/img/cover.png") + 40
    document = read(whole[:at] + b"\xff" * 20 + whole[at + 20 :])
    assert codes(document)[-1] == "epub-part-not-shown"
    assert "OEBPS/img/cover.png" in document.findings[-1].message
    assert "src=" not in document.body


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        pytest.param({"META-INF/container.xml": None}, "document-damaged", id="no container"),
        pytest.param({"META-INF/container.xml": "<a/>"}, "document-damaged", id="no package"),
        pytest.param({"OEBPS/book.opf": "<a"}, "document-damaged", id="package not XML"),
        pytest.param(
            {"OEBPS/book.opf": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'},
            "document-damaged",
            id="entity in the package",
        ),
        pytest.param({"OEBPS/book.opf": "<package/>"}, "document-damaged", id="no spine"),
        pytest.param({"OEBPS/text/one .xhtml": b"\0" * 100}, "not-text", id="binary chapter"),
        pytest.param({"OEBPS/text/one .xhtml": b"a" * (13 << 20)}, "document-too-large", id="long chapter"),
        pytest.param({"OEBPS/text/one .xhtml": b" " * (250 << 20)}, "document-too-large", id="zip bomb"),
    ],
)
def test_damaged_and_oversized_books_are_refused_in_words(changes: dict[str, str | bytes | None], code: str) -> None:
    assert refused(book(changes))[0] == code


def test_pictures_shown_very_often_do_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_IMAGE_BYTES", 5 * len(picture()))
    chapters = "".join(f'<itemref idref="p{n}"/>' for n in range(50))
    items = "".join(f'<item id="p{n}" href="p{n}.html" media-type="text/html"/>' for n in range(50))
    package = PACKAGE.replace("{more}", chapters).replace("</manifest>", f"{items}</manifest>")
    pages = {f"OEBPS/p{n}.html": '<p>x<img src="img/cover.png"></p>' for n in range(50)}
    assert read(book({"OEBPS/book.opf": package, **pages})).body.count(" src=") <= 5


@pytest.mark.parametrize(
    ("reference", "path"),
    [
        ("b.html#x", "a/b.html"),
        ("../c%20d.png?x", "c d.png"),
        ("../../up", None),
        ("/root", None),
        ("http://h/x", None),
        ("data:x", None),
        ("", None),
    ],
)
def test_references_stay_inside_the_book(reference: str, path: str | None) -> None:
    assert resolved("a/page.html", reference) == path


def test_mutated_books_are_read_or_refused() -> None:
    chance = random.Random(3)  # noqa: S311 - the same documents in every run
    names = ["META-INF/container.xml", "OEBPS/book.opf", "OEBPS/text/one .xhtml", "OEBPS/cover.xhtml"]
    texts = [CONTAINER, PACKAGE.replace("{more}", ""), ONE, COVER]
    for number in range(80):
        data = bytearray(texts[number % 4].encode())
        for _ in range(chance.randint(1, 8)):
            data[chance.randrange(len(data))] = chance.choice(b'<>&"/ 9A\0\xff#')
        whole = bytearray(book({names[number % 4]: bytes(data)}))
        if number % 5 == 0:
            whole[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
        try:
            read(bytes(whole))
        except UnreadableTextError as error:
            known = {"document-damaged", "document-too-large", "not-text", "epub-encrypted"}
            assert error.finding.code in known  # noqa: PT017 - refusing is a good end
