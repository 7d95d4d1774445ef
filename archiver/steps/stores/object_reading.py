"""Reads the objects of a store for the catalogue, several at once: on a disk parsing takes the time, elsewhere the way.

The order of what comes out is that of the paths that go in. Writes nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from typing import TYPE_CHECKING

from archiver.errors import FindingsError
from archiver.execution.pool import Outcome, Share, TaskDone, WorkerPool
from archiver.steps.stores.object_values import indexed_object
from archiver.storage.catalogue.objects import PreparedObject, prepared
from archiver.storage.catalogue.values import IndexedFormat
from archiver.storage.stores.reading import StoreReader
from archiver.storage.stores.tree import open_tree

if TYPE_CHECKING:
    from archiver.storage.stores.tree import Tree

_A_TASK = 16
"""Objects that one worker reads before it answers."""

_WAITING = 4
"""Tasks a worker or thread that are asked for ahead: what is read and not written yet is held."""

_THREADS = 16
"""That read where every question takes its time."""

_WORKERS_FROM = 128
"""Objects below which starting workers takes longer than it saves."""

_WEEK = 7 * 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObject:
    """One object, read or not."""

    path: str
    value: PreparedObject | None = None
    fault: str = ""
    """Why it could not be read."""


def read_objects(tree: Tree, paths: Iterator[str], workers: int) -> Generator[ReadObject]:
    """Read objects, one after another.

    Args:
        tree: of the store.
        paths: of the objects' roots from the storage root; an error of theirs goes through.
        workers: processes; a small store needs none, and one that is on no disk of this machine is read by threads.
    """
    if tree.local is None:
        yield from _by_threads(tree, paths)
        return
    head = list(islice(paths, _WORKERS_FROM))
    paths = chain(head, paths)
    if workers < 2 or len(head) < _WORKERS_FROM:
        for path in paths:
            yield read_one(tree, path)
        return
    yield from _by_processes(tree, paths, workers)


def _by_threads(tree: Tree, paths: Iterator[str]) -> Iterator[ReadObject]:
    """Read from where every question takes its time on the way, and hardly any to be answered."""
    with ThreadPoolExecutor(_THREADS, "archiver-indexing") as pool:
        asked: deque[Future[ReadObject]] = deque()
        try:
            for path in paths:
                asked.append(pool.submit(read_one, tree, path))
                if len(asked) >= _WAITING * _THREADS:
                    yield asked.popleft().result()
            while asked:
                yield asked.popleft().result()
        finally:
            for future in asked:
                future.cancel()


def _by_processes(tree: Tree, paths: Iterator[str], workers: int) -> Iterator[ReadObject]:
    results = (ReadObject, PreparedObject, IndexedFormat)
    with WorkerPool(workers=workers, preparation=load, results=results, share=Share(tasks=1 << 30)) as pool:
        pool.fork()
        asked: deque[tuple[list[str], Future[Outcome[list[ReadObject]]]]] = deque()
        while some := list(islice(paths, _A_TASK)):
            asked.append((some, pool.submit(read_apart, (tree.location, some), _WEEK)))
            if len(asked) >= _WAITING * workers:
                yield from _answer(tree, *asked.popleft())
        while asked:
            yield from _answer(tree, *asked.popleft())


def _answer(tree: Tree, paths: list[str], future: Future[Outcome[list[ReadObject]]]) -> Iterator[ReadObject]:
    outcome = future.result()
    if isinstance(outcome, TaskDone):
        yield from outcome.value
    else:  # the worker was killed, or could not start
        yield from (read_one(tree, path) for path in paths)


def load(_: None) -> None:
    """Prepare workers: to have imported this module is all they need."""


def read_apart(task: tuple[str, list[str]]) -> list[ReadObject]:
    """Read some objects as a worker does it: location of the store on a disk, and their paths."""
    location, paths = task
    tree = open_tree(location)
    return [read_one(tree, path) for path in paths]


def read_one(tree: Tree, path: str) -> ReadObject:
    """Read one object and make it ready to be written into a catalogue."""
    found = _read(tree, path)
    # A new version may have taken its place between one file and the next.
    return _read(tree, path) if found.value is None else found


def _read(tree: Tree, path: str) -> ReadObject:
    try:
        return ReadObject(path=path, value=prepared(indexed_object(tree, StoreReader(tree).read_object(path))))
    except (OSError, FindingsError) as error:
        return ReadObject(path=path, fault=str(error))
