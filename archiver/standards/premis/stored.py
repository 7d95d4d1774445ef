"""Writes what was done to packages in the stores that keep them, as one PREMIS 3.0 record: fixity checks and repairs.

A sealed package is never changed, so its own record ends where it was sealed; this one goes on from there. It names the
same packages by the same identifiers. Never reads a file or a clock.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from archiver.model import Agent, Event, FixityOutcome
from archiver.standards.premis.elements import identifier, package_identifier
from archiver.standards.premis.record import END, HEAD, agent_xml, event_xml, object_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from archiver.model import FixityResult

# PREMIS 3.0, eventOutcome: what nobody could read is no failure of the package, and no success.
_OUTCOMES = {
    FixityOutcome.OK: "success",
    FixityOutcome.DAMAGED: "fail",
    FixityOutcome.MISSING: "fail",
    FixityOutcome.COULD_NOT_CHECK: "not run",
}
_TOLD = 5
"""Findings of one check that its event tells; the results of the audit have them all."""


def stored_premis_chunks(
    packages: Iterable[str], events: Iterable[tuple[str, Event]], agents: Iterable[Agent]
) -> Iterator[bytes]:
    """Yield the record piece by piece, UTF-8, valid against the schema of the Library of Congress.

    Args:
        packages: identifiers, at least one, each once.
        events: (identifier of the package, what was done to it); only of those packages.
        agents: those that the events name; asked for last.
    """
    yield HEAD.encode()
    for package in packages:
        yield f"{object_xml('intellectualEntity', [identifier('object', package_identifier(package))])}\n".encode()
    for package, event in events:
        yield f"{event_xml(event, package)}\n".encode()
    for agent in agents:
        yield f"{agent_xml(agent)}\n".encode()
    yield END.encode()


def fixity_event(result: FixityResult, run: str, store: str, agent: str) -> Event:
    """Return a fixity check as an event.

    Args:
        result: what the check found.
        run: name of the audit.
        store: where the package lies, as its user calls it.
        agent: identifier of the program that checked.
    """
    version = f"version {result.version} of the package" if result.version else "the package"
    detail = (
        f"{version} in the store {store} held against its inventory: {result.files:,} files, {result.bytes:,} bytes "
        f"read; audit {run}"
    )
    if result.inventory_digest:
        detail += f"; digest of the inventory {result.inventory_digest}"
    notes = [f"{result.outcome.value}"] if result.outcome is not FixityOutcome.OK else []
    notes += [finding.message for finding in result.findings[:_TOLD]]
    more = len(result.findings) - _TOLD
    if more > 0:
        notes.append(f"and {more:,} more")
    key = f"fixity check {run} {result.path} {result.identifier} {result.started.isoformat()}"
    return Event(
        identifier=event_uuid(key),
        code="fix",
        when=result.ended,
        detail=detail,
        outcome=_OUTCOMES[result.outcome],
        outcome_note="; ".join(notes),
        agents=((agent, "executing program"),),
    )


def repair_event(digest: str, when: datetime, detail: str, agent: str) -> Event:
    """Return a repair as an event.

    Args:
        digest: of the entry of the store's log that tells of it: names it for good.
        when: with its zone.
        detail: what was replaced, and from where.
        agent: identifier of the program that repaired.
    """
    return Event(
        identifier=event_uuid(f"repair {digest}"),
        code="rec",
        when=when,
        detail=detail,
        outcome="success",
        agents=((agent, "executing program"),),
    )


def deposit_event(key: str, when: datetime, detail: str, state: str, agent: str) -> Event:
    """Return a deposit with a repository as an event; its receipt tells more.

    Args:
        key: names the deposit, in this state, for good.
        when: its receipt was written, with its zone.
        detail: with which repository, what proves it, and where the receipt is.
        state: ``verified``, ``failed`` or ``unknown``.
        agent: identifier of the program that deposited.
    """
    outcomes = {"verified": "success", "failed": "fail"}
    return Event(
        identifier=event_uuid(f"deposited {key}"),
        code="tra",
        when=when,
        detail=detail,
        outcome=outcomes.get(state, "warning"),
        agents=((agent, "executing program"),),
    )


def event_uuid(key: str) -> str:
    """Return the identifier of an event: the same for the same event, whenever it is reported."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"https://example.org/preservation-archiver/event/{key}"))
