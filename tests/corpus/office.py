"""Office documents written by hand: the same words, the same bytes. LibreOffice writes its own kinds from them."""

from __future__ import annotations

import subprocess
import zipfile
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R = f'xmlns:r="{_RELATED}"'
_RELATIONSHIPS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "application/vnd.openxmlformats-officedocument"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_ODF_NAMES = " ".join(
    f'xmlns:{prefix}="{_ODF}:{name}:1.0"'
    for prefix, name in {
        "office": "office",
        "style": "style",
        "text": "text",
        "table": "table",
        "draw": "drawing",
        "svg": "svg-compatible",
        "fo": "xsl-fo-compatible",
        "presentation": "presentation",
        "manifest": "manifest",
    }.items()
)


def zipped(parts: Mapping[str, str | bytes], *, stored: Sequence[str] = ()) -> bytes:
    """Return a zip file of these parts, in order; the time is the same for all."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            member = zipfile.ZipInfo(name, (2022, 1, 5, 0, 0, 0))
            member.compress_type = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    return out.getvalue()


def word_paragraph(text: str, style: str = "") -> str:
    """Return one paragraph of a DOCX."""
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{properties}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def docx_parts(body: str, *, header: str = "", relationships: str = "") -> dict[str, str | bytes]:
    """Return the parts of a DOCX.

    Args:
        body: content of ``w:body``.
        header: its words; none when empty.
        relationships: more elements of the main part's relationships.
    """
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId1"/></w:sectPr>' if header else ""
    kinds = {"document": "document.main+xml"} | ({"header1": "header+xml"} if header else {})
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_OFFICE}.wordprocessingml.{kind}"/>'
        for name, kind in kinds.items()
    )
    related = f'<Relationship Id="rId1" Type="{_RELATED}/header" Target="header1.xml"/>' if header else ""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_TYPES}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" '
        f'ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{_HEAD}<Relationships {_RELATIONSHIPS}><Relationship Id="rId1" '
        f'Type="{_RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"{_HEAD}<w:document {_WORD} {_R}><w:body>{body}{section}</w:body></w:document>",
        "word/_rels/document.xml.rels": f"{_HEAD}<Relationships {_RELATIONSHIPS}>{related}{relationships}"
        "</Relationships>",
    }
    if header:
        parts["word/header1.xml"] = f"{_HEAD}<w:hdr {_WORD}>{word_paragraph(header)}</w:hdr>"
    return parts


def docx(*paragraphs: str, header: str = "") -> bytes:
    """Return a DOCX of plain paragraphs."""
    return zipped(docx_parts("".join(map(word_paragraph, paragraphs)), header=header))


def _odf(kind: str, body: str, more: Mapping[str, str | bytes]) -> bytes:
    mime = f"application/vnd.oasis.opendocument.{kind}"
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="{media}"/>'
        for path, media in ({"/": mime, "content.xml": "text/xml"} | dict.fromkeys(more, "")).items()
    )
    parts: dict[str, str | bytes] = {
        "mimetype": mime,
        "content.xml": f'{_HEAD}<office:document-content {_ODF_NAMES} office:version="1.3"><office:body>{body}'
        "</office:body></office:document-content>",
        "META-INF/manifest.xml": f'{_HEAD}<manifest:manifest {_ODF_NAMES} manifest:version="1.3">{entries}'
        "</manifest:manifest>",
        **more,
    }
    return zipped(parts, stored=("mimetype",))


def odt(*paragraphs: str, more: Mapping[str, str | bytes] | None = None) -> bytes:
    """Return an OpenDocument text: the first paragraph is a heading.

    Args:
        paragraphs: their words.
        more: further parts, or others in place of its own.
    """
    marked = [f"<text:p>{escape(text)}</text:p>" for text in paragraphs[1:]]
    first = f'<text:h text:outline-level="1">{escape(paragraphs[0])}</text:h>'
    return _odf("text", f"<office:text>{first}{''.join(marked)}</office:text>", more or {})


def odt_of_pictures(pictures: Mapping[str, bytes]) -> bytes:
    """Return an OpenDocument text of a picture a paragraph, by their file names."""
    parts: dict[str, str | bytes] = {f"Pictures/{name}": content for name, content in pictures.items()}
    marked = "".join(
        '<text:p><draw:frame svg:width="10cm" svg:height="7cm" text:anchor-type="as-char"><draw:image '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:type="simple" xlink:href="{path}"/></draw:frame></text:p>'
        for path in parts
    )
    return _odf("text", f"<office:text>{marked}</office:text>", parts)


def odp(*slides: str) -> bytes:
    """Return an OpenDocument presentation of one box a slide."""
    pages = "".join(
        f'<draw:page draw:name="p{number}"><draw:frame svg:width="20cm" svg:height="4cm" svg:x="2cm" svg:y="2cm">'
        f"<draw:text-box><text:p>{escape(text)}</text:p></draw:text-box></draw:frame></draw:page>"
        for number, text in enumerate(slides, 1)
    )
    return _odf("presentation", f"<office:presentation>{pages}</office:presentation>", {})


def rtf(*paragraphs: str) -> bytes:
    """Return an RTF document; every character beyond ASCII is an escape."""
    body = "".join(f"{_rtf_text(text)}\\par\n" for text in paragraphs)
    return f"{{\\rtf1\\ansi\\deff0{{\\fonttbl{{\\f0 Noto Sans;}}}}\n{body}}}".encode("ascii")


def _rtf_text(text: str) -> str:
    units = memoryview(text.encode("utf-16-le")).cast("H")
    return "".join(
        f"\\'{unit:02x}"
        if unit in {0x5C, 0x7B, 0x7D}
        else chr(unit)
        if unit < 128
        else f"\\u{unit - 65536 * (unit > 32767)}?"
        for unit in units
    )


def written_by_libreoffice(content: bytes, extension: str, target: str, home: Path) -> bytes:
    """Return a document as LibreOffice saves it in another format.

    Args:
        content: of the document.
        extension: of it, with the dot.
        target: extension and filter, such as ``doc:MS Word 97``.
        home: an empty folder for its profile and its files.
    """
    source = home / f"source{extension}"
    source.write_bytes(content)
    command = ["soffice", f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--convert-to", target]
    command += ["--outdir", str(home / "out"), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=300, cwd=home)
    return next((home / "out").iterdir()).read_bytes()
