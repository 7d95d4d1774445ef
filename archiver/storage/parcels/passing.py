"""A bag whose bytes are digested, and handed on, while it is verified: each payload byte is read once for everything.

Judges nothing: what does not verify, whoever verifies says. Tag files are read once more, in their own order, because
a tar has them before the payload.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Protocol

from archiver.model import Finding
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.storage.bag_checks.container import BagContainer, Chunk, Listing
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.extraction import CopyFailedError
from archiver.storage.hashing import Hashing
from archiver.storage.parcels.digest_table import ALGORITHMS, DigestTable, Passed
from archiver.storage.stores.bag_storing import sealed_digests

Sealed = Callable[[str], str | None]


class Sink(Protocol):
    """Takes the files of a bag one after another: tag files first, then the payload, each group sorted by path.

    What cannot be written raises OSError.
    """

    def begin(self, path: str, size: int) -> None:
        """Begin a file of so many bytes."""
        ...

    def write(self, data: bytes) -> None:
        """Take its next bytes."""
        ...

    def end(self) -> None:
        """Know that it is whole."""
        ...


class PassingBag:
    """A container that passes on what it reads."""

    def __init__(self, bag: BagContainer, table: DigestTable) -> None:
        """List the bag.

        Args:
            bag: opened.
            table: takes what is seen of each file.

        Raises:
            OSError: it cannot be listed.
        """
        self._bag = bag
        self._listing = bag.listing()
        self._table = table
        self._sinks: Sequence[Sink] = ()
        self._sealed: Sealed = lambda _: None
        self.changed: list[str] = []
        """Tag files that were not the same when they were read again."""

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
        """Give a file's bytes; a payload file is digested and handed on meanwhile.

        Raises:
            OSError: the bag cannot be read, or the file has another size than when it was listed.
            CopyFailedError: the disk written to refused.
        """
        return self._passed(path) if path.startswith(PAYLOAD_PREFIX) else self._bag.read(path)

    def take_tags(self, bag: OpenBag, sinks: Sequence[Sink]) -> None:
        """Read every tag file, once what the bag's manifests state is known.

        Args:
            bag: with its manifests read.
            sinks: take the files themselves, these and the payload; none of a bag that something is wrong with.

        Raises:
            OSError: one cannot be read.
            CopyFailedError: the disk written to refused.
        """
        self._sinks = sinks
        stated = [sealed_digests(bag, name) for name in ALGORITHMS]
        for path in self._listing.files.tag_paths():
            for _ in self._passed(path):
                pass
            seen = self.seen(path)
            for name, sealed in zip(ALGORITHMS, stated, strict=True):
                digest = sealed(path)
                if digest and (seen is None or seen.digests[name].hex() != digest):
                    self.changed.append(path)
                    break
        self._sealed = stated[0]

    def seen(self, path: str) -> Passed | None:
        """Return what was seen of a file; None where it was not read to its end."""
        position = self._listing.files.position(path)
        return None if position is None else self._table.get(position)

    def _passed(self, path: str) -> Iterator[Chunk]:
        position, size = self._listing.files.position(path), self._listing.files[path]
        if position is None:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
        # What whoever verifies compares with need not be computed twice: a bag that does not verify is not sent.
        sealed = self._sealed(path)
        names = ALGORITHMS[1:] if sealed else ALGORITHMS
        sinks = self._sinks
        for sink in sinks:
            _on_disk(sink.begin, path, size)
        with Hashing(names) as hashing:
            for chunk in self._bag.read(path):
                hashing.update(chunk)
                for sink in sinks:
                    _on_disk(sink.write, bytes(chunk))
                yield chunk
            digests = hashing.digests()
        if hashing.size != size:
            self._sinks = ()
            raise OSError(errno.EBUSY, "it changed while it was read")
        if sealed:
            digests["sha512"] = bytes.fromhex(sealed)
        for sink in sinks:
            _on_disk(sink.end)
        _on_disk(self._table.put, position, Passed(size=size, digests=digests))


def _on_disk(write: Callable[..., None], *args: object) -> None:
    """Tell a disk that is written to from the bag's own."""
    try:
        write(*args)
    except OSError as error:
        raise CopyFailedError(error) from error
