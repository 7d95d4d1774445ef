"""A bag copied into a staged object while it is verified: a container that passes on what it reads.

What the store holds already, or another file of the bag has brought, is read and not copied again. Where blocks may be
shared, the copy is a clone of the file, and the clone is what is read. Nothing is published and nothing judged here.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Collection, Container, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from archiver.model import Finding
from archiver.storage.bag_checks.container import BagContainer, Chunk, Listing
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.checksums import Checksums
from archiver.storage.durable import discard, write_all
from archiver.storage.extraction import CopyFailedError
from archiver.storage.hashing import CHUNK, Hashing
from archiver.storage.source_files import SourceUnreadableError, open_below
from archiver.storage.stores.file_batch import FileBatch

_FICLONE = 0x40049409
"""ioctl of Linux: a file gets the blocks of another, which are shared until one of the two is written to."""


class StoringBag:
    """A bag whose files are copied below a folder as they are read."""

    def __init__(self, bag: BagContainer, files: FileBatch, prefix: str) -> None:
        """List the bag.

        Args:
            bag: opened.
            files: takes the copies.
            prefix: of their paths.

        Raises:
            OSError: it cannot be listed.
        """
        self._bag = bag
        self._files = files
        self._prefix = prefix
        self._listing = bag.listing()
        self.algorithm = "sha512"
        """Of the digests that are computed here: of files that no manifest states one of."""
        self._sealed: Callable[[str], str | None] = lambda _: None
        self._held: Container[str] = ()
        self._brought: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._clones_of: Path | None = None
        self.copied: dict[str, int] = {}
        """Path in the bag of each file whose copy is whole -> bytes."""

    def share_blocks(self, folder: Path) -> None:
        """Let copies be clones of the files below ``folder``, the bag's own, as far as the disk can."""
        self._clones_of = folder

    def know(self, algorithm: str, sealed: Callable[[str], str | None], held: Container[str]) -> None:
        """Learn, once the tag files are read, what need not be hashed or copied.

        Args:
            algorithm: of the object.
            sealed: gives what a manifest of the bag states by that algorithm, which whoever verifies compares.
            held: digests of what the object holds.
        """
        if algorithm != self.algorithm:
            self.algorithm = algorithm
            self._digests.clear()
        self._sealed, self._held = sealed, held

    def digest(self, path: str) -> str | None:
        """Return the digest of a file that was read; None where nobody computed it yet."""
        return self._sealed(path) or self._digests.get(path)

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there."""
        return self._bag.has(path)

    def listing(self) -> Listing:
        """Return what there is."""
        return self._listing

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the bag's order."""
        return self._bag.reading_order(paths)

    def read_findings(self) -> Sequence[Finding]:
        """Return what the bag noticed."""
        return self._bag.read_findings()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes; its copy is whole when the last of them was taken, if it needs one.

        Raises:
            OSError: the bag cannot be read.
            CopyFailedError: the store's disk refused.
        """
        digest = self._sealed(path)
        if digest is not None:
            if digest in self._held or self._brought.setdefault(digest, path) != path:
                return self._bag.read(path)
            return self._copied(path, ())
        return self._copied(path, (self.algorithm,))

    def drop(self, path: str) -> None:
        """Remove a copy that is not needed.

        Raises:
            OSError: the disk refused.
        """
        del self.copied[path]
        self._files.remove(self._prefix + path)

    def _copied(self, path: str, algorithms: tuple[str, ...]) -> Iterator[Chunk]:
        if path in self.copied:  # what was read last is what was compared
            self.drop(path)
        copy, pieces, sums = self._begin(path)
        taken = False
        try:
            with Hashing(algorithms) as hashing:
                for chunk in pieces:
                    hashing.update(chunk)
                    yield chunk
                digests = hashing.digests()
            self.copied[path] = hashing.size
            taken = True
            self._hand_over(path, copy, sums, hashing.size)
        finally:
            if not taken:
                os.close(copy)
                discard(Path(self._files.place(self._prefix + path)))
        if digests:
            self._digests[path] = digests[self.algorithm].hex()

    def _begin(self, path: str) -> tuple[int, Iterator[Chunk], Checksums | None]:
        """Create a copy; return its descriptor, the pieces that it gets, or has, as they are read, and their sums."""
        try:
            copy = self._files.create(self._prefix + path)
        except OSError as error:
            raise CopyFailedError(error) from error
        if self._clones_of is not None and _clone(self._clones_of, path, copy):
            return copy, _pieces(copy), None
        self._clones_of = None  # a disk that cannot will not for the next one
        sums = Checksums()
        return copy, self._written(path, copy, sums), sums

    def _written(self, path: str, copy: int, sums: Checksums) -> Iterator[Chunk]:
        for chunk in self._bag.read(path):
            sums.add(bytes(chunk))  # before anything else is done with it
            try:
                write_all(copy, chunk)
            except OSError as error:
                raise CopyFailedError(error) from error
            yield chunk

    def _hand_over(self, path: str, copy: int, sums: Checksums | None, size: int) -> None:
        try:
            self._files.add(self._prefix + path, copy, sums, size)
        except OSError as error:
            raise CopyFailedError(error) from error


def sealed_digests(bag: OpenBag, algorithm: str) -> Callable[[str], str | None]:
    """Return a function that gives what a bag's own manifests state by one algorithm, in hexadecimal.

    Args:
        bag: with its manifests read.
        algorithm: hashlib's name.
    """
    tables = [manifest.entries for manifest in bag.manifests if manifest.hash_name == algorithm]

    def sealed(path: str) -> str | None:
        stated = next((entries[path] for entries in tables if path in entries), None)
        return None if stated is None else stated.hex()

    return sealed


def _clone(folder: Path, path: str, copy: int) -> bool:
    """Return True when ``copy`` has the file's blocks now, False where this cannot be done."""
    name = os.fsdecode(path.encode("utf-8", "surrogateescape"))
    with suppress(OSError, SourceUnreadableError), open_below(folder, name) as source:
        fcntl.ioctl(copy, _FICLONE, source)
        return True
    return False


def _pieces(descriptor: int) -> Iterator[Chunk]:
    os.lseek(descriptor, 0, os.SEEK_SET)
    while data := os.read(descriptor, CHUNK):
        yield data
