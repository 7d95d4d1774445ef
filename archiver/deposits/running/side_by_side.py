"""Works on several packages at once, with a target of its own for each thread."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from archiver.deposits.contract import Target

Job = TypeVar("Job")
Result = TypeVar("Result")


def side_by_side(
    jobs: Sequence[Job],
    work: Callable[[Job, Target], Result],
    make: Callable[[], Target],
    *,
    parallel: int,
    stop: threading.Event,
) -> Iterator[tuple[Job, Result | Exception]]:
    """Yield each job with what came of it, as it ends.

    Args:
        jobs: in the order in which they are begun.
        work: what is done with each; an exception of it is given as its result.
        make: makes a target; called once in each thread, at its first job, and closed when there is none left.
        parallel: threads, from 1.
        stop: set when the caller is done or is interrupted, so that every thread ends soon.

    Raises:
        KeyboardInterrupt: the run is to stop; what was begun stays to be gone on with.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    ended: queue.SimpleQueue[tuple[Job, Result | Exception] | None] = queue.SimpleQueue()
    threads = [
        threading.Thread(target=_thread, args=(waiting, ended, work, make, stop), name=f"deposit-{number}")
        for number in range(max(1, min(parallel, len(jobs))))
    ]
    for thread in threads:
        thread.start()
    running = len(threads)
    try:
        while running:
            result = ended.get()
            if result is None:
                running -= 1
            else:
                yield result
        if stop.is_set():
            raise KeyboardInterrupt
    finally:
        if running:
            stop.set()
        for thread in threads:
            thread.join()


def _thread(
    waiting: queue.SimpleQueue[Job],
    ended: queue.SimpleQueue[tuple[Job, Result | Exception] | None],
    work: Callable[[Job, Target], Result],
    make: Callable[[], Target],
    stop: threading.Event,
) -> None:
    target: Target | None = None
    try:
        while not stop.is_set():
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                break
            try:
                target = target or make()
                ended.put((job, work(job, target)))
            except Exception as error:  # noqa: BLE001 - handed to the caller, who words it
                ended.put((job, error))
    except KeyboardInterrupt:
        stop.set()
    finally:
        if target is not None:
            with contextlib.suppress(Exception):  # what it did is known by now
                target.close()
        ended.put(None)
