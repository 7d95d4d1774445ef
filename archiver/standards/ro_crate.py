"""``ro-crate-metadata.json``: a package as an RO-Crate 1.2, one flat JSON-LD graph in a fixed order.

Says nothing that the record does not: a name becomes a person or an organisation only where that is known, rights
that were not stated are said to be not stated. Holds no digest of itself or of the preview page. Never reads a file
or a clock.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from archiver.standards.agents import Entity, agent_entity, agent_id, named_entity, readable
from archiver.standards.crate_paths import path_bytes, path_iri
from archiver.standards.media_types import media_type_of_role
from archiver.standards.premis import making_events
from archiver.standards.premis_events import DIGEST_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from archiver.model import Description, Event, FormatIdentity, PackagedFile, PackageRecord

METADATA_NAME = "ro-crate-metadata.json"
PREVIEW_NAME = "ro-crate-preview.html"
PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"

_CONTEXT = "https://w3id.org/ro/crate/1.2/context"
_SPECIFICATION = "https://w3id.org/ro/crate/1.2"
_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ROLE_WORDS = {
    "original": "Document as received, byte for byte",
    "rendition": "Copy for reading, derived from the original",
    "description": "Dublin Core record",
    "values": "Each value of the descriptions with where it came from, and what fits no Dublin Core term",
    "preservation": "PREMIS 3 record of the files, events and agents of this package",
    "mets": "METS document of one representation: its files, with sizes and checksums",
    "schema": "XML schema of the Dublin Core records",
    "documentation": "What lies where in this package",
}


class _Graph:
    """The contextual entities met so far, each once, in the order in which they were first referred to."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}

    def refer(self, entity: Entity) -> Entity:
        """Keep an entity and return a reference to it."""
        identifier = str(entity["@id"])
        self.entities.setdefault(identifier, entity)
        return {"@id": identifier}


