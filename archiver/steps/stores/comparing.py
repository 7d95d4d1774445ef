"""``archiver store compare``: what two stores hold, by the digests in their inventories alone. Reads no content.

Packages are compared by identifier, wherever their folders are and however their layouts name them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from archiver.errors import FindingsError, StorageError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.stores.reading import StoredObject, StoreReader, logical_files
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.config import Remote
    from archiver.standards.ocfl.inventory import Inventory
    from archiver.storage.stores.tree import Tree


class Likeness(StrEnum):
    """How a package of one store stands to that of the other."""

    SAME = "same"
    ONLY_A = "only-a"
    ONLY_B = "only-b"
    A_OLDER = "a-older"
    """Every version that A has, B has as well, and later ones."""

    B_OLDER = "b-older"
    DIFFERING = "differing"
    NOT_COMPARED = "not-compared"
    """It cannot be read in one of them, or their digests are of different algorithms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One package in two stores."""

    identifier: str
    """May be empty where an object cannot be read."""

    path_a: str | None
    path_b: str | None
    head_a: str | None
    head_b: str | None
    likeness: Likeness
    files: tuple[str, ...] = ()
    """Of a package that differs: the paths of the head versions whose bytes differ or that only one has."""

    files_in_all: int = 0
    findings: tuple[Finding, ...] = ()


_FILES_TOLD = 100


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of a package until the other store was read: little, for there may be a million."""

    path: str
    head: str
    algorithm: str
    states: bytes
    """16 bytes a version: a digest of its state."""


def compare_stores(a: str, b: str, remotes: Sequence[Remote] = ()) -> Iterator[Compared]:
    """Yield how each package of two stores compares: in the order that B has them, then what only A has.

    Args:
        a: a folder or URL of one storage root.
        b: the other's.
        remotes: how object stores are reached.

    Raises:
        UsageError: one of them is no storage root, or cannot be reached.
        StorageError: a folder of one cannot be listed.
    """
    tree_a, tree_b = _opened(a, remotes), _opened(b, remotes)
    reader_a = StoreReader(tree_a)
    known: dict[str, _Known] = {}
    for stored in _objects(tree_a):
        if isinstance(stored, StoredObject):
            known[stored.identifier] = _known(stored)
        else:
            path, findings = stored
            yield _not_read(path, None, findings)
    for stored in _objects(tree_b):
        if not isinstance(stored, StoredObject):
            path, findings = stored
            yield _not_read(None, path, findings)
            continue
        mine = known.pop(stored.identifier, None)
        yield _compared(reader_a, mine, stored)
    for identifier, mine in known.items():
        yield Compared(
            identifier=identifier,
            path_a=mine.path,
            path_b=None,
            head_a=mine.head,
            head_b=None,
            likeness=Likeness.ONLY_A,
        )


def _opened(location: str, remotes: Sequence[Remote]) -> Tree:
    tree = open_tree(location, remotes)
    if not tree.reachable():
        raise UsageError(
            f"{printable(location)} is no OCFL storage root, or its disk is not there; check that it is the place you "
            "mean, and that it is connected"
        )
    return tree


def _objects(tree: Tree) -> Iterator[StoredObject | tuple[str, tuple[Finding, ...]]]:
    reader = StoreReader(tree)
    paths = reader.object_paths()
    while True:
        try:
            path = next(paths, None)
        except OSError as error:
            raise StorageError(f"the store {printable(tree.location)} cannot be read: {error}") from error
        if path is None:
            return
        try:
            yield reader.read_object(path)
        except FindingsError as error:
            yield path, error.findings


def _known(stored: StoredObject) -> _Known:
    return _Known(
        path=stored.path,
        head=stored.inventory.head,
        algorithm=stored.inventory.digest_algorithm,
        states=_states(stored.inventory),
    )


def _states(inventory: Inventory) -> bytes:
    return b"".join(_state(version.state) for version in inventory.versions.values())


def _state(state: Mapping[str, tuple[str, ...]]) -> bytes:
    """Return a digest of which path has which bytes."""
    lines = sorted((path, digest.lower()) for digest, paths in state.items() for path in paths)
    text = "\0".join(word for line in lines for word in line)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _compared(reader_a: StoreReader, mine: _Known | None, theirs: StoredObject) -> Compared:
    if mine is None:
        return Compared(
            identifier=theirs.identifier,
            path_a=None,
            path_b=theirs.path,
            head_a=None,
            head_b=theirs.inventory.head,
            likeness=Likeness.ONLY_B,
        )
    likeness, files, findings = _likeness(reader_a, mine, theirs)
    return Compared(
        identifier=theirs.identifier,
        path_a=mine.path,
        path_b=theirs.path,
        head_a=mine.head,
        head_b=theirs.inventory.head,
        likeness=likeness,
        files=tuple(files[:_FILES_TOLD]),
        files_in_all=len(files),
        findings=findings,
    )


def _likeness(
    reader_a: StoreReader, mine: _Known, theirs: StoredObject
) -> tuple[Likeness, list[str], tuple[Finding, ...]]:
    if mine.algorithm != theirs.inventory.digest_algorithm:
        finding = _algorithms_differ(mine.algorithm, theirs)
        return Likeness.NOT_COMPARED, [], (finding,)
    states = _states(theirs.inventory)
    if mine.states == states:
        return Likeness.SAME, [], ()
    if states.startswith(mine.states):
        return Likeness.A_OLDER, [], ()
    if mine.states.startswith(states):
        return Likeness.B_OLDER, [], ()
    try:
        files = _differing(reader_a.read_object(mine.path), theirs)
    except FindingsError as error:
        return Likeness.NOT_COMPARED, [], error.findings
    return Likeness.DIFFERING, files, ()


def _differing(mine: StoredObject, theirs: StoredObject) -> list[str]:
    a = {path: digest for path, (_, digest) in logical_files(mine).items()}
    b = {path: digest for path, (_, digest) in logical_files(theirs).items()}
    return sorted(path for path in a.keys() | b.keys() if a.get(path) != b.get(path))


def _not_read(path_a: str | None, path_b: str | None, findings: tuple[Finding, ...]) -> Compared:
    return Compared(
        identifier="",
        path_a=path_a,
        path_b=path_b,
        head_a=None,
        head_b=None,
        likeness=Likeness.NOT_COMPARED,
        findings=findings,
    )


def _algorithms_differ(algorithm: str, theirs: StoredObject) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="digests-not-comparable",
        file=printable(theirs.path),
        message=f"the digests of {printable(theirs.identifier)} are {algorithm} in one store and "
        f"{theirs.inventory.digest_algorithm} in the other: they say nothing about each other",
        fix="audit both stores: each is then known to be as its own inventories say",
    )
