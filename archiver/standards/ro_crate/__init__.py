"""``ro-crate-metadata.json``: a package as an RO-Crate 1.2, one flat JSON-LD graph in a fixed order.

Says nothing that the record does not: a name becomes a person or an organisation only where that is known, rights
that were not stated are said to be not stated. Holds no digest of itself or of the preview page. Never reads a file
or a clock.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from archiver.standards.premis import making_events
from archiver.standards.premis_events import DIGEST_FUNCTIONS
from archiver.standards.ro_crate.agents import archive_entity
from archiver.standards.ro_crate.context import identifiers, new_version, people, places, rights, wholes
from archiver.standards.ro_crate.files import PRONOM, create_action, file_entity, folders, in_order
from archiver.standards.ro_crate.graph import Entity, Graph, compact, instant, optional, readable, texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from archiver.model import PackagedFile, PackageRecord

__all__ = ["METADATA_NAME", "PREVIEW_NAME", "PRONOM", "ro_crate_metadata"]

METADATA_NAME = "ro-crate-metadata.json"
PREVIEW_NAME = "ro-crate-preview.html"

_CONTEXT = "https://w3id.org/ro/crate/1.2/context"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def ro_crate_metadata(record: PackageRecord) -> bytes:
    """Return the RO-Crate 1.2 metadata document of a package.

    Args:
        record: the package; every file but the metadata document itself and the preview page becomes a ``File``.

    Returns:
        UTF-8 JSON-LD with a final line feed: the same bytes for the same record.
    """
    graph = Graph()
    files = in_order(record.files)
    made, parts = folders(files)
    root = _root(record, graph)
    optional(root, "mentions", [*_actions(record, files, graph), *new_version(record, graph)])
    # RO-Crate 1.2, "Root Data Entity": every data entity is its part, directly or through the folder it lies in.
    optional(root, "hasPart", parts)
    entities = [file_entity(record, file, graph) for file in files]
    document = {
        "@context": _context(files),
        "@graph": [_descriptor(), root, _preview(), *made, *entities, *graph.entities.values()],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def _context(files: Iterable[PackagedFile]) -> object:
    used = {algorithm for file in files for algorithm in file.digests}
    # RO-Crate 1.2, appendix on JSON-LD, "Extending RO-Crate": sha256 is the context's own term, the others are not.
    terms = {name: term.uri for name, term in DIGEST_FUNCTIONS.items() if name in used - {"sha256"}}
    return [_CONTEXT, terms] if terms else _CONTEXT


def _descriptor() -> Entity:
    return {
        "@id": METADATA_NAME,
        "@type": "CreativeWork",
        "name": "RO-Crate metadata",
        "description": "This file: the package as linked data",
        "conformsTo": {"@id": _SPECIFICATION},
        "about": {"@id": "./"},
    }


def _preview() -> Entity:
    return {
        "@id": PREVIEW_NAME,
        "@type": "CreativeWork",
        "name": "Preview",
        "description": "The package as a page for people to read",
        "encodingFormat": "text/html",
        "about": {"@id": "./"},
    }


def _root(record: PackageRecord, graph: Graph) -> Entity:
    description = record.description
    titles = texts(description, "title") or [readable(record.name)]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": titles[0],
        "description": _about(record),
        "identifier": compact(identifiers(record, graph)),
        "datePublished": _published(record),
        "license": compact(rights(description, graph)),
    }
    optional(root, "alternateName", [*titles[1:], *texts(description, "alternative")])
    for term in ("creator", "contributor"):
        optional(root, term, people(record, description, term, graph))
    # RO-Crate 1.2, "Publisher": who makes the crate available; the work's own publisher is kept beside it.
    archive = [archive_entity(record, graph)] if record.organization else []
    optional(root, "publisher", [*people(record, description, "publisher", graph), *archive])
    optional(root, "sdPublisher", archive)
    optional(root, "keywords", texts(description, "subject"))
    optional(root, "inLanguage", texts(description, "language"))
    optional(root, "temporalCoverage", texts(description, "temporal"))
    optional(root, "spatialCoverage", places(description, graph))
    optional(root, "dateCreated", texts(description, "created"))
    optional(root, "conditionsOfAccess", texts(description, "accessRights"))
    optional(root, "isPartOf", wholes(description, graph))
    if record.version > 1:
        root["version"] = str(record.version)
    return root


def _actions(record: PackageRecord, files: Iterable[PackagedFile], graph: Graph) -> list[Entity]:
    events = making_events(record.events)
    derived = (file for file in files if file.role == "rendition" and file.derived_from)
    return [
        graph.refer(create_action(record, file, events.get(file.path), graph, number))
        for number, file in enumerate(derived, start=1)
    ]


def _about(record: PackageRecord) -> str:
    stated = texts(record.description, "description") or texts(record.description, "abstract")
    if stated:
        return "\n".join(stated)
    originals = sum(file.role == "original" for file in record.files)
    noun = "document" if originals == 1 else "documents"
    return f"Preservation package of {originals} {noun}: {readable(record.name)}"


def _published(record: PackageRecord) -> str:
    dates = [
        statement.text
        for term in ("issued", "available", "date")
        for statement in record.description.all(term)
        if statement.scheme == "W3CDTF"
    ]
    # RO-Crate 1.2, "Direct properties of the Root Data Entity": at least to the day, where a day is known.
    exact = [date for date in dates if _DAY.match(date)]
    return (exact or dates or [instant(record.created)[:10]])[0]