def ro_crate_metadata(record: PackageRecord) -> bytes:
    """Return the RO-Crate 1.2 metadata document of a package.

    Args:
        record: the package; every file but the metadata document itself and the preview page becomes a ``File``.

    Returns:
        UTF-8 JSON-LD with a final line feed: the same bytes for the same record.
    """
    graph = _Graph()
    files = sorted(
        (file for file in record.files if file.role not in {"crate", "preview"}), key=lambda f: path_bytes(f.path)
    )
    events = making_events(record.events)
    root = _root(record, files, graph)
    actions = [
        graph.refer(_action(record, file, events.get(file.path), graph, number))
        for number, file in enumerate((f for f in files if f.role == "rendition" and f.derived_from), start=1)
    ]
    if actions:
        root["mentions"] = _compact(actions)
    parts = [_file(record, file, graph) for file in files]
    document = {
        "@context": _context(files),
        "@graph": [_descriptor(), root, _preview(), *parts, *graph.entities.values()],
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


def _root(record: PackageRecord, files: Iterable[PackagedFile], graph: _Graph) -> Entity:
    description = record.description
    titles = _texts(description, "title") or [readable(record.name)]
    root: Entity = {
        "@id": "./",
        "@type": "Dataset",
        "name": titles[0],
        "description": _about(record),
        "identifier": _compact(_identifiers(record, graph)),
        "datePublished": _published(record),
        "license": _compact(_rights(description, graph)),
    }
    _optional(root, "alternateName", [*titles[1:], *_texts(description, "alternative")])
    for term in ("creator", "contributor", "publisher"):
        _optional(root, term, _people(record, term, graph))
    if record.organization:
        # RO-Crate 1.2, "Publisher": who makes the crate available; the work's own publisher is kept beside it.
        archive = graph.refer(named_entity(record, record.organization, "#organization"))
        published = [*_people(record, "publisher", graph), archive]
        root["publisher"] = _compact(list({str(entity): entity for entity in published}.values()))
        root["sdPublisher"] = archive
    _optional(root, "keywords", _texts(description, "subject"))
    _optional(root, "inLanguage", _texts(description, "language"))
    _optional(root, "temporalCoverage", _texts(description, "temporal"))
    _optional(root, "spatialCoverage", _places(description, graph))
    _optional(root, "dateCreated", _texts(description, "created"))
    _optional(root, "conditionsOfAccess", _texts(description, "accessRights"))
    if record.version > 1:
        root["version"] = str(record.version)
    root["hasPart"] = [{"@id": path_iri(file.path)} for file in files]
    return root


def _about(record: PackageRecord) -> str:
    stated = _texts(record.description, "description") or _texts(record.description, "abstract")
    if stated:
        return "\n".join(stated)
    originals = sum(file.role == "original" for file in record.files)
    noun = "document" if originals == 1 else "documents"
    return f"Preservation package of {originals} {noun}: {readable(record.name)}"


def _identifiers(record: PackageRecord, graph: _Graph) -> list[Entity]:
    stated = [text for text in _texts(record.description, "identifier") if text != record.identifier]
    return [
        graph.refer(
            {
                "@id": f"#identifier-{number}",
                "@type": "PropertyValue",
                "name": name,
                "description": description,
                "value": value,
            }
        )
        for number, (name, description, value) in enumerate(
            [
                ("Package identifier", "The same for every version of this package", record.identifier),
                *(("Identifier", "Stated in the description", text) for text in stated),
            ],
            start=1,
        )
    ]


def _published(record: PackageRecord) -> str:
    dates = [
        statement.text
        for term in ("issued", "available", "date")
        for statement in record.description.all(term)
        if statement.scheme == "W3CDTF"
    ]
    # RO-Crate 1.2, "Direct properties of the Root Data Entity": at least to the day, where a day is known.
    exact = [date for date in dates if _DAY.match(date)]
    return (exact or dates or [_instant(record.created)[:10]])[0]


def _rights(description: Description, graph: _Graph) -> list[Entity]:
    entities: list[Entity] = []
    for number, text in enumerate([*_texts(description, "license"), *_texts(description, "rights")], start=1):
        linked = _URL.fullmatch(text)
        entity: Entity = {
            "@id": text if linked else f"#rights-{number}",
            "@type": "CreativeWork",
            "name": text if linked else _shortened(text),
            "description": "Licence stated in the description" if linked else text,
        }
        entities.append(graph.refer(entity))
    if entities:
        return list({str(entity["@id"]): entity for entity in entities}.values())
    absent = "The description of this package states neither a licence nor rights."
    return [
        graph.refer({"@id": "#rights", "@type": "CreativeWork", "name": "Rights not stated", "description": absent})
    ]


def _people(record: PackageRecord, term: str, graph: _Graph) -> list[Entity]:
    return [
        graph.refer(named_entity(record, statement.text, f"#{term}-{number}", publishes=term == "publisher"))
        for number, statement in enumerate(record.description.all(term), start=1)
    ]


def _places(description: Description, graph: _Graph) -> list[Entity]:
    places = enumerate([*_texts(description, "spatial"), *_texts(description, "coverage")], start=1)
    stated = "Place stated in the description"
    return [
        graph.refer({"@id": f"#place-{number}", "@type": "Place", "name": text, "description": stated})
        for number, text in places
    ]


def _file(record: PackageRecord, file: PackagedFile, graph: _Graph) -> Entity:
    described = record.document_descriptions.get(file.path)
    titles = [readable(file.title)] if file.title else _texts(described, "title") if described else []
    name = readable(file.original_name)
    entity: Entity = {
        "@id": path_iri(file.path),
        "@type": "File",
        "name": titles[0] if titles else name,
        "description": _file_words(file),
        "contentSize": str(file.size),
        "encodingFormat": _encoding(file, graph),
    }
    if titles and titles[0] != name:
        entity["alternateName"] = name
    if described:
        _optional(entity, "inLanguage", _texts(described, "language"))
    if file.derived_from:
        relation = "about" if file.role == "description" else "isBasedOn"
        entity[relation] = {"@id": path_iri(file.derived_from)}
    elif file.role in {"description", "values"}:
        entity["about"] = {"@id": "./"}
    entity |= {name: file.digests[name] for name in DIGEST_FUNCTIONS if name in file.digests}
    return entity


def _file_words(file: PackagedFile) -> str:
    words = _ROLE_WORDS[file.role]
    if file.role == "original" and file.flavour:
        return f"{words}; it is PDF/A-{file.flavour} as it is"
    if file.role == "rendition" and file.flavour:
        return f"PDF/A-{file.flavour} copy, derived from the original"
    return words


def _encoding(file: PackagedFile, graph: _Graph) -> object:
    identity = file.identity
    if identity is None:
        return media_type_of_role(file.role)
    media_type = readable(identity.media_type) or "application/octet-stream"
    return [media_type, graph.refer(_format(identity))] if identity.puid else media_type


def _format(identity: FormatIdentity) -> Entity:
    name = f"{identity.name} {identity.version}".strip() or str(identity.puid)
    return {
        "@id": f"{PRONOM}{path_iri(str(identity.puid))}",
        "@type": ["WebPage", "Standard"],
        "name": readable(name),
        "description": f"File format {readable(str(identity.puid))} in the PRONOM registry",
    }


def _action(record: PackageRecord, file: PackagedFile, event: Event | None, graph: _Graph, number: int) -> Entity:
    # RO-Crate 1.2, "Software used to create files": object, result, instrument, agent, endTime.
    action: Entity = {
        "@id": f"#rendition-{number}",
        "@type": "CreateAction",
        "name": f"Rendition of {readable(file.original_name)}",
        "description": readable(event.detail) if event else "Copy for reading made from the original",
        "object": {"@id": path_iri(str(file.derived_from))},
        "result": {"@id": path_iri(file.path)},
        "endTime": _instant(event.when if event else record.created),
    }
    if event:
        roles = dict(event.agents)
        acting = [agent for agent in record.agents if agent.identifier in roles]
        for agent in acting:
            graph.refer(agent_entity(agent))
        _optional(action, "instrument", [{"@id": agent_id(a)} for a in acting if a.kind == "software"])
        _optional(action, "agent", [{"@id": agent_id(a)} for a in acting if a.kind != "software"])
    if "agent" not in action and record.organization:
        action["agent"] = graph.refer(named_entity(record, record.organization, "#organization"))
    return action


def _texts(description: Description, term: str) -> list[str]:
    return [readable(statement.text) for statement in description.all(term)]


def _optional(entity: Entity, name: str, values: Sequence[object]) -> None:
    if values:
        entity[name] = _compact(values)


def _compact(values: Sequence[object]) -> object:
    """One value stands alone, several in a list (RO-Crate 1.2, appendix on JSON-LD: no list of one)."""
    return values[0] if len(values) == 1 else list(values)


def _shortened(text: str) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= 80 else f"{line[:79]}\u2026"  # a name, the whole text is beside it


def _instant(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
