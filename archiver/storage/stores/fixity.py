"""The fixity check of one stored package: every file of it read once and held against its inventory.

Nothing is said at first sight. What is found wrong is read again from the disk itself; what two readings do not agree
on is not called damage; and a package that was replaced by a new version meanwhile is checked from the beginning.
Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from io import FileIO
from typing import Literal, Self, overload

from archiver.model import FixityResult
from archiver.standards.ocfl.inventory import Inventory
from archiver.storage.bag_checks.container import Progress
from archiver.storage.digesting.crew import Crew, Digested
from archiver.storage.digesting.files import Read, digest_file
from archiver.storage.durable import forget_pages
from archiver.storage.hashing import CHUNK, new_hasher
from archiver.storage.stores.fixity_findings import (
    Noticed,
    and_more,
    file_damaged,
    reads_differ,
    store_unreachable,
    unreadable,
)
from archiver.storage.stores.fixity_look import Look, below, look_at, outcome_of, state_of
from archiver.storage.stores.tree import Tree

_TURNS = 5
"""How often a package may be replaced while it is read before that is given up."""

_FINDINGS = 1000
"""Findings of one package that are told one by one."""

_HASHLIB = {"md5": "md5", "sha1": "sha1", "sha256": "sha256", "sha512": "sha512", "blake2b-512": "blake2b"}
"""Algorithms of a fixity block (OCFL 1.1 section 3.5.4 and the registered extension 0009) -> hashlib's names."""

Clock = Callable[[], datetime]


def reading(tree: Tree, *, pace: Callable[[int], None] | None = None, forget: bool = False) -> Read:
    """Return what gives the bytes of a tree's files, for a crew and for reading here.

    Args:
        tree: of the store.
        pace: told of the bytes of each piece before they are handed on; may wait.
        forget: have the kernel drop what was read: an audit must not push everything else out of memory.
    """

    def read(path: str) -> Iterator[bytes]:
        with tree.open(path) as file:
            while chunk := file.read(CHUNK):
                if pace is not None:
                    pace(len(chunk))
                yield chunk
            if forget and isinstance(file, FileIO):
                forget_pages(file.fileno())

    return read


def check_object(  # noqa: PLR0913 - keywords, each asking for one thing
    tree: Tree,
    path: str,
    *,
    clock: Clock,
    identifier: str | None = None,
    algorithms: Sequence[str] | None = None,
    progress: Progress | None = None,
    crew: Crew | None = None,
    read: Read | None = None,
) -> FixityResult:
    """Check one stored package: declaration, inventories and sidecars, and every content file against the manifest.

    Args:
        tree: of the store.
        path: of the object's root from the storage root; empty where the tree is the object.
        clock: gives the time, with its zone.
        identifier: the object's, as far as it is known; another in the inventory is then damage.
        algorithms: of the inventory's fixity block, to be compared beside the digests of the manifest; in the same
            read. None: none of them.
        progress: told of the bytes of content read.
        crew: reads the content side by side, where it has processes; it was made with what reads this tree.
        read: reads a file, where no crew does; by itself as :func:`reading` does.

    Returns:
        What came of it; nothing is raised for what the package holds or lacks.
    """
    started = clock()
    source = read or reading(tree)

    def content_read() -> ObjectCheck:
        check = ObjectCheck(tree, path, started=started, identifier=identifier, algorithms=algorithms)
        if crew is not None and crew.begin(check.files, check.hash_names):
            for digested in crew.results(progress):
                check.take(digested)
        else:
            check.read_here(source, progress)
        return check

    for _ in range(_TURNS):
        result = content_read().result(clock)
        if result is not None:
            return result
    return content_read().result(clock, last=True)


@dataclass(slots=True, kw_only=True)
class _Seen:
    """What reading the content came to."""

    files: int = 0
    bytes: int = 0
    noticed: list[Noticed] = field(default_factory=list)


