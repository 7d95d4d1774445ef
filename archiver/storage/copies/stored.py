"""Copies in a store: another one, or another object of the same; by digest first, then by path."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

from archiver.errors import FindingsError
from archiver.standards.ocfl.inventory import Inventory
from archiver.storage.copies.contract import Offer, Wanted
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.reading import StoredObject, StoreReader, joined
from archiver.storage.stores.tree import Tree


class StoredCopies:
    """One object of a store."""

    def __init__(self, tree: Tree, identifier: str) -> None:
        """Ask nothing of the store yet.

        Args:
            tree: of the store.
            identifier: of the package.
        """
        self.tree = tree
        self._identifier = identifier

    @property
    def location(self) -> str:
        """The store's."""
        return self.tree.location

    @cached_property
    def stored(self) -> StoredObject | None:
        """The object; None where the store has none, or none that can be relied on.

        Raises:
            OSError: the store cannot be read.
        """
        reader = StoreReader(self.tree)
        path = reader.find(self._identifier)
        if path is None:
            return None
        try:
            return reader.read_object(path)
        except FindingsError:
            return None

    def offers(self, wanted: Sequence[Wanted]) -> Iterator[Offer]:
        """Offer the content with the digest that is wanted; else that under the same path, whatever it hashes to."""
        stored = self.stored
        if stored is None:
            return
        read = reading(self.tree)
        logical = _content_paths(stored.inventory)
        for one in wanted:
            digest = one.digests.get(stored.inventory.digest_algorithm)
            if digest is not None:
                paths = stored.inventory.manifest.get(digest, ())
            else:
                paths = tuple({path: None for name in one.logical for path in logical.get(name, ())})
            for path in paths:
                place = joined(stored.path, path)
                yield Offer(wanted=one, place=place, read=partial(read, place))


def _content_paths(inventory: Inventory) -> dict[str, tuple[str, ...]]:
    """Return logical path -> content that it had in any version, the newest first."""
    found: dict[str, tuple[str, ...]] = {}
    for version in reversed(list(inventory.versions.values())):
        for digest, names in version.state.items():
            paths = inventory.manifest.get(digest.lower(), ())
            for name in names:
                found[name] = (*found.get(name, ()), *paths)
    return found
