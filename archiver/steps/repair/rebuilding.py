"""A damaged object is put together anew in a staged folder: what is good is linked, what is not comes from elsewhere.

Reads the damaged object and never writes to it. Nothing in the staged folder is there unless its digest is right.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from io import FileIO
from pathlib import Path

from archiver.standards.ocfl.inventory import Inventory
from archiver.standards.ocfl.names import (
    INVENTORY,
    declaration,
    object_declaration,
    sidecar,
    sidecar_content,
)
from archiver.standards.ocfl.object_files import SMALL_FILE
from archiver.steps.repair.inventories import Candidate, Sealed, SmallFiles, agrees, candidate
from archiver.storage.copies.contract import Copies, Wanted
from archiver.storage.copies.copying import copy_verified, matches, take_offers
from archiver.storage.durable import fsync_folders, write_new
from archiver.storage.hashing import CHUNK
from archiver.storage.new_links import link_open_file
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.reading import joined
from archiver.storage.stores.tree import Tree

ASIDE = frozenset({"logs", "extensions"})
"""Folders of an object that no inventory speaks of (OCFL 1.1 section 3.7): kept as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """A file that was put in the place of a damaged or missing one."""

    file: str
    """From the object's root, or from the bag's."""

    source: str
    """Where its bytes come from; empty: from what the package itself says."""


