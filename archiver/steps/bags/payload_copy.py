"""Copies the documents of a plain bag into its payload with every core.

Small ones go in batches, to worker processes where there are many; large ones side by side in threads, since hashing
and writing let others run. What was copied is told in the calling thread alone; which files, and where to, is the
caller's matter.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from queue import SimpleQueue

from archiver.errors import ItemError
from archiver.execution.cores import usable_cores
from archiver.execution.pool import Outcome, Share, TaskDone, WorkerPool
from archiver.model import Finding, SourceDocument
from archiver.steps.bags.copying import altered, changed, unreadable
from archiver.storage.payload_copying import (
    SMALL,
    CopiedBatch,
    CopiedFile,
    CopyFault,
    CopyJob,
    DiskRefusal,
    batches,
    copy_batch,
    copy_batch_apart,
    copy_large,
    load,
    throw_away,
)
from archiver.storage.source_files import Progress, SourceUnreadableError, open_below

Took = Callable[[Sequence[tuple[str, CopiedFile]]], None]
"""Called with documents whose copies are durable: path and what was seen."""

_WORKERS_FROM = 1000
"""Small documents from which worker processes are worth their start."""

_WORKERS_A_CORE = 2
"""While one waits for the disk, the other hashes."""

_MOST_WORKERS = 8
_WAITING = 4
"""Batches a worker that have been asked for: enough that none waits for the next."""

_LARGE_AT_ONCE = 2
_WEEK = 7 * 86400.0
"""Seconds a batch may take: a disk that hangs is waited for, as it would be without workers."""


def copy_payload(job: CopyJob, documents: Sequence[SourceDocument], took: Took, progress: Progress) -> None:
    """Copy documents into a payload.

    Args:
        job: where from and where to.
        documents: small ones in the order of their folders are copied fastest.
        took: told of what is copied, and was read back.
        progress: told of the bytes read, from the source and from the copies.

    Raises:
        ItemError: names every document that is unreadable, those that changed while they were read, and those whose
            copies did not read back as they were written.
        OSError: the disk written to refused.
    """
    copy = PayloadCopy(job=job, cores=usable_cores(), progress=progress, took=took)
    copy.run(documents)
    if copy.faults:
        raise ItemError(tuple(_finding(path, fault) for path, fault in copy.faults))


def _finding(path: str, fault: CopyFault) -> Finding:
    if fault.kind == "changed":
        return changed(path)
    return altered(path) if fault.kind == "altered" else unreadable(path, fault.cause)


@dataclass(slots=True, kw_only=True)
class PayloadCopy:
    """One copying of many documents."""

    job: CopyJob
    cores: int
    progress: Progress
    took: Took
    faults: list[tuple[str, CopyFault]] = field(default_factory=list)
    """Documents that could not be copied; after the first, no more are begun."""

    def run(self, documents: Sequence[SourceDocument]) -> None:
        """Copy documents; what is wrong with one is found in ``faults`` afterwards.

        Raises:
            OSError: the disk written to refused.
        """
        _make_folders(self.job.target, (document.path for document in documents))
        small = [(one.path, one.size) for one in documents if one.size <= SMALL]
        self._copy_small(small)
        self._copy_all_large([one.path for one in documents if one.size > SMALL])

    def _copy_small(self, files: list[tuple[str, int]]) -> None:
        groups = batches(files)
        if self.cores > 1 and len(files) >= _WORKERS_FROM:
            self._copy_with_workers(groups)
            return
        for paths in groups:
            if self.faults:
                self._look_at(paths)
            else:
                self._take(paths, copy_batch(self.job, paths, self.progress))

    def _copy_with_workers(self, groups: Iterator[list[str]]) -> None:
        workers = min(_MOST_WORKERS, _WORKERS_A_CORE * self.cores)
        results = (CopiedBatch, CopiedFile, CopyFault, DiskRefusal)
        asked: deque[tuple[list[str], Future[Outcome[CopiedBatch]]]] = deque()
        with WorkerPool(workers=workers, preparation=load, results=results, share=Share(tasks=1 << 30)) as pool:
            pool.fork()
            for paths in groups:
                if self.faults:
                    self._look_at(paths)
                    continue
                asked.append((paths, pool.submit(copy_batch_apart, (self.job, paths), _WEEK)))
                if len(asked) > _WAITING * workers:
                    self._take_answer(*asked.popleft())
            while asked:
                self._take_answer(*asked.popleft())

    def _take_answer(self, paths: list[str], answer: Future[Outcome[CopiedBatch]]) -> None:
        outcome = answer.result()
        if isinstance(outcome, TaskDone):
            batch = outcome.value
        else:  # the worker was killed, or could not start: the batch is none the worse for it
            throw_away(self.job, paths)
            batch = CopiedBatch(copy_batch(self.job, paths))
        if batch.refusal is not None:
            raise batch.refusal.error()
        self.progress(2 * sum(one.size for one in batch.files if isinstance(one, CopiedFile)))
        self._take(paths, batch.files)

    def _copy_all_large(self, paths: list[str]) -> None:
        at_once = min(_LARGE_AT_ONCE, self.cores, len(paths))
        if at_once > 1 and not self.faults:
            self._copy_side_by_side(paths, at_once)
            return
        for path in paths:
            if self.faults:
                self._look_at([path])
            else:
                self._take([path], [copy_large(self.job, path, self.progress)])

    def _copy_side_by_side(self, paths: list[str], at_once: int) -> None:
        said: SimpleQueue[int | tuple[str, CopiedFile | CopyFault | BaseException]] = SimpleQueue()
        stop = threading.Event()

        def heard(count: int) -> None:
            if stop.is_set():
                raise _StoppedError
            said.put(count)

        def copy(path: str) -> None:
            try:
                said.put((path, copy_large(self.job, path, heard)))
            except BaseException as error:  # noqa: BLE001 - raised again in the thread that waits
                said.put((path, error))

        executor = ThreadPoolExecutor(at_once, thread_name_prefix="archiver-copying")
        waiting = iter(paths)
        try:
            begun = [executor.submit(copy, path) for path in islice(waiting, at_once)]
            left = len(begun)
            while left:
                told = said.get()
                if isinstance(told, int):
                    self.progress(told)
                    continue
                left -= 1
                path, result = told
                if isinstance(result, BaseException):
                    raise result
                self._take([path], [result])
                for following in islice(waiting, 0 if self.faults else 1):
                    executor.submit(copy, following)
                    left += 1
        finally:
            stop.set()
            executor.shutdown(cancel_futures=True)
        self._look_at(waiting)

    def _take(self, paths: Sequence[str], results: Sequence[CopiedFile | CopyFault]) -> None:
        self.took([(path, one) for path, one in zip(paths, results, strict=True) if isinstance(one, CopiedFile)])
        self.faults.extend((path, one) for path, one in zip(paths, results, strict=True) if isinstance(one, CopyFault))

    def _look_at(self, paths: Iterable[str]) -> None:
        """See whether documents can be opened: no bag comes of them any more, but all that is wrong is worth saying."""
        for path in paths:
            try:
                with open_below(Path(self.job.source), path):
                    pass
            except SourceUnreadableError as error:
                self.faults.append((path, CopyFault("unreadable", str(error))))


class _StoppedError(Exception):
    """Ends a thread whose copy nobody waits for any more."""


def _make_folders(target: str, paths: Iterable[str]) -> None:
    """Make every folder that the documents need, so that workers find them."""
    folders = {path.rpartition("/")[0] for path in paths}
    os.makedirs(target, exist_ok=True)  # noqa: PTH103 - a Path a folder costs more than the folder
    for folder in sorted(folders):
        os.makedirs(f"{target}/{folder}", exist_ok=True)  # noqa: PTH103 - as above
