"""What an office document is before any program sees it: whole, open, within limits; and what it has besides words.

Reads bytes and gives values; never unpacks more than the limits of :mod:`archiver.render.office.container` allow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.model import Finding, RenderResult, Severity
from archiver.render import renderer_name
from archiver.render.failures import failed
from archiver.render.office.container import Container, DamagedContainerError, ExpandingContainerError
from archiver.render.office.formats import office_format
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.office.formats import OfficeFormat

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_RTF = b"{\\rtf"

_FIRST_PART = {"ooxml": "[Content_Types].xml", "odf": "content.xml"}
_ENTITY = re.compile(rb"\0?".join([b"<", b"!", b"E", b"N", b"T", b"I", b"T", b"Y"]))
"""In UTF-8 or UTF-16."""

_EXTERNAL = re.compile(rb"<Relationship\b[^>]{0,4000}?TargetMode\s*=\s*[\"']External[\"'][^>]{0,4000}?>")
_LINKED = re.compile(
    rb"<(?:draw:image|draw:object|draw:plugin|text:section-source)\b[^>]{0,4000}?xlink:href=\"(https?:|file:|//)"
)
_NAMED_STREAMS = {
    "EncryptedPackage": "encrypted",
    "EncryptedSummary": "encrypted",
    "_VBA_PROJECT": "macros",
    "_VBA_PROJECT_CUR": "macros",
}
"""Entries of a compound file's directory that tell; there, names are UTF-16 and end in a zero."""

_DOC_MAGIC, _DOC_ENCRYPTED = b"\xec\xa5", 0x0100
"""[MS-DOC] 2.5.2, FibBase: ``wIdent``, and the bit ``fEncrypted``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was seen."""

    refusal: Finding | None
    """Why no program may see it, or None."""

    findings: tuple[Finding, ...] = ()
    """What its reader should know in any case."""

    container: Container | None = None
    """Of OOXML and OpenDocument, when it may be read."""


def admit(request: RenderRequest) -> RenderResult | None:
    """Look at a document before a program sees it; runs in a rendering child.

    Args:
        request: with an office format.

    Returns:
        None when it may be given to a program, else the failed result that says why not.
    """
    name = renderer_name(request.puid, request.media_type, request.name)
    if name is None:
        return None
    seen = inspect(request.content, office_format(name, request.content), request.name)
    return None if seen.refusal is None else failed(seen.refusal)


def inspect(content: bytes, kind: OfficeFormat, name: str) -> Inspection:
    """Look at one document.

    Args:
        content: of the document.
        kind: its format.
        name: its path, for messages.
    """
    if kind.container in {"ooxml", "odf"} and content.startswith(_ZIP):
        return _inspect_zip(content, kind, name)
    if content.startswith(_OLE):
        return _inspect_ole(content, kind, name)
    if kind.container == "plain" and content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(_RTF):
        return Inspection(refusal=None)
    return Inspection(refusal=damaged(name, f"it does not begin as {kind.extension} files do"))


def _inspect_ole(content: bytes, kind: OfficeFormat, name: str) -> Inspection:
    """A compound file: what office programs before 2007 wrote, and what holds an encrypted document of later ones."""
    signs = {sign for stream, sign in _NAMED_STREAMS.items() if f"{stream}\0".encode("utf-16-le") in content}
    if "encrypted" in signs or _is_encrypted_word(content):
        return Inspection(refusal=_encrypted(name))
    if kind.container != "ole":
        return Inspection(refusal=damaged(name, f"it is a compound file, which {kind.extension} files are not"))
    return Inspection(refusal=None, findings=_about_macros(name, found="macros" in signs))


def _inspect_zip(content: bytes, kind: OfficeFormat, name: str) -> Inspection:
    try:
        container = Container(content)
        refusal = _refusal(container, kind, name)
        if refusal is not None:
            return Inspection(refusal=refusal)
        findings = [*_about_macros(name, found=_has_macros(container)), *_about_links(name, _links(container))]
    except DamagedContainerError as error:
        return Inspection(refusal=damaged(name, str(error)))
    except ExpandingContainerError as error:
        return Inspection(refusal=_expanding(name, str(error)))
    return Inspection(refusal=None, findings=tuple(findings), container=container)


def _refusal(container: Container, kind: OfficeFormat, name: str) -> Finding | None:
    first = _FIRST_PART[kind.container]
    if first not in container.names:
        return damaged(name, f"it has no part {first}")
    if kind.container == "odf" and _is_encrypted_odf(container):
        return _encrypted(name)
    entities = _part_with_entities(container)
    return damaged(name, f"its part {entities} declares entities of its own") if entities else None


def _is_encrypted_word(content: bytes) -> bool:
    """Look at a Word document's first block, which its main stream nearly always begins in."""
    head = content[512:524]
    return head.startswith(_DOC_MAGIC) and bool(int.from_bytes(head[10:12], "little") & _DOC_ENCRYPTED)


def _is_encrypted_odf(container: Container) -> bool:
    return "META-INF/manifest.xml" in container.names and b"encryption-data" in container.read("META-INF/manifest.xml")


def _part_with_entities(container: Container) -> str | None:
    """Return the part that declares entities: no office program writes such a part."""
    parts = (one for one in container.names if one.endswith((".xml", ".rels")))
    return next((one for one in parts if _ENTITY.search(container.read(one))), None)


def _has_macros(container: Container) -> bool:
    return any(one.endswith("vbaProject.bin") or one.startswith(("Basic/", "Scripts/")) for one in container.names)


def _links(container: Container) -> int:
    """Count what a program would fetch, hyperlinks not among them."""
    count = 0
    for one in container.names:
        if one.endswith(".rels"):
            count += sum(b"/hyperlink" not in found for found in _EXTERNAL.findall(container.read(one)))
        elif one in {"content.xml", "styles.xml"}:
            count += len(_LINKED.findall(container.read(one)))
    return count


def _about_macros(name: str, *, found: bool) -> tuple[Finding, ...]:
    if not found:
        return ()
    return (
        Finding(
            severity=Severity.INFO,
            code="office-macros",
            file=name,
            message=f"{name} has macros. They were not run, and its PDF/A copy has none.",
            fix="Nothing has to be done; the original keeps them. Open it with care.",
        ),
    )


def _about_links(name: str, count: int) -> tuple[Finding, ...]:
    if not count:
        return ()
    return (
        Finding(
            severity=Severity.WARNING,
            code="office-external-resource",
            file=name,
            message=f"{name} takes {count} picture{'s' if count > 1 else ''} or part{'s' if count > 1 else ''} from "
            "outside itself. Nothing was fetched; its PDF/A copy shows what was stored in the document.",
            fix="If they matter, open the document where they can be reached, break the links, and save it.",
        ),
    )


def _encrypted(name: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="office-encrypted",
        file=name,
        message=f"{name}: no PDF/A copy, because it opens only with a password.",
        fix="Save it without the password and build again, or keep the password where its readers will find it.",
    )


def damaged(name: str, cause: str) -> Finding:
    """Return the finding about a document that cannot be read.

    Args:
        name: its path.
        cause: what is wrong with it.
    """
    return Finding(
        severity=Severity.WARNING,
        code="office-damaged",
        file=name,
        message=f"{name}: no PDF/A copy, because the file is damaged or is not what it is called: {printable(cause)}.",
        fix="Look for another copy of it. What is here is packaged as it is.",
    )


def _expanding(name: str, cause: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="office-expands-too-far",
        file=name,
        message=f"{name}: no PDF/A copy, because it would unpack to more than a document may: {cause}.",
        fix="Find out where it came from; nothing was unpacked. It is packaged as it is.",
    )
