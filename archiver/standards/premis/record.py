"""Writes a package's PREMIS 3.0 record, one object, event or agent a line.

The package is an intellectual entity, each folder of ``representations/`` a representation, each original and
rendition a file. Package-wide events stand once and link the package alone; a file's events link the file, which does
not repeat them: that doubles a record and says nothing new. An event of very many files links no single one: where it
is of all files of a representation it links that, else the package, and the files name it. URIs of vocabularies stand
on what stands once; in the objects of files their words alone. So a record of 50,000 files stays within 60 MB. Never
reads a file or a clock.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from archiver.standards.premis.elements import (
    branch,
    event_identifier,
    identifier,
    leaf,
    link,
    package_identifier,
    path_identifier,
    readable,
)
from archiver.standards.premis.received import Received, agents_xml, all_rights_xml, events_xml
from archiver.standards.premis_events import (
    AGENT_ROLES,
    AGENT_TYPES,
    DERIVATION,
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

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence

    from archiver.model import Agent, Event, FormatIdentity, PackagedFile, PackageRecord

Derivation = tuple[Term, str, str | None]
"""(direction, path of the other file, identifier of the event that made the one of the other)."""

FLAVOUR_NOTE = "Conforms to PDF/A-"
"""How the note on a file's format begins that names its proven flavour."""

CONVERTED = "Converted to PDF/A-"
"""How the detail of an event begins that made PDF/A of a PDF, or of what another program had made."""

NOTHING = Received()

MOST_LINKED = 100
"""Files that one event links by itself; of more, their representations stand for them."""

LARGE = 1000
"""Files beyond which a record leaves out what follows from identifiers: members of a representation, whose identifiers
begin with its own, and the other half of each derivation."""

_MEMBERS = 500
"""Members of a representation that are written in one piece."""

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<premis xmlns="http://www.loc.gov/premis/v3"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" version="3.0">\n'
)
END = "</premis>\n"
"""What stands before and behind the entries of every record."""


def premis_xml(record: PackageRecord, received: Received = NOTHING) -> bytes:
    """Return the whole PREMIS 3.0 record of a package, UTF-8, valid against the schema of the Library of Congress.

    Args:
        record: the package. Only its files, events, agents, identifier, name, version and change are used.
        received: what came along with its documents, and their rights.

    Returns:
        The same bytes for the same record.
    """
    return b"".join(premis_chunks(record, received))


def premis_chunks(record: PackageRecord, received: Received = NOTHING) -> Iterator[bytes]:
    """Yield the record of :func:`premis_xml` piece by piece, for a writer to copy."""
    yield HEAD.encode()
    for text in _entries(record, received):
        yield text.encode()
    yield END.encode()


def _entries(record: PackageRecord, received: Received) -> Iterator[str]:
    # PREMIS 3.0 schema, premisComplexType: objects, then events, then agents, then rights.
    linked = {path for event in record.events for path, _ in event.objects}
    files = [file for file in record.files if _is_object(file, linked)]
    members: dict[str, list[PackagedFile]] = defaultdict(list)
    for file in files:
        if file.role in {"original", "rendition"}:
            members[_representation_of(file.path, file.role)].append(file)
    yield f"{_package_object(record, tuple(members))}\n"
    large = sum(map(len, members.values())) > LARGE
    for representation, included in members.items():
        yield from _representation_object(record, representation, () if large else included)
    whole = _whole_representations(record.events, members)
    derivations = _derivations(files, record.events, whole, both_ways=not large)
    shared = _shared_events(record.events, whole)
    for file in files:
        yield f"{_file_object(file, derivations.get(file.path, ()), shared.get(file.path, ()))}\n"
    for event in record.events:
        yield f"{event_xml(event, record.identifier, whole)}\n"
    for event_text in events_xml(received, record.identifier):
        yield f"{event_text}\n"
    for agent in record.agents:
        yield f"{agent_xml(agent)}\n"
    for text in (*agents_xml(received), *all_rights_xml(received, record.identifier)):
        yield f"{text}\n"


def _is_object(file: PackagedFile, linked: set[str]) -> bool:
    if file.role in {"original", "rendition"}:
        return True
    return file.role == "description" and file.path in linked  # an event may not point at nothing


def _representation_of(path: str, role: str) -> str:
    parts = path.split("/", 2)
    if len(parts) > 2 and parts[0] == "representations":  # folder, representation, rest
        return f"representations/{parts[1]}"
    return "representations/original" if role == "original" else "representations/pdfa"


