"""SWORD 2.0: the documents that a server sends, read into values; and the entry that begins a deposit.

Knows the profile's words alone, sends nothing, and trusts no address that it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from lxml import etree

from archiver.standards.dc_terms import TERMS_NAMESPACE
from archiver.standards.dublin_core import dcterms_xml
from archiver.standards.xml import parse_xml, xml_bytes, xml_text

if TYPE_CHECKING:
    from archiver.model import Description

ATOM = "http://www.w3.org/2005/Atom"
APP = "http://www.w3.org/2007/app"
SWORD = "http://purl.org/net/sword/terms/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

SIMPLE_ZIP = "http://purl.org/net/sword/package/SimpleZip"
BINARY = "http://purl.org/net/sword/package/Binary"
BAGIT = "http://purl.org/net/sword/package/BagIt"

ENTRY_TYPE = "application/atom+xml;type=entry"
_STATE = f"{SWORD}state"
_ORIGINAL = f"{SWORD}originalDeposit"
_STATEMENT = f"{SWORD}statement"
_UPLOAD_UNIT = 1024
"""``sword:maxUploadSize`` is in kB (profile section 6.1); no server means fewer than these bytes by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """One collection that deposits can be made in."""

    href: str
    """Col-IRI."""

    title: str = ""
    accepts: tuple[str, ...] = ()
    """Media types; empty: it states none."""

    packagings: tuple[str, ...] = ()
    """IRIs of ``sword:acceptPackaging``, in order; empty: it states none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDocument:
    """What a server offers to one account."""

    collections: tuple[Collection, ...]
    max_upload_size: int | None = None
    """As it is written: kilobytes by the profile, bytes at some servers."""

    @property
    def largest_bytes(self) -> int | None:
        """Of one upload, by the profile's unit; None: no limit is stated."""
        return None if self.max_upload_size is None else self.max_upload_size * _UPLOAD_UNIT


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositReceipt:
    """Where a deposit goes on: an Atom entry, as a server replies it."""

    links: Mapping[str, str] = field(default_factory=dict)
    """Relation -> first address of it."""

    statement: str | None = None
    """Address of the statement, the Atom form before any other."""

    texts: frozenset[str] = frozenset()
    """Every text in it, for finding what we wrote."""

    @property
    def edit(self) -> str | None:
        """Edit-IRI (profile section 6.4)."""
        return self.links.get("edit")

    @property
    def media(self) -> str | None:
        """EM-IRI: takes the files."""
        return self.links.get("edit-media")

    @property
    def add(self) -> str | None:
        """SE-IRI: takes the request that completes; a server may leave it out where it is the Edit-IRI."""
        return self.links.get(f"{SWORD}add") or self.edit


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What a server says of the state of a deposit (profile section 11)."""

    state: str | None = None
    """IRI of a state; which there are, each server decides."""

    originals: tuple[str, ...] = ()
    """Addresses of the files as they were deposited."""


def read_service_document(root: etree._Element) -> ServiceDocument:
    """Read a service document (profile section 6.1, RFC 5023 section 8)."""
    size = (root.findtext(f".//{{{SWORD}}}maxUploadSize") or "").strip()
    return ServiceDocument(
        collections=tuple(
            Collection(
                href=href,
                title=_line(one.findtext(f"{{{ATOM}}}title")),
                # One that states an alternate speaks of multipart deposits (profile section 6.1).
                accepts=tuple(_line(a.text) for a in one.iterfind(f"{{{APP}}}accept") if a.get("alternate") is None),
                packagings=tuple(_line(a.text) for a in one.iterfind(f"{{{SWORD}}}acceptPackaging")),
            )
            for one in root.iter(f"{{{APP}}}collection")
            if (href := _line(one.get("href")))
        ),
        max_upload_size=int(size) if size.isascii() and size.isdecimal() and len(size) <= 18 else None,
    )


def read_receipt(entry: etree._Element) -> DepositReceipt:
    """Read a deposit receipt (profile section 10), or an entry of a collection's list; empty for anything else."""
    links: dict[str, str] = {}
    statements: dict[bool, str] = {}
    for link in entry.iterfind(f"{{{ATOM}}}link"):
        relation, href = _line(link.get("rel", "alternate")), _line(link.get("href"))
        if not href:
            continue
        links.setdefault(relation, href)
        if relation == _STATEMENT:
            statements.setdefault("atom" in link.get("type", "atom"), href)
    return DepositReceipt(
        links=links,
        statement=statements.get(True, statements.get(False)),
        texts=frozenset(_line(one.text) for one in _elements(entry) if _line(one.text)),
    )


def list_entries(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the entries of a feed; none for anything else."""
    return root.iterfind(f"{{{ATOM}}}entry")


def next_page(root: etree._Element) -> str | None:
    """Return the address of a feed's next page (RFC 5005 section 3)."""
    return next((link.get("href") for link in root.iterfind(f"{{{ATOM}}}link") if link.get("rel") == "next"), None)


def read_statement(root: etree._Element) -> Statement:
    """Read a statement, as an Atom feed or as RDF/XML (profile section 11)."""
    resource = f"{{{RDF}}}resource"
    rdf_states = [one.get(resource) for one in root.iter(f"{{{SWORD}}}state")]
    rdf_originals = [one.get(resource) for one in root.iter(f"{{{SWORD}}}originalDeposit")]
    states = [one.get("term") for one in root.iter(f"{{{ATOM}}}category") if one.get("scheme") == _STATE]
    originals = [href for entry in list_entries(root) if (href := _original(entry))]
    return Statement(
        state=next((state for state in [*states, *rdf_states] if state), None),
        originals=tuple(dict.fromkeys(href for href in [*originals, *rdf_originals] if href)),
    )


def entry_xml(description: Description, *, identifier: str, title: str, key: str, updated: datetime) -> bytes:
    """Write the Atom entry that begins a deposit, with Dublin Core in it (profile section 6.3.3).

    Args:
        description: every term is written as ``dcterms``.
        identifier: ``atom:id``, an IRI.
        title: ``atom:title``, where the description has none.
        key: what the deposit can be found by; written as ``dcterms:identifier``.
        updated: with its zone.
    """
    root = etree.Element(f"{{{ATOM}}}entry", nsmap={None: ATOM, "dcterms": TERMS_NAMESPACE})  # type: ignore[dict-item]  # as the stubs have it
    authors = [one.text for one in description.all("creator")] or ["unknown"]
    # RFC 4287 section 4.1.2: an entry has exactly one title, id and updated, and an author.
    _add(root, "title", description.first("title") or title)
    _add(root, "id", identifier)
    _add(root, "updated", updated.isoformat(timespec="seconds"))
    for author in authors:
        _add(etree.SubElement(root, f"{{{ATOM}}}author"), "name", author)
    summary = description.first("abstract") or description.first("description")
    if summary:
        _add(root, "summary", summary)
    root.extend(list(parse_xml(dcterms_xml(description))))
    etree.SubElement(root, f"{{{TERMS_NAMESPACE}}}identifier").text = xml_text(key)
    return xml_bytes(root)


def _original(entry: etree._Element) -> str | None:
    terms = [one.get("term") for one in entry.iterfind(f"{{{ATOM}}}category")]
    content = entry.find(f"{{{ATOM}}}content")
    return content.get("src") if _ORIGINAL in terms and content is not None else None


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{ATOM}}}{name}").text = xml_text(text)


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (one for one in root.iter() if isinstance(one.tag, str))


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
