"""Packages of stores elsewhere, read side by side by threads: a server is waited for more than anything is computed.

Judges nothing itself, and writes nothing. What is under way when it is closed is given up at its next piece.
"""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from archiver.steps.audit.turns import Turn
from archiver.storage.stores.fixity import check_object

if TYPE_CHECKING:
    from archiver.model import FixityResult
    from archiver.steps.audit.asking import AuditRequest
    from archiver.storage.bag_checks.container import Progress
    from archiver.storage.digesting.files import Read

THREADS = 8
"""Packages that are read at once."""


class SideBySide:
    """Threads that check whole packages; none is started before the first."""

    def __init__(self, request: AuditRequest, progress: Progress | None) -> None:
        """Start nothing yet.

        Args:
            request: with the clock.
            progress: told of the bytes of a package when it is done, by who asks for results.
        """
        self._request = request
        self._progress = progress
        self._executor: ThreadPoolExecutor | None = None
        self._running: dict[Future[FixityResult], Turn] = {}
        self._given_up = threading.Event()

    @property
    def full(self) -> bool:
        """Whether as much is under way as can be."""
        return len(self._running) >= THREADS

    @property
    def busy(self) -> bool:
        """Whether anything is under way."""
        return bool(self._running)

    def begin(self, turn: Turn, read: Read) -> None:
        """Have a package checked.

        Args:
            turn: whose turn it is.
            read: reads a file of its store, in any thread.
        """
        if self._executor is None:
            self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="archiver-audit")
        self._running[self._executor.submit(self._check, turn, self._stoppable(read))] = turn

    def done(self, *, waiting: bool) -> Iterator[tuple[Turn, FixityResult]]:
        """Give the packages that are done.

        Args:
            waiting: for one at least, where any is under way.
        """
        if not self._running:
            return
        ended, _ = wait(self._running, None if waiting else 0, FIRST_COMPLETED)
        for future in ended:
            result = future.result()
            if self._progress is not None:
                self._progress(result.bytes)
            yield self._running.pop(future), result

    def close(self) -> None:
        """Give up what is under way, and wait until no thread is left."""
        self._given_up.set()
        if self._executor is not None:
            self._executor.shutdown(cancel_futures=True)

    def _check(self, turn: Turn, read: Read) -> FixityResult:
        return check_object(
            turn.store.tree,
            turn.planned.path,
            clock=self._request.clock,
            identifier=turn.identifier,
            read=read,
        )

    def _stoppable(self, read: Read) -> Callable[[str], Iterator[bytes | memoryview]]:
        def stoppable(path: str) -> Iterator[bytes | memoryview]:
            for piece in read(path):
                if self._given_up.is_set():
                    raise OSError(errno.EINTR, "the audit was broken off")
                yield piece

        return stoppable
