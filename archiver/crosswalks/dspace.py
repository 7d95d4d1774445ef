"""DSpace's Simple Archive Format: ``dublin_core.xml``, and ``metadata_dcterms.xml`` for what its ``dc`` schema lacks.

Only fields that every DSpace registers are written, so that an import never stops at one it does not know.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from archiver.crosswalks.contract import (
    Conversion,
    Ledger,
    Reading,
    ReadValue,
    UnreadableRecordError,
    UnreadValue,
    views,
)
from archiver.crosswalks.xml_records import add, children, line_of, record_root, text_of
from archiver.standards.dc_terms import TERM_BY_NAME, TERMS, parse_key
from archiver.standards.vocabularies import is_media_type, is_uri
from archiver.standards.xml import xml_bytes

if TYPE_CHECKING:
    from archiver.model import Description, Statement

TITLE = "DSpace (Simple Archive Format)"
SUFFIX = ".dublin_core.xml"

# dspace/config/registries/dublin-core-types.xml: the fields of the schema dc that each release since 1.x registers.
_DC = {
    "abstract": "dc.description.abstract",
    "alternative": "dc.title.alternative",
    "available": "dc.date.available",
    "bibliographicCitation": "dc.identifier.citation",
    "contributor": "dc.contributor",
    "created": "dc.date.created",
    "creator": "dc.contributor.author",
    "date": "dc.date",
    "dateCopyrighted": "dc.date.copyright",
    "dateSubmitted": "dc.date.submitted",
    "description": "dc.description",
    "extent": "dc.format.extent",
    "format": "dc.format",
    "hasPart": "dc.relation.haspart",
    "hasVersion": "dc.relation.hasversion",
    "identifier": "dc.identifier",
    "isFormatOf": "dc.relation.isformatof",
    "isPartOf": "dc.relation.ispartof",
    "isReferencedBy": "dc.relation.isreferencedby",
    "isReplacedBy": "dc.relation.isreplacedby",
    "issued": "dc.date.issued",
    "isVersionOf": "dc.relation.isversionof",
    "language": "dc.language",
    "medium": "dc.format.medium",
    "provenance": "dc.description.provenance",
    "publisher": "dc.publisher",
    "relation": "dc.relation",
    "replaces": "dc.relation.replaces",
    "requires": "dc.relation.requires",
    "rights": "dc.rights",
    "spatial": "dc.coverage.spatial",
    "subject": "dc.subject",
    "tableOfContents": "dc.description.tableofcontents",
    "temporal": "dc.coverage.temporal",
    "title": "dc.title",
    "type": "dc.type",
}
_FIELDS = {term.name: _DC.get(term.name, f"dcterms.{term.name}") for term in TERMS}
_NARROWER = {
    "format": "dc.format.mimetype",
    "identifier": "dc.identifier.uri",
    "language": "dc.language.iso",
    "license": "dc.rights.uri",
}
"""Fields of the same schema for a media type, a URI and an ISO 639 code."""

TABLE = {term: " or ".join(filter(None, (_NARROWER.get(term), field))) for term, field in _FIELDS.items()}

# Fields of others' records whose last part is no term's own name.
_READ = {
    "dc.contributor.author": "creator",
    "dc.date.accessioned": "dateAccepted",
    "dc.date.copyright": "dateCopyrighted",
    "dc.date.submitted": "dateSubmitted",
    "dc.date.updated": "modified",
    "dc.format.mimetype": "format",
    "dc.identifier.citation": "bibliographicCitation",
    "dc.language.iso": "language",
    "dc.language.rfc3066": "language",
    "dc.description.provenance": "provenance",
    "dc.relation.isbasedon": "source",
    "dc.relation.ispartofseries": "isPartOf",
    "dc.relation.uri": "relation",
    "dc.rights.holder": "rightsHolder",
    "dc.rights.uri": "license",
    "dc.source.uri": "source",
} | dict.fromkeys(
    (f"dc.identifier.{scheme}" for scheme in ("doi", "govdoc", "isbn", "ismn", "issn", "other", "sici", "slug", "uri")),
    "identifier",
)
_DCTERMS_FILE = "metadata_dcterms.xml"
_ISO_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z]{2})?")
_NONE = frozenset(("", "none", "*"))


def convert(description: Description) -> Conversion:
    """Write ``dublin_core.xml``, and beside it ``metadata_dcterms.xml`` where a term has no field of ``dc``."""
    ledger = Ledger(description)
    records = {schema: etree.Element("dublin_core", schema=schema) for schema in ("dc", "dcterms")}
    for term in TABLE:
        for statement in ledger.take(term):
            field, text = _field(statement)
            schema, element, qualifier = (*field.split("."), "none")[:3]
            language = statement.language
            add(
                records[schema],
                "dcvalue",
                ledger.rewrite(statement, text),
                element=element,
                qualifier=qualifier,
                language=language,
            )
    if not ledger.see("title"):
        ledger.demand("dc.title", "DSpace lists an item by its title; without one it is shown as Untitled.", "title")
    if not ledger.see("issued"):
        ledger.demand("dc.date.issued", "DSpace's submission asks for the date of issue.", "issued")
    further = ((_DCTERMS_FILE, xml_bytes(records["dcterms"])),) if len(records["dcterms"]) else ()
    return ledger.close(xml_bytes(records["dc"]), further)


crosswalk, lost_terms, demands = views(convert)


def read(data: bytes) -> Reading:
    """Read ``dublin_core.xml`` or one of the ``metadata_*.xml`` beside it.

    Raises:
        UnreadableRecordError: no XML, or its root is no ``dublin_core``.
    """
    root = record_root(data)
    if root.tag != "dublin_core":
        raise UnreadableRecordError("is no record of DSpace: its root is not dublin_core")
    schema = root.get("schema", "dc").strip() or "dc"
    values: list[ReadValue] = []
    other: list[UnreadValue] = []
    for child in children(root):
        text = text_of(child)
        parts = (child.get(name, "").strip() for name in ("element", "qualifier"))
        field = ".".join((schema, *(part for part in parts if part.lower() not in _NONE)))
        term = _term(field, schema) if child.tag == "dcvalue" else None
        if term is None:
            other.append(UnreadValue(name=field, text=text, line=line_of(child)))
        elif text:
            language = child.get("language", "").strip().replace("_", "-")
            text = text.replace("_", "-") if field == "dc.language.iso" else text
            tag = None if language.lower() in _NONE else language
            values.append(ReadValue(term=term, text=text, language=tag, line=line_of(child)))
    return Reading(values=tuple(values), other=tuple(other))


def _field(statement: Statement) -> tuple[str, str]:
    """Return the field that one value goes to, and its text there."""
    term, text = statement.term, statement.text
    if term == "language" and _ISO_LANGUAGE.fullmatch(text):
        return _NARROWER[term], text.replace("-", "_")  # the registry's own example: en_US
    if (term == "format" and is_media_type(text)) or (term in {"license", "identifier"} and is_uri(text)):
        return _NARROWER[term], text
    return _FIELDS[term], text


def _term(field: str, schema: str) -> str | None:
    if schema == "dcterms":
        name = field.partition(".")[2]
        return name if name in TERM_BY_NAME else None
    if field in _READ:
        return _READ[field]
    if field.startswith(("dc.subject.", "dc.contributor.")):
        return field.split(".")[1]
    key = parse_key(field) if schema == "dc" else None
    return key.term if key and "@" not in field and "[" not in field else None