class ObjectCheck:
    """One check, for whoever has several under way: look, have :attr:`files` digested, :meth:`take`, :meth:`result`."""

    def __init__(
        self,
        tree: Tree,
        path: str,
        *,
        started: datetime,
        identifier: str | None = None,
        algorithms: Sequence[str] | None = None,
        prefix: str = "",
    ) -> None:
        """Look at everything but the content.

        Args:
            tree: of the store.
            path: of the object's root.
            started: when.
            identifier: as for :func:`check_object`.
            algorithms: as for :func:`check_object`.
            prefix: put before the paths of :attr:`files`, for a reader that serves several trees.
        """
        self._prefix = prefix + (f"{path}/" if path else "")
        self._tree = tree
        self._path = path
        self._started = started
        self._identifier = identifier
        self._look = look_at(tree, path, identifier=identifier)
        self._stated = _Stated.of(self._look, algorithms or ())
        self._seen = _Seen()
        self._again: list[Noticed] = []

    @property
    def hash_names(self) -> tuple[str, ...]:
        """What content is digested by: hashlib's names, the manifest's own first."""
        return self._stated.hash_names

    @property
    def count(self) -> int:
        """Content files that are there to be read."""
        return len(self._look.files)

    @property
    def size(self) -> int:
        """Bytes of content that are there to be read."""
        return sum(self._look.files.values())

    def files(self) -> Iterator[tuple[str, int]]:
        """Give the content files that are there, from the tree's root, with their bytes."""
        return ((self._prefix + path, size) for path, size in self._look.files.items())

    def take(self, digested: Digested) -> None:
        """Take in what came of some of the files."""
        start = 0
        for index, path in enumerate(digested.paths):
            digests = digested.digests[start : start + self._stated.width]
            start += self._stated.width
            self._judge(path, digested.errors.get(index), digests)

    def read_here(self, read: Read, progress: Progress | None = None) -> None:
        """Read the files in this process."""
        for path, _ in self.files():
            try:
                digests = digest_file(read, path, self.hash_names, progress)
            except OSError as error:
                self._judge(path, error, b"")
            else:
                self._judge(path, None, b"".join(digests))

    @overload
    def result(self, clock: Clock, *, last: Literal[True]) -> FixityResult: ...

    @overload
    def result(self, clock: Clock, *, last: bool = False) -> FixityResult | None: ...

    def result(self, clock: Clock, *, last: bool = False) -> FixityResult | None:
        """Judge, and look again at what is wrong.

        Args:
            clock: gives the time, with its zone.
            last: there will be no further check: say what two readings agree on, though the folder be another one each
                time, as on file systems that give folders a new number whenever they are asked.

        Returns:
            The result; None when the package was replaced meanwhile, so that it has to be checked again.
        """
        first = [*self._look.noticed, *self._seen.noticed]
        if not first:
            return self._ended(clock, [])
        again = look_at(self._tree, self._path, identifier=self._identifier)
        if not self._tree.reachable():
            return self._ended(clock, [store_unreachable(self._tree.location)])
        suspects = {one.path for one in self._seen.noticed} & again.files.keys()
        second = _Seen(noticed=again.noticed)
        for path in sorted(suspects):
            self._read_again(path, second)
        if not last and self._was_replaced(again):
            return None
        return self._ended(clock, _agreed(first, second.noticed))

    @property
    def noticed(self) -> tuple[Noticed, ...]:
        """What :meth:`result` found wrong, with paths as they are on the disk."""
        return tuple(self._again)

    def _was_replaced(self, again: Look) -> bool:
        before = self._look.state
        if before is None:  # an object store says nothing of folders
            return again.root_digest != self._look.root_digest
        return not before == again.state == state_of(self._tree, self._path)

    def _judge(self, path: str, error: OSError | None, digests: bytes) -> None:
        inside = path.removeprefix(self._prefix)
        if error is not None:
            self._seen.noticed.append(unreadable(inside, error))
            return
        self._seen.files += 1
        self._seen.bytes += self._look.files[inside]
        wrong = self._stated.wrong(inside, digests)
        if wrong is not None:
            self._seen.noticed.append(wrong)

    def _read_again(self, path: str, seen: _Seen) -> None:
        """Read a file from the disk itself, not from what this machine remembers of it."""

        def fresh(one: str) -> Iterator[bytes]:
            with self._tree.open(one, fresh=True) as file:
                while chunk := file.read(CHUNK):
                    yield chunk

        try:
            digests = b"".join(digest_file(fresh, below(self._path, path), self.hash_names))
        except OSError as error:
            seen.noticed.append(unreadable(path, error))
            return
        wrong = self._stated.wrong(path, digests)
        if wrong is not None:
            seen.noticed.append(wrong)

    def _ended(self, clock: Clock, noticed: list[Noticed]) -> FixityResult:
        self._again = noticed
        inventory: Inventory | None = self._look.inventory
        findings = tuple(one.finding for one in noticed[:_FINDINGS])
        if len(noticed) > _FINDINGS:
            findings += (and_more(len(noticed) - _FINDINGS),)
        return FixityResult(
            identifier=self._identifier or (inventory.identifier if inventory else self._path),
            path=self._path,
            version=inventory.head if inventory else None,
            inventory_digest=self._look.root_digest,
            outcome=outcome_of(noticed),
            files=self._seen.files,
            bytes=self._seen.bytes,
            started=self._started,
            ended=clock(),
            findings=findings,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stated:
    """What an inventory states of its content."""

    tables: tuple[tuple[str, int, Mapping[str, str]], ...]
    """Of each algorithm hashlib's name, the bytes of a digest, and content path -> hexadecimal digest."""

    @classmethod
    def of(cls, look: Look, algorithms: Sequence[str]) -> Self:
        inventory = look.inventory
        if inventory is None:
            return cls(tables=())
        tables = {inventory.digest_algorithm: look.expected}
        for name in algorithms:
            further = {path: digest for digest, paths in inventory.fixity.get(name, {}).items() for path in paths}
            if further and name in _HASHLIB:
                tables.setdefault(name, further)
        known = [(_HASHLIB[name], table) for name, table in tables.items()]
        return cls(tables=tuple((name, new_hasher(name)().digest_size, table) for name, table in known))

    @property
    def hash_names(self) -> tuple[str, ...]:
        return tuple(name for name, _, _ in self.tables)

    @property
    def width(self) -> int:
        """Bytes of one file's digests."""
        return sum(size for _, size, _ in self.tables)

    def wrong(self, path: str, digests: bytes) -> Noticed | None:
        """Compare one file's digests; a file that a fixity block does not list has no other digest to keep."""
        start = 0
        for name, size, table in self.tables:
            actual = digests[start : start + size].hex()
            start += size
            stated = table.get(path, actual).lower()
            if stated != actual:
                return file_damaged(path, name, stated, actual)
        return None


def _agreed(first: list[Noticed], second: list[Noticed]) -> list[Noticed]:
    """Return what both readings noticed; for what one alone did, that they differ."""
    agreed = set(first) & set(second)
    said = {one.path for one in agreed}
    others = {one.path for one in [*first, *second]} - said
    return [one for one in first if one in agreed] + [reads_differ(path) for path in sorted(others)]
