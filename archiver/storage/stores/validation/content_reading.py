"""Digests of content files, side by side where a crew is at work; for one object after another. Judges nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from archiver.storage.bag_checks.container import Progress
from archiver.storage.digesting.crew import Crew, Digested
from archiver.storage.digesting.files import digest_file
from archiver.storage.stores.fixity import reading
from archiver.storage.stores.tree import Tree
from archiver.storage.stores.validation.stated import hash_names, width

Sized = Sequence[tuple[str, int]]
"""Files, from the tree's root, with their bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDigests:
    """What reading one file came to."""

    path: str
    """From the tree's root."""

    algorithms: tuple[str, ...]
    """OCFL's names."""

    digests: bytes
    """One behind the other."""

    error: OSError | None = None
    """Why it could not be read."""


class ContentReading:
    """Reads files of one tree, with the processes of a crew as soon as there is enough to read."""

    def __init__(self, tree: Tree, crew: Crew | None = None, progress: Progress | None = None) -> None:
        """Read nothing yet.

        Args:
            tree: of the store.
            crew: whose block the caller is in; None to read in this process.
            progress: told of the bytes read.
        """
        self._read = reading(tree)
        self._crew = crew
        self._progress = progress
        self._files = 0
        self._bytes = 0

    def digests(self, groups: Mapping[tuple[str, ...], Sized]) -> Iterator[FileDigests]:
        """Read files and give their digests, in any order.

        Args:
            groups: OCFL's names of algorithms -> the files that are digested by them.
        """
        jobs = list(groups.items())
        for job, (algorithms, files) in enumerate(jobs):
            self._files += len(files)
            self._bytes += sum(size for _, size in files)
            if self._crew is not None:
                self._crew.expect(self._read, self._files, self._bytes)
            if self._crew is None or not self._crew.begin(partial(iter, files), hash_names(algorithms), job):
                for path, _ in files:
                    yield self._read_here(path, algorithms)
        if self._crew is not None:
            for digested in self._crew.results(self._progress):
                yield from _each(digested, jobs[digested.job][0])

    def _read_here(self, path: str, algorithms: tuple[str, ...]) -> FileDigests:
        try:
            digests = digest_file(self._read, path, hash_names(algorithms), self._progress)
        except OSError as error:
            return FileDigests(path=path, algorithms=algorithms, digests=b"", error=error)
        return FileDigests(path=path, algorithms=algorithms, digests=b"".join(digests))


def _each(digested: Digested, algorithms: tuple[str, ...]) -> Iterator[FileDigests]:
    step = width(algorithms)
    for index, path in enumerate(digested.paths):
        yield FileDigests(
            path=path,
            algorithms=algorithms,
            digests=digested.digests[index * step : (index + 1) * step],
            error=digested.errors.get(index),
        )
