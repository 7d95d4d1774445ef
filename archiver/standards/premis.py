"""A package's PREMIS 3.0 record: what its files are, what was done to them, and by whom.

The package is an intellectual entity, each folder of ``representations/`` a representation, each original and
rendition a file. Package-wide events stand once and link the package alone; a file's events link the file. Objects
do not repeat the events that link them: that doubles a record and says nothing new. Written one object at a time, so
that a large package costs no more memory than its text. Never reads a file or a clock.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from typing import TYPE_CHECKING

from archiver.standards.crate_paths import path_uri
from archiver.standards.names import printable
from archiver.standards.premis_events import (
    AGENT_ROLES,
    AGENT_TYPES,
    DERIVATION,
    DIGEST_FUNCTIONS,
    EVENT_OUTCOMES,
    EVENT_TYPES,
    HAS_SOURCE,
    INCLUDES,
    IS_REPRESENTED_BY,
    IS_SOURCE_OF,
    OBJECT_ROLES,
    REPLACEMENT,
    REPRESENTS,
    STRUCTURAL,
    SUPERSEDES,
    Term,
    digest_label,
)
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from archiver.model import Agent, Event, FormatIdentity, PackagedFile, PackageRecord

Lines = list[str]
"""An element, one tag or leaf a line, indented below its parent by one space a level."""

Identifier = tuple[str, str]
"""(type, value)."""

Derivation = tuple[Term, str, str | None]
"""(direction, path of the other file, identifier of the event that made the one of the other)."""

FLAVOUR_NOTE = "Conforms to PDF/A-"
"""How the note on a file's format begins that names its proven flavour."""

CONVERTED = "Converted to PDF/A-"
"""How the detail of an event begins that made PDF/A of a PDF, or of what another program had made."""

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<premis xmlns="http://www.loc.gov/premis/v3"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">\n'
)
_CARRIAGE_RETURN = "&#13;"  # XML 1.0 section 2.11: a bare CR would be read back as LF


def premis_xml(record: PackageRecord) -> bytes:
    """Return the whole PREMIS 3.0 record of a package, UTF-8, valid against the schema of the Library of Congress.

    Args:
        record: the package. Only its files, events, agents, identifier, name, version and change are used.

    Returns:
        The same bytes for the same record.
    """
    return b"".join(premis_chunks(record))


def premis_chunks(record: PackageRecord) -> Iterator[bytes]:
    """Yield the record of :func:`premis_xml` piece by piece, one object, event or agent each, for a writer to copy."""
    yield _HEAD.encode()
    for lines in _entries(record):
        yield "".join(f" {line}\n" for line in lines).encode()
    yield b"</premis>\n"


def _entries(record: PackageRecord) -> Iterator[Lines]:
    # PREMIS 3.0 schema, premisComplexType: objects, then events, then agents.
    linked = {path for event in record.events for path, _ in event.objects}
    files = [file for file in record.files if _is_object(file, linked)]
    members: dict[str, list[PackagedFile]] = defaultdict(list)
    for file in files:
        if file.role in {"original", "rendition"}:
            members[_representation_of(file)].append(file)
    yield _package_object(record, tuple(members))
    for representation, included in members.items():
        yield _representation_object(record, representation, included)
    derivations = _derivations(files, record.events)
    for file in files:
        yield _file_object(file, derivations.get(file.path, ()))
    for event in record.events:
        yield _event(event, record.identifier)
    for agent in record.agents:
        yield _agent(agent)


def _is_object(file: PackagedFile, linked: set[str]) -> bool:
    if file.role in {"original", "rendition"}:
        return True
    return file.role == "description" and file.path in linked  # an event may not point at nothing


def _representation_of(file: PackagedFile) -> str:
    parts = file.path.split("/", 2)
    if len(parts) > 2 and parts[0] == "representations":  # folder, representation, rest
        return f"representations/{parts[1]}"
    return "representations/original" if file.role == "original" else "representations/pdfa"