def _package_object(record: PackageRecord, representations: Sequence[str]) -> str:
    parts = [identifier("object", package_identifier(record.identifier))]
    if record.version > 1:
        parts.append(_property("package version", str(record.version)))
    if record.change:
        parts.append(_property("change against the version before", record.change))
    parts.append(leaf("originalName", readable(record.name)))
    if representations:
        related = "".join(identifier("relatedObject", path_identifier(path)) for path in representations)
        parts.append(branch("relationship", _kind_of_relationship(STRUCTURAL, IS_REPRESENTED_BY), related))
    if record.version > 1:  # all versions bear one identifier: only with its number it names the one before
        before = identifier(
            "relatedObject", ("package version", f"version {record.version - 1} of {record.identifier}")
        )
        parts.append(branch("relationship", _kind_of_relationship(REPLACEMENT, SUPERSEDES), before))
    return object_xml("intellectualEntity", parts)


def _representation_object(record: PackageRecord, path: str, files: Sequence[PackagedFile]) -> Iterator[str]:
    related = identifier("relatedObject", package_identifier(record.identifier))
    represents = branch("relationship", _kind_of_relationship(STRUCTURAL, REPRESENTS), related)
    if not files:
        members = _property("members", f"every file whose identifier begins with {path}/")
        yield f"{object_xml('representation', [identifier('object', path_identifier(path)), members, represents])}\n"
        return
    whole = object_xml("representation", [identifier("object", path_identifier(path)), represents])
    yield whole.removesuffix("</object>")
    # The members are listed here once and not again in each file: half a gigabyte for a million files.
    yield f"<relationship>{_kind_of_relationship(STRUCTURAL, INCLUDES)}"
    for start in range(0, len(files), _MEMBERS):
        some = files[start : start + _MEMBERS]
        yield "".join(identifier("relatedObject", path_identifier(file.path)) for file in some)
    yield "</relationship></object>\n"


def _file_object(file: PackagedFile, derivations: Iterable[Derivation], shared: Iterable[str]) -> str:
    characteristics = [
        *(_fixity(algorithm, digest) for algorithm, digest in sorted(file.digests.items())),
        leaf("size", str(file.size)),
        _format(file),
    ]
    derivations = list(derivations)
    told = {event for kind, _, event in derivations if kind is HAS_SOURCE}
    return object_xml(
        "file",
        [
            identifier("object", path_identifier(file.path)),
            branch("objectCharacteristics", *characteristics),
            # A rendition got its name here.
            leaf("originalName", readable(file.original_name)) if file.role != "rendition" else "",
            *(_derivation(*derivation) for derivation in derivations),
            *(identifier("linkingEvent", event_identifier(event)) for event in shared if event not in told),
        ],
    )


def _fixity(algorithm: str, digest: str) -> str:
    return branch("fixity", leaf("messageDigestAlgorithm", digest_label(algorithm)), leaf("messageDigest", digest))


def _format(file: PackagedFile) -> str:
    # PREMIS 3.0 data dictionary 1.5.4: format is mandatory; what is not known is said to be unknown.
    identity = file.identity
    if identity is None:
        return branch("format", branch("formatDesignation", leaf("formatName", "unknown")))
    version = leaf("formatVersion", identity.version) if identity.version else ""
    parts = [branch("formatDesignation", leaf("formatName", identity.name or "unknown"), version)]
    if identity.puid:
        name, key = leaf("formatRegistryName", "PRONOM"), leaf("formatRegistryKey", identity.puid)
        parts.append(branch("formatRegistry", name, key))
    parts += [leaf("formatNote", note) for note in _format_notes(file, identity)]
    return branch("format", *parts)


def _format_notes(file: PackagedFile, identity: FormatIdentity) -> Iterator[str]:
    # What was made here is what it was made as.
    basis = f"; identified by {identity.basis}" if identity.basis and file.role != "rendition" else ""
    yield f"Media type: {identity.media_type}{basis}"
    if identity.warning:
        yield f"Warning: {identity.warning}"
    if file.flavour:
        yield f"{FLAVOUR_NOTE}{file.flavour}"


def _derivations(
    files: Sequence[PackagedFile], events: Iterable[Event], whole: set[tuple[str, str]], *, both_ways: bool
) -> Mapping[str, Sequence[Derivation]]:
    """Every derivation, by path of the file that states it; the derived file names the event.

    Args:
        files: of the package.
        events: of the package.
        whole: events that link all of a representation, and so need not be named.
        both_ways: whether the file that something was made of states it too.
    """
    known = {file.path for file in files}
    made_by = making_events(events)
    sources: dict[str, frozenset[str]] = {}
    derivations: dict[str, list[Derivation]] = defaultdict(list)
    for file in files:
        source = file.derived_from
        if file.role != "rendition" or source not in known:
            continue
        event = made_by.get(file.path)
        name = event.identifier if event and source in _sources_of(event, sources) else None
        if name and (name, _representation_of(file.path, file.role)) in whole:
            name = None
        if both_ways:
            derivations[source].append((IS_SOURCE_OF, file.path, None))
        derivations[file.path].append((HAS_SOURCE, source, name))
    return derivations


