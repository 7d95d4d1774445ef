"""Who or what a name in a description or an event stands for, as linked-data entities.

A name becomes a person or an organisation only where the package says so: by an agent of that name, by the archive's
own name, or by an ORCID or ROR identifier in the value. Nothing is guessed from how a name looks: ``Family, Given``
stays one name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from archiver.standards.check_digits import orcid_fault, ror_fault
from archiver.standards.ro_crate.graph import Entity, readable
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from archiver.model import Agent, PackageRecord
    from archiver.standards.ro_crate.graph import Graph

# orcid.org and ror.org, structure of the identifiers; around them what people put: blanks, commas, brackets.
_IDENTIFIED = re.compile(
    r"(?P<name>.{0,1000}?)[\s,;(<\[]{0,8}"
    r"(?:(?:(?:https?://)?orcid\.org/|orcid: ?)(?P<orcid>[0-9X-]{19})|(?:https?://)?ror\.org/(?P<ror>0[0-9a-z]{8}))"
    r"[)>\]]?\s{0,8}",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST = 1200
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
_ROLE_WORDS = {
    "software": "Program used to make this package",
    "person": "Person who made this package",
    "organization": "Organisation that made this package",
}


def agent_entity(record: PackageRecord, agent: Agent, graph: Graph) -> Entity:
    """Return a reference to an agent; software whose home page is not known is a plain ``Thing``."""
    if agent.kind == "organization" and agent.name == record.organization:
        return archive_entity(record, graph)
    entity: Entity = {"@id": _agent_id(agent), "@type": _TYPES[agent.kind], "name": readable(agent.name)}
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
    return graph.refer(entity)


def archive_entity(record: PackageRecord, graph: Graph) -> Entity:
    """Return a reference to the archive that makes the package: by its ROR where that is known, with its contact."""
    known = record.archive
    name = readable(record.organization or "")
    entity: Entity = {
        "@id": known.ror or "#organization",
        "@type": "Organization",
        "name": name,
        "description": _ROLE_WORDS["organization"],
    }
    if known.url:
        entity["url"] = known.url
    if known.email:
        # RO-Crate 1.2, "Contact information": a ContactPoint, named by its address.
        entity["contactPoint"] = graph.refer(
            {
                "@id": f"mailto:{quote(known.email, safe='@+.-_')}",
                "@type": "ContactPoint",
                "name": readable(known.contact or f"Contact of {name}"),
                "description": "Who to ask about this package",
                "contactType": "archive",
                "email": readable(known.email),
            }
        )
    return graph.refer(entity)


def named_entity(record: PackageRecord, name: str, graph: Graph, *, publishes: bool = False) -> Entity:
    """Return a reference to what a name in a description stands for.

    Args:
        record: the package, whose agents and organisation are the names that are known.
        name: as written in the description.
        graph: gets the entity.
        publishes: named as publisher, which RO-Crate 1.2 takes from organisations and persons alone; a publisher of
            whom nothing is known is taken for an organisation.
    """
    identified = _identified(name)
    if identified is not None:
        return graph.refer(identified)
    if name == record.organization:
        return archive_entity(record, graph)
    for agent in record.agents:
        if agent.name == name and agent.kind != "software":
            return agent_entity(record, agent, graph)
    if publishes:
        words = "Named as publisher in the description"
        return graph.refer(_named(graph.local("publisher", name), "Organization", name, words))
    words = "Named in the description; whether a person or an organisation is not stated"
    return graph.refer(_named(graph.local("name", name), "Thing", name, words))


def _named(identifier: str, kind: str, name: str, words: str) -> Entity:
    return {"@id": identifier, "@type": kind, "name": readable(name), "description": words}


def _identified(name: str) -> Entity | None:
    """Return the entity of a name with an ORCID or ROR identifier whose check digits are right, or None."""
    found = _IDENTIFIED.fullmatch(name) if len(name) <= _LONGEST else None
    if found is None:
        return None
    if found["orcid"]:
        orcid = found["orcid"].upper()
        if orcid_fault(orcid):
            return None
        address = f"https://orcid.org/{orcid}"
        return _named(address, "Person", found["name"].strip() or address, "Person, by ORCID identifier")
    if ror_fault(found["ror"]):
        return None
    address = f"https://ror.org/{found['ror'].lower()}"
    return _named(address, "Organization", found["name"].strip() or address, "Organisation, by ROR identifier")


def _agent_id(agent: Agent) -> str:
    return f"#agent-{quote(xml_text(agent.identifier), safe='')}"