def _package_object(record: PackageRecord, representations: Sequence[str]) -> Lines:
    parts = [_identifier("object", _package(record.identifier))]
    if record.version > 1:
        parts.append(_property("package version", str(record.version)))
    if record.change:
        parts.append(_property("change against the version before", record.change))
    parts.append(_leaf("originalName", _readable(record.name)))
    if representations:
        related = [_path(path) for path in representations]
        parts.append(_relationship(STRUCTURAL, IS_REPRESENTED_BY, related))
    if record.version > 1:  # all versions bear one identifier: only with its number it names the one before
        before = f"version {record.version - 1} of {record.identifier}"
        parts.append(_relationship(REPLACEMENT, SUPERSEDES, [("package version", before)]))
    return _object("intellectualEntity", parts)


def _representation_object(record: PackageRecord, path: str, files: Iterable[PackagedFile]) -> Lines:
    return _object(
        "representation",
        [
            _identifier("object", _path(path)),
            _relationship(STRUCTURAL, REPRESENTS, [_package(record.identifier)]),
            # The members are listed here once and not again in each file: half a gigabyte for a million files.
            _relationship(STRUCTURAL, INCLUDES, [_path(file.path) for file in files]),
        ],
    )


def _file_object(file: PackagedFile, derivations: Iterable[Derivation]) -> Lines:
    characteristics = [
        *(_fixity(algorithm, digest) for algorithm, digest in sorted(file.digests.items())),
        _leaf("size", str(file.size)),
        _format(file.identity, file.flavour),
    ]
    return _object(
        "file",
        [
            _identifier("object", _path(file.path)),
            _branch("objectCharacteristics", *characteristics),
            _leaf("originalName", _readable(file.original_name)),
            *(_relationship(DERIVATION, kind, [_path(path)], event) for kind, path, event in derivations),
        ],
    )


def _fixity(algorithm: str, digest: str) -> Lines:
    function = DIGEST_FUNCTIONS.get(algorithm)
    return _branch(
        "fixity",
        _leaf("messageDigestAlgorithm", digest_label(algorithm), function),
        _leaf("messageDigest", digest),
    )


def _format(identity: FormatIdentity | None, flavour: str | None) -> Lines:
    # PREMIS 3.0 data dictionary 1.5.4: format is mandatory; what is not known is said to be unknown.
    if identity is None:
        return _branch("format", _branch("formatDesignation", _leaf("formatName", "unknown")))
    designation = [_leaf("formatName", identity.name or "unknown")]
    if identity.version:
        designation.append(_leaf("formatVersion", identity.version))
    parts = [_branch("formatDesignation", *designation)]
    if identity.puid:
        name, key = _leaf("formatRegistryName", "PRONOM"), _leaf("formatRegistryKey", identity.puid)
        parts.append(_branch("formatRegistry", name, key))
    notes = [f"Media type: {identity.media_type}", identity.basis and f"Identified by: {identity.basis}"]
    notes.append(identity.warning and f"Warning: {identity.warning}")
    if flavour:
        notes.append(f"{FLAVOUR_NOTE}{flavour}; the validation events say what was checked")
    parts += [_leaf("formatNote", note) for note in notes if note]
    return _branch("format", *parts)


def _derivations(files: Sequence[PackagedFile], events: Iterable[Event]) -> Mapping[str, Sequence[Derivation]]:
    """Both directions of every derivation, by path of the file that states it."""
    known = {file.path for file in files}
    made_by = making_events(events)
    derivations: dict[str, list[Derivation]] = defaultdict(list)
    for file in files:
        source = file.derived_from
        if file.role != "rendition" or source not in known:
            continue
        event = made_by.get(file.path)
        name = event.identifier if event and (source, "source") in event.objects else None
        derivations[source].append((IS_SOURCE_OF, file.path, name))
        derivations[file.path].append((HAS_SOURCE, source, name))
    return derivations


def making_events(events: Iterable[Event]) -> Mapping[str, Event]:
    """Return, by packaged path, the first event that a file is an outcome of."""
    made: dict[str, Event] = {}
    for event in events:
        for path, role in event.objects:
            if role == "outcome":
                made.setdefault(path, event)
    return made


