"""PREMIS 3.0 elements as text, without line ends inside them: a record of very many files is mostly these."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from archiver.standards.crate_paths import path_uri
from archiver.standards.names import printable
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from archiver.standards.premis_events import Term

Identifier = tuple[str, str]
"""(type, value)."""

_CARRIAGE_RETURN = "&#13;"  # XML 1.0 section 2.11: a bare CR would be read back as LF


def leaf(name: str, text: str, term: Term | None = None) -> str:
    """Return an element with text, and with the URI of a vocabulary's entry where one is given."""
    attributes = ""
    if term:  # PREMIS 3.0 schema, authorityAttributeGroup; authorityURI is the value's URI without its last segment
        attributes = f' authority="{term.scheme}" valueURI="{term.uri}"'
    written = escape(xml_text(text), quote=False).replace("\r", _CARRIAGE_RETURN)
    return f"<{name}{attributes}>{written}</{name}>"


def branch(name: str, *parts: str, attributes: str = "") -> str:
    """Return an element with elements in it."""
    return f"<{name}{attributes}>{''.join(parts)}</{name}>"


def identifier(owner: str, value: Identifier, *more: str) -> str:
    """Return ``ownerIdentifier``, with its type and value, and what stands behind them."""
    name = f"{owner}Identifier"
    return branch(name, leaf(f"{name}Type", value[0]), leaf(f"{name}Value", value[1]), *more)


def link(owner: str, value: Identifier, role: str, term: Term | None) -> str:
    """Return ``ownerIdentifier`` with ``ownerRole``."""
    return identifier(owner, value, leaf(f"{owner}Role", role, term))


def path_identifier(path: str) -> Identifier:
    """Identify a packaged file by its path; one that XML cannot hold, by its percent-encoded path."""
    return ("local", path) if xml_text(path) == path else ("percent-encoded path", path_uri(path))


def package_identifier(urn: str) -> Identifier:
    """Identify the package by its ``urn:uuid:``; one that others made, by whatever its store calls it."""
    return ("URN" if urn.lower().startswith("urn:") else "local", readable(urn))


def event_identifier(uuid: str) -> Identifier:
    """Identify an event by its UUID."""
    return ("UUID", uuid)


def readable(name: str) -> str:
    """Return a name as it is, or with escapes where XML cannot hold it."""
    return name if xml_text(name) == name else printable(name)
