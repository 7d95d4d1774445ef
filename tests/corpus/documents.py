"""The corpus that the routes to PDF/A are measured by: documents of every format and script, made when asked for."""

from __future__ import annotations

import csv
import json
from email.message import EmailMessage
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import openpyxl  # type: ignore[import-untyped]

from tests.corpus.office import docx, docx_parts, odp, odt, rtf, word_paragraph, written_by_libreoffice, zipped
from tests.corpus.scripts import SCRIPTS
from tests.render.images.pictures import CORPUS as PICTURES
from tests.render.pdf_samples import cmyk, font_not_embedded, page, transparency

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

EXTENSIONS = {"jpeg 2000 codestream": ".j2k", "jpeg 2000": ".jp2", "jpeg": ".jpg", "png": ".png", "tiff": ".tif"}
EXTENSIONS |= {"gif": ".gif", "webp": ".webp", "one pixel": ".png", "a line": ".png"}
"""What a picture's name begins with -> its extension."""


def documents(home: Path, *, office: bool) -> dict[str, bytes]:
    """Return every document by its file name; the same words, the same bytes, but for what LibreOffice writes.

    Args:
        home: an empty folder.
        office: whether LibreOffice is there to write its own kinds.
    """
    found = _texts() | _tables() | _pictures() | _pdfs() | _mail() | _book() | _office()
    return found | (_by_libreoffice(home) if office else {})


def _texts() -> dict[str, bytes]:
    lines = list(SCRIPTS.values())
    items = "".join(f"<li lang=x>{text}</li>" for text in lines)
    rows = "".join(f"<tr><td>{script}<td>{text}" for script, text in SCRIPTS.items())
    found = {f"text-{script}.txt": f"{text}\n\n{text} {text}\n" for script, text in SCRIPTS.items()}
    found |= {f"page-{script}.html": f"<h1>{text}</h1><p>{text}" for script, text in SCRIPTS.items()}
    found |= {
        "list.md": "# Scripts\n\n" + "".join(f"- *{script}*: {text}\n" for script, text in SCRIPTS.items()),
        "table.html": f"<!DOCTYPE html><title>Table</title><ul>{items}</ul><table>{rows}</table>",
        "record.xml": "<all>" + "".join(f"<one script='{s}'>{text}</one>" for s, text in SCRIPTS.items()) + "</all>",
        "record.json": json.dumps(SCRIPTS, ensure_ascii=False, indent=1),
        "list.rst": "Scripts\n=======\n\n" + "".join(f"- {text}\n" for text in lines),
        "long.txt": "\n".join(f"Line {number} of a long document." for number in range(1000)),
    }
    return {name: text.encode() for name, text in found.items()}


def _tables() -> dict[str, bytes]:
    rows = [["Script", "Words"], *([script, text] for script, text in SCRIPTS.items())]
    comma, tab = StringIO(), StringIO()
    csv.writer(comma).writerows(rows)
    csv.writer(tab, delimiter="\t").writerows(rows)
    return {
        "table.csv": comma.getvalue().encode(),
        "table.tsv": tab.getvalue().encode(),
        "book.xlsx": workbook(rows),
    }


def workbook(rows: Sequence[Sequence[str]]) -> bytes:
    """Return an XLSX of one sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _pictures() -> dict[str, bytes]:
    def extension(name: str) -> str:
        return next(kind for prefix, kind in EXTENSIONS.items() if name.startswith(prefix))

    return {f"picture {name}{extension(name)}": content for name, content in PICTURES.items()}


def _pdfs() -> dict[str, bytes]:
    return {
        "valid.pdf": page("pdf/a-2u"),
        "plain.pdf": page(),
        "transparent.pdf": transparency(),
        "cmyk.pdf": cmyk(),
        "without-font.pdf": font_not_embedded(),
    }


def _mail() -> dict[str, bytes]:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.org", "b@example.org", "Scripts"
    message["Date"] = "Wed, 05 Jan 2022 10:00:00 +0000"
    message.set_content("\n".join(SCRIPTS.values()))
    letter = message.as_bytes()
    return {"letter.eml": letter, "box.mbox": b"From a@example.org Wed Jan  5 10:00:00 2022\n" + letter + b"\n"}


def _book() -> dict[str, bytes]:
    chapter = "".join(f"<p>{text}</p>" for text in SCRIPTS.values())
    container = "urn:oasis:names:tc:opendocument:xmlns:container"
    parts: dict[str, str | bytes] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": f'<container version="1.0" xmlns="{container}"><rootfiles><rootfile '
        'full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "book.opf": '<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="i"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="i">a</dc:identifier><dc:title>Scripts'
        "</dc:title><dc:language>en</dc:language></metadata><manifest><item id='c' href='c.xhtml' "
        "media-type='application/xhtml+xml'/></manifest><spine><itemref idref='c'/></spine></package>",
        "c.xhtml": '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Scripts</title></head><body><h1>Scripts'
        f"</h1>{chapter}</body></html>",
    }
    return {"book.epub": zipped(parts, stored=("mimetype",))}


def _office() -> dict[str, bytes]:
    found = {f"letter-{script}.docx": docx("A heading", text, header="A header") for script, text in SCRIPTS.items()}
    cell = f"<w:tc>{word_paragraph('In a cell')}</w:tc>"
    table = word_paragraph("Above") + f"<w:tbl><w:tr>{cell}{cell}</w:tr></w:tbl>" + word_paragraph("Below")
    shown = [text for script, text in SCRIPTS.items() if script != "Khmer"]
    return found | {
        "table.docx": zipped(docx_parts(table)),
        "scripts.odt": odt("A heading", *shown),
        "khmer.odt": odt("A heading", SCRIPTS["Khmer"]),
        "slides.odp": odp(*shown),
        "scripts.rtf": rtf(*shown),
    }


def _by_libreoffice(home: Path) -> dict[str, bytes]:
    found = {}
    text, slides = odt("A heading", "words", "слова"), odp("One slide", "Два")
    targets = {"doc:MS Word 97": text, "ppt:MS PowerPoint 97": slides, "pptx:Impress MS PowerPoint 2007 XML": slides}
    for target, content in targets.items():
        extension = target.partition(":")[0]
        place = home / extension
        place.mkdir(parents=True)
        source = ".odt" if content is text else ".odp"
        found[f"old.{extension}"] = written_by_libreoffice(content, source, target, place)
    return found