def _event(event: Event, package: str) -> Lines:
    outcome = [_leaf("eventOutcome", event.outcome, EVENT_OUTCOMES.get(event.outcome))]
    if event.outcome_note:
        outcome.append(_branch("eventOutcomeDetail", _leaf("eventOutcomeDetailNote", event.outcome_note)))
    kind = EVENT_TYPES.get(event.code)
    parts = [
        _identifier("event", ("UUID", event.identifier)),
        _leaf("eventType", kind.label if kind else event.code, kind),
        _leaf("eventDateTime", event.when.isoformat().replace("+00:00", "Z")),
        _branch("eventDetailInformation", _leaf("eventDetail", event.detail)),
        _branch("eventOutcomeInformation", *outcome),
    ]
    for agent, role in event.agents:
        parts.append(_link("linkingAgent", ("local", agent), role, AGENT_ROLES.get(role)))
    for path, object_role in event.objects:
        parts.append(_link("linkingObject", _path(path), object_role, OBJECT_ROLES.get(object_role)))
    if not event.objects:
        parts.append(_identifier("linkingObject", _package(package)))
    return _branch("event", *parts)


def _agent(agent: Agent) -> Lines:
    parts = [
        _identifier("agent", ("local", agent.identifier)),
        _leaf("agentName", _readable(agent.name)),
        _leaf("agentType", agent.kind, AGENT_TYPES.get(agent.kind)),
    ]
    if agent.version:
        parts.append(_leaf("agentVersion", agent.version))
    if agent.note:
        parts.append(_leaf("agentNote", agent.note))
    return _branch("agent", *parts)


def _package(identifier: str) -> Identifier:
    return ("URN", identifier)


def _path(path: str) -> Identifier:
    """Identify a packaged file by its path; one that XML cannot hold, by its percent-encoded path."""
    return ("local", path) if xml_text(path) == path else ("percent-encoded path", path_uri(path))


def _readable(name: str) -> str:
    return name if xml_text(name) == name else printable(name)


def _object(kind: str, parts: Iterable[Lines]) -> Lines:
    return _branch("object", *parts, attributes=f' xsi:type="{kind}"')


def _identifier(owner: str, identifier: Identifier) -> Lines:
    kind, value = identifier
    name = f"{owner}Identifier"
    return _branch(name, _leaf(f"{name}Type", kind), _leaf(f"{name}Value", value))


def _link(owner: str, identifier: Identifier, role: str, term: Term | None) -> Lines:
    lines = _identifier(owner, identifier)
    return [*lines[:-1], *(f" {line}" for line in _leaf(f"{owner}Role", role, term)), lines[-1]]


def _property(kind: str, value: str) -> Lines:
    return _branch(
        "significantProperties",
        _leaf("significantPropertiesType", kind),
        _leaf("significantPropertiesValue", value),
    )


def _relationship(kind: Term, subtype: Term, related: Iterable[Identifier], event: str | None = None) -> Lines:
    parts = [_leaf("relationshipType", kind.label, kind), _leaf("relationshipSubType", subtype.label, subtype)]
    parts += [_identifier("relatedObject", identifier) for identifier in related]
    if event:
        parts.append(_identifier("relatedEvent", ("UUID", event)))
    return _branch("relationship", *parts)


def _leaf(name: str, text: str, term: Term | None = None) -> Lines:
    attributes = ""
    if term:  # PREMIS 3.0 schema, authorityAttributeGroup; authorityURI is the value's URI without its last segment
        attributes = f' authority="{term.scheme}" valueURI="{term.uri}"'
    written = escape(xml_text(text), quote=False).replace("\r", _CARRIAGE_RETURN)
    return [f"<{name}{attributes}>{written}</{name}>"]


def _branch(name: str, *parts: Lines, attributes: str = "") -> Lines:
    return [f"<{name}{attributes}>", *(f" {line}" for part in parts for line in part), f"</{name}>"]
