"""A crew of forked processes that digest files: who is given what, what comes back, what happens when one dies.

A worker that dies loses nothing: what it had not answered is read in this process. Judges no digest.
"""

from __future__ import annotations

import select
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from types import TracebackType
from typing import Self

from archiver.storage.bag_checks.container import Progress
from archiver.storage.digesting.batches import Batch, Sized, batches, cost
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

    job: int = 0
    """As :meth:`Crew.begin` was told."""


class Crew:
    """At most so many processes, forked when there turns out to be enough to read; none is left when the block is.

    First :meth:`expect` while the files are listed, then :meth:`begin`, then :meth:`results`; where several bags or
    packages are read behind one another, :meth:`begin` for each, also while results are being taken.
    """

    def __init__(self, workers: int, settle: Callable[[], None] | None = None) -> None:
        """Fork nothing yet.

        Args:
            workers: processes; with less than two, or where forking is not safe, there will be none.
            settle: called once in each worker before it begins, such as to have it yield to others; one that has
                something to settle is worth a process though it be the only one.
        """
        self._wanted = workers
        self._settle = settle
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
            read: gives the bytes of one of the files; relies on no place in an open file.
            files: how many so far.
            size: their bytes.
        """
        least = 1 if self._settle else 2
        if self._read is not None or self._wanted < least or cost(files, size) < _WORTH_IT:
            return
        self._read = read
        while len(self._workers) < self._wanted and may_fork():
            try:
                self._workers.append(ForkedWorker(read, self._workers, self._settle))
            except OSError:  # no process, or no descriptor, for one more
                break

    def begin(self, files: Sized, algorithms: Sequence[str], job: int = 0) -> bool:
        """Give the workers as much as they can hold, and wait for nothing.

        Args:
            files: what is read, behind what was begun before.
            algorithms: hashlib's names; each file is digested by all of them.
            job: told with each of its results.

        Returns:
            Whether anybody is at work on it; where not, whoever asks reads the files.
        """
        if not (self._workers and algorithms):
            return False
        self._algorithms = tuple(algorithms)
        self._waiting = chain(self._waiting, batches(files, self._algorithms, job))
        if self._next is None:
            self._next = next(self._waiting, None)
        self._send()
        return True

    @property
    def algorithms(self) -> tuple[str, ...]:
        """What files are being digested by, those begun last; empty when nobody is at work on any."""
        return self._algorithms

    def results(self, progress: Progress | None) -> Iterator[Digested]:
        """Give what came of every file, in any order, until nothing is left of what was begun.

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
            worker.give(self._next)
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
                        yield Digested(paths=batch.paths, digests=answer.digests, errors=answer.errors, job=batch.job)
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
                digests += digest_file(read, path, batch.algorithms, lambda count: batch.tell(progress, count))
            except OSError as error:
                errors[index] = error
                digests += [bytes(new_hasher(name)().digest_size) for name in batch.algorithms]
        batch.tell_all(progress)
        return Digested(paths=batch.paths, digests=b"".join(digests), errors=errors, job=batch.job)
