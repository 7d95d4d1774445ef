"""Whether audits are overdue."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from archiver.steps.audit.heartbeat import heartbeat, record_schedule, reminder
from archiver.storage.store_log.log import StoreLog
from tests.steps.audit.sample_records import NOW, add_run

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("passed", "overdue"),
    [
        (timedelta(), None),
        (timedelta(days=7), None),
        (timedelta(days=7, hours=12), None),
        (timedelta(days=8), timedelta(days=1)),
        (timedelta(days=400), timedelta(days=393)),
    ],
)
def test_an_audit_is_overdue(tmp_path: Path, passed: timedelta, overdue: timedelta | None) -> None:
    entry = add_run(tmp_path, "first", 1)
    beat = heartbeat(tmp_path, WEEK, NOW + passed)
    assert (beat.last, beat.due, beat.overdue) == (entry, NOW + WEEK, overdue)


def test_nobody_said_how_often(tmp_path: Path) -> None:
    add_run(tmp_path, "first", 1)
    beat = heartbeat(tmp_path, None, NOW + timedelta(days=4000))
    assert (beat.due, beat.overdue) == (None, None)
    assert reminder(beat, "store") is None


def test_the_log_says_how_often(tmp_path: Path) -> None:
    add_run(tmp_path, "first", 1)
    record_schedule(tmp_path, timedelta(days=30), {"system": "cron"}, NOW)
    record_schedule(tmp_path, timedelta(days=1), {"system": "cron"}, NOW)
    beat = heartbeat(tmp_path, None, NOW + timedelta(days=3))
    assert (beat.every, beat.overdue) == (timedelta(days=1), timedelta(days=2))
    assert reminder(beat, "s") == "The audit of s is overdue by 2 days (the last was 3 days ago): archiver audit"
    assert heartbeat(tmp_path, WEEK, NOW + timedelta(days=3)).overdue is None


@pytest.mark.parametrize("said", [None, "7 days", True, 0, -5, 1 << 50])
def test_a_strange_entry_says_nothing(tmp_path: Path, said: str | int | None) -> None:
    StoreLog(tmp_path).append("scheduled", {"every_seconds": said}, now=NOW)
    assert heartbeat(tmp_path, None, NOW).every in {None, timedelta(seconds=1)}


def test_a_store_that_was_never_audited_counts_from_its_first_package(tmp_path: Path) -> None:
    assert heartbeat(tmp_path, WEEK, NOW).due is None
    StoreLog(tmp_path).append("added", {}, now=NOW)
    beat = heartbeat(tmp_path, WEEK, NOW + timedelta(days=9))
    assert beat.overdue == timedelta(days=2)
    assert "there was none yet" in (reminder(beat, "store") or "")
