"""Verifying the evidence of a store: whatever is changed in log or results, by as little as a bit, is found."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.model import Severity
from archiver.standards.audit_log.chain import LogChain
from archiver.standards.audit_log.entries import entry_line, head_of, make_entry
from archiver.standards.audit_log.heads import WitnessedHead
from archiver.steps.audit.verify_log import LogVerdict, verify_log
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults
from tests.steps.audit.sample_records import NOW, make_records, result


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return make_records(tmp_path / "store.archiver")


def kept_head(records: Path) -> WitnessedHead:
    head = StoreLog(records).head()
    assert head is not None
    return WitnessedHead(seq=head.seq, digest=head.digest)


def codes(verdict: LogVerdict) -> list[str]:
    return [finding.code for finding in verdict.findings]


def changed_lines(data: bytes) -> Iterator[bytes]:
    """Yield every way to drop, double, swap and move lines."""
    lines = data.splitlines(keepends=True)
    numbers = range(len(lines))
    for one in numbers:
        rest = lines[:one] + lines[one + 1 :]
        yield b"".join(rest)
        for place in range(len(lines) + 1):
            yield b"".join([*lines[:place], lines[one], *lines[place:]])
            yield b"".join([*rest[:place], lines[one], *rest[place:]])
    for one, other in itertools.combinations(numbers, 2):
        swapped = list(lines)
        swapped[one], swapped[other] = lines[other], lines[one]
        yield b"".join(swapped)
    for end in numbers:
        yield b"".join(lines[:end])


def test_what_was_not_touched_holds(records: Path) -> None:
    verdict = verify_log(records, [kept_head(records)])
    assert verdict.findings == ()
    assert (verdict.entries, verdict.runs, verdict.results, verdict.open_runs) == (5, 2, 4, ())
    assert verdict.holds


def test_no_log_holds_nothing_but_a_kept_head_misses_it(tmp_path: Path) -> None:
    assert verify_log(tmp_path / "none").entries == 0
    verdict = verify_log(tmp_path / "none", [WitnessedHead(seq=1, digest="00" * 32)])
    assert codes(verdict) == ["log-head-not-found"]


@pytest.mark.parametrize("name", ["log.jsonl", "runs/first.jsonl", "runs/second.jsonl"])
def test_every_byte_that_is_changed_is_found(records: Path, name: str) -> None:
    head = kept_head(records)
    file = records / name
    data = file.read_bytes()
    runs = name != "log.jsonl"  # the results are not read anew for each byte of the log
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ (1 << place % 8)]) + data[place + 1 :])
        assert not verify_log(records, [head], runs=runs).holds, place
    file.write_bytes(data)
    assert verify_log(records, [head]).holds


@pytest.mark.parametrize("name", ["log.jsonl", "runs/second.jsonl"])
def test_every_byte_that_goes_or_comes_is_found(records: Path, name: str) -> None:
    head = kept_head(records)
    file = records / name
    data = file.read_bytes()
    for place in range(len(data)):
        for piece in ((b"", b"\n", data[place : place + 1] * 2)[place % 3],):
            changed = data[:place] + piece + data[place + 1 :]
            if changed != data:
                file.write_bytes(changed)
                verdict = verify_log(records, [head], runs=name != "log.jsonl")
                # without its last LF the log looks as if it had been torn there, and lacks nothing that it said
                torn = name == "log.jsonl" and changed == data[:-1]
                assert codes(verdict) == ["log-line-torn"] if torn else not verdict.holds, (place, piece)


@pytest.mark.parametrize("name", ["log.jsonl", "runs/first.jsonl", "runs/second.jsonl"])
def test_every_line_that_goes_comes_or_moves_is_found(records: Path, name: str) -> None:
    head = kept_head(records)
    file = records / name
    data = file.read_bytes()
    for changed in changed_lines(data):
        if changed != data:
            file.write_bytes(changed)
            assert not verify_log(records, [head]).holds


def test_every_change_but_truncation_is_found_without_a_kept_head(records: Path) -> None:
    log = records / "log.jsonl"
    data = log.read_bytes()
    for changed in changed_lines(data):
        if not data.startswith(changed):
            log.write_bytes(changed)
            assert not verify_log(records).holds


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(st.data())
def test_any_bytes_in_the_place_of_others_are_found(records: Path, data: st.DataObject) -> None:
    head = kept_head(records)
    name = data.draw(st.sampled_from(["log.jsonl", "runs/first.jsonl", "runs/second.jsonl"]))
    file = records / name
    whole = file.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    changed = whole[:start] + data.draw(st.binary(max_size=30)) + whole[end:]
    file.write_bytes(changed)
    try:
        assert (verify_log(records, [head]).findings == ()) is (changed == whole)
    finally:
        file.write_bytes(whole)


def test_a_log_that_was_made_anew_is_found_by_its_kept_head(records: Path, tmp_path: Path) -> None:
    forged = StoreLog(tmp_path / "forged")
    for entry in StoreLog(records).entries():
        forged.append(entry.kind, {**entry.body, "forged": True}, now=entry.time)
    shutil.copytree(records / "runs", forged.records / "runs")
    assert verify_log(forged.records).holds
    assert codes(verify_log(forged.records, [kept_head(records)])) == ["log-head-not-found"]


@pytest.mark.parametrize("number", [0, 1, 2, 3])
def test_an_entry_in_the_place_of_another_is_found_by_the_next(records: Path, number: int) -> None:
    head = kept_head(records)
    log = StoreLog(records)
    entries = list(log.entries())
    forged = make_entry(head_of(entries[number - 1]) if number else None, "added", {"forged": True}, NOW)
    lines = log.path.read_bytes().splitlines(keepends=True)
    lines[number] = entry_line(forged)
    log.path.write_bytes(b"".join(lines))
    assert codes(verify_log(records, [head], runs=False)) == ["log-chain-broken"]


def test_an_older_head_is_in_a_longer_log(records: Path) -> None:
    head = kept_head(records)
    StoreLog(records).append("added", {}, now=NOW)
    assert verify_log(records, [head]).holds


def test_a_torn_line_is_told_and_no_fault(records: Path) -> None:
    head = kept_head(records)
    log = StoreLog(records)
    with log.path.open("ab") as file:
        file.write(b'{"body":{},"dig')
    verdict = verify_log(records, [head])
    assert codes(verdict) == ["log-line-torn"]
    assert verdict.holds
    log.append("audit-planned", {}, now=NOW)
    verdict = verify_log(records, [head])
    assert codes(verdict) == ["log-line-torn"]
    assert (verdict.entries, verdict.holds) == (7, True)


def test_what_a_mended_line_was_stays_known(records: Path) -> None:
    log = StoreLog(records)
    whole = log.path.read_bytes()
    log.path.write_bytes(whole + b"torn")
    log.append("added", {}, now=NOW)
    mended = log.path.read_bytes()
    for changed in (mended.replace(b"\ntorn\n", b"\n"), mended.replace(b"\ntorn\n", b"\nTorn\n")):
        log.path.write_bytes(changed)
        assert not verify_log(records).holds


def test_a_last_entry_that_was_changed_stays_a_fault_after_the_next(records: Path) -> None:
    log = StoreLog(records)
    whole = log.path.read_bytes()
    log.path.write_bytes(whole.replace(b"urn:x:1", b"urn:x:2"))
    assert codes(verify_log(records)) == ["log-entry-damaged"]
    log.append("added", {}, now=NOW)
    assert codes(verify_log(records)) == ["log-entry-damaged"]


@pytest.mark.parametrize("size", [1, 2])
def test_damaged_lines_are_counted(records: Path, size: int) -> None:
    lines = (records / "log.jsonl").read_bytes().splitlines(keepends=True)
    (records / "log.jsonl").write_bytes(b"".join([*lines[:1], *([b"damaged\n"] * size), *lines[1 + size :]]))
    verdict = verify_log(records)
    assert codes(verdict) == ["log-entry-damaged"]
    assert ("line 2" in verdict.findings[0].message) is True


def test_an_audit_whose_results_are_gone(records: Path) -> None:
    (records / "runs" / "first.jsonl").unlink()
    verdict = verify_log(records)
    assert codes(verdict) == ["log-run-missing"]
    assert not verdict.holds


def test_results_that_cannot_be_read_are_one_thing_to_tell(records: Path) -> None:
    (records / "runs" / "first.jsonl").unlink()
    (records / "runs" / "first.jsonl").mkdir()
    (records / "runs" / "second.jsonl").unlink()
    (records / "runs" / "second.jsonl").symlink_to(records / "log.jsonl")
    verdict = verify_log(records)
    assert codes(verdict) == ["log-evidence-unreadable"] * 2
    assert verdict.entries == 5


def test_an_audit_that_was_broken_off_is_named(records: Path) -> None:
    with RunResults.open_or_resume(records, "third") as run:
        run.append(result(1))
    verdict = verify_log(records)
    assert verdict.open_runs == ("third",)
    assert verdict.holds


def test_a_strange_audit_entry_is_a_finding(records: Path) -> None:
    StoreLog(records).append("audit", {"run": "../../etc/passwd", "root": 1, "results": None}, now=NOW)
    assert codes(verify_log(records)) == ["log-run-unnamed"]


def test_faults_without_an_end_are_not_listed_without_an_end() -> None:
    chain = LogChain()
    entry = make_entry(None, "added", {}, NOW)
    line = entry_line(entry).removesuffix(b"\n")
    for _ in range(10_000):
        chain.take(line, ended=True)
    chain.end()
    assert len(chain.findings) == 101
    assert chain.findings[-1].code == "log-not-read-further"
    assert {finding.severity for finding in chain.findings} == {Severity.ERROR}
    assert chain.head == head_of(entry)
