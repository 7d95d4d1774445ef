"""The data entities of a crate: every file with its format and digests, and the folders that documents lie in."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archiver.standards.crate_paths import path_bytes, path_iri
from archiver.standards.media_types import media_type_of_role
from archiver.standards.premis_events import DIGEST_FUNCTIONS
from archiver.standards.ro_crate.agents import agent_entity, archive_entity
from archiver.standards.ro_crate.context import people, rights
from archiver.standards.ro_crate.graph import Entity, compact, instant, optional, readable, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from archiver.model import Description, Event, FormatIdentity, PackagedFile, PackageRecord
    from archiver.standards.ro_crate.graph import Graph

PRONOM = "https://www.nationalarchives.gov.uk/PRONOM/"

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
_FOLDER_WORDS = {"original": "Folder of documents as received", "rendition": "Folder of copies for reading"}
_REPRESENTATION_DEPTH = 3
"""Segments of ``representations/original/data``: folders below it came with the documents."""


def file_entity(record: PackageRecord, file: PackagedFile, graph: Graph) -> Entity:
    """Return one file."""
    described = record.document_descriptions.get(file.path)
    titles = [readable(file.title)] if file.title else texts(described, "title") if described else []
    name = readable(file.original_name)
    entity: Entity = {
        "@id": path_iri(file.path),
        "@type": "File",
        "name": titles[0] if titles else name,
        "description": _words(file),
        "contentSize": str(file.size),
        "encodingFormat": _encoding(file, graph),
    }
    if titles and titles[0] != name:
        entity["alternateName"] = name
    if described:
        optional(entity, "inLanguage", texts(described, "language"))
        if described != record.description:  # of a single document the root says it
            _describe(entity, record, described, graph)
    if file.derived_from:
        relation = "about" if file.role == "description" else "isBasedOn"
        entity[relation] = {"@id": path_iri(file.derived_from)}
    elif file.role in {"description", "values"}:
        entity["about"] = {"@id": "./"}
    entity |= {name: file.digests[name] for name in DIGEST_FUNCTIONS if name in file.digests}
    return entity


def _describe(entity: Entity, record: PackageRecord, described: Description, graph: Graph) -> None:
    """State what a document's own record says and a reader of the crate looks for."""
    stated = texts(described, "description", "abstract")
    if stated:
        entity["description"] = "\n".join([*stated, str(entity["description"])])
    optional(entity, "creator", people(record, described, "creator", graph))
    optional(entity, "contributor", people(record, described, "contributor", graph))
    optional(entity, "keywords", texts(described, "subject"))
    optional(entity, "dateCreated", texts(described, "created"))
    if texts(described, "license", "rights") != texts(record.description, "license", "rights"):
        optional(entity, "license", rights(described, graph))


def folders(files: Iterable[PackagedFile]) -> tuple[list[Entity], list[Entity]]:
    """Return the folders that documents came in, and what the root has as its parts.

    Args:
        files: of the crate, in order.

    Returns:
        A Dataset for each folder, nested as they are (RO-Crate 1.2, "Directory File Entity"); and references to the
        files and folders that lie in none.
    """
    roles: dict[str, str] = {}
    names: dict[str, str] = {}
    parts: dict[str, list[str]] = defaultdict(list)
    for file in files:
        inner = path_iri(file.path)
        for folder in _folders_of(file):
            key = f"{path_iri(folder)}/"
            known = key in roles
            roles.setdefault(key, file.role)
            names.setdefault(key, folder.rpartition("/")[2])
            parts[key].append(inner)
            inner = key
            if known:
                break
        else:
            parts["./"].append(inner)
    made: list[Entity] = [
        {
            "@id": key,
            "@type": "Dataset",
            "name": readable(names[key]),
            "description": _FOLDER_WORDS[role],
            "hasPart": compact(_references(parts[key])),
        }
        for key, role in roles.items()
    ]
    return made, _references(parts["./"])


def _references(identifiers: list[str]) -> list[Entity]:
    return [{"@id": identifier} for identifier in identifiers]


def _folders_of(file: PackagedFile) -> Iterator[str]:
    """Yield the folders that a document or copy lies in, the nearest first, up to that of its representation."""
    if file.role not in _FOLDER_WORDS or not file.path.startswith("representations/"):
        return
    segments = file.path.split("/")
    for depth in range(len(segments) - 1, _REPRESENTATION_DEPTH, -1):
        yield "/".join(segments[:depth])


def create_action(record: PackageRecord, file: PackagedFile, event: Event | None, graph: Graph, number: int) -> Entity:
    """Return what made one rendition (RO-Crate 1.2, "Software used to create files").

    Args:
        record: the package.
        file: a rendition that was derived from an original.
        event: that made it, where one is recorded.
        graph: gets the agents.
        number: from 1, its own.
    """
    action: Entity = {
        "@id": f"#rendition-{number}",
        "@type": "CreateAction",
        "name": f"Rendition of {readable(file.original_name)}",
        "description": readable(event.detail) if event else "Copy for reading made from the original",
        "object": {"@id": path_iri(str(file.derived_from))},
        "result": {"@id": path_iri(file.path)},
        "endTime": instant(event.when if event else record.created),
    }
    if event:
        roles = dict(event.agents)
        acting = [(agent, agent_entity(record, agent, graph)) for agent in record.agents if agent.identifier in roles]
        optional(action, "instrument", [entity for agent, entity in acting if agent.kind == "software"])
        optional(action, "agent", [entity for agent, entity in acting if agent.kind != "software"])
    if "agent" not in action and record.organization:
        action["agent"] = archive_entity(record, graph)
    return action


def in_order(files: Iterable[PackagedFile]) -> list[PackagedFile]:
    """Return the files that become data entities, in the byte order of their paths."""
    # RO-Crate 1.2, "RO-Crate Website": the preview, as the metadata document itself, is no part of the root.
    return sorted((file for file in files if file.role not in {"crate", "preview"}), key=lambda f: path_bytes(f.path))


def _words(file: PackagedFile) -> str:
    words = _ROLE_WORDS[file.role]
    if file.role == "original" and file.flavour:
        return f"{words}; it is PDF/A-{file.flavour} as it is"
    if file.role == "rendition" and file.flavour:
        return f"PDF/A-{file.flavour} copy, derived from the original"
    return words


def _encoding(file: PackagedFile, graph: Graph) -> object:
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
