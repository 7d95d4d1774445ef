"""METS 1.12.1 as text: elements with their attributes, identifiers, and references to files. Knows no profile of it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote

from archiver.standards.crate_paths import path_bytes, path_uri
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Attributes = dict[str, str]

_LINK = {"LOCTYPE": "URL", "xlink:type": "simple"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A file that a METS document points at."""

    identifier: str
    """XML identifier of the element that points at it."""

    href: str
    """Percent-encoded path from the folder of the METS document."""

    media_type: str
    size: int
    created: str
    """``xsd:dateTime``."""

    checksum: str
    """Lower-case hexadecimal."""

    checksum_type: str
    """One of METS's names: ``SHA-512``."""

    def attributes(self) -> Attributes:
        """Return the attributes that METS's ``file`` and ``mdRef`` share (METS 1.12.1, FILECORE)."""
        return {
            "MIMETYPE": self.media_type,
            "SIZE": str(self.size),
            "CREATED": self.created,
            "CHECKSUM": self.checksum,
            "CHECKSUMTYPE": self.checksum_type,
        }


class Identifiers:
    """XML identifiers that follow from a package and from what they stand for: the same package, the same identifiers.

    Each is an NCName whatever a path holds, and begins with ``ID`` (E-ARK AIP 2.2.0, AIP9).
    """

    def __init__(self, package: str, document: str) -> None:
        """Make identifiers for one METS document.

        Args:
            package: ``urn:uuid:`` of the package.
            document: path of the METS document in it.
        """
        self._namespace = uuid.uuid5(uuid.UUID(package.removeprefix("urn:uuid:")), document)

    def of(self, kind: str, path: str = "") -> str:
        """Return the identifier of a kind of element (``file``) about a path or a name."""
        return f"ID-{uuid.uuid5(self._namespace, f'{kind}:{path_uri(path)}')}"


def href(path: str) -> str:
    """Return a path as a relative reference that readers of every kind decode alike (RFC 3986 section 2.3).

    Everything but unreserved characters is percent-encoded: some readers decode as forms are, where ``+`` is a space.
    """
    return quote(path_bytes(path), safe="/")


def start_tag(name: str, attributes: Mapping[str, str]) -> str:
    """Return ``<name a="b">``."""
    return f"<{name}{_written(attributes)}>"


def empty_tag(name: str, attributes: Mapping[str, str]) -> str:
    """Return ``<name a="b"/>``."""
    return f"<{name}{_written(attributes)}/>"


def leaf(name: str, attributes: Mapping[str, str], text: str) -> str:
    """Return an element with text alone."""
    return f"{start_tag(name, attributes)}{escape(xml_text(text), quote=False)}</{name}>"


def metadata_reference(located: Located, kind: str, other: str | None = None, version: str | None = None) -> str:
    """Return an ``mdRef``; its identifier stands on the section around it.

    Args:
        located: the file.
        kind: METS's MDTYPE: ``DC``, ``PREMIS``, ``OTHER``.
        other: what it is, of ``OTHER``.
        version: MDTYPEVERSION.
    """
    attributes = {**_LINK, "xlink:href": located.href, "MDTYPE": kind}
    if other:
        attributes["OTHERMDTYPE"] = other
    if version:
        attributes["MDTYPEVERSION"] = version
    return empty_tag("mdRef", attributes | located.attributes())


def file_lines(located: Located) -> Iterable[str]:
    """Yield a ``file`` with its location."""
    yield start_tag("file", {"ID": located.identifier, **located.attributes()})
    yield f" {empty_tag('FLocat', {**_LINK, 'xlink:href': located.href})}"
    yield "</file>"


def document_pointer(target: str, title: str) -> str:
    """Return an ``mptr`` at another METS document: its percent-encoded path, and a title."""
    return empty_tag("mptr", {**_LINK, "xlink:href": target, "xlink:title": title})


def _written(attributes: Mapping[str, str]) -> str:
    return "".join(f' {name}="{_attribute(value)}"' for name, value in attributes.items())


def _attribute(value: str) -> str:
    # XML 1.0 section 3.3.3 makes a space of every line end and tab in an attribute, so nothing is lost here.
    return escape(" ".join(xml_text(value).split()), quote=True)
