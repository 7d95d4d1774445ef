"""Office documents: what is looked at before LibreOffice sees them, what they say, and what comes of them at last."""

from __future__ import annotations

import tempfile
import zipfile
from io import BytesIO
from pathlib import Path

from archiver.model import Description, ProgramOutput, RenderRequest
from archiver.render.office.formats import office_format
from archiver.render.office.inspection import inspect
from archiver.render.office.registry import OFFICE_MEMBERS
from archiver.render.programs.libreoffice import LibreOffice, find_libreoffice
from archiver.render.programs.locked import ProgramLimits, ProgramRunner
from archiver.render.sandbox import render
from fuzz.holds import findings_hold, holds
from fuzz.target import Target
from tests.corpus.office import docx, odp, odt, rtf

_MAIN = {"docx": "word/document.xml", "odt": "content.xml", "odp": "content.xml"}
_SOUND = {"docx": docx("A heading", "words", header="above"), "odt": odt("A heading", "words"), "odp": odp("words")}
_MARK = b"\0\0\0"
"""Between a format's name and a part of it: no XML holds it."""


def _request(name: str, content: bytes, made: ProgramOutput | None = None) -> RenderRequest:
    return RenderRequest(
        name=f"a.{name}",
        content=content,
        media_type=next(iter(OFFICE_MEMBERS[name][2])),
        puid=None,
        description=Description(),
        identifier="urn:uuid:x",
        made=made,
    )


def check_container(data: bytes) -> None:
    """Look at any bytes as each format."""
    for name in OFFICE_MEMBERS:
        seen = inspect(data, office_format(name, data), f"a.{name}")
        findings_hold([*seen.findings, *([seen.refusal] if seen.refusal else [])])
        holds(seen.refusal is None or seen.container is None, "what is refused is not read")


def check_docx(data: bytes) -> None:
    """Lay out a DOCX whose main part is any bytes, without LibreOffice."""
    result = render(_request("docx", _with_main("docx", data)))
    findings_hold(result.findings)
    holds(result.status in {"rendered", "failed"}, f"no status {result.status}")
    holds((result.pdf is None) == (result.flavour is None), "what has a PDF has a flavour")


def check_libreoffice(data: bytes) -> None:
    """Convert by LibreOffice, where it is; whatever the bytes are, there is a PDF that passed, or a finding."""
    found = find_libreoffice()
    if found is None:
        return
    kind, content = office_document(data)
    # For each input, since the process that fuzzes ends without a word.
    with tempfile.TemporaryDirectory(prefix="fuzz-office-") as scratch:
        office = LibreOffice(found, Path(scratch), ProgramRunner(), ProgramLimits(wall_seconds=60))
        made = office.convert(content, office_format(kind, content), 2)
        leftovers = [one.name for one in Path(scratch).iterdir() if one.name != "office-1"]
    result = render(_request(kind, content, made))
    findings_hold(result.findings)
    holds(result.status in {"rendered", "converted", "failed"}, f"no status {result.status}")
    holds(result.pdf is not None or result.findings, "a finding where there is no PDF")
    holds(not leftovers, f"folders are left: {leftovers}")


def office_document(data: bytes) -> tuple[str, bytes]:
    """Return the format and the document that an input of the target stands for."""
    name, _, part = data.partition(_MARK)
    kind = name.decode("ascii", "replace")
    return (kind, _with_main(kind, part)) if kind in _MAIN else ("rtf", data)


def _with_main(name: str, part: bytes) -> bytes:
    """Return a sound document with these bytes as its main part."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(_SOUND[name])) as sound, zipfile.ZipFile(out, "w") as archive:
        for member in sound.infolist():
            archive.writestr(member, part if member.filename == _MAIN[name] else sound.read(member))
    return out.getvalue()


def _main(name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(_SOUND[name])) as sound:
        return sound.read(_MAIN[name])


_TOKENS = (
    *(
        b"<w:p>",
        b"</w:p>",
        b"<w:tbl><w:tr><w:tc>",
        b"<w:fldChar w:fldCharType='begin'/>",
        b"<w:instrText>PAGE",
        b"<w:t>",
    ),
    *(b"<w:del>", b"<w:drawing>", b"<m:oMath>", b"<mc:Fallback>", b"<text:p>", b"<text:section>", b"<draw:frame>"),
    *(b"<text:page-number>", b"<!ENTITY a 'b'>", b"&a;", b"<!DOCTYPE a>", b"<![CDATA[", b"w:val='-1'", b"<w:t>"),
    *(
        b"PK\x03\x04",
        b"PK\x01\x02",
        b"PK\x05\x06",
        b"\xd0\xcf\x11\xe0",
        b"{\\rtf1",
        b"\\bin99999 ",
        b"\\u-1?",
        b"\xff\xfe",
    ),
)

TARGETS = (
    Target(
        name="office-container",
        seeds=(*_SOUND.values(), rtf("words"), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)),
        tokens=_TOKENS,
        check=check_container,
        share=0.2,
    ),
    Target(name="docx", seeds=(_main("docx"),), tokens=_TOKENS, check=check_docx, share=0.004, route=True),
    Target(
        name="libreoffice",
        seeds=(*(name.encode() + _MARK + _main(name) for name in _MAIN), rtf("words", "more {words}")),
        tokens=_TOKENS,
        check=check_libreoffice,
        share=0.004,  # 200 of 50,000
        route=True,
    ),
)
