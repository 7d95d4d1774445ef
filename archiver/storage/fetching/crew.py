"""A few workers, each on one file at a time, and no more than a few of them at one host.

Knows nothing of files: hands jobs out and stops.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Job = TypeVar("Job")


class Queue(Generic[Job]):
    """Jobs by host; safe to use from many threads."""

    def __init__(self, jobs: Mapping[str, Iterable[Job]], per_host: int) -> None:
        self._waiting = {host: deque(found) for host, found in jobs.items()}
        self._active = dict.fromkeys(self._waiting, 0)
        self._per_host = per_host
        self._changed = threading.Condition()

    @contextmanager
    def next(self) -> Iterator[Job | None]:
        """Give the next job for the length of the block, waiting until its host has room; None when there is none."""
        with self._changed:
            host = self._free_host()
            while host is None and any(self._waiting.values()):
                self._changed.wait()
                host = self._free_host()
            job = None if host is None else self._waiting[host].popleft()
            if host is not None:
                self._active[host] += 1
        try:
            yield job
        finally:
            with self._changed:
                if host is not None:
                    self._active[host] -= 1
                self._changed.notify_all()

    def close(self) -> None:
        """Hand out no more jobs."""
        with self._changed:
            for waiting in self._waiting.values():
                waiting.clear()
            self._changed.notify_all()

    def _free_host(self) -> str | None:
        hosts = (host for host, jobs in self._waiting.items() if jobs and self._active[host] < self._per_host)
        return min(hosts, key=lambda host: self._active[host], default=None)


def run(queue: Queue[Job], work: Callable[[Job], None], workers: int, stop: Callable[[], None]) -> None:
    """Let ``workers`` threads do every job of the queue.

    Args:
        queue: the jobs.
        work: does one job; called from many threads.
        workers: threads.
        stop: makes work that waits for something end soon; called when a job raises, or this thread is interrupted.

    Raises:
        Exception: what ``work`` raised first.
    """

    def labour() -> None:
        while True:
            with queue.next() as job:
                if job is None:
                    return
                work(job)

    with ThreadPoolExecutor(workers, thread_name_prefix="fetch") as pool:
        try:
            for future in [pool.submit(labour) for _ in range(workers)]:
                future.result()
        except BaseException:
            queue.close()
            stop()
            raise
