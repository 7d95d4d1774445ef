"""A bag put together from two places before it lies in one: its tag files here, what they describe there.

What is about to become a bag is verified by the same rules as any other, before anything is moved. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from archiver.model import Finding
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.storage.bag_checks.container import BagContainer, Chunk, Listing
from archiver.storage.bag_checks.file_table import FileTable


class ComposedBag:
    """The files outside ``data/`` of one container, and everything else from another."""

    def __init__(
        self,
        tags: BagContainer,
        base: BagContainer,
        *,
        prefix: str = "",
        hidden: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """List both.

        Args:
            tags: its files outside ``data/`` are the bag's, before those of ``base``.
            base: the rest.
            prefix: of the paths of ``base`` in the bag: ``data/`` where it is the payload alone.
            hidden: tells which paths of ``base`` are no part of the bag.

        Raises:
            OSError: either cannot be listed.
        """
        self._tags, self._base, self._prefix = tags, base, prefix
        self._tag_listing, self._base_listing = tags.listing(), base.listing()
        own = self._tag_listing.files
        self._own = {path: size for path, size in own.items() if not path.startswith(PAYLOAD_PREFIX)}
        self._hidden = hidden

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there."""
        return path in self.listing().files

    def listing(self) -> Listing:
        """Return what both have."""
        below = self._base_listing
        files = {self._prefix + path: size for path, size in below.files.items() if not self._hidden(path)} | self._own
        return replace(
            below,
            files=FileTable(sorted(files.items())),
            blocked=frozenset(self._prefix + path for path in below.blocked) | self._tag_listing.blocked,
            payload_folder=self._prefix == PAYLOAD_PREFIX or below.payload_folder,
        )

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths as they are."""
        return paths

    def read_findings(self) -> tuple[Finding, ...]:
        """Return nothing: both were looked at before."""
        return ()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes.

        Raises:
            OSError: it cannot be read.
        """
        return self._tags.read(path) if path in self._own else self._base.read(path.removeprefix(self._prefix))
