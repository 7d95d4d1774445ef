"""The results of one audit run: a line a package, appended while it runs, closed by an entry in the store's log.

The entry holds a Merkle root over the lines (RFC 9162), so that none of them can be changed unseen afterwards. A run
that was killed is gone on with; a result that was not wholly written is dropped, and its package checked again.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Self

from archiver.errors import UsageError
from archiver.model import FixityOutcome, FixityResult
from archiver.standards.audit_log.canonical import Json, NotCanonicalError
from archiver.standards.audit_log.entries import LogEntry, write_time
from archiver.standards.audit_log.merkle import MerkleTree
from archiver.standards.audit_log.result_lines import read_result_line, result_line
from archiver.storage.store_log.lines import append_line, lines, opened_for_appending, refused
from archiver.storage.store_log.log import StoreLog

RUNS_NAME = "runs"
_RUN = re.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_SUFFIX = ".jsonl"


class RunResults:
    """The results of one run that is not closed yet; no second process can append to it meanwhile.

    A context manager: leaving it without :meth:`close` lets go of the run, which can then be gone on with.
    """

    def __init__(self, records: Path, run: str, stack: contextlib.ExitStack, descriptor: int) -> None:
        self.run = run
        self.path = run_path(records, run)
        self.torn_bytes = 0
        """Bytes at the end of what was there that were no result, and were dropped."""

        self._stack = stack
        self._descriptor = descriptor
        self._tree = MerkleTree()
        self._outcomes: Counter[FixityOutcome] = Counter()
        self._files = self._bytes = 0
        self._started: datetime | None = None
        self._ended: datetime | None = None

    @classmethod
    def open_or_resume(cls, records: Path, run: str) -> RunResults:
        """Begin a run, or go on with one that was broken off.

        Args:
            records: the store's folder of records.
            run: its name: letters, digits, ``.``, ``_`` and ``-``, at most 100 of them.

        Raises:
            StorageError: the disk refused.
            UsageError: another process is at work on it, it is closed, or it is no name of a run.
        """
        path = run_path(records, run)
        with contextlib.ExitStack() as stack:
            descriptor = stack.enter_context(opened_for_appending(path, wait=False))
            results = cls(records, run, stack, descriptor)
            try:
                if os.fstat(descriptor).st_size:
                    if run in StoreLog(records).closed_runs():
                        raise UsageError(f"the audit run {run} is closed: begin another one")
                    results._go_on()
            except OSError as error:
                raise refused(path, error) from error
            results._stack = stack.pop_all()
        return results

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def count(self) -> int:
        """Results until now."""
        return self._tree.size

    def results(self) -> Iterator[FixityResult]:
        """Read the results until now, first to last."""
        return run_results(self.path)

    def append(self, result: FixityResult, *, durable: bool = False) -> None:
        """Append one result; a kill does not lose it, a power cut may, unless it is made ``durable`` at once.

        Raises:
            StorageError: the disk refused.
        """
        line = result_line(result)
        append_line(self.path, self._descriptor, line, durable=durable)
        self._count(line, result)

    def make_durable(self) -> None:
        """See that no power cut takes away what was appended until now.

        Raises:
            StorageError: the disk refused.
        """
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            raise refused(self.path, error) from error

    def close(self, log: StoreLog, body: Mapping[str, Json], *, now: datetime) -> LogEntry:
        """Make the results durable, and append the entry that closes the run.

        Args:
            log: of the same store.
            body: what else the entry says, such as what was asked for. ``run``, ``results``, ``root``, ``outcomes``,
                ``files``, ``bytes``, ``started``, ``ended`` and ``torn_bytes`` are added.
            now: with its zone.

        Raises:
            StorageError: the disk refused; the run is still open, and can be gone on with.
        """
        self.make_durable()
        told: dict[str, Json] = {
            **body,
            "run": self.run,
            "results": self._tree.size,
            "root": self._tree.root(),
            "outcomes": {outcome.value: self._outcomes[outcome] for outcome in FixityOutcome},
            "files": self._files,
            "bytes": self._bytes,
            "started": write_time(self._started or now),
            "ended": write_time(self._ended or now),
        }
        if self.torn_bytes:
            told["torn_bytes"] = self.torn_bytes
        entry = log.append("audit", told, now=now)
        self._stack.close()
        return entry

    def _go_on(self) -> None:
        end = 0
        for line in lines(self.path):
            try:
                if not line.ended:
                    break
                self._count(line.data, read_result_line(line.data))
            except NotCanonicalError:
                break
            end = line.offset + len(line.data) + 1
        self.torn_bytes = os.fstat(self._descriptor).st_size - end
        if self.torn_bytes:
            os.ftruncate(self._descriptor, end)
            os.fsync(self._descriptor)

    def _count(self, line: bytes, result: FixityResult) -> None:
        self._tree.add(line.removesuffix(b"\n"))
        self._outcomes[result.outcome] += 1
        self._files += result.files
        self._bytes += result.bytes
        self._started = min(self._started or result.started, result.started)
        self._ended = max(self._ended or result.ended, result.ended)


def run_path(records: Path, run: str) -> Path:
    """Return the file that holds the results of a run.

    Raises:
        UsageError: it is no name of a run.
    """
    if not _RUN.fullmatch(run):
        raise UsageError(f"{run[:120]!r} is no name of an audit run: letters, digits, dots and dashes")
    return records / RUNS_NAME / (run + _SUFFIX)


def run_results(path: Path) -> Iterator[FixityResult]:
    """Read the results of a run, first to last; those that cannot be read are passed over.

    Raises:
        StorageError: the file cannot be read.
    """
    for line in lines(path):
        if line.ended:
            with contextlib.suppress(NotCanonicalError):
                yield read_result_line(line.data)


def open_runs(records: Path) -> list[str]:
    """Name the runs that were begun and have no entry in the log yet: they are under way, or were broken off.

    Raises:
        StorageError: the records cannot be read.
    """
    folder = records / RUNS_NAME
    try:
        names = [entry.name.removesuffix(_SUFFIX) for entry in os.scandir(folder) if entry.name.endswith(_SUFFIX)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise refused(folder, error) from error
    named = {name for name in names if _RUN.fullmatch(name)}
    return sorted(named.difference(StoreLog(records).closed_runs())) if named else []
