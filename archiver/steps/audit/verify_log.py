"""Verifies a store's evidence: its log, the results of every audit against their Merkle roots, and its time stamps.

Reads the records alone, not the store; changes nothing.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from archiver.errors import StorageError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.audit_log.canonical import NotCanonicalError
from archiver.standards.audit_log.chain import LogChain
from archiver.standards.audit_log.entries import LogEntry, LogHead
from archiver.standards.audit_log.heads import WitnessedHead
from archiver.standards.audit_log.merkle import MerkleTree
from archiver.standards.audit_log.result_lines import read_result_line
from archiver.steps.audit.time_stamps import StampCheck, unreadable
from archiver.storage.store_log.lines import lines
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import open_runs, run_path
from archiver.storage.store_log.time_stamps import kept_heads

_MOST_FAULTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class LogVerdict:
    """What verifying a store's evidence came to."""

    entries: int
    head: LogHead | None
    runs: int
    """Audits whose results were held against their roots."""

    results: int
    """Lines of them."""

    time_stamps: int
    """Time stamps that hold."""

    stamped: datetime | None
    """When the last of them was made, by the authority's clock."""

    stamped_entry: int
    """The entry that the last of them is for; 0: none."""

    open_runs: tuple[str, ...]
    """Audits that are under way or were broken off: nothing vouches for their results yet."""

    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether there is no error."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def verify_log(
    records: Path,
    witnessed: Sequence[WitnessedHead] = (),
    *,
    runs: bool = True,
    certificates: bytes | None = None,
) -> LogVerdict:
    """Verify the log in a store's records.

    Args:
        records: the folder.
        witnessed: heads that were kept elsewhere, each of which must be in the log.
        runs: hold the results of audits against their roots, and verify the time stamps, too.
        certificates: PEM, to verify time stamps by; None: those that are kept with each.

    Raises:
        StorageError: the log cannot be read.
    """
    # Whose time stamp is kept was in the log: so its end cannot be cut off without the stamps.
    chain = LogChain((*witnessed, *kept_heads(records)))
    stamps = StampCheck(records, certificates)
    findings: list[Finding] = []
    verified = results = 0
    for line in lines(StoreLog(records).path):
        entry = chain.take(line.data, ended=line.ended)
        if entry is None or not runs:
            continue
        stamps.take(entry)
        if entry.kind != "audit":
            continue
        verified += 1
        count, fault = _verify_run(records, entry)
        results += count
        if fault is not None and len(findings) < _MOST_FAULTS:
            findings.append(fault)
    chain.end()
    return LogVerdict(
        entries=chain.entries,
        head=chain.head,
        runs=verified,
        results=results,
        time_stamps=stamps.count,
        stamped=stamps.newest,
        stamped_entry=stamps.covers,
        open_runs=tuple(open_runs(records)) if runs else (),
        findings=(*chain.findings, *findings, *itertools.islice(stamps.findings(), _MOST_FAULTS)),
    )


def run_fault(records: Path, entry: LogEntry) -> Finding | None:
    """Hold the results of one audit against the root in the entry that closes it; None: they are what they were."""
    return _verify_run(records, entry)[1]


def _verify_run(records: Path, entry: LogEntry) -> tuple[int, Finding | None]:
    run = entry.body.get("run")
    try:
        path = run_path(records, run if isinstance(run, str) else "")
    except UsageError:
        return 0, _unnamed(entry)
    if not os.path.lexists(path):
        return 0, _missing(path.name, entry)
    try:
        return _held_against_root(path, entry)
    except StorageError as error:
        return 0, unreadable(f"runs/{path.name}", str(error))


def _held_against_root(path: Path, entry: LogEntry) -> tuple[int, Finding | None]:
    results, root = entry.body.get("results"), entry.body.get("root")
    tree = MerkleTree()
    unread = 0
    for line in lines(path):
        tree.add(line.data if line.ended else line.data + b"\0")  # a line without its end is not the one there was
        try:
            read_result_line(line.data)
        except NotCanonicalError:
            unread = unread or line.number
    if (tree.size, tree.root()) == (results, root):
        return tree.size, None
    return tree.size, _changed(path.name, entry, tree.size, unread)


def _unnamed(entry: LogEntry) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-run-unnamed",
        file="log.jsonl",
        message=f"entry {entry.seq} closes an audit, and does not say which file holds its results",
        fix="it was written by something else than this program; look for who else writes to the records",
    )


def _missing(name: str, entry: LogEntry) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="log-run-missing",
        file=f"runs/{name}",
        message=f"runs/{name}: the results of the audit that entry {entry.seq} of the log closes are not there",
        fix="restore the file from a copy of the records",
    )


def _changed(name: str, entry: LogEntry, count: int, unread: int) -> Finding:
    told = entry.body.get("results")
    if count != told:
        words = f"it has {count:,} results, and had {told if isinstance(told, int) else 'another number'}"
    elif unread:
        words = f"line {unread} is no result as it was written"
    else:
        words = "its results are others, or stand in another order"
    return Finding(
        severity=Severity.ERROR,
        code="log-run-changed",
        file=f"runs/{name}",
        message=f"runs/{name}: not what the Merkle root in entry {entry.seq} of the log stands for: {words}",
        fix="restore the file from a copy of the records, and find out who or what wrote to it",
    )
