"""The list step of ``archiver store``: every object of a store, from the store itself, as they come. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from archiver.errors import FindingsError
from archiver.model import Finding
from archiver.standards.names import printable
from archiver.standards.ocfl.findings import objects as object_findings
from archiver.steps.results import finding_json
from archiver.storage.stores.reading import StoredObject, StoreReader, reason
from archiver.storage.stores.tree import Tree

Titles = Callable[[Sequence[str]], Mapping[str, str]]
"""Gives the titles of those of some identifiers that have one."""

_AT_ONCE = 200
"""Objects whose titles are asked for together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """One object."""

    path: str
    identifier: str | None = None
    """None where its inventory cannot be relied on; the findings say why."""

    head: str | None = None
    versions: int = 0
    files: int = 0
    """Of the head's state."""

    bytes: int | None = None
    """Of all content there is; None where it could not be listed."""

    created: str = ""
    updated: str = ""
    title: str | None = None
    findings: tuple[Finding, ...] = ()


def list_objects(tree: Tree, titles: Titles | None = None) -> Iterator[ListedObject]:
    """List a store's objects, in the order of their paths.

    Args:
        tree: of the store.
        titles: asked for some objects at a time.

    Raises:
        OSError: a folder above the objects cannot be listed, so that not all are known.
    """
    reader = StoreReader(tree)
    listed = (_listed(reader, path) for path in reader.object_paths())
    if titles is None:
        yield from listed
        return
    while some := list(islice(listed, _AT_ONCE)):
        known = titles([one.identifier for one in some if one.identifier is not None])
        yield from (replace(one, title=known.get(one.identifier or "")) for one in some)


def listed_json(listed: ListedObject) -> dict[str, object]:
    """Return an object in the shape of one JSON line."""
    return {
        "identifier": listed.identifier,
        "title": listed.title,
        "path": printable(listed.path),
        "head": listed.head,
        "versions": listed.versions,
        "files": listed.files,
        "bytes": listed.bytes,
        "created": listed.created,
        "updated": listed.updated,
        "findings": [finding_json(finding) for finding in listed.findings],
    }


def _listed(reader: StoreReader, path: str) -> ListedObject:
    try:
        stored = reader.read_object(path)
    except FindingsError as error:
        return ListedObject(path=path, findings=error.findings)
    inventory = stored.inventory
    versions = list(inventory.versions.values())
    octets, findings = _bytes(reader, stored)
    return ListedObject(
        path=path,
        identifier=stored.identifier,
        head=inventory.head,
        versions=len(versions),
        files=sum(len(paths) for paths in versions[-1].state.values()),
        bytes=octets,
        created=versions[0].created,
        updated=versions[-1].created,
        findings=findings,
    )


def _bytes(reader: StoreReader, stored: StoredObject) -> tuple[int | None, tuple[Finding, ...]]:
    try:
        return sum(reader.content_sizes(stored).values()), ()
    except OSError as error:
        return None, (object_findings.unreadable(None, f"The content cannot be listed: {reason(error)}."),)
