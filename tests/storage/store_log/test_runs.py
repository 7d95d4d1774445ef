"""The results of an audit run: gone on with after a kill, closed by a root over all of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.errors import UsageError
from archiver.model import FixityOutcome, FixityResult
from archiver.standards.audit_log.merkle import MerkleTree
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults, open_runs, run_path

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def result(number: int, outcome: FixityOutcome = FixityOutcome.OK) -> FixityResult:
    return FixityResult(
        identifier=f"urn:x:{number}",
        path=f"objects/{number}",
        version="v1",
        inventory_digest="ab" * 64,
        outcome=outcome,
        files=2,
        bytes=100,
        started=NOW + timedelta(seconds=number),
        ended=NOW + timedelta(seconds=number + 1),
    )


def root_of(path: Path) -> str:
    tree = MerkleTree()
    for line in path.read_bytes().splitlines():
        tree.add(line)
    return tree.root()


def test_a_run_is_closed_by_an_entry(tmp_path: Path) -> None:
    log = StoreLog(tmp_path)
    with RunResults.open_or_resume(tmp_path, "2026-11-22") as run:
        run.append(result(0))
        run.append(result(1, FixityOutcome.DAMAGED), durable=True)
        assert open_runs(tmp_path) == ["2026-11-22"]
        assert run.count == 2
        entry = run.close(log, {"sample": 10}, now=NOW)
    assert entry.kind == "audit"
    assert entry.body == {
        "run": "2026-11-22",
        "results": 2,
        "root": root_of(run.path),
        "outcomes": {"ok": 1, "damaged": 1, "missing": 0, "could-not-check": 0},
        "files": 4,
        "bytes": 200,
        "started": "2026-11-22T12:00:00Z",
        "ended": "2026-11-22T12:00:02Z",
        "sample": 10,
    }
    assert list(log.entries()) == [entry]
    assert list(run.results()) == [result(0), result(1, FixityOutcome.DAMAGED)]
    assert open_runs(tmp_path) == []


def test_a_run_is_gone_on_with_wherever_it_was_torn(tmp_path: Path) -> None:
    with RunResults.open_or_resume(tmp_path / "whole", "r") as run:
        for number in range(3):
            run.append(result(number))
    whole = run.path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == 0x0A]
    for end in range(0, len(whole) + 1, 7):
        records = tmp_path / str(end)
        path = run_path(records, "r")
        path.parent.mkdir(parents=True)
        path.write_bytes(whole[:end])
        kept = [place for place in ends if place <= end]
        with RunResults.open_or_resume(records, "r") as again:
            assert again.count == len(kept)
            assert again.torn_bytes == end - (kept[-1] if kept else 0)
            for number in range(len(kept), 3):
                again.append(result(number))
            entry = again.close(StoreLog(records), {}, now=NOW)
        assert path.read_bytes() == whole
        assert entry.body["root"] == root_of(path)
        assert entry.body.get("torn_bytes", 0) == again.torn_bytes


def test_what_a_power_cut_left_in_the_middle_is_checked_again(tmp_path: Path) -> None:
    with RunResults.open_or_resume(tmp_path, "r") as run:
        for number in range(3):
            run.append(result(number))
    whole = run.path.read_bytes()
    second = whole.index(b"\n") + 1
    run.path.write_bytes(whole[:second] + b"\0" * 20 + whole[second + 20 :])
    with RunResults.open_or_resume(tmp_path, "r") as again:
        assert [one.identifier for one in again.results()] == ["urn:x:0"]
        assert again.torn_bytes == len(whole) - second


def test_two_cannot_work_on_one_run(tmp_path: Path) -> None:
    with (
        RunResults.open_or_resume(tmp_path, "r"),
        pytest.raises(UsageError, match="at work"),
        RunResults.open_or_resume(tmp_path, "r"),
    ):
        pass


def test_a_closed_run_is_not_gone_on_with(tmp_path: Path) -> None:
    with RunResults.open_or_resume(tmp_path, "r") as run:
        run.append(result(0))
        run.close(StoreLog(tmp_path), {}, now=NOW)
    with pytest.raises(UsageError, match="closed"):
        RunResults.open_or_resume(tmp_path, "r")


def test_a_run_without_results_can_be_closed(tmp_path: Path) -> None:
    with RunResults.open_or_resume(tmp_path, "r") as run:
        entry = run.close(StoreLog(tmp_path), {}, now=NOW)
    assert entry.body["results"] == 0
    assert entry.body["root"] == MerkleTree().root()


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a" * 101, "a\n"])
def test_names_of_runs(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError):
        RunResults.open_or_resume(tmp_path, name)
