"""Many packages added with every core: small ones in worker processes, large ones here, where progress is seen.

Versions of one package are added one after the other, by the same worker.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from archiver.execution.pool import Outcome, Share, TaskDone, WorkerPool
from archiver.model import Finding, Severity
from archiver.steps.stores.package_adding import AddedPackage, AddOrder, add_package
from archiver.storage.bag_checks.container import Progress
from archiver.storage.stores.root import StoreRoot

_WORKERS_FROM = 24
"""Packages from which worker processes are worth their start."""

_WORKERS_A_CORE = 2
"""While one waits for the disk, the other hashes."""

_MOST_WORKERS = 8
_SMALL = 32 << 20
"""Bytes of what is left to a worker: larger ones are shown while they are copied."""

_AT_ONCE = 8
"""Packages in one task."""

_WAITING = 4
"""Tasks a worker that have been asked for: enough that none waits for the next."""

_WEEK = 7 * 86400.0
"""Seconds a task may take: a disk that hangs is waited for, as it would be without workers."""

Waiting = Callable[[str], None]
"""Given the identifier of an object that another run holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddBatch:
    """Versions of one package, oldest first."""

    orders: tuple[AddOrder, ...]
    bytes: int
    """About."""


def add_batches(
    root: StoreRoot, staging: Path, queue: Sequence[AddBatch], workers: int, progress: Progress, waiting: Waiting
) -> Iterator[AddedPackage]:
    """Add packages.

    Args:
        root: of the store.
        staging: this run's folder in it.
        queue: what to add.
        workers: cores to use.
        progress: told of bytes read, from the packages and back from the store.
        waiting: as for :func:`~archiver.steps.stores.package_adding.add_package`.

    Yields:
        One result a package, as they come.
    """
    small = [batch for batch in queue if batch.bytes <= _SMALL]
    if workers < 2 or sum(len(batch.orders) for batch in small) < _WORKERS_FROM:
        small = []
    else:
        queue = [batch for batch in queue if batch.bytes > _SMALL]
        yield from _add_apart(root, staging, small, workers, progress)
    for batch in queue:
        for order in batch.orders:
            yield add_package(root, staging, order, progress, waiting)


def load(_: None) -> None:
    """Prepare workers: to have imported this module is all they need."""


def add_apart(task: tuple[StoreRoot, str, tuple[AddOrder, ...]]) -> tuple[AddedPackage, ...]:
    """Add packages as a worker does it: nobody hears how far it is."""
    root, staging, orders = task
    return tuple(add_package(root, Path(staging), order, lambda _: None, lambda _: None) for order in orders)


def _add_apart(
    root: StoreRoot, staging: Path, queue: Sequence[AddBatch], workers: int, progress: Progress
) -> Iterator[AddedPackage]:
    count = min(_MOST_WORKERS, _WORKERS_A_CORE * workers)
    results = (AddedPackage, Finding, Severity)
    asked: deque[tuple[_Task, Future[Outcome[tuple[AddedPackage, ...]]]]] = deque()

    def answers(left: int) -> Iterator[AddedPackage]:
        while len(asked) > left:
            task, future = asked.popleft()
            outcome = future.result()
            if isinstance(outcome, TaskDone):
                yield from outcome.value
            else:  # the worker was killed, or could not start: what it had done is current by now
                yield from (add_package(root, staging, one, lambda _: None, lambda _: None) for one in task.orders)
            progress(2 * task.bytes)

    with WorkerPool(workers=count, preparation=load, results=results, share=Share(tasks=1 << 30)) as pool:
        pool.fork()
        for task in _tasks(queue):
            asked.append((task, pool.submit(add_apart, (root, str(staging), task.orders), _WEEK)))
            yield from answers(_WAITING * count)
        yield from answers(0)


@dataclass(frozen=True, slots=True)
class _Task:
    orders: tuple[AddOrder, ...]
    bytes: int


def _tasks(queue: Sequence[AddBatch]) -> Iterator[_Task]:
    orders: tuple[AddOrder, ...] = ()
    octets = 0
    for batch in queue:
        orders += batch.orders
        octets += batch.bytes
        if len(orders) >= _AT_ONCE or octets >= _SMALL:
            yield _Task(orders, octets)
            orders, octets = (), 0
    if orders:
        yield _Task(orders, octets)
