"""What holds a bag's files: the interface that a folder and an archive read in place both meet.

States the contract only; opens nothing.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from archiver.model import Finding
from archiver.storage.bag_checks.file_table import FileTable

Progress = Callable[[int], None]
"""Called with the number of bytes read since the last call."""

Chunk = bytes | memoryview
"""A piece of a file; valid until the next one is asked for."""


TO_BE_READ_HERE = errno.EBADMSG
"""The error number of a read in another process when there is more to say than that process can: it is read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Every entry of a bag, as found, before anything is opened."""

    files: FileTable
    """Regular files: path from the bag's root -> bytes, sorted by path. Undecodable bytes are surrogate escapes."""

    blocked: frozenset[str]
    """Paths that are there but cannot be looked into: links, special files, folders that cannot be read."""

    payload_folder: bool
    """Whether ``data/`` is there."""

    findings: tuple[Finding, ...]
    """Why each of ``blocked`` is."""


class BagContainer(Protocol):
    """Gives the names and bytes of one bag, and follows no link doing so."""

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, in whatever form, without listing the rest."""
        ...

    def listing(self) -> Listing:
        """List everything once.

        Raises:
            OSError: the container itself cannot be read.
        """
        ...

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return listed files in the order that reads them in one pass; ``paths`` itself where any order will do."""
        ...

    def read_findings(self) -> Sequence[Finding]:
        """Return what was noticed while reading and is no error of a read: checksums of the container's own."""
        ...

    def read(self, path: str) -> Iterator[Chunk]:
        """Give the bytes of one listed regular file, from first to last, each once.

        Raises:
            OSError: it cannot be opened or read, or is no regular file any more.
        """
        ...
