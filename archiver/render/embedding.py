"""Files inside a PDF/A-3 or PDF/A-4f: the original a rendition was made from, its record, attachments of a message.

Adds files and changes nothing else; the same files at the same time give the same bytes. Never judges what comes of it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import pikepdf
from pikepdf.pdfa import resolve_save_kwargs

from archiver.standards.dublin_core import dcterms_xml

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from archiver.model import RenderRequest
    from archiver.render.contract import AttachedFile

_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*")
_LONGEST_MEDIA_TYPE = 100
"""Characters: it becomes a name object of the PDF, and ISO 19005-2 6.1.13 allows those 127 bytes."""

_FOLDERS = re.compile(r"[/\\]")
_LONGEST_NAME = 200
"""Characters of a name, so that its string stays far below ISO 19005-2 6.1.13's 32,767 bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedFile:
    """One file to be embedded."""

    name: str
    """As readers show it; without a folder. Two of the same name are told apart by a number."""

    content: bytes
    media_type: str
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]
    """ISO 19005-3 6.8: how it relates to the document."""

    description: str
    when: datetime
    """Aware: when it was embedded, which is when this copy of it was made."""


def embed(pdf: bytes, files: Iterable[EmbeddedFile]) -> bytes:
    """Return the PDF with ``files`` embedded and associated with the document (ISO 19005-3 6.8).

    Args:
        pdf: PDF/A-3 or PDF/A-4f.
        files: each is listed under its name, in order of names, and stands in the catalogue's ``AF``.

    Raises:
        pikepdf.PdfError: it is no PDF that can be read.
    """
    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        names = _name_tree(opened)
        associated = opened.Root.get("/AF", pikepdf.Array())
        for file in files:
            name = _free_name(file.name, names)
            specification = opened.make_indirect(_specification(opened, file, name))
            names[name] = specification
            associated.append(specification)
        opened.Root.AF = associated
        # The settings that leave the packet readable and write nothing that PDF/A forbids; the version stays.
        settings = resolve_save_kwargs("3b", deterministic_id=True)
        opened.save(out, **settings)
    return out.getvalue()


def with_original(pdf: bytes, request: RenderRequest) -> bytes:
    """Return the PDF with the document it was made from as ``Source`` and its record as ``Supplement``.

    Args:
        pdf: of a flavour that embeds any file.
        request: whose ``embed_original`` is set.
    """
    if request.embed_original is None:
        return pdf
    name = request.name.rpartition("/")[2] or "original"
    original = EmbeddedFile(
        name=name,
        content=request.content,
        media_type=request.media_type,
        relationship="Source",
        description="The document as it was received",
        when=request.embed_original,
    )
    record = EmbeddedFile(
        name=f"{name}.dc.xml",
        content=dcterms_xml(request.description),
        media_type="application/xml",
        relationship="Supplement",
        description="Dublin Core record of the document",
        when=request.embed_original,
    )
    return embed(pdf, (original, record))


def with_attached(pdf: bytes, attached: Iterable[AttachedFile]) -> bytes:
    """Return the PDF with the files that came inside its document embedded as ``Supplement``.

    Args:
        pdf: of a flavour that embeds any file.
        attached: may be none; the PDF is then as it was.
    """
    files = [
        EmbeddedFile(
            name=one.name,
            content=one.content,
            media_type=one.media_type,
            relationship="Supplement",
            description="Attached to the message",
            when=one.when,
        )
        for one in attached
    ]
    return embed(pdf, files) if files else pdf


def _name_tree(pdf: pikepdf.Pdf) -> pikepdf.NameTree:
    if "/Names" not in pdf.Root:
        pdf.Root.Names = pikepdf.Dictionary()
    if "/EmbeddedFiles" not in pdf.Root.Names:
        pdf.Root.Names.EmbeddedFiles = pikepdf.NameTree.new(pdf).obj
    return pikepdf.NameTree(pdf.Root.Names.EmbeddedFiles)


def _free_name(name: str, names: pikepdf.NameTree) -> str:
    last = _FOLDERS.split(name)[-1]
    name = "".join(character for character in last if character.isprintable())[:_LONGEST_NAME] or "file"
    free, number = name, 1
    while free in names:
        number += 1
        free = f"{number} {name}"
    return free


def _specification(pdf: pikepdf.Pdf, file: EmbeddedFile, name: str) -> pikepdf.Dictionary:
    date = pikepdf.String(file.when.strftime("D:%Y%m%d%H%M%SZ"))
    media_type = file.media_type.partition(";")[0].strip()
    if not _MEDIA_TYPE.fullmatch(media_type) or len(media_type) > _LONGEST_MEDIA_TYPE:
        media_type = "application/octet-stream"
    stream = pikepdf.Stream(pdf, file.content)
    stream.Type = pikepdf.Name.EmbeddedFile
    stream.Subtype = pikepdf.Name(f"/{media_type}")
    stream.Params = pikepdf.Dictionary(
        Size=len(file.content),
        CreationDate=date,
        ModDate=date,
        CheckSum=pikepdf.String(hashlib.md5(file.content, usedforsecurity=False).digest()),
    )
    embedded = pdf.make_indirect(stream)
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Filespec,
        F=pikepdf.String(name),
        UF=pikepdf.String(name),
        Desc=pikepdf.String(file.description),
        AFRelationship=pikepdf.Name(f"/{file.relationship}"),
        EF=pikepdf.Dictionary(F=embedded, UF=embedded),
    )
