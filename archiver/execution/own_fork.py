"""Workers forked from the pool's own process: there at once, with all that it has loaded.

Only while that process has one thread, and only for tasks that work on nothing a stranger could take a worker over
with: they share their parent's memory as it was. What strangers' documents go through is forked from a nursery.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import threading
from contextlib import suppress
from typing import NoReturn

from archiver.execution.forked import can_fork, threads
from archiver.execution.process import Pipes, WorkerEnded, WorkerProcess, described
from archiver.execution.worker import drop_all_but, end_with, serve, silence


def fork_workers(count: int, results: frozenset[type]) -> list[WorkerProcess]:
    """Fork workers.

    Args:
        count: how many.
        results: classes an answer may hold.

    Returns:
        As many as could be had; none where forking is not safe.
    """
    workers: list[WorkerProcess] = []
    if not can_fork() or threads() > 1:
        return workers
    with suppress(OSError):  # no process, or no descriptor, for one more
        while len(workers) < count:
            workers.append(_fork_worker(results))
    return workers


def _fork_worker(results: frozenset[type]) -> WorkerProcess:
    calls, answers = os.pipe(), os.pipe()
    parent = os.getpid()
    # An interrupt between the fork and the worker's first line would print a traceback of its own.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    try:
        pid = os.fork()
        if pid == 0:
            _live(calls[0], answers[1], parent)
        held = _held(pid)
    except OSError:
        os.close(calls[1])
        os.close(answers[0])
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        os.close(calls[0])
        os.close(answers[1])
    return WorkerProcess(Pipes(calls=calls[1], answers=answers[0]), _OwnLife(pid, held), results)


def _held(pid: int) -> int:
    try:
        return os.pidfd_open(pid)
    except OSError:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise


def _live(calls: int, answers: int, parent: int) -> NoReturn:
    """Be a worker: hold two pipes and nothing else of the parent's."""
    try:
        end_with(parent)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGTERM})
        gc.disable()  # a collection would touch, and so copy, every page shared with the parent
        drop_all_but({0, 1, 2, calls, answers})
        silence()
        serve(calls, answers, parent)
    finally:
        os._exit(0)  # never into the program it was forked from


class _OwnLife:
    """A child of this process, held by descriptor, so that no other is ever killed."""

    def __init__(self, pid: int, held: int) -> None:
        self._pid = pid
        self._held = held
        self._lock = threading.Lock()
        self._end: WorkerEnded | None = None
        self._closed = False

    def kill(self) -> None:
        with self._lock, suppress(ProcessLookupError):
            if not self._closed:
                signal.pidfd_send_signal(self._held, signal.SIGKILL)

    def ended(self, seconds: float) -> WorkerEnded | None:
        poll = select.poll()
        poll.register(self._held, select.POLLIN)
        if self._end is None and poll.poll(max(0.0, seconds) * 1000):
            self._reap()
        return self._end

    def close(self) -> None:
        self._reap()
        with self._lock:
            if not self._closed:
                self._closed = True
                os.close(self._held)

    def _reap(self) -> None:
        with self._lock:
            if self._end is None:
                self._end = WorkerEnded(_status(self._pid))


def _status(pid: int) -> str:
    try:
        return described(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    except ChildProcessError:  # somebody else in this program waits for every child
        return "ended"