@dataclass(slots=True, kw_only=True)
class Rebuilt:
    """An object while it is put together."""

    tree: Tree
    path: str
    """Of the damaged object; there need not be anything."""

    staged: Path
    authority: Candidate
    progress: Callable[[int], None] = lambda _: None
    sound: set[str] = field(default_factory=set)
    """Files of the damaged object that are good."""

    replaced: list[Replaced] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)
    """Versions whose own copy of the inventory was damaged and is nowhere to be had; OCFL can do without it."""

    lacking: dict[str, Wanted] = field(default_factory=dict)

    @property
    def inventory(self) -> Inventory:
        """What the object must be."""
        return self.authority.inventory

    def begin(self, small: SmallFiles, others: Sequence[Candidate]) -> None:
        """Stage what the object has and what its inventory alone tells; what else there must be is lacking then.

        Args:
            small: its inventories as they are.
            others: inventories of copies.

        Raises:
            OSError: the disk refused.
        """
        self.staged.mkdir()
        name = object_declaration(self.inventory.ocfl_version)
        self._small(name, declaration(name))
        self._seal("", self.authority)
        for version in self.inventory.versions:
            (self.staged / version).mkdir()
            self._version(version, small.versions.get(version), others)
        for wanted in wanted_content(self.inventory):
            if not self._kept(wanted):
                self.lacking[wanted.path] = wanted
        for folder in ASIDE:
            for path in self._files(folder):
                self._kept(Wanted(path=path, logical=(), digests={}))

    def take(self, copies: Copies) -> None:
        """Fill what is lacking from a place with copies.

        Raises:
            CopiesUnreadableError: the place cannot be read.
            OSError: the disk refused.
        """
        for offer in take_offers(copies, list(self.lacking.values()), self._target):
            self._supplied(offer.wanted.path, copies.location)

    def supply(self, path: str, file: Path, source: str) -> bool:
        """Fill one file that is lacking from a file of ours; False where it is not the one."""
        wanted = self.lacking[path]
        if not copy_verified(partial(_chunks, file), self._target(wanted), wanted):
            return False
        self._supplied(path, source)
        return True

    def finish(self) -> None:
        """Make all of it durable."""
        fsync_folders(self.staged)

    def leftovers(self) -> Iterator[str]:
        """Give the files of the damaged object that are not part of the repaired one: damaged, or unknown to it."""
        return (path for path in self._files("") if path not in self.sound)

    def opened(self, path: str) -> Path:
        """Return where a file of the object, as good as it is now, lies; nothing need be there."""
        staged = self.staged / path
        return staged if staged.exists() else self.local / path

    @property
    def local(self) -> Path:
        """The damaged object's folder."""
        if self.tree.local is None:
            raise AssertionError("only stores of this machine are repaired")
        return self.tree.local / self.path

    def _version(self, version: str, own: Sealed | None, others: Sequence[Candidate]) -> None:
        """Stage the inventory of a version's folder and its sidecar (OCFL 1.1 section 3.7)."""
        if version == self.inventory.head:
            self._seal(version, self.authority)
            return
        found = _earlier(version, own, others, self.inventory)
        if found is not None:
            self._seal(version, found)
        elif own is None or own.data is not None or own.stated is not None:
            self.dropped.append(version)

    def _seal(self, version: str, one: Candidate) -> None:
        """Stage an inventory and its sidecar, of the object's root or of a version's folder."""
        self._small(joined(version, INVENTORY), one.data, one.origin)
        name = sidecar(one.inventory.digest_algorithm)
        content = sidecar_content(one.digest)
        # One that states the digest in a form of its own is good (OCFL 1.1 section 3.7), but in the folder of the head
        # it must be the very same as in the root (section 3.8, E064).
        like = name if version == self.inventory.head else joined(version, name)
        there = self._read(like, SMALL_FILE)
        if there is not None and there.endswith(b"\n") and there.split() == content.split():
            content = there
        self._small(joined(version, name), content)

    def _small(self, path: str, content: bytes, origin: str = "") -> None:
        """Keep a small file that is as it must be, else write it."""
        if self._read(path, len(content)) != content:
            self.replaced.append(Replaced(file=path, source=origin))
        elif self._linked(path, None):
            return
        else:
            self.sound.add(path)
        write_new(self._place(path), [content])

    def _read(self, path: str, limit: int) -> bytes | None:
        try:
            return self.tree.read(joined(self.path, path), limit)
        except (OSError, ValueError):
            return None

    def _kept(self, wanted: Wanted) -> bool:
        """Stage a file of the damaged object if it is good."""
        if self._linked(wanted.path, wanted):
            return True
        # Damaged; or good, on a disk that gives no file two names.
        if copy_verified(partial(reading(self.tree), joined(self.path, wanted.path)), self._target(wanted), wanted):
            self.sound.add(wanted.path)
            return True
        return False

    def _linked(self, path: str, wanted: Wanted | None) -> bool:
        """Give a file a second name in the staged folder, if it has the wanted bytes.

        By its descriptor: no link that stands in the way to it is followed.
        """
        try:
            with self.tree.open(joined(self.path, path)) as file:
                if not isinstance(file, FileIO):
                    return False
                if wanted is not None and not matches(self._told(file), wanted):
                    return False
                link_open_file(file.fileno(), self._place(path))
        except OSError:
            return False
        self.sound.add(path)
        return True

    def _told(self, file: FileIO) -> Iterator[bytes]:
        while chunk := file.read(CHUNK):
            self.progress(len(chunk))
            yield chunk

    def _target(self, wanted: Wanted) -> Path:
        return self._place(wanted.path)

    def _place(self, path: str) -> Path:
        place = self.staged / path
        place.parent.mkdir(parents=True, exist_ok=True)
        return place

    def _supplied(self, path: str, source: str) -> None:
        del self.lacking[path]
        self.replaced.append(Replaced(file=path, source=source))

    def _files(self, folder: str) -> Iterator[str]:
        """Give whatever of the damaged object is no folder, as far as its folders can be listed."""
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            try:
                entries = self.tree.entries(joined(self.path, here))
            except OSError:
                continue
            for entry in entries:
                path = joined(here, entry.name)
                if entry.kind == "folder":
                    waiting.append(path)
                else:
                    yield path


def wanted_content(inventory: Inventory) -> Iterator[Wanted]:
    """List the content that an inventory knows, with the paths that it has in the package."""
    logical: dict[str, dict[str, None]] = {}
    for version in reversed(list(inventory.versions.values())):
        for digest, names in version.state.items():
            logical.setdefault(digest.lower(), {}).update(dict.fromkeys(names))
    for digest, paths in inventory.manifest.items():
        names = tuple(logical.get(digest, ()))
        for path in paths:
            yield Wanted(path=path, logical=names, digests={inventory.digest_algorithm: digest})


def _earlier(version: str, own: Sealed | None, others: Sequence[Candidate], authority: Inventory) -> Candidate | None:
    """Return what the folder of an earlier version held: what its sidecar states, else what agrees with all."""
    mine = candidate(own.data, "", authority.identifier) if own is not None else None
    fit = [
        one
        for one in ([mine] if mine else []) + list(others)
        if one.inventory.head == version and agrees(one.inventory, authority)
    ]
    stated = own.stated if own is not None else None
    return next((one for one in fit if one.digest == stated), fit[0] if fit else None)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb", buffering=0) as opened:
        while chunk := opened.read(CHUNK):
            yield chunk
