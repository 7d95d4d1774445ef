"""What another system's PREMIS record tells of documents before they came here, and how that is written again.

An event or agent stands as it was stated: its identifier, its words, its date. Writes nothing of what was done here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from archiver.standards.premis.elements import (
    Identifier,
    branch,
    identifier,
    leaf,
    package_identifier,
    path_identifier,
    readable,
)
from archiver.standards.premis.rights import LinkedRights, rights_xml
from archiver.standards.premis_events import AGENT_ROLES, AGENT_TYPES, EVENT_OUTCOMES, EVENT_TYPES, OBJECT_ROLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import PackageRecord

_TYPE_BY_LABEL = {term.label: term for term in EVENT_TYPES.values()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedAgent:
    """An agent as it was stated."""

    key: str
    """``local`` identifier in this package, of no other agent."""

    identifiers: tuple[Identifier, ...]
    """Its own ones, which stand beside the key."""

    names: tuple[str, ...] = ()
    kind: str = ""
    version: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedEvent:
    """An event as it was stated."""

    identifier: Identifier
    kind: str
    """Its type's words: ``virus check``."""

    when: str
    """As stated: a date, an instant, or EDTF."""

    details: tuple[str, ...] = ()
    outcomes: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(outcome, notes)."""

    agents: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(key of an agent, roles)."""

    objects: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(packaged path, roles); empty for the whole package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Everything that came along with the documents of one package."""

    events: tuple[ReceivedEvent, ...] = ()
    agents: tuple[ReceivedAgent, ...] = ()
    rights: tuple[LinkedRights, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.events or self.agents or self.rights)


def apart(received: Received, record: PackageRecord) -> Received:
    """Return what came along with no identifier that an event or agent of this package has.

    A record of this very item, made here before, has events of the same identifiers; agents of any record may be called
    ``local`` as ours are. Such an identifier is said to be a received one.
    """
    events = {event.identifier for event in record.events}
    return replace(
        received,
        events=tuple(
            replace(event, identifier=_renamed(event.identifier)) if event.identifier[1] in events else event
            for event in received.events
        ),
        agents=tuple(
            replace(agent, identifiers=tuple(_renamed(one) if one[0] == "local" else one for one in agent.identifiers))
            for agent in received.agents
        ),
    )


def _renamed(identifier: Identifier) -> Identifier:
    return f"received {identifier[0]}", identifier[1]


def events_xml(received: Received, package: str) -> Iterator[str]:
    """Yield each event; one about no single file is about the package, whose ``urn:uuid:`` that is."""
    for event in received.events:
        objects = [(path_identifier(path), roles) for path, roles in event.objects] or [
            (package_identifier(package), ())
        ]
        yield branch(
            "event",
            identifier("event", event.identifier),
            leaf("eventType", event.kind, _TYPE_BY_LABEL.get(event.kind)),
            leaf("eventDateTime", event.when),
            *(branch("eventDetailInformation", leaf("eventDetail", detail)) for detail in event.details),
            *(_outcome(outcome, notes) for outcome, notes in event.outcomes if outcome or notes),
            *(
                identifier(
                    "linkingAgent",
                    ("local", key),
                    *(leaf("linkingAgentRole", role, AGENT_ROLES.get(role)) for role in roles),
                )
                for key, roles in event.agents
            ),
            *(
                identifier(
                    "linkingObject",
                    value,
                    *(leaf("linkingObjectRole", role, OBJECT_ROLES.get(role)) for role in roles),
                )
                for value, roles in objects
            ),
        )


def agents_xml(received: Received) -> Iterator[str]:
    """Yield each agent."""
    for agent in received.agents:
        yield branch(
            "agent",
            identifier("agent", ("local", agent.key)),
            *(identifier("agent", one) for one in agent.identifiers),
            *(leaf("agentName", readable(name)) for name in agent.names),
            leaf("agentType", agent.kind, AGENT_TYPES.get(agent.kind)) if agent.kind else "",
            leaf("agentVersion", agent.version) if agent.version else "",
            *(leaf("agentNote", note) for note in agent.notes),
        )


def all_rights_xml(received: Received, package: str) -> Iterator[str]:
    """Yield each rights statement."""
    for rights in received.rights:
        yield rights_xml(rights, package)


def _outcome(outcome: str, notes: tuple[str, ...]) -> str:
    return branch(
        "eventOutcomeInformation",
        leaf("eventOutcome", outcome, EVENT_OUTCOMES.get(outcome)) if outcome else "",
        *(branch("eventOutcomeDetail", leaf("eventOutcomeDetailNote", note)) for note in notes),
    )
