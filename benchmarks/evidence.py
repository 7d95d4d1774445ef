"""Times what the log of a store costs: appending, verifying a long one, and what verifying takes of memory.

Run it from the checkout: ``python -P -m benchmarks.evidence [ENTRIES]``. Times are of the processor, so that a busy
machine does not count; reading every line as JSON, and nothing more, is what verifying is held against.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from archiver.model import FixityOutcome, FixityResult
from archiver.standards.audit_log.canonical import Json
from archiver.standards.audit_log.entries import entry_line, head_of, make_entry
from archiver.steps.audit.verify_log import verify_log
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults, run_path
from benchmarks.measuring.bags import scratch

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ENTRIES = 200_000


def main(count: int) -> None:
    """Measure and print."""
    with scratch() as records:
        appended = _taken(lambda: _append_results(records, count))
        _append_entries(StoreLog(records), count)
        files = [records / "log.jsonl", run_path(records, "run")]
        with _lines(files) as lines:
            floor = _taken(lambda: sum(1 for line in lines if json.loads(line)))
        before = _peak()
        verified = _taken(lambda: _verify(records, count))
        size = sum(file.stat().st_size for file in files)
    print(f"{count:,} entries of the log and {count:,} results, {size / 1e6:.0f} MB; seconds of one processor:")
    print(f"  results appended          {appended:7.2f}  {count / appended:9,.0f}/s")
    print(f"  every line read as JSON   {floor:7.2f}  {2 * count / floor:9,.0f}/s")
    print(f"  log and results verified  {verified:7.2f}  {2 * count / verified:9,.0f}/s  {floor / verified:.2f} of it")
    print(f"  memory that verifying took beside what was there: {max(0, _peak() - before):.1f} MiB")


def _append_results(records: Path, count: int) -> None:
    with RunResults.open_or_resume(records, "run") as run:
        for number in range(count):
            run.append(_result(number))
        run.close(StoreLog(records), {}, now=NOW)


def _append_entries(log: StoreLog, count: int) -> None:
    """Append without making each entry durable: that would measure a disk."""
    head = log.head()
    with log.path.open("ab") as file:
        for number in range(count - 1):
            body: dict[str, Json] = {
                "identifier": f"urn:uuid:{number:032x}",
                "path": "ab/cd",
                "version": "v1",
                "files": 10,
                "bytes": 1,
            }
            entry = make_entry(head, "added", body, NOW)
            file.write(entry_line(entry))
            head = head_of(entry)


def _result(number: int) -> FixityResult:
    return FixityResult(
        identifier=f"urn:uuid:{number:032x}",
        path=f"ab/cd/ef/{number}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=FixityOutcome.OK,
        files=10,
        bytes=12_345,
        started=NOW,
        ended=NOW,
    )


def _verify(records: Path, count: int) -> None:
    verdict = verify_log(records)
    assert (verdict.findings, verdict.entries, verdict.results) == ((), count, count)  # noqa: S101 - it must hold


@contextmanager
def _lines(files: list[Path]) -> Iterator[Iterator[bytes]]:
    opened = [file.open("rb") for file in files]
    try:
        yield (line for file in opened for line in file)
    finally:
        for file in opened:
            file.close()


def _taken(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ENTRIES)
