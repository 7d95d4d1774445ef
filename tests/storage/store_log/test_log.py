"""The log of a store on disk: appended to by many, torn by kills, never changed behind anybody's back."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from archiver.errors import StorageError
from archiver.standards.audit_log.chain import MENDED
from archiver.standards.audit_log.entries import follows, head_of
from archiver.storage.store_log.lines import lines_from_behind
from archiver.storage.store_log.log import StoreLog

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def filled(records: Path, count: int = 3) -> StoreLog:
    log = StoreLog(records)
    for number in range(count):
        log.append("added", {"identifier": f"urn:x:{number}"}, now=NOW)
    return log


def assert_chained(log: StoreLog) -> None:
    head = None
    for entry in log.entries():
        assert follows(entry, head)
        head = head_of(entry)
    assert log.head() == head


def test_entries_follow_each_other(tmp_path: Path) -> None:
    log = filled(tmp_path / "store.archiver")
    assert [entry.seq for entry in log.entries()] == [1, 2, 3]
    assert [entry.seq for entry in log.entries(after=2)] == [3]
    assert_chained(log)


def test_a_log_that_is_not_there_is_empty(tmp_path: Path) -> None:
    log = StoreLog(tmp_path / "none")
    assert log.head() is None
    assert list(log.entries()) == []
    assert not log.records.exists()


def append_many(records: Path, name: str) -> None:
    for number in range(25):
        StoreLog(records).append("added", {"by": name, "number": number}, now=NOW)


def test_many_append_at_once(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    others = [context.Process(target=append_many, args=(tmp_path, name)) for name in "abc"]
    for one in others:
        one.start()
    for one in others:
        one.join()
    assert [one.exitcode for one in others] == [0, 0, 0]
    log = StoreLog(tmp_path)
    assert_chained(log)
    assert len(list(log.entries())) == 75


def test_a_torn_line_is_vouched_for_by_the_next_entry_wherever_it_was_torn(tmp_path: Path) -> None:
    whole = filled(tmp_path / "whole", 2).path.read_bytes()
    first = whole.index(b"\n") + 1
    for end in range(first + 1, len(whole) - 1):
        records = tmp_path / str(end)
        records.mkdir()
        log = StoreLog(records)
        log.path.write_bytes(whole[:end])
        head = log.head()
        assert head is not None
        assert head.seq == 1
        log.append("audit", {}, now=NOW)
        assert log.path.read_bytes().startswith(whole[:end] + b"\n")
        one, mended, last = log.entries()
        assert (one.seq, mended.kind, last.kind, last.seq) == (1, MENDED, "audit", 3)
        torn = whole[first:end] + b"\n"
        assert mended.body == {"bytes": len(torn), "sha256": hashlib.sha256(torn).hexdigest(), "torn": True}
        assert_chained(log)


def test_the_last_of_a_kind_is_found_from_behind(tmp_path: Path) -> None:
    log = StoreLog(tmp_path)
    assert log.last("audit") is None
    first = log.append("audit", {"text": "a" * 100_000}, now=NOW)
    for number in range(40):
        log.append("added", {"number": number, "kind": "audit", "text": "\u20ac" * (number * 200)}, now=NOW)
    assert log.last("audit") == first
    with log.path.open("ab") as file:
        file.write(b"b" * (3 << 20) + b"\n" + b"torn")
    assert log.last("audit") == first
    second = log.append("audit", {}, now=NOW)
    assert log.last("audit") == second
    assert log.last("repaired") is None
    log.path.write_bytes(b"\n\n" + log.path.read_bytes())
    assert [log.last(kind) for kind in ("audit", "repaired")] == [second, None]


def test_every_line_is_read_from_behind_wherever_blocks_end(tmp_path: Path) -> None:
    file = tmp_path / "lines"
    for length in (*range(5), *range(65_530, 65_542)):
        whole = [b"first", b"", b"x" * length, b"y" * 70_000, b"last"]
        file.write_bytes(b"".join(line + b"\n" for line in whole) + b"torn")
        descriptor = os.open(file, os.O_RDONLY)
        try:
            assert list(lines_from_behind(descriptor)) == whole[::-1]
        finally:
            os.close(descriptor)


def test_an_entry_that_lacks_but_its_end_gets_it(tmp_path: Path) -> None:
    log = filled(tmp_path, 2)
    log.path.write_bytes(log.path.read_bytes()[:-1])
    assert [entry.seq for entry in log.entries()] == [1]
    log.append("audit", {}, now=NOW)
    assert [entry.kind for entry in log.entries()] == ["added", "added", "audit"]
    assert_chained(log)


@pytest.mark.parametrize(
    ("tail", "torn"),
    [
        pytest.param(b"\0" * 5000, True, id="zeros, as a power cut leaves them"),
        pytest.param(b"\0" * 50 + b'"a"}\n', True, id="zeros before the end of a line"),
        pytest.param(b'{"changed": 1}\n', False, id="a whole line that is none of ours"),
        pytest.param(b"x\ny\n\n", False, id="several"),
        pytest.param(b"a" * (3 << 20) + b"\n", False, id="a line without measure"),
        pytest.param(b"a" * (3 << 20), True, id="the same, and it does not end"),
    ],
)
def test_what_is_no_entry_stays_and_is_vouched_for(tmp_path: Path, tail: bytes, *, torn: bool) -> None:
    log = filled(tmp_path, 1)
    with log.path.open("ab") as file:
        file.write(tail)
    log.append("audit", {}, now=NOW)
    _, mended, last = log.entries()
    whole = tail if tail.endswith(b"\n") else tail + b"\n"
    assert mended.body == {"bytes": len(whole), "sha256": hashlib.sha256(whole).hexdigest(), "torn": torn}
    assert last.seq == 3
    assert whole in log.path.read_bytes()
    assert_chained(log)


def test_a_file_that_is_no_log_at_all_is_gone_on_with(tmp_path: Path) -> None:
    log = StoreLog(tmp_path)
    log.path.write_bytes(b"something else\n")
    assert log.head() is None
    entry = log.append("added", {}, now=NOW)
    assert entry.seq == 2


def test_what_is_no_file_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").mkdir()
    with pytest.raises(StorageError, match=r"log\.jsonl"):
        StoreLog(tmp_path).append("added", {}, now=NOW)
    with pytest.raises(StorageError, match=r"log\.jsonl"):
        StoreLog(tmp_path).head()
    with pytest.raises(StorageError, match=r"log\.jsonl"):
        list(StoreLog(tmp_path).entries())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(StorageError):
        StoreLog(tmp_path).append("added", {}, now=NOW)
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    before = log.path.read_bytes()
    log.path.unlink()
    log.path.symlink_to("/dev/full")
    with pytest.raises(StorageError):
        log.append("added", {}, now=NOW)
    log.path.unlink()
    log.path.write_bytes(before)
    assert_chained(log)


def test_an_entry_too_long_to_be_read_is_not_written(tmp_path: Path) -> None:
    log = filled(tmp_path, 1)
    with pytest.raises(ValueError, match="at most"):
        log.append("added", {"text": "a" * (1 << 20)}, now=NOW)
    log.append("added", {}, now=NOW)
    assert_chained(log)
