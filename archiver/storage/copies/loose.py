"""Copies in any folder: files of the wanted names first, then every other, each known by its digest alone."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterator, Sequence
from functools import partial

from archiver.storage.copies.contract import Offer, Wanted
from archiver.storage.hashing import Hashing
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.reading import joined
from archiver.storage.stores.tree import Tree


class LooseCopies:
    """A folder with copies, and the folders below it."""

    def __init__(self, tree: Tree) -> None:
        """Ask nothing of the folder yet."""
        self._tree = tree

    @property
    def location(self) -> str:
        """The folder's."""
        return self._tree.location

    def offers(self, wanted: Sequence[Wanted]) -> Iterator[Offer]:
        """Read the files one after another, and offer each that has bytes which are wanted."""
        names = {posixpath.basename(path) for one in wanted for path in (one.path, *one.logical)}
        files = list(self._files(""))
        files.sort(key=lambda path: posixpath.basename(path) not in names)  # keeps the order otherwise
        algorithms = {name for one in wanted for name in one.digests}
        lacking = {one.path: one for one in wanted}
        for path in files:
            if not lacking:
                return
            for one in self._matching(path, algorithms, list(lacking.values())):
                del lacking[one.path]
                yield Offer(wanted=one, place=path, read=partial(reading(self._tree), path))

    def _files(self, folder: str) -> Iterator[str]:
        waiting = [folder]
        while waiting:
            here = waiting.pop()
            below = []
            for entry in self._tree.entries(here):
                path = joined(here, entry.name)
                if entry.kind == "folder":
                    below.append(path)
                elif entry.kind == "file":
                    yield path
            waiting += reversed(below)

    def _matching(self, path: str, algorithms: Collection[str], wanted: Sequence[Wanted]) -> list[Wanted]:
        try:
            with Hashing(algorithms) as hashing:
                for chunk in reading(self._tree)(path):
                    hashing.update(chunk)
                digests = {name: digest.hex() for name, digest in hashing.digests().items()}
        except OSError:
            return []  # a file that cannot be read is no copy
        return [one for one in wanted if all(digests[name] == digest for name, digest in one.digests.items())]
