"""Who or what a name in a description or an event stands for, as linked-data entities.

A name becomes a person or an organisation only where the package says so: by an agent of that name, by the archive's
own name, or by an ORCID or ROR identifier. Nothing is guessed from how a name looks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from archiver.standards.names import printable
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from archiver.model import Agent, PackageRecord

Entity = dict[str, object]
"""One JSON-LD object with ``@id`` and ``@type``."""

_ORCID = re.compile(r"https?://orcid\.org/\d{4}-\d{4}-\d{4}-\d{3}[\dX]")  # orcid.org, structure of the identifier
_ROR = re.compile(r"https?://ror\.org/0[0-9a-z]{6}\d{2}")  # ror.org, structure of the identifier
_TYPES = {"software": "SoftwareApplication", "person": "Person", "organization": "Organization"}

# RO-Crate 1.2, "Software used to create files": a SoftwareApplication has a url. By name, lower case.
_HOMES = {
    "bagit": "https://libraryofcongress.github.io/bagit-python/",
    "bagit-python": "https://libraryofcongress.github.io/bagit-python/",
    "clamav": "https://www.clamav.net/",
    "ghostscript": "https://www.ghostscript.com/",
    "libreoffice": "https://www.libreoffice.org/",
    "pdftopdfa": "https://github.com/iRedPaul/pdftopdfa",
    "pikepdf": "https://pikepdf.readthedocs.io/",
    "pikepdf.pdfa": "https://pikepdf.readthedocs.io/",
    "pypdfium2": "https://pypdfium2.readthedocs.io/",
    "siegfried": "https://www.itforarchivists.com/siegfried/",
    "verapdf": "https://verapdf.org/",
    "weasyprint": "https://weasyprint.org/",
}


def agent_entity(agent: Agent) -> Entity:
    """Return an agent of the package as an entity; software whose home page is not known is a plain ``Thing``."""
    entity: Entity = {"@id": agent_id(agent), "@type": _TYPES[agent.kind], "name": readable(agent.name)}
    if agent.kind == "software":
        home = _HOMES.get(agent.name.lower())
        if home and agent.version:
            entity["url"] = home
        else:
            # RO-Crate 1.2: url and version are required of a SoftwareApplication, and neither is made up here.
            entity["@type"] = "Thing"
    if agent.version:
        entity["version"] = readable(agent.version)
    entity["description"] = readable(agent.note or _ROLE_WORDS[agent.kind])
    return entity


def named_entity(record: PackageRecord, name: str, fallback: str, *, publishes: bool = False) -> Entity:
    """Return the entity that a name in a description stands for.

    Args:
        record: the package, whose agents and organisation are the names that are known.
        name: as written in the description.
        fallback: the ``@id`` to give it when it is not known, such as ``#creator-1``.
        publishes: named as publisher, which RO-Crate 1.2 takes from organisations and persons alone; a publisher of
            whom nothing is known is taken for an organisation.
    """
    if _ORCID.fullmatch(name):
        return {"@id": name, "@type": "Person", "name": name, "description": "Person, by ORCID identifier"}
    if _ROR.fullmatch(name):
        return {"@id": name, "@type": "Organization", "name": name, "description": "Organisation, by ROR identifier"}
    for agent in record.agents:
        if agent.name == name and agent.kind != "software":
            return agent_entity(agent)
    if name == record.organization:
        words = "Organisation that made this package"
        return {"@id": "#organization", "@type": "Organization", "name": readable(name), "description": words}
    if publishes:
        words = "Named as publisher in the description"
        return {"@id": fallback, "@type": "Organization", "name": readable(name), "description": words}
    description = "Named in the description; whether a person or an organisation is not stated"
    return {"@id": fallback, "@type": "Thing", "name": readable(name), "description": description}


def agent_id(agent: Agent) -> str:
    """Return the local ``@id`` of an agent."""
    return f"#agent-{quote(xml_text(agent.identifier), safe='')}"


def readable(text: str) -> str:
    """Return text for a record that people read: what XML and Unicode cannot carry shows as escapes."""
    return text if xml_text(text) == text else printable(text)


_ROLE_WORDS = {
    "software": "Program used to make this package",
    "person": "Person who made this package",
    "organization": "Organisation that made this package",
}
