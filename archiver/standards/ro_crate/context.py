"""What surrounds the data of a crate: identifiers, people, rights, places, series and the version before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.standards.rights import rights_name, spdx_address
from archiver.standards.ro_crate.agents import archive_entity, named_entity
from archiver.standards.ro_crate.graph import Entity, instant, readable, texts

if TYPE_CHECKING:
    from archiver.model import Description, PackageRecord
    from archiver.standards.ro_crate.graph import Graph

_URL = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.ASCII)
_URN = re.compile(r"urn:[A-Za-z0-9][A-Za-z0-9-]{1,31}:[A-Za-z0-9()+,\-.:=@;$_!*'%/]+")
_LONGEST_NAME = 80


def identifiers(record: PackageRecord, graph: Graph) -> list[Entity]:
    """Return the package's identifier and those that people stated, each a PropertyValue."""
    stated = [text for text in texts(record.description, "identifier") if text != record.identifier]
    own = ("Package identifier", "The same for every version of this package", record.identifier)
    named = [own, *(("Identifier", "Stated in the description", text) for text in stated)]
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
        for number, (name, description, value) in enumerate(named, start=1)
    ]


def people(record: PackageRecord, description: Description, term: str, graph: Graph) -> list[Entity]:
    """Return who a description names by one term."""
    return [
        named_entity(record, statement.text, graph, publishes=term == "publisher")
        for statement in description.all(term)
    ]


def rights(description: Description, graph: Graph) -> list[Entity]:
    """Return the licences and statements of rights of a description, an entity each; that there is none is one too."""
    entities = [_right(text, graph) for text in texts(description, "license", "rights")]
    if entities:
        return list({str(entity["@id"]): entity for entity in entities}.values())
    absent = "The description of this package states neither a licence nor rights."
    return [
        graph.refer({"@id": "#rights", "@type": "CreativeWork", "name": "Rights not stated", "description": absent})
    ]


def _right(text: str, graph: Graph) -> Entity:
    address = text if _URL.fullmatch(text) else spdx_address(text)
    if address is None:
        shown = {"name": _shortened(text), "description": text}
        return graph.refer({"@id": graph.local("rights", text), "@type": "CreativeWork", **shown})
    name = rights_name(text) or text
    words = "Licence or statement of rights, as the description gives it"
    return graph.refer({"@id": address, "@type": "CreativeWork", "name": name, "description": words, "url": address})


def places(description: Description, graph: Graph) -> list[Entity]:
    """Return the places that a description names."""
    stated = "Place stated in the description"
    return [
        graph.refer({"@id": graph.local("place", text), "@type": "Place", "name": text, "description": stated})
        for text in texts(description, "spatial", "coverage")
    ]


def wholes(description: Description, graph: Graph) -> list[Entity]:
    """Return the series, collections and works that a package is stated to be part of."""
    words = "What this package is part of"
    return [
        graph.refer(
            {
                "@id": text if _URL.fullmatch(text) or _URN.fullmatch(text) else graph.local("part-of", text),
                "@type": "CreativeWork",
                "name": _shortened(text),
                "description": words if _shortened(text) == text else f"{words}: {text}",
            }
        )
        for text in texts(description, "isPartOf")
    ]


def new_version(record: PackageRecord, graph: Graph) -> list[Entity]:
    """Return the making of this version out of the one before; nothing for the first."""
    if record.version == 1:
        return []
    number = record.version - 1
    before = graph.refer(
        {
            "@id": f"#version-{number}",
            "@type": "CreativeWork",
            "name": f"Version {number} of this package",
            "description": "The package that this one replaces; it bears the same identifier",
            "identifier": record.identifier,
            "version": str(number),
        }
    )
    # RO-Crate 1.2, "Recording changes to RO-Crates": an action whose object is what was and whose result what is.
    action: Entity = {
        "@id": "#update",
        "@type": "UpdateAction",
        "name": f"Version {record.version} of this package made",
        "description": readable(record.change or f"Version {record.version} follows version {number}"),
        "object": before,
        "result": {"@id": "./"},
        "endTime": instant(record.created),
    }
    if record.organization:
        action["agent"] = archive_entity(record, graph)
    return [graph.refer(action)]


def _shortened(text: str) -> str:
    line = text.split("\n", 1)[0]
    return (
        line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}\u2026"
    )  # a name; the whole is beside it
