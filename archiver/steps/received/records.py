"""PREMIS records and rights that came with the documents: ``premis.xml``, ``PATH.premis.xml`` and ``rights.csv``.

They lie in the metadata folder and are read once. What they tell of a document goes into the record of its package;
what cannot be carried over, or speaks of nothing there is, is said.
"""

from __future__ import annotations

import hashlib
import io
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from archiver.describe.metadata_files import UnreadableError, path_key, read_bounded
from archiver.describe.metadata_kinds import PREMIS_SIDECAR, Reserved, reserved_for
from archiver.describe.sheets.delimited import find_delimiter, find_encoding, read_delimited
from archiver.describe.sheets.lines import SheetError
from archiver.model import Finding, SourceItem
from archiver.standards.names import printable, slug
from archiver.standards.premis.elements import Identifier
from archiver.standards.premis.reading import Link, NotPremisError, PremisReading, ReadAgent, ReadEvent, ReadRights
from archiver.standards.premis.reading import read_premis as parse_premis
from archiver.standards.premis.received import Received, ReceivedAgent, ReceivedEvent
from archiver.standards.premis.rights import LinkedRights, RightsStatement
from archiver.standards.premis.rights_rows import FILE, RightsReading, read_rights
from archiver.standards.xml import XmlSyntaxError
from archiver.steps import naming
from archiver.steps.received.findings import (
    not_carried,
    premis_unreadable,
    premis_without_document,
    rights_faults,
    rights_unreadable,
    rights_without_document,
)

_LARGEST = 64 << 20
"""Bytes of one file."""

_PLACES = ("%transferDirectory%", "%SIPDirectory%")
_PREFIXES = ("objects/", "data/")
"""What other systems write before the path of a document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one record tells of one document or item."""

    record: int
    """Which record: their agents have identifiers of their own."""

    what: ReadEvent | ReadRights


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedRecords:
    """What all of them tell, by document and item."""

    rights: Mapping[str, tuple[RightsStatement, ...]] = field(default_factory=dict)
    """Path in the source, of a document or an item -> statements of ``rights.csv``."""

    told: Mapping[str, tuple[_Told, ...]] = field(default_factory=dict)
    """Path -> what PREMIS records tell of it."""

    agents: tuple[Mapping[Identifier, ReadAgent], ...] = ()
    """Of each record."""

    targets: tuple[Mapping[Identifier, str], ...] = ()
    """Of each record: identifier of an object -> path of the document or item that it is."""

    findings: tuple[Finding, ...] = ()

    def of(self, item: SourceItem, package: str) -> Received:
        """Return what goes into the record of an item's package.

        Args:
            item: as scanned.
            package: ``urn:uuid:`` of the package.
        """
        paths = _paths(item)
        if not any(path in self.rights or path in self.told for path in paths):
            return Received()
        return _Joined(self, item, package).received(paths)

    def digest(self, item: SourceItem, package: str) -> str | None:
        """Digest what came along with an item, for its input digest; None where nothing did."""
        received = self.of(item, package)
        return hashlib.sha256(repr(received).encode("utf-8", "surrogateescape")).hexdigest() if received else None


