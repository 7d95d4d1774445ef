"""Proofs for somebody else: that an audit came to its result for one package, checked against a head they hold.

A proof has the result's line, the Merkle path from it to the root in the audit's entry (RFC 9162), and the entries from
there on, each with the digest of the one before: docs/evidence.md has the short script that checks it.
"""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass

from archiver.errors import FindingsError, UsageError
from archiver.model import FixityResult
from archiver.standards.audit_log.canonical import NotCanonicalError
from archiver.standards.audit_log.entries import LogEntry, write_time
from archiver.standards.audit_log.merkle import InclusionProof, inclusion_proof, leaf_hash
from archiver.standards.audit_log.result_lines import read_result_line
from archiver.standards.names import printable
from archiver.steps.audit.evidence import known_records
from archiver.steps.audit.verify_log import run_fault
from archiver.storage.store_log.lines import lines
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import run_path
from archiver.storage.stores.place import StorePlace

_MOST_ENTRIES = 10_000
"""Entries after the audit's own; a head that is kept soon after an audit is among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultProof:
    """A proof, and what it proves."""

    result: FixityResult
    entry: LogEntry
    """Closes the audit."""

    text: str
    """JSON, with its line end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    line: bytes
    place: InclusionProof


def prove(place: StorePlace, package: str, run: str | None = None) -> ResultProof:
    """Prove what an audit found of a package.

    Args:
        place: the store.
        package: its identifier.
        run: name of the audit; None: the last one that looked at the package.

    Raises:
        UsageError: there is no such audit, or it did not look at the package.
        FindingsError: the results of the audit are not what its Merkle root stands for.
        StorageError: the records cannot be read.
    """
    log = StoreLog(known_records(place))
    audits = [entry for entry in log.entries() if entry.kind == "audit" and run in {None, entry.body.get("run")}]
    if run is not None and not audits:
        raise UsageError(f"the log closes no audit {printable(run[:120])}: archiver audit status names the last one")
    for entry in reversed(audits):
        found = _find(log, entry, package)
        if found is not None:
            return _proof(log, entry, package, found)
    audit = f"the audit {printable(run)}" if run else "no audit until now"
    raise UsageError(f"{audit} {'did not look' if run else 'looked'} at {printable(package[:200])} in this store")


def _find(log: StoreLog, entry: LogEntry, package: str) -> _Found | None:
    path = run_path(log.records, str(entry.body.get("run")))
    needle = json.dumps(package, ensure_ascii=False).encode("utf-8", "replace")
    leaves: list[bytes] = []
    index, found = 0, b""
    for line in lines(path):
        if needle in line.data and _is_about(line.data, package):
            index, found = len(leaves), line.data
        leaves.append(leaf_hash(line.data))
    if not found:
        return None
    fault = run_fault(log.records, entry)
    if fault is not None:
        raise FindingsError((fault,))
    return _Found(line=found, place=inclusion_proof(leaves, index))


def _is_about(line: bytes, package: str) -> bool:
    with contextlib.suppress(NotCanonicalError):
        return read_result_line(line).identifier == package
    return False


def _proof(log: StoreLog, entry: LogEntry, package: str, found: _Found) -> ResultProof:
    place = found.place
    chain = [_entry_json(one) for one in _from(log, entry.seq)]
    told = {
        "package": package,
        "line": found.line.decode(),
        "index": place.index,
        "size": place.size,
        "path": list(place.path),
        "entries": chain,
    }
    text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
    return ResultProof(result=read_result_line(found.line), entry=entry, text=text)


def _from(log: StoreLog, seq: int) -> Iterator[LogEntry]:
    return itertools.islice(log.entries(after=seq - 1), _MOST_ENTRIES + 1)


def _entry_json(entry: LogEntry) -> dict[str, object]:
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "time": write_time(entry.time),
        "body": entry.body,
        "previous": entry.previous,
        "digest": entry.digest,
    }
