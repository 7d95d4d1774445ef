"""The regular files of a bag and their sizes, held so that a million of them fit: one dictionary, one array.

A path's position is its place in the sorted order; what is known of the files is kept elsewhere by position, so that
no path is held twice. Looks at no disk.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping
from itertools import islice

from archiver.standards.bagit import PAYLOAD_PREFIX


class FileTable(Mapping[str, int]):
    """Path from the bag's root -> bytes, in sorted order."""

    __slots__ = ("_payload", "_positions", "_sizes", "position")

    def __init__(self, files: Iterable[tuple[str, int]] = ()) -> None:
        """Take the files in.

        Args:
            files: path and bytes, sorted by path, none twice.
        """
        self._positions: dict[str, int] = {}
        self._sizes = array("q")
        for path, size in files:
            self._positions[path] = len(self._sizes)
            self._sizes.append(size)
        # "data/" is a prefix, so that what is below it stands together.
        before = next((at for path, at in self._positions.items() if path.startswith(PAYLOAD_PREFIX)), 0)
        behind = next((at for path, at in reversed(self._positions.items()) if path.startswith(PAYLOAD_PREFIX)), -1)
        self._payload = range(before, behind + 1)
        self.position: Callable[[str], int | None] = self._positions.get
        """Gives where a path stands, from 0; None when it is no file of the bag."""

    @property
    def payload(self) -> range:
        """Positions of the payload files."""
        return self._payload

    @property
    def payload_bytes(self) -> int:
        """Bytes of the payload files."""
        return sum(self._sizes[self._payload.start : self._payload.stop])

    def payload_paths(self) -> Iterator[str]:
        """Give the payload files in order."""
        return self.paths(self._payload)

    def payload_pairs(self) -> Iterator[tuple[str, int]]:
        """Give the payload files with their bytes, in order."""
        return islice(self.pairs(), self._payload.start, self._payload.stop)

    def tag_paths(self) -> Iterator[str]:
        """Give the files outside the payload, in order."""
        yield from self.paths(range(self._payload.start))
        yield from self.paths(range(self._payload.stop, len(self)))

    def paths(self, positions: range) -> Iterator[str]:
        """Give the paths that stand there, in order."""
        return islice(self._positions, positions.start, positions.stop)

    def keys(self) -> KeysView[str]:
        """Return the paths."""
        return self._positions.keys()

    def items(self) -> ItemsView[str, int]:
        """Return paths with their bytes."""
        return _Items(self)

    def __getitem__(self, path: str) -> int:
        return self._sizes[self._positions[path]]

    def __contains__(self, path: object) -> bool:
        return path in self._positions

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def pairs(self) -> Iterator[tuple[str, int]]:
        """Give paths with their bytes, in order."""
        return zip(self._positions, self._sizes, strict=True)


class _Items(ItemsView[str, int]):
    """As the inherited one, without looking up every path again."""

    _mapping: FileTable

    def __iter__(self) -> Iterator[tuple[str, int]]:
        return self._mapping.pairs()
