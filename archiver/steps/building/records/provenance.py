"""Which events and agents a package's PREMIS tells of: what was really done to it, by what, with what outcome.

Package-wide events stand once, whatever the number of files; only rendering and its checks speak of single files (see
``rendition_events``).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from archiver.model import Agent, Event, FormatIdentity
from archiver.standards.names import slug
from archiver.standards.premis_events import digest_label
from archiver.steps.program import PROGRAM
from archiver.storage.screening.contract import Engine

EXECUTING = "executing program"
VALIDATOR = "validator"

Outcome = Literal["success", "fail", "warning", "not run"]


@dataclass(slots=True)
class Provenance:
    """Collects the events of one package; the same work gives the same identifiers."""

    identifier: str
    """``urn:uuid:`` of the package."""

    version: int
    when: datetime
    events: list[Event]
    agents: dict[str, Agent]

    @classmethod
    def begin(cls, identifier: str, version: int, when: datetime) -> Provenance:
        """Start with no event."""
        return cls(identifier=identifier, version=version, when=when, events=[], agents={})

    def program(self, tool: str, note: str | None = None) -> str:
        """Return the agent identifier of ``name version``, making the agent where it is new."""
        name, _, version = tool.rpartition(" ")
        key = slug(tool) if name else slug(version)
        self.agents.setdefault(
            key,
            Agent(identifier=key, name=name or version, kind="software", version=version if name else None, note=note),
        )
        return key

    def responsible(self, name: str, kind: Literal["person", "organization"]) -> str:
        """Return the agent identifier of a person or an organisation, making the agent where it is new."""
        key = f"{kind}-{slug(name)}"
        self.agents.setdefault(key, Agent(identifier=key, name=name, kind=kind))
        return key

    def record(
        self,
        code: str,
        detail: str,
        outcome: Outcome,
        *,
        note: str = "",
        agents: Iterable[tuple[str, str]] = (),
        objects: Iterable[tuple[str, Literal["source", "outcome"]]] = (),
    ) -> None:
        """Add one event; its identifier follows from the package, the version and what happened."""
        linked = tuple(objects)
        name = f"{self.version}:{code}:{len(self.events)}:{linked[0][0] if linked else ''}"
        namespace = uuid.UUID(self.identifier.removeprefix("urn:uuid:"))
        self.events.append(
            Event(
                identifier=str(uuid.uuid5(namespace, name)),
                code=code,
                when=self.when,
                detail=detail,
                outcome=outcome,
                outcome_note=note,
                agents=tuple(agents),
                objects=linked,
            )
        )


def record_receipt(
    provenance: Provenance, documents: int, algorithms: Sequence[str], people: Sequence[tuple[str, str]]
) -> None:
    """Record the arrival of the documents and the digests taken in the read that copied them."""
    program = (provenance.program(PROGRAM), EXECUTING)
    count = f"{documents} document{'s' if documents != 1 else ''}"
    provenance.record(
        "ins", f"{count} copied from the source folder, which was only read", "success", agents=(program, *people)
    )
    names = ", ".join(algorithm.upper().replace("SHA", "SHA-", 1) for algorithm in algorithms)
    provenance.record(
        "mes", f"{names} of each document taken in the one read that copied it", "success", agents=(program,)
    )


def record_screening(provenance: Provenance, engine: Engine) -> None:
    """Record that every document was checked for viruses, and nothing found; an item of another outcome has no package.

    Args:
        provenance: of the package.
        engine: that looked.
    """
    signatures = f"Signatures {engine.signatures}" if engine.signatures else "Its signatures bear no version"
    provenance.record(
        "vir",
        "Every document checked for viruses while it was copied",
        "success",
        note=f"nothing found within the limits the engine is set to; {signatures[:1].lower()}{signatures[1:]}",
        agents=((provenance.program(f"{engine.name} {engine.version}", signatures), EXECUTING),),
    )


def record_received_checksums(
    provenance: Provenance, lists: Mapping[str, Sequence[str]], compared: int, documents: int
) -> None:
    """Record that documents were what the checksum lists say that came with them; others have no package.

    Args:
        provenance: of the package.
        lists: file in the metadata folder -> hashlib's names of the algorithms it states.
        compared: documents of the item that are listed; with none there is nothing to record.
        documents: of the item.
    """
    if not compared:
        return
    named = "; ".join(f"{file}: {', '.join(map(digest_label, names))}" for file, names in lists.items())
    absent = f"; {documents - compared} not listed" if compared < documents else ""
    provenance.record(
        "fix",
        f"Documents compared, in the read that copied them, with the checksums that came with them ({named})",
        "success",
        note=f"{compared} of {documents} document{'s' if documents != 1 else ''} compared{absent}",
        agents=((provenance.program(PROGRAM), EXECUTING),),
    )


def record_identification(provenance: Provenance, identities: Sequence[FormatIdentity]) -> None:
    """Record the identification of every file's format."""
    tool = next((identity.tool for identity in identities if identity.tool), "")
    if not tool:
        return
    name, _, signatures = tool.partition(" (")
    unknown = sum(identity.puid is None for identity in identities)
    provenance.record(
        "for",
        f"Format of each file identified by PRONOM signatures: {signatures.removesuffix(')')}",
        "warning" if unknown else "success",
        note=f"{unknown} of {len(identities)} unknown" if unknown else f"{len(identities)} identified",
        agents=((provenance.program(name, signatures.removesuffix(")")), EXECUTING),),
    )


def record_packaging(
    provenance: Provenance, change: str | None, opinion: tuple[str, str, str], *, e_ark: bool = False
) -> None:
    """Record the making of the package and its second opinion.

    The second opinion is sealed inside the package it is about: the package is published only when the check, run
    on the sealed bytes, says what is recorded here (docs/adr/0004).

    Args:
        provenance: of the package.
        change: what changed against the version before, for version 2 and later.
        opinion: tool, ``valid`` or ``not-run``, and a detail.
        e_ark: whether METS documents are made too.
    """
    program = (provenance.program(PROGRAM), EXECUTING)
    records = "PREMIS, RO-Crate and METS (E-ARK)" if e_ark else "PREMIS and RO-Crate"
    detail = f"Bag (RFC 8493), {records} made; every file read back and its digests compared"
    provenance.record("ipc", detail, "success", note=change or "", agents=(program,))
    tool, outcome, note = opinion
    provenance.record(
        "val",
        "The bag validated by a second program, at its fast level (structure and Payload-Oxum)",
        "success" if outcome == "valid" else "not run",
        note=note,
        agents=((provenance.program(tool), VALIDATOR),),
    )