def _sources_of(event: Event, seen: dict[str, frozenset[str]]) -> frozenset[str]:
    if event.identifier not in seen:
        seen[event.identifier] = frozenset(path for path, role in event.objects if role == "source")
    return seen[event.identifier]


def making_events(events: Iterable[Event]) -> Mapping[str, Event]:
    """Return, by packaged path, the first event that a file is an outcome of."""
    made: dict[str, Event] = {}
    for event in events:
        for path, role in event.objects:
            if role == "outcome":
                made.setdefault(path, event)
    return made


def _whole_representations(
    events: Iterable[Event], members: Mapping[str, Sequence[PackagedFile]]
) -> set[tuple[str, str]]:
    """Return the events of very many files that are of every file of a representation: (identifier, representation)."""
    found = set()
    for event in events:
        if len(event.objects) > MOST_LINKED:
            linked = {path for path, _ in event.objects}
            for name, included in members.items():
                if linked.issuperset(file.path for file in included):
                    found.add((event.identifier, name))
    return found


def _shared_events(events: Iterable[Event], whole: set[tuple[str, str]]) -> Mapping[str, Sequence[str]]:
    """Return, by packaged path, the events that do not link the file themselves, because they are of very many.

    Args:
        events: of the package.
        whole: those that link all of a representation; they are said of its files by that.
    """
    shared: dict[str, list[str]] = defaultdict(list)
    for event in events:
        if len(event.objects) > MOST_LINKED:
            # What something was made of is told by what was made of it, which names the event.
            made = any(role == "outcome" for _, role in event.objects)
            for path in dict.fromkeys(path for path, role in event.objects if role == "outcome" or not made):
                if (event.identifier, _representation_of(path, "original")) not in whole:
                    shared[path].append(event.identifier)
    return shared


def event_xml(event: Event, package: str, whole: Container[tuple[str, str]] = ()) -> str:
    """Return one event.

    Args:
        event: what was done; without objects it was done to the package.
        package: its identifier.
        whole: what :func:`_whole_representations` found.
    """
    note = ""
    if event.outcome_note:
        note = branch("eventOutcomeDetail", leaf("eventOutcomeDetailNote", event.outcome_note))
    kind = EVENT_TYPES.get(event.code)
    objects: Collection[tuple[str, str]] = event.objects
    if len(event.objects) > MOST_LINKED:
        linked = dict.fromkeys((_representation_of(path, "original"), role) for path, role in event.objects)
        objects = [(name, role) for name, role in linked if (event.identifier, name) in whole]
    return branch(
        "event",
        identifier("event", event_identifier(event.identifier)),
        leaf("eventType", kind.label if kind else event.code, kind),
        leaf("eventDateTime", event.when.isoformat().replace("+00:00", "Z")),
        branch("eventDetailInformation", leaf("eventDetail", event.detail)),
        branch("eventOutcomeInformation", leaf("eventOutcome", event.outcome, EVENT_OUTCOMES.get(event.outcome)), note),
        *(link("linkingAgent", ("local", agent), role, AGENT_ROLES.get(role)) for agent, role in event.agents),
        *(link("linkingObject", path_identifier(path), role, OBJECT_ROLES.get(role)) for path, role in objects),
        "" if objects else identifier("linkingObject", package_identifier(package)),
    )


def agent_xml(agent: Agent) -> str:
    """Return one agent."""
    return branch(
        "agent",
        identifier("agent", ("local", agent.identifier)),
        leaf("agentName", readable(agent.name)),
        leaf("agentType", agent.kind, AGENT_TYPES.get(agent.kind)),
        leaf("agentVersion", agent.version) if agent.version else "",
        leaf("agentNote", agent.note) if agent.note else "",
    )


def object_xml(kind: str, parts: Iterable[str]) -> str:
    """Return one object of a kind that PREMIS has: ``intellectualEntity``, ``representation``, ``file``."""
    return branch("object", *parts, attributes=f' xsi:type="{kind}"')


def _property(kind: str, value: str) -> str:
    return branch(
        "significantProperties", leaf("significantPropertiesType", kind), leaf("significantPropertiesValue", value)
    )


def _kind_of_relationship(kind: Term, subtype: Term) -> str:
    return leaf("relationshipType", kind.label, kind) + leaf("relationshipSubType", subtype.label, subtype)


def _derivation(subtype: Term, path: str, event: str | None) -> str:
    return branch(
        "relationship",
        leaf("relationshipType", DERIVATION.label),
        leaf("relationshipSubType", subtype.label),
        identifier("relatedObject", path_identifier(path)),
        identifier("relatedEvent", event_identifier(event)) if event else "",
    )
