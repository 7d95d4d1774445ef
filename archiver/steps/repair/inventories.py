"""Which inventory a damaged object is repaired by: one whose digest something else states, and never an older head.

Reads the small files of the object as they are. What cannot be decided safely is not decided: nothing is then repaired.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from archiver.standards.ocfl.inventory import Inventory
from archiver.standards.ocfl.names import INVENTORY, sidecar
from archiver.standards.ocfl.object_files import SMALL_FILE, read_sidecar
from archiver.standards.ocfl.reading.inventories import INVENTORY_LIMIT, read_inventory
from archiver.standards.ocfl.version_names import version_number
from archiver.storage.stores.reading import joined

if TYPE_CHECKING:
    from archiver.storage.stores.tree import Tree

ALGORITHMS = ("sha512", "sha256")
"""Of inventories (OCFL 1.1 section 3.4)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An inventory that can be read."""

    data: bytes
    inventory: Inventory
    origin: str
    """Where it comes from, for people; empty: from the damaged object itself."""

    @property
    def digest(self) -> str:
        """By the inventory's own algorithm."""
        return hashlib.new(self.inventory.digest_algorithm, self.data).hexdigest()

    @property
    def number(self) -> int:
        """Of the head version."""
        return version_number(self.inventory.head) or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """The inventory of a folder and its sidecar, as they are."""

    data: bytes | None
    stated: str | None
    """Digest that a sidecar states; None where there is none that can be read."""

    algorithm: str | None
    """Of that sidecar."""

    @property
    def is_whole(self) -> bool:
        """Whether the sidecar states what the inventory hashes to."""
        if self.data is None or self.algorithm is None:
            return False
        return hashlib.new(self.algorithm, self.data).hexdigest() == self.stated


@dataclass(slots=True, kw_only=True)
class SmallFiles:
    """What an object has of inventories."""

    root: Sealed
    versions: dict[str, Sealed] = field(default_factory=dict)
    """Version folders that are there, by name."""

    @property
    def last(self) -> int:
        """Number of the last version folder that is there; 0 without one."""
        return max((version_number(name) or 0 for name in self.versions), default=0)


def read_small_files(tree: Tree, path: str) -> SmallFiles:
    """Read the inventories of an object that may be damaged, or not be there."""
    small = SmallFiles(root=read_sealed(tree, path))
    for name in sorted(_folders(tree, path), key=lambda name: (version_number(name) or 0, name)):
        small.versions[name] = read_sealed(tree, joined(path, name))
    return small


def read_sealed(tree: Tree, folder: str) -> Sealed:
    """Read the inventory of a folder and its sidecar, as far as they can be read."""
    data = _read(tree, joined(folder, INVENTORY), INVENTORY_LIMIT)
    for algorithm in ALGORITHMS:
        text = _read(tree, joined(folder, sidecar(algorithm)), SMALL_FILE)
        stated = read_sidecar(text) if text is not None else None
        if stated is not None:
            return Sealed(data=data, stated=stated, algorithm=algorithm)
    return Sealed(data=data, stated=None, algorithm=None)


def candidate(data: bytes | None, origin: str, identifier: str | None) -> Candidate | None:
    """Return what a file is as an inventory; None where it is none, or another object's."""
    inventory = read_inventory(data).inventory if data is not None else None
    if data is None or inventory is None or identifier not in {None, inventory.identifier}:
        return None
    return Candidate(data=data, inventory=inventory, origin=origin)


def choose(
    small: SmallFiles, others: Iterable[Candidate], *, identifier: str | None, at_least: Callable[[], int]
) -> Candidate | None:
    """Choose the inventory that the object had.

    Args:
        small: what the object has.
        others: those of copies, and what parity gave back; each was whole where it comes from.
        identifier: of the object, as far as it is known.
        at_least: gives the number of the last version that the object is known to have had; 0: not known.

    Returns:
        None where none can be trusted to be the one.
    """
    own = list(_own(small, identifier))
    root = candidate(small.root.data, "", identifier)
    if root is not None and small.root.stated == root.digest:
        return root
    floor = max(small.last, at_least())
    if root is not None and root.number >= floor and _has_copy(root, small):
        return root
    elsewhere = list(others)
    for one in (*own, *elsewhere):
        if one.digest == small.root.stated:
            return one
    if floor == 0:
        return max(elsewhere, key=lambda one: one.number, default=None)
    if small.root.stated is None:
        # No sidecar speaks against it: the copy in the last version's own folder is what the root held.
        lasting = [one for one in own if one.number == floor and small.versions[one.inventory.head].is_whole]
        elsewhere = [*lasting, *elsewhere]
    return min((one for one in elsewhere if one.number >= floor), key=lambda one: one.number, default=None)


def agrees(earlier: Inventory, authority: Inventory) -> bool:
    """Tell whether an earlier inventory says of its versions what the later one says of them."""
    if earlier.identifier != authority.identifier or earlier.head not in authority.versions:
        return False
    same = earlier.digest_algorithm == authority.digest_algorithm
    return all(
        name in authority.versions and (not same or _lower(version.state) == _lower(authority.versions[name].state))
        for name, version in earlier.versions.items()
    )


def _own(small: SmallFiles, identifier: str | None) -> Iterator[Candidate]:
    """Give what the version folders hold, the folder's own or not: files may have changed places."""
    for sealed in small.versions.values():
        one = candidate(sealed.data, "", identifier)
        if one is not None and one.inventory.head in small.versions:
            yield one


def _has_copy(root: Candidate, small: SmallFiles) -> bool:
    """Tell whether the folder of the head version vouches for the root inventory."""
    copy = small.versions.get(root.inventory.head)
    return copy is not None and (copy.data == root.data or copy.stated == root.digest)


def _lower(state: Mapping[str, Collection[str]]) -> dict[str, list[str]]:
    return {digest.lower(): sorted(paths) for digest, paths in state.items()}


def _folders(tree: Tree, path: str) -> list[str]:
    try:
        entries = tree.entries(path)
    except OSError:
        return []
    return [entry.name for entry in entries if entry.kind == "folder" and version_number(entry.name)]


def _read(tree: Tree, path: str, limit: int) -> bytes | None:
    try:
        return tree.read(path, limit)
    except (OSError, ValueError):
        return None
