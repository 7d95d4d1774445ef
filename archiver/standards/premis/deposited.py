"""Writes what proves a deposit as a PREMIS 3.0 record: digests calculated, transfer, fixity check, ingestion end.

Only what happened is told, each with its outcome. The record speaks of the sealed package by its identifier, and of
what the target holds as a representation of it. Never reads a file or a clock.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from archiver.model import Agent, Event
from archiver.model.deposits import DepositState, EvidenceLevel
from archiver.standards.names import printable
from archiver.standards.premis.elements import branch, identifier, leaf, package_identifier, path_identifier, readable
from archiver.standards.premis.record import END, HEAD, agent_xml, event_xml, object_xml
from archiver.standards.premis.stored import event_uuid
from archiver.standards.premis_events import REPRESENTS, STRUCTURAL, digest_label

if TYPE_CHECKING:
    from archiver.model.deposits import Evidence

# PRONOM, https://www.nationalarchives.gov.uk/pronom/
_FORMATS = {"tar": ("Tape Archive Format", "x-fmt/265"), "zip": ("ZIP Format", "x-fmt/263")}

_LEVELS = {
    EvidenceLevel.SERVER_SHA512: "the SHA-512 that the target computed of what it holds",
    EvidenceLevel.SERVER_SHA256: "the SHA-256 that the target computed of what it holds",
    EvidenceLevel.SERVER_MD5: "the MD5 that the target computed of what it holds",
    EvidenceLevel.READ_BACK: "every byte, fetched again from the target and digested here",
    EvidenceLevel.SIZE: "the number of bytes that the target reports, and nothing better",
    EvidenceLevel.NONE: "nothing: the target shows nothing that could be compared",
}
_TOLD = 5
"""Files that differ, of which an event tells by name; the receipt's other form has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAs:
    """The one file that a package travelled as."""

    path: str
    size: int
    digests: Mapping[str, str]
    """Algorithm -> hexadecimal."""

    form: str
    """``tar`` or ``zip``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositAccount:
    """One deposit as its receipt tells of it."""

    deposit: str
    """Its name in the journal."""

    package: str
    """Identifier."""

    package_name: str
    package_digest: str
    target: str
    """As the configuration names it."""

    kind: str
    location: str
    """Of the repository."""

    files: int
    bytes: int
    sent_as: SentAs | None
    """None: the files of the bag, each by itself."""

    state: DepositState
    reason: str | None
    evidence: Evidence | None
    times: Mapping[DepositState, datetime] = field(default_factory=dict)
    """When each state was entered, with its zone."""

    program: str
    """Name and version of the program that deposited."""


def deposited_premis(account: DepositAccount) -> bytes:
    """Return the record, UTF-8, valid against the schema of the Library of Congress."""
    parts = [*_objects(account), *(event_xml(event, account.package) for event in deposit_events(account))]
    parts += [agent_xml(agent) for agent in _agents(account)]
    return "".join([HEAD, *(f"{part}\n" for part in parts), END]).encode()


def deposit_events(account: DepositAccount) -> tuple[Event, ...]:
    """Return what happened, in its order; what did not happen is no event."""
    events = [_digests(account)]
    if DepositState.UPLOADING in account.times:
        events.append(_transfer(account))
    if account.evidence is not None:
        events.append(_fixity_check(account, account.evidence))
    if DepositState.COMPLETED in account.times:
        events.append(_ingestion_end(account))
    return tuple(events)


def _digests(account: DepositAccount) -> Event:
    if account.sent_as is None:
        said = f"SHA-512, SHA-256 and MD5 of each of {account.files:,} files"
    else:
        stated = ", ".join(f"{digest_label(name)} {digest}" for name, digest in sorted(account.sent_as.digests.items()))
        said = f"of {readable(account.sent_as.path)}, {account.sent_as.size:,} bytes: {stated}"
    return _event(
        account,
        "mes",
        DepositState.PLANNED,
        f"Before it was sent, {said}; SHA-256 of the list of all files of the bag {account.package_digest}",
        ("success", ""),
    )


def _transfer(account: DepositAccount) -> Event:
    name = account.package_name if account.sent_as is None else account.sent_as.path
    sent = next((one for one in (DepositState.UPLOADED, DepositState.COMPLETED) if one in account.times), None)
    detail = f"{readable(name)}, {account.files:,} files, {account.bytes:,} bytes, sent to {_place(account)}"
    if sent is None:
        return _event(account, "tra", account.state, detail, ("fail", account.reason or "it did not come to its end"))
    return _event(account, "tra", sent, detail, ("success", ""))


def _fixity_check(account: DepositAccount, evidence: Evidence) -> Event:
    wrong = [printable(file.path) for file in evidence.files if not file.agrees]
    if evidence.level is EvidenceLevel.NONE and not wrong:
        outcome = "not run"
    else:
        outcome = "success" if evidence.agrees else "fail"
    notes = [account.reason] if account.reason else []
    if wrong:
        more = f", and {len(wrong) - _TOLD:,} more" if len(wrong) > _TOLD else ""
        notes.append(f"not what was sent: {', '.join(wrong[:_TOLD])}{more}")
    detail = (
        f"What {_place(account)} holds held against what was sent, {len(evidence.files):,} files: "
        f"{_LEVELS[evidence.level]} (evidence {evidence.level.value})"
    )
    return _event(account, "fix", account.state, detail, (outcome, "; ".join(notes)))


def _ingestion_end(account: DepositAccount) -> Event:
    evidence = account.evidence
    found = "" if DepositState.UPLOADING in account.times else ", which had it already and was sent nothing"
    detail = f"{_place(account)}{found}, says that it has the package"
    if evidence is not None:
        named = "; ".join(f"{name} {value}" for name, value in sorted(evidence.identifiers.items()))
        detail += f", at {evidence.location}" + (f" ({named})" if named else "")
    outcomes = {DepositState.VERIFIED: "success", DepositState.FAILED: "fail"}
    outcome = outcomes.get(account.state, "warning")
    note = "" if outcome == "success" else account.reason or "it is not proven"
    return _event(account, "ine", DepositState.COMPLETED, detail, (outcome, note))


def _event(account: DepositAccount, code: str, state: DepositState, detail: str, outcome: tuple[str, str]) -> Event:
    when = account.times.get(state) or max(account.times.values())
    there = () if code == "mes" else ((_agent(account), "implementer"),)
    return Event(
        identifier=event_uuid(f"deposit {account.deposit} {code} {when.isoformat()} {outcome[0]}"),
        code=code,
        when=when.astimezone(UTC),
        detail=detail,
        outcome=outcome[0],
        outcome_note=outcome[1],
        agents=((account.program, "executing program"), *there),
    )


def _objects(account: DepositAccount) -> Iterator[str]:
    package = package_identifier(account.package)
    yield object_xml("intellectualEntity", [identifier("object", package)])
    relation = branch(
        "relationship",
        leaf("relationshipType", STRUCTURAL.label, STRUCTURAL),
        leaf("relationshipSubType", REPRESENTS.label, REPRESENTS),
        identifier("relatedObject", package),
    )
    names: Sequence[tuple[str, str]] = [("deposit", account.deposit)]
    storage = ""
    if account.evidence is not None:
        # What the target calls it: DOI, record, version ...
        names = [*names, *((name, readable(value)) for name, value in sorted(account.evidence.identifiers.items()))]
        storage = _storage(account.evidence.location)
    ids = [identifier("object", name) for name in names]
    if account.sent_as is None:
        yield object_xml(
            "representation", [*ids, leaf("originalName", readable(account.package_name)), storage, relation]
        )
        return
    yield object_xml(
        "file",
        [
            identifier("object", path_identifier(account.sent_as.path)),
            *ids,
            _characteristics(account.sent_as),
            leaf("originalName", readable(account.sent_as.path)),
            storage,
            relation,
        ],
    )


def _characteristics(sent: SentAs) -> str:
    name, puid = _FORMATS.get(sent.form, ("unknown", ""))
    registry = branch("formatRegistry", leaf("formatRegistryName", "PRONOM"), leaf("formatRegistryKey", puid))
    return branch(
        "objectCharacteristics",
        *(
            branch("fixity", leaf("messageDigestAlgorithm", digest_label(algorithm)), leaf("messageDigest", digest))
            for algorithm, digest in sorted(sent.digests.items())
        ),
        leaf("size", str(sent.size)),
        branch("format", branch("formatDesignation", leaf("formatName", name)), registry if puid else ""),
    )


def _storage(location: str) -> str:
    kind = "URI" if "://" in location else "path"
    place = branch(
        "contentLocation", leaf("contentLocationType", kind), leaf("contentLocationValue", readable(location))
    )
    return branch("storage", place)


def _agents(account: DepositAccount) -> tuple[Agent, ...]:
    name, _, version = account.program.rpartition(" ")
    here = Agent(identifier=account.program, name=name or version, kind="software", version=version if name else None)
    there = Agent(
        identifier=_agent(account), name=f"{account.target} ({account.kind})", kind="software", note=account.location
    )
    return here, there


def _agent(account: DepositAccount) -> str:
    return f"target {account.target}"


def _place(account: DepositAccount) -> str:
    return f"the target {account.target} ({account.kind}) at {readable(account.location)}"
