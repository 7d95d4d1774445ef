"""One forked worker as its crew sees it: two pipes, what it was given and has not answered, and its end.

Forks only while this process has a single thread; looks into no answer.
"""

from __future__ import annotations

import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from archiver.storage.digesting.batches import Batch
from archiver.storage.digesting.files import Read
from archiver.storage.digesting.messages import Answer, Task, pack_task, unpack_answers
from archiver.storage.digesting.worker import work

_PIPE = 1 << 20
"""Bytes that a pipe should hold: a worker goes on so far while its crew is busy with manifests."""

_TAKEN = frozenset({signal.SIGINT, signal.SIGTERM})


class WorkerGoneError(Exception):
    """It died, or was killed."""


def may_fork() -> bool:
    """Tell whether this process may be forked: another thread could hold a lock that the child waits for for ever."""
    if sys.platform != "linux":
        return False
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == 1
    except OSError:
        return False


class ForkedWorker:
    """A process that works on batches, in the order they are given."""

    def __init__(self, read: Read, others: Sequence[Self], settle: Callable[[], None] | None = None) -> None:
        """Fork it.

        Args:
            read: gives the bytes of a file.
            others: workers forked before, whose pipes this one must not hold.
            settle: called once in it, before it begins.

        Raises:
            OSError: no descriptor or no process is left.
        """
        self.batches: dict[int, Batch] = {}
        """Given and not answered, by number, in order."""
        self.load = 0
        """Their cost."""
        self._unsent = b""
        self._received = bytearray()
        self._count = 0
        theirs, self.tasks = os.pipe()
        try:
            self.answers, answering = os.pipe()
        except OSError:
            os.close(theirs)
            os.close(self.tasks)
            raise
        try:
            mine = [self.tasks, self.answers, *(end for other in others for end in (other.tasks, other.answers))]
            self._pid, self._handle = _fork(read, theirs, answering, mine, settle)
        except OSError:
            os.close(self.tasks)
            os.close(self.answers)
            raise
        finally:
            os.close(theirs)
            os.close(answering)
        for pipe in (self.tasks, self.answers):
            os.set_blocking(pipe, False)
            with suppress(OSError):  # more than this user may have: it then waits sooner
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)

    def give(self, batch: Batch) -> None:
        """Add a batch to what it has; :meth:`send` sends it."""
        self._count += 1
        self.batches[self._count] = batch
        self.load += batch.cost
        self._unsent += pack_task(Task(number=self._count, algorithms=batch.algorithms, paths=batch.paths))

    @property
    def unsent(self) -> bool:
        """Whether there is something to send still."""
        return bool(self._unsent)

    def send(self) -> None:
        """Send what the pipe takes.

        Raises:
            WorkerGoneError: there is nobody to take it.
        """
        try:
            while self._unsent:
                self._unsent = self._unsent[os.write(self.tasks, self._unsent) :]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            raise WorkerGoneError from None

    def receive(self) -> Iterator[tuple[Batch, Answer]]:
        """Give the answers that are there, with the batches they are on; one that ends a batch takes it off.

        Raises:
            WorkerGoneError: there are no more, and there will be none.
        """
        gone = self._fill()
        for answer in unpack_answers(self._received):
            batch = self.batches[answer.number]
            if answer.digests:
                del self.batches[answer.number]
                self.load -= batch.cost
            yield batch, answer
        if gone:
            raise WorkerGoneError

    def kill(self) -> None:
        """Kill it, whatever it does; does not wait."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def close(self) -> None:
        """Wait until it is gone, once it was killed or has ended."""
        with suppress(ChildProcessError):  # somebody else in this program waits for every child
            os.waitpid(self._pid, 0)
        for descriptor in (self._handle, self.tasks, self.answers):
            os.close(descriptor)

    def _fill(self) -> bool:
        """Take in what the pipe holds; tell whether it has ended."""
        try:
            while data := os.read(self.answers, _PIPE):
                self._received += data
        except BlockingIOError:
            return False
        return True


def _fork(
    read: Read, tasks: int, answers: int, foreign: Sequence[int], settle: Callable[[], None] | None
) -> tuple[int, int]:
    """Return the worker's process number and a descriptor that stands for it, whatever becomes of the number."""
    # An interrupt between the fork and the worker's first line would print a traceback of its own.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _TAKEN)
    try:
        pid = os.fork()
        if pid == 0:
            work(read, tasks, answers, foreign, settle)
        try:
            return pid, os.pidfd_open(pid)
        except OSError:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
