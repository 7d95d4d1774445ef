"""A crew of forked processes that digest a bag's files: who is given what, what comes back, what happens when one dies.

A worker that dies loses nothing: what it had not answered is read in this process. Judges no digest.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from archiver.storage.bag_checks.container import Progress
from archiver.storage.bag_checks.file_table import FileTable
from archiver.storage.digesting.batches import Batch, batches, cost
from archiver.storage.digesting.files import Read, digest_file
from archiver.storage.digesting.forked import ForkedWorker, WorkerGoneError, may_fork
from archiver.storage.hashing import new_hasher

_WORTH_IT = 24 << 20
"""Cost of a bag below which forking takes longer than it saves."""

_AHEAD = 96 << 20
"""Cost of what one worker may have before it: enough to keep it busy while manifests are parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Digested:
    """What came of some files."""

    paths: Sequence[str]
    digests: bytes
    """One file's digests behind the other's, each in the order of the algorithms; zeros for a file with an error."""

    errors: dict[int, OSError]
    """Which of ``paths``, from 0 -> why it could not be read."""


class Crew:
    """At most so many processes, forked when a bag turns out to be worth it; none is left when the block is.

    First :meth:`expect` while the bag is listed, then :meth:`begin`, then :meth:`results`.
    """

    def __init__(self, workers: int) -> None:
        """Fork nothing yet.

        Args:
            workers: processes; with less than two, or where forking is not safe, there will be none.
        """
        self._wanted = workers
        self._read: Read | None = None
        self._workers: list[ForkedWorker] = []
        self._gone: list[ForkedWorker] = []
        self._algorithms: tuple[str, ...] = ()
        self._waiting: Iterator[Batch] = iter(())
        self._next: Batch | None = None
        self._orphans: deque[Batch] = deque()

    def expect(self, read: Read, files: int, size: int) -> None:
        """Hear of what the listing has come to so far: as soon as it is worth it, fork.

        Early, because what this process holds later would be shared with its workers page by page, and then copied.

        Args:
            read: gives the bytes of one of the bag's files; relies on no place in an open file.
            files: how many so far.
            size: their bytes.
        """
        if self._read is not None or self._wanted < 2 or cost(files, size) < _WORTH_IT:
            return
        self._read = read
        while len(self._workers) < self._wanted and may_fork():
            try:
                self._workers.append(ForkedWorker(read, self._workers))
            except OSError:  # no process, or no descriptor, for one more
                break

    def begin(self, files: FileTable, algorithms: Sequence[str]) -> None:
        """Give the workers as much as they can hold, and wait for nothing.

        Args:
            files: of the bag; the payload is read.
            algorithms: hashlib's names; each file is digested by all of them.
        """
        if self._workers and algorithms:
            self._algorithms = tuple(algorithms)
            self._waiting = batches(files)
            self._next = next(self._waiting, None)
            self._send()

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What the payload is being digested by; empty when nobody is at work on it."""
        return self._algorithms

    def results(self, progress: Progress | None) -> Iterator[Digested]:
        """Give what came of every payload file, in any order.

        Args:
            progress: told of bytes read; of each file at most what the listing says it has.
        """
        while True:
            self._send()
            if self._orphans:
                yield self._read_here(self._orphans.popleft(), progress)
            elif self._next is not None and not self._workers:
                batch, self._next = self._next, next(self._waiting, None)
                yield self._read_here(batch, progress)
            elif any(worker.batches for worker in self._workers):
                yield from self._received(progress)
            else:
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        everyone = [*self._workers, *self._gone]
        self._workers, self._gone, self._algorithms = [], [], ()
        for worker in everyone:
            worker.kill()
        for worker in everyone:
            worker.close()

    def _send(self) -> None:
        """Hand batches out to whoever has least, and send what the pipes take."""
        while self._next is not None and self._workers:
            worker = min(self._workers, key=lambda one: one.load)
            if worker.load and worker.load + self._next.cost > _AHEAD:
                break
            worker.give(self._next, self._algorithms)
            self._next = next(self._waiting, None)
        for worker in list(self._workers):
            try:
                worker.send()
            except WorkerGoneError:
                self._bury(worker)

    def _received(self, progress: Progress | None) -> Iterator[Digested]:
        """Wait until there is an answer, or room to send; give the answers."""
        poll = select.poll()
        for worker in self._workers:
            poll.register(worker.answers, select.POLLIN)
            if worker.unsent:
                poll.register(worker.tasks, select.POLLOUT)
        told = {descriptor for descriptor, _ in poll.poll()}
        for worker in [one for one in self._workers if one.answers in told]:
            try:
                for batch, answer in worker.receive():
                    batch.tell(progress, answer.read)
                    if answer.digests:
                        batch.tell_all(progress)
                        yield Digested(paths=batch.paths, digests=answer.digests, errors=answer.errors)
            except WorkerGoneError:
                self._bury(worker)

    def _bury(self, worker: ForkedWorker) -> None:
        self._workers.remove(worker)
        self._gone.append(worker)
        self._orphans += worker.batches.values()

    def _read_here(self, batch: Batch, progress: Progress | None) -> Digested:
        """Read a batch in this process: its worker died, or there is none any more."""
        read = self._read
        if read is None:
            raise RuntimeError("nothing was begun")
        digests: list[bytes] = []
        errors: dict[int, OSError] = {}
        for index, path in enumerate(batch.paths):
            try:
                digests += digest_file(read, path, self._algorithms, lambda count: batch.tell(progress, count))
            except OSError as error:
                errors[index] = error
                digests += [bytes(new_hasher(name)().digest_size) for name in self._algorithms]
        batch.tell_all(progress)
        return Digested(paths=batch.paths, digests=b"".join(digests), errors=errors)
