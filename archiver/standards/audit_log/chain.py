"""The rules of a whole log, held line by line: what was changed, taken out, put in, moved or cut off.

Takes lines as they stand in the file and yields the entries among them; keeps the last one alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from archiver.model import Finding, Severity
from archiver.standards.audit_log.canonical import NotCanonicalError
from archiver.standards.audit_log.entries import LogEntry, LogHead, follows, head_of, read_entry
from archiver.standards.audit_log.heads import WitnessedHead

LOG_NAME = "log.jsonl"
"""Of the file, in a store's records."""

MENDED = "mended"
"""Kind of the entry that vouches for what cannot be read before it: ``bytes``, ``sha256``, and whether it was ``torn``
(by a kill or a power cut while it was written) or had been whole and was changed."""

_MOST_FAULTS = 100
_RESTORE = "restore log.jsonl from a copy, and find out who or what wrote to it; audits from here on are chained anew"


class LogChain:
    """Holds the rules of one log. Give it every line by :meth:`take`, then call :meth:`end`."""

    def __init__(self, witnessed: Sequence[WitnessedHead] = ()) -> None:
        """Take the heads that must be in the log, as they were kept elsewhere."""
        self.head: LogHead | None = None
        self.entries = 0
        self.findings: list[Finding] = []
        self.stopped = False
        """Whether there were so many faults that the rest was not looked at."""

        self._unread = _Unread()
        self._number = 0
        self._missing: dict[int, set[str]] = {}
        for one in witnessed:
            self._missing.setdefault(one.seq, set()).add(one.digest)

    def take(self, data: bytes, *, ended: bool) -> LogEntry | None:
        """Take the next line.

        Args:
            data: without its LF.
            ended: whether its LF is there.

        Returns:
            The entry that it is; None when it is none, or the log has too many faults to go on.
        """
        self._number += 1
        if self.stopped:
            return None
        try:
            entry = read_entry(data)
        except NotCanonicalError:
            self._unread.add(self._number, data, ended=ended)
            return None
        self._place(entry)
        self._compare(entry)
        self.head = head_of(entry)
        self.entries += 1
        self._unread = _Unread()
        if not ended:
            self.findings.append(_torn(self._number))
        if len(self.findings) >= _MOST_FAULTS:
            self.stopped = True
            self.findings.append(_too_many(self._number))
        return entry

    def end(self) -> None:
        """Say what can be said when no further line comes."""
        if self.stopped:
            return
        if self._unread.lines:
            torn = not self._unread.ended or self._unread.holes
            self.findings.append(_torn(self._unread.first) if torn else _damaged(self._unread))
        for seq, digests in sorted(self._missing.items()):
            self.findings += [_not_in_chain(seq, digest, self.head) for digest in sorted(digests)][:_MOST_FAULTS]

    def _place(self, entry: LogEntry) -> None:
        unread = self._unread
        if entry.kind == MENDED and unread.lines and unread.is_vouched_by(entry):
            self.findings.append(_torn(unread.first) if entry.body["torn"] is True else _damaged(unread))
        elif unread.lines:
            self.findings.append(_damaged(unread))
            if entry.seq == (self.head.seq if self.head else 0) + 1 + unread.lines:
                return  # each line that cannot be read was an entry
        elif entry.kind == MENDED:
            self.findings.append(_vouched_bytes_gone(self._number))
        if not follows(entry, self.head):
            self.findings.append(_broken(self._number, entry, self.head))

    def _compare(self, entry: LogEntry) -> None:
        self._missing.get(entry.seq, set()).discard(entry.digest)


class _Unread:
    """Lines after an entry that are none."""

    def __init__(self) -> None:
        self.first = self.lines = self.bytes = 0
        self.ended = True
        self.holes = False
        self._digest = hashlib.sha256()

    def add(self, number: int, data: bytes, *, ended: bool) -> None:
        self.first = self.first or number
        self.lines += 1
        whole = data + b"\n" if ended else data
        self.bytes += len(whole)
        self._digest.update(whole)
        self.ended = ended
        self.holes |= b"\0" in data

    def is_vouched_by(self, entry: LogEntry) -> bool:
        said = entry.body
        return said.get("bytes") == self.bytes and said.get("sha256") == self._digest.hexdigest()


def _damaged(unread: _Unread) -> Finding:
    which = f"line {unread.first}" if unread.lines == 1 else f"{unread.lines:,} lines from line {unread.first} on"
    return Finding(
        severity=Severity.ERROR,
        code="log-entry-damaged",
        file=LOG_NAME,
        message=f"{LOG_NAME}, {which}: no entry as it was written; it was changed, or its disk is damaged",
        fix=_RESTORE,
    )


def _torn(number: int) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="log-line-torn",
        file=LOG_NAME,
        message=f"{LOG_NAME}, line {number}: it was being written when its run was killed or the power failed",
        fix="nothing has to be done: what was not wholly written was never reported as done; run the command again",
    )


def _broken(number: int, entry: LogEntry, before: LogHead | None) -> Finding:
    last = before.seq if before else 0
    if entry.seq > last + 1:
        missing = f"entry {last + 1}" if entry.seq == last + 2 else f"entries {last + 1} to {entry.seq - 1}"
        words = f"{missing} should stand before it: taken out, or moved elsewhere"
    elif entry.seq <= last:
        words = f"it is entry {entry.seq}, and stands after entry {last}: put in, doubled or moved"
    else:
        words = (
            f"it does not follow the entry {last} that stands before it: one of the two was put in the place of another"
        )
    return Finding(
        severity=Severity.ERROR,
        code="log-chain-broken",
        file=LOG_NAME,
        message=f"{LOG_NAME}, line {number}: {words}",
        fix=_RESTORE,
    )


def _vouched_bytes_gone(number: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-torn-line-gone",
        file=LOG_NAME,
        message=f"{LOG_NAME}, line {number}: it vouches for a torn line before it, and there is none, or another one",
        fix=_RESTORE,
    )


def _not_in_chain(seq: int, digest: str, head: LogHead | None) -> Finding:
    last = head.seq if head else 0
    if seq > last:
        words = f"it ends at entry {last}, and had an entry {seq} when its head was kept: its end was cut off"
    else:
        words = f"its entry {seq} is not the one whose digest was kept ({digest[:16]}...)"
    return Finding(
        severity=Severity.ERROR,
        code="log-head-not-found",
        file=LOG_NAME,
        message=f"{LOG_NAME}: {words}; or the head is of another store",
        fix=_RESTORE,
    )


def _too_many(number: int) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-not-read-further",
        file=LOG_NAME,
        message=f"{LOG_NAME}: so much is wrong with it that what follows line {number} was not looked at",
        fix=_RESTORE,
    )
