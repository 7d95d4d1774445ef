"""A bag that is one version of an object of a store, read where it lies (OCFL 1.1 section 3.5.3.2).

Nothing is copied out. What no manifest of the bag states is compared with the store's own inventory.
"""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator
from pathlib import Path

from archiver.model import Finding
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.storage.bag_checks.container import Chunk, Listing
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.hashing import CHUNK, new_hasher
from archiver.storage.stores.reading import StoredObject, StoreReader, joined, logical_files


class StoredBag:
    """One version of one object."""

    def __init__(self, reader: StoreReader, stored: StoredObject, version: str) -> None:
        """Look up its files.

        Args:
            reader: of the store.
            stored: the object.
            version: such as ``v2``; the object has it.

        Raises:
            OSError: a folder of the object cannot be listed.
        """
        self._reader = reader
        self._stored = stored
        self._files = logical_files(stored, version)
        sizes = reader.content_sizes(stored)
        there = sorted((path, sizes[content]) for path, (content, _) in self._files.items() if content in sizes)
        self._listing = Listing(
            files=FileTable(there),
            blocked=frozenset(),
            # OCFL keeps no folders: an empty payload's is taken to be there.
            payload_folder=True,
            findings=(),
        )

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there."""
        return path in self._files or any(name.startswith(f"{path}/") for name in self._files)

    def listing(self) -> Listing:
        """Return the files whose content is there."""
        return self._listing

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths as they are."""
        return paths

    def read_findings(self) -> tuple[Finding, ...]:
        """Return nothing."""
        return ()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes.

        Raises:
            OSError: it cannot be read, or is a tag file that is not what the inventory says.
        """
        content, digest = self._files[path]
        # The payload is compared with the bag's manifests.
        hasher = None if path.startswith(PAYLOAD_PREFIX) else new_hasher(self._stored.inventory.digest_algorithm)()
        with self._reader.tree.open(joined(self._stored.path, content)) as file:
            while data := file.read(CHUNK):
                if hasher:
                    hasher.update(data)
                yield data
        if hasher and hasher.hexdigest() != digest:
            raise OSError(errno.EIO, "it is not what the store's inventory says")

    def place(self, path: str) -> Path | None:
        """Return where a file lies on this machine; None in a store that lies elsewhere."""
        local = self._reader.tree.local
        return None if local is None else local / joined(self._stored.path, self._files[path][0])