class _Joined:
    """Puts together what is told of one item."""

    def __init__(self, records: ReceivedRecords, item: SourceItem, package: str) -> None:
        self._records = records
        self._item = item
        self._inside = set(_paths(item))
        self._namespace = uuid.UUID(package.removeprefix("urn:uuid:"))
        self._agents: dict[tuple[int, Identifier], ReceivedAgent] = {}
        self._keys: set[str] = set()

    def received(self, paths: Sequence[str]) -> Received:
        told = list(dict.fromkeys(one for path in paths for one in self._records.told.get(path, ())))
        events = [self._event(one.record, one.what) for one in told if isinstance(one.what, ReadEvent)]
        rights = [self._rights(one.record, one.what) for one in told if isinstance(one.what, ReadRights)]
        return Received(events=tuple(events), rights=(*rights, *self._rows(paths)), agents=tuple(self._agents.values()))

    def _event(self, record: int, event: ReadEvent) -> ReceivedEvent:
        return ReceivedEvent(
            identifier=event.identifier,
            kind=event.kind,
            when=event.when,
            details=event.details,
            outcomes=event.outcomes,
            agents=self._links_to_agents(record, event.agents),
            objects=self._links_to_objects(record, event.objects),
        )

    def _rights(self, record: int, rights: ReadRights) -> LinkedRights:
        objects = tuple(path for path, _ in self._links_to_objects(record, rights.objects))
        agents = self._links_to_agents(record, rights.agents)
        linked = tuple((key, next(iter(roles), "")) for key, roles in agents)
        return LinkedRights(identifier=rights.identifier, statement=rights.statement, objects=objects, agents=linked)

    def _rows(self, paths: Sequence[str]) -> Iterator[LinkedRights]:
        """Yield each statement of the sheet once, with all that it is about."""
        about: dict[RightsStatement, list[str]] = defaultdict(list)
        for path in paths:
            for statement in self._records.rights.get(path, ()):
                about[statement].append(path)
        for number, (statement, files) in enumerate(about.items()):
            name = uuid.uuid5(self._namespace, f"rights:{number}:{statement!r}")
            objects = () if self._is_whole(files) else tuple(map(self._packaged, files))
            yield LinkedRights(identifier=("UUID", str(name)), statement=statement, objects=objects)

    def _is_whole(self, paths: Sequence[str]) -> bool:
        """Tell whether paths are the item, or all its documents."""
        if not self._item.compound:
            return False
        return self._item.path in paths or len(set(paths)) == len(self._item.documents) > 1

    def _packaged(self, path: str) -> str:
        return f"{naming.ORIGINALS}/{naming.path_in_item(self._item, path)}"

    def _links_to_objects(self, record: int, links: Iterable[Link]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the documents of this item that are linked; none where the whole item is."""
        targets = self._records.targets[record]
        found = [(targets[one], roles) for one, roles in links if targets.get(one) in self._inside]
        if self._item.compound and any(path == self._item.path for path, _ in found):
            return ()
        return tuple(dict.fromkeys((self._packaged(path), roles) for path, roles in found))

    def _links_to_agents(self, record: int, links: Iterable[Link]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        known = self._records.agents[record]
        return tuple((self._agent(record, known[one]).key, roles) for one, roles in links if one in known)

    def _agent(self, record: int, agent: ReadAgent) -> ReceivedAgent:
        place = record, agent.identifiers[0]
        if place not in self._agents:
            stem = key = f"received-{slug(agent.identifiers[0][1])}"
            number = 2
            while key in self._keys:
                key, number = f"{stem}-{number}", number + 1
            self._keys.add(key)
            self._agents[place] = ReceivedAgent(
                key=key,
                identifiers=agent.identifiers,
                names=agent.names,
                kind=agent.kind,
                version=agent.version,
                notes=agent.notes,
            )
        return self._agents[place]


def received_records(metadata: Path | None, files: Iterable[str], items: Sequence[SourceItem]) -> ReceivedRecords:
    """Read every PREMIS record and sheet of rights of a metadata folder.

    Args:
        metadata: the folder; None where there is none.
        files: names in it that are kept for readers of their own.
        items: of the source.
    """
    wanted = {file: use for file in files if (use := reserved_for(file)) in {Reserved.RIGHTS, Reserved.PREMIS}}
    if metadata is None or not wanted:
        return ReceivedRecords()
    reader = _Reader(metadata, items)
    for file, use in wanted.items():
        if use is Reserved.RIGHTS:
            reader.read_rights(file)
        else:
            reader.read_premis(file)
    return reader.records()


class _Reader:
    """Reads the files of one metadata folder."""

    def __init__(self, folder: Path, items: Sequence[SourceItem]) -> None:
        self._folder = folder
        self._known = {path_key(path): path for item in items for path in _paths(item)}
        self._rights: dict[str, tuple[RightsStatement, ...]] = {}
        self._told: dict[str, list[_Told]] = defaultdict(list)
        self._agents: list[Mapping[Identifier, ReadAgent]] = []
        self._targets: list[Mapping[Identifier, str]] = []
        self._findings: list[Finding] = []

    def records(self) -> ReceivedRecords:
        return ReceivedRecords(
            rights=self._rights,
            told={path: tuple(told) for path, told in self._told.items()},
            agents=tuple(self._agents),
            targets=tuple(self._targets),
            findings=tuple(self._findings),
        )

    def read_rights(self, file: str) -> None:
        shown = printable(file)
        try:
            reading = _rights_of(io.BytesIO(read_bounded(self._folder / file, _LARGEST)))
        except (UnreadableError, SheetError) as error:
            self._findings.append(rights_unreadable(shown, str(error)))
            return
        self._findings += rights_faults(shown, reading.faults)
        absent = []
        for name, statements in reading.statements.items():
            paths = self._meant(name)
            if not paths:
                absent.append((reading.rows[name], name))
            for path in paths:
                self._rights[path] = tuple(dict.fromkeys((*self._rights.get(path, ()), *statements)))
        self._findings += rights_without_document(shown, absent)

    def read_premis(self, file: str) -> None:
        shown = printable(file)
        owner = None
        if file.lower().endswith(PREMIS_SIDECAR):
            owner = self._known.get(path_key(file[: -len(PREMIS_SIDECAR)]))
            if owner is None:
                self._findings.append(premis_without_document(shown, file[: -len(PREMIS_SIDECAR)]))
                return
        try:
            reading = parse_premis(read_bounded(self._folder / file, _LARGEST))
        except (UnreadableError, XmlSyntaxError, NotPremisError) as error:
            self._findings.append(premis_unreadable(shown, str(error)))
            return
        targets = self._named(reading)
        if owner:
            targets = {one: owner for item in reading.objects for one in item.identifiers}
        self._targets.append(targets)
        self._agents.append({one: agent for agent in reading.agents for one in agent.identifiers})
        lost = 0
        stated: list[ReadEvent | ReadRights] = [*reading.events, *reading.rights]
        for told in stated:
            paths = dict.fromkeys(targets[one] for one, _ in told.objects if one in targets)
            if owner and not told.objects:
                paths = {owner: None}
            lost += not paths
            for path in paths:
                self._told[path].append(_Told(record=len(self._targets) - 1, what=told))
        self._findings += not_carried(shown, reading.left, lost)

    def _named(self, reading: PremisReading) -> dict[Identifier, str]:
        """Find which document or item each object is: by its original name, else by an identifier that is a path."""
        found: dict[Identifier, str] = {}
        for item in reading.objects:
            names = [item.name, *(value for _, value in item.identifiers)]
            path = next((path for name in names if name and (path := self._exact(name)) is not None), None)
            if path is not None:
                found |= dict.fromkeys(item.identifiers, path)
        return found

    def _exact(self, name: str) -> str | None:
        return next((self._known[form] for form in _forms(name) if form in self._known), None)

    def _meant(self, name: str) -> list[str]:
        """Return the document or item that a cell names, or the documents below the folder that it names."""
        exact = self._exact(name)
        if exact is not None:
            return [exact]
        below = [f"{form.rstrip('/')}/" for form in _forms(name) if form.strip("/")]
        return [path for key, path in self._known.items() if any(key.startswith(folder) for folder in below)]


def _rights_of(stream: io.BytesIO) -> RightsReading:
    encoding = find_encoding(stream)
    table = read_delimited(stream, encoding, find_delimiter(stream, encoding, frozenset({FILE})))
    header = next(islice(table.lines, 1), None)
    return read_rights(header.cells if header else [], ((line.number, line.cells) for line in table.lines))


def _forms(name: str) -> Iterator[str]:
    plain = path_key(name.strip().removeprefix("./"))
    for place in _PLACES:
        plain = plain.removeprefix(path_key(place))
    yield plain
    for prefix in _PREFIXES:
        if plain.startswith(prefix):
            yield plain.removeprefix(prefix)


def _paths(item: SourceItem) -> list[str]:
    return list(dict.fromkeys([*(document.path for document in item.documents), item.path]))
