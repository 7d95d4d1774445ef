"""The log of a store: appends entries that are chained by their digests, and reads them back.

Only ever appends. What a kill or a power cut left half-written at its end stays there, and the next entry says how much
it is and what it hashes to, so that nothing disappears.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from archiver.standards.audit_log.canonical import LONGEST_LINE, Json, NotCanonicalError
from archiver.standards.audit_log.chain import LOG_NAME, MENDED
from archiver.standards.audit_log.entries import LogEntry, LogHead, entry_line, head_of, make_entry, read_entry
from archiver.storage.store_log.lines import (
    append_line,
    end_of_lines,
    last_line,
    lines,
    lines_from_behind,
    opened_for_appending,
    read_at,
    refused,
)

_BLOCK = 1 << 16


class StoreLog:
    """The log in the records of one store; safe to append to from many processes."""

    def __init__(self, records: Path) -> None:
        """Take the folder of records; it is made with the first entry."""
        self.records = records
        self.path = records / LOG_NAME

    def append(self, kind: str, body: Mapping[str, Json], *, now: datetime) -> LogEntry:
        """Append one entry, durably, after whatever another process appends meanwhile.

        Args:
            kind: kebab-case, such as ``added``.
            body: what it says; keys snake_case, no numbers with a fraction.
            now: with its zone.

        Returns:
            The entry as it now stands in the log.

        Raises:
            StorageError: the disk refused; the entry is not in the log.
            ValueError: kind, body or time cannot be written.
        """
        with opened_for_appending(self.path, wait=True) as descriptor:
            try:
                _end_last(self.path, descriptor)
                before, unread = _last_entry(descriptor)
                if unread is not None:
                    before = self._mend(descriptor, before, unread, now)
            except OSError as error:
                raise refused(self.path, error) from error
            entry = make_entry(before, kind, body, now)
            self._write(descriptor, entry)
        return entry

    def entries(self, after: int = 0, kinds: Collection[str] | None = None) -> Iterator[LogEntry]:
        """Read the entries, first to last; what cannot be read is passed over (``audit verify-log`` tells of it).

        Args:
            after: only those with a greater ``seq``.
            kinds: only those of these kinds; the others are not even looked into. None: all.

        Raises:
            StorageError: the log cannot be read.
        """
        marks = None if kinds is None else tuple(f'"kind":"{kind}"'.encode() for kind in kinds)
        for line in lines(self.path):
            if line.ended and (marks is None or any(mark in line.data for mark in marks)):
                try:
                    entry = read_entry(line.data)
                except NotCanonicalError:
                    continue
                if entry.seq > after and (kinds is None or entry.kind in kinds):
                    yield entry

    def head(self) -> LogHead | None:
        """Return the last entry that can be read; None for a log without one.

        Raises:
            StorageError: the log cannot be read.
        """
        with self._reading() as descriptor:
            return None if descriptor is None else _last_entry(descriptor)[0]

    def last(self, kind: str) -> LogEntry | None:
        """Return the last entry of a kind, read from behind; None where there is none.

        Raises:
            StorageError: the log cannot be read.
        """
        words = f'"kind":"{kind}"'.encode()
        with self._reading() as descriptor:
            for line in () if descriptor is None else lines_from_behind(descriptor):
                if words in line:
                    with contextlib.suppress(NotCanonicalError):
                        entry = read_entry(line)
                        if entry.kind == kind:
                            return entry
        return None

    def closed_runs(self) -> Iterator[str]:
        """Name the audit runs that the log has a Merkle root of, first to last."""
        for entry in self.entries(kinds=("audit",)):
            run = entry.body.get("run")
            if isinstance(run, str):
                yield run

    @contextlib.contextmanager
    def _reading(self) -> Iterator[int | None]:
        try:
            descriptor = os.open(self.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
        except FileNotFoundError:
            yield None
            return
        except OSError as error:
            raise refused(self.path, error) from error
        try:
            yield descriptor
        except OSError as error:
            raise refused(self.path, error) from error
        finally:
            os.close(descriptor)

    def _mend(self, descriptor: int, before: LogHead | None, start: int, now: datetime) -> LogHead:
        """Vouch for the bytes from ``start`` on, which are no entry."""
        size = os.fstat(descriptor).st_size
        torn = read_at(descriptor, 1, size - 1) != b"\n"
        end = b"\n" if torn else b""
        digest, holes = hashlib.sha256(), False
        for offset in range(start, size, _BLOCK):
            block = read_at(descriptor, min(_BLOCK, size - offset), offset)
            holes |= b"\0" in block  # a power cut leaves blocks of zeros, even before bytes that were written
            digest.update(block)
        digest.update(end)
        body: dict[str, Json] = {"bytes": size - start + len(end), "sha256": digest.hexdigest(), "torn": torn or holes}
        entry = make_entry(before, MENDED, body, now)
        append_line(self.path, descriptor, end + entry_line(entry))
        return head_of(entry)

    def _write(self, descriptor: int, entry: LogEntry) -> None:
        line = entry_line(entry)
        if len(line) > LONGEST_LINE:
            raise ValueError(f"an entry of {len(line):,} bytes: at most {LONGEST_LINE:,} are read")
        append_line(self.path, descriptor, line)


def _end_last(path: Path, descriptor: int) -> None:
    """Give an entry its LF that is wholly there but for it."""
    end, size = end_of_lines(descriptor), os.fstat(descriptor).st_size
    if end < size <= end + LONGEST_LINE:
        with contextlib.suppress(NotCanonicalError):
            read_entry(read_at(descriptor, size - end, end))
            append_line(path, descriptor, b"\n")


def _last_entry(descriptor: int) -> tuple[LogHead | None, int | None]:
    """Return the last entry that can be read, and where bytes begin behind it that are none."""
    size = os.fstat(descriptor).st_size
    end = end_of_lines(descriptor)
    while end > 0:
        start, line = last_line(descriptor, end)
        try:
            head = head_of(read_entry(line))
        except NotCanonicalError:
            end = start
        else:
            return head, end if end < size else None
    return None, 0 if size else None
