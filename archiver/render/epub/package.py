"""The package document of an EPUB: what the book is called, what is in it, in which order it is read.

Reads EPUB 2 and 3 (EPUB 3.3, sections 4 and 5; OCF container). Pure: a container's members in, values out.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from archiver.model import Finding, Severity
from archiver.render.contract import UnreadableTextError
from archiver.render.zipped import document_damaged
from archiver.standards.names import printable
from archiver.standards.xml import XmlSyntaxError, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from archiver.render.zipped import Container

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"

# Fonts are made unusable outside the book (EPUB 3.3 section 4.4); no word is.
_FONT_OBFUSCATION = frozenset({"http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"})
_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One member of the book that is read in its turn."""

    path: str
    """From the container's root."""

    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """What the package document says."""

    title: str | None
    language: str | None
    spine: tuple[Part, ...]
    """In reading order, what is not linear among them."""


def read_package(container: Container, name: str) -> Package:
    """Read the package document.

    Args:
        container: the book.
        name: its path, for messages.

    Raises:
        UnreadableTextError: there is none, it is not well-formed, or the book's words are encrypted.
    """
    _refuse_encrypted(container, name)
    roots = [one.get("full-path") for one in _all(_xml(container, CONTAINER, name), "rootfile")]
    path = next((one for one in roots if one), None)
    if path is None:
        raise UnreadableTextError(document_damaged(name, f"its {CONTAINER} names no package document"))
    package = _xml(container, path, name)
    items = {
        one.get("id", ""): Part(path=resolved(path, one.get("href", "")) or "", media_type=one.get("media-type", ""))
        for one in _all(package, "item")
    }
    spine = [items.get(one.get("idref", "")) for one in _all(package, "itemref")]
    return Package(
        title=_words(package, "title"),
        language=_words(package, "language"),
        spine=tuple(dict.fromkeys(part for part in spine if part is not None and part.path)),
    )


def resolved(base: str, reference: str) -> str | None:
    """Return the member that a relative reference in the member ``base`` means, without its fragment; None outside."""
    path = unquote(reference.partition("#")[0].partition("?")[0]).replace("\\", "/")
    if not path or path.startswith("/") or ":" in path.partition("/")[0]:
        return None
    joined = posixpath.normpath(posixpath.join(posixpath.dirname(base), path))
    return None if joined.startswith("../") or joined == ".." else joined


def _refuse_encrypted(container: Container, name: str) -> None:
    if ENCRYPTION not in container:
        return
    locked = []
    for one in _all(_xml(container, ENCRYPTION, name), "EncryptedData"):
        method = next(_all(one, "EncryptionMethod"), None)
        reference = next(_all(one, "CipherReference"), None)
        if method is None or method.get("Algorithm") not in _FONT_OBFUSCATION:
            locked.append(reference.get("URI", "?") if reference is not None else "?")
    if locked:
        more = f" and {len(locked) - _NAMED} more" if len(locked) > _NAMED else ""
        raise UnreadableTextError(
            Finding(
                severity=Severity.WARNING,
                code="epub-encrypted",
                file=name,
                message=f"{name}: no PDF/A copy, because parts of the book are encrypted (digital rights management): "
                f"{', '.join(map(printable, locked[:_NAMED]))}{more}.",
                fix="Ask the publisher for a copy without protection; this one will not be readable for long.",
            )
        )


def _xml(container: Container, member: str, name: str) -> etree._Element:
    try:
        return parse_xml(container.read(member))
    except XmlSyntaxError as error:
        raise UnreadableTextError(document_damaged(name, printable(f"its part {member}: {error}"[:300]))) from error


def _all(element: etree._Element, local: str) -> Iterator[etree._Element]:
    return iter([one for one in element.iter() if isinstance(one.tag, str) and one.tag.rpartition("}")[2] == local])


def _words(package: etree._Element, local: str) -> str | None:
    found = (" ".join("".join(map(str, one.itertext())).split()) for one in _all(package, local))
    return next((one for one in found if one), None)
