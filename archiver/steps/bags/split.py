"""Which files of a source go into which bag of a group, so that no bag's payload is larger than was asked for.

Looks at names and sizes alone; the same source is always split alike.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator

from archiver.model import Finding, Severity, SourceDocument
from archiver.standards.names import printable
from archiver.steps.bags.source import KEEP, BagSource


def split(source: BagSource, limit: int) -> tuple[BagSource, ...]:
    """Split a source into the payloads of several bags.

    A folder that fits is kept together; one that is larger than ``limit`` is taken apart into what lies directly in it.
    These pieces are taken in byte order, and each goes into the first bag with room for it. A file that is larger than
    ``limit`` gets a bag for itself.

    Args:
        source: what goes into the bags; has at least one file.
        limit: bytes of payload.

    Returns:
        The bags, in order; each has the findings on its own files, the first has the others too.
    """
    payload = source.payload
    bags: list[list[str]] = []
    room = _Rooms(len(payload))
    for size, paths in _pieces(payload, limit):
        place = room.first(size)
        if place is None:
            place = len(bags)
            bags.append([])
            # In a bag with too large a file there is no room, not even for files of 0 bytes.
            room.set(place, limit - size if size <= limit else -1)
        else:
            room.set(place, room.get(place) - size)
        bags[place] += paths
    return tuple(_parts(source, bags, limit))


def _pieces(payload: dict[str, int], limit: int) -> Iterator[tuple[int, list[str]]]:
    """Yield bytes and paths of each piece that is kept together, in byte order of the first path."""
    totals: Counter[str] = Counter()
    for path, size in payload.items():
        for folder in _folders(path):
            totals[folder] += size
    held = ""
    paths: list[str] = []
    for path in sorted(payload, key=str.encode):
        piece = next((folder for folder in _folders(path) if totals[folder] <= limit), path)
        if paths and piece != held:
            yield sum(payload[one] for one in paths), paths
            paths = []
        held = piece
        paths.append(path)
    if paths:
        yield sum(payload[one] for one in paths), paths


def _folders(path: str) -> Iterator[str]:
    """Yield the folders above a file, with a slash behind each, from the top down; the top itself is ``""``."""
    yield ""
    at = path.find("/") + 1
    while at:
        yield path[:at]
        at = path.find("/", at) + 1


def _parts(source: BagSource, bags: list[list[str]], limit: int) -> Iterator[BagSource]:
    bag_of = {path: number for number, paths in enumerate(bags) for path in paths}
    documents: list[list[SourceDocument]] = [[] for _ in bags]
    kept: list[list[str]] = [[] for _ in bags]
    findings: list[list[Finding]] = [[] for _ in bags]
    for document in source.documents:
        documents[bag_of[document.path]].append(document)
        if document.size > limit:
            findings[bag_of[document.path]].append(_too_large(document, limit))
    for folder in source.kept_folders:
        kept[bag_of[f"{folder}/{KEEP}"]].append(folder)
    shown = {printable(path): number for path, number in bag_of.items()}
    for finding in source.findings:
        findings[shown.get(finding.file or "", 0)].append(finding)
    for number in range(len(bags)):
        yield dataclasses.replace(
            source,
            documents=tuple(documents[number]),
            kept_folders=tuple(kept[number]),
            findings=tuple(findings[number]),
        )


class _Rooms:
    """Room in each bag, and the first that has enough: a tree of largest rooms, so that a million files are no matter.

    Bags that are not begun yet have no room.
    """

    def __init__(self, most: int) -> None:
        self._leaves = 1 << max(most - 1, 1).bit_length()
        self._largest = [-1] * (2 * self._leaves)

    def get(self, bag: int) -> int:
        return self._largest[self._leaves + bag]

    def set(self, bag: int, room: int) -> None:
        node = self._leaves + bag
        self._largest[node] = room
        while node > 1:
            node //= 2
            self._largest[node] = max(self._largest[2 * node : 2 * node + 2])

    def first(self, size: int) -> int | None:
        if self._largest[1] < size:
            return None
        node = 1
        while node < self._leaves:
            node = 2 * node if self._largest[2 * node] >= size else 2 * node + 1
        return node - self._leaves


def group_names(name: str, count: int) -> Iterable[str]:
    """Return what the bags of a group are called: ``letters-001-of-012``.

    Args:
        name: of the group.
        count: of its bags.
    """
    digits = max(3, len(str(count)))
    return (f"{name}-{number:0{digits}}-of-{count:0{digits}}" for number in range(1, count + 1))


def _too_large(document: SourceDocument, limit: int) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="file-over-split-size",
        file=printable(document.path),
        message=f"{printable(document.path)} has {document.size:,} bytes, more than the {limit:,} of --split-size: it "
        "has a bag for itself.",
        fix="Nothing has to be done if larger bags can be taken; files are never split.",
    )
