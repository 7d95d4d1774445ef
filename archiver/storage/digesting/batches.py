"""Files in batches: large ones first and each by itself, small ones many at a time and in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from archiver.storage.bag_checks.container import Progress

Sized = Callable[[], Iterable[tuple[str, int]]]
"""Gives paths with their bytes, each time it is called the same."""

_LARGE = 8 << 20
"""Bytes of a file that is read before the small ones: begun last, it would be waited for alone."""

_FILES = 256
_BYTES = 4 << 20
"""A batch of small files ends at either."""

_FILE_COST = 8 << 10
"""Opening and closing a file takes about as long as hashing so many bytes."""


def cost(files: int, size: int) -> int:
    """Return how much work files are, as the number of bytes that would be as much."""
    return files * _FILE_COST + size


@dataclass(slots=True)
class Batch:
    """Files that one worker reads."""

    paths: tuple[str, ...]
    size: int
    """Bytes of them all, as listed."""

    algorithms: tuple[str, ...]
    """hashlib's names; each file is digested by all of them."""

    job: int
    """What it is part of, as its crew counts."""

    told: int = 0
    """Bytes of them that progress was told of."""

    @property
    def cost(self) -> int:
        """How much work they are."""
        return cost(len(self.paths), self.size)

    def tell(self, progress: Progress | None, read: int) -> None:
        """Tell of bytes read, never of more than are listed: a file may have grown, or be read a second time."""
        count = min(read, self.size - self.told)
        self.told += count
        if progress and count:
            progress(count)

    def tell_all(self, progress: Progress | None) -> None:
        """Tell of what is left: it need not be read any more."""
        self.tell(progress, self.size)


def batches(files: Sized, algorithms: tuple[str, ...], job: int = 0) -> Iterator[Batch]:
    """Give files in batches, each file once."""
    sizes = [(size, path) for path, size in files() if size >= _LARGE]
    sizes.sort(reverse=True)
    for size, path in sizes:
        yield Batch((path,), size, algorithms, job)
    paths: list[str] = []
    total = 0
    for path, size in files():
        if size >= _LARGE:
            continue
        paths.append(path)
        total += size
        if len(paths) == _FILES or total >= _BYTES:
            yield Batch(tuple(paths), total, algorithms, job)
            paths, total = [], 0
    if paths:
        yield Batch(tuple(paths), total, algorithms, job)
