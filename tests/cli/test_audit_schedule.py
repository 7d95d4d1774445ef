"""``archiver audit schedule`` and ``archiver audit status``, as somebody runs them."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from archiver.model import FixityOutcome
from archiver.storage.store_log.log import StoreLog
from archiver.storage.store_log.runs import RunResults
from tests.steps.audit.sample_records import NOW, make_records, result

if TYPE_CHECKING:
    from tests.cli.conftest import CommandLine

LATER = str(int((NOW + timedelta(days=9)).timestamp()))
SOON = str(int((NOW + timedelta(hours=1)).timestamp()))


@pytest.fixture
def records(run: CommandLine) -> Path:
    (run.place / "store").mkdir()
    return make_records(run.place / "store.archiver")


@pytest.fixture
def programs(run: CommandLine) -> Path:
    """Return a folder on PATH with a systemctl and a crontab that keep what they are given."""
    folder = run.place / "programs"
    folder.mkdir()
    kept = run.place / "crontab.txt"
    crontab = f'#!/bin/sh\nif [ "$1" = -l ]; then cat {kept} || exit 1; else cat > {kept}; fi\n'
    systemctl = f'#!/bin/sh\necho "$@" >> {run.place}/systemctl.txt\n'
    for name, text in (("crontab", crontab), ("systemctl", systemctl)):
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@pytest.mark.usefixtures("records")
def test_a_schedule_is_printed_and_nothing_is_done(run: CommandLine) -> None:
    (run.place / "archiver.toml").write_text('[audit]\nschedule = "1 month"\n', encoding="utf-8")
    before = sorted(run.place.rglob("*"))
    ran = run("audit", "schedule", "--system", "systemd", "--", "--max-bytes", "10 GB")
    assert ran.status == 0
    assert "OnCalendar=*-*-01 " in ran.out
    assert f'"--store" "{run.place}/store" "--config" "{run.place}/archiver.toml" "--max-bytes" "10 GB"' in ran.out
    assert "systemctl --user enable --now archiver-audit-store-" in ran.err
    assert sorted(run.place.rglob("*")) == before


@pytest.mark.parametrize("system", ["systemd", "cron", "task-scheduler"])
@pytest.mark.usefixtures("records")
def test_files_are_written_and_never_replaced(run: CommandLine, system: str) -> None:
    (run.place / "out").mkdir()
    assert run("audit", "schedule", "--system", system, "--out", "out").status == 0
    assert len(list((run.place / "out").iterdir())) == (2 if system == "systemd" else 1)
    ran = run("audit", "schedule", "--system", system, "--out", "out")
    assert ran.status == 2
    assert "exists already" in ran.err


def test_systemd_is_handed_a_schedule(run: CommandLine, records: Path, programs: Path) -> None:
    path = f"{programs}:/usr/bin:/bin"
    ran = run(
        "audit", "schedule", "--system", "systemd", "--every", "1 day", "--install", PATH=path, HOME=str(run.place)
    )
    assert ran.status == 0, ran.err
    units = sorted((run.place / ".config" / "systemd" / "user").iterdir())
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    called = (run.place / "systemctl.txt").read_text(encoding="utf-8").splitlines()
    assert called == ["--user daemon-reload", f"--user enable --now {units[1].name}"]
    entry = StoreLog(records).last("scheduled")
    assert entry is not None
    assert (entry.body["every_seconds"], entry.body["system"]) == (86400, "systemd")


@pytest.mark.usefixtures("records")
def test_cron_is_handed_a_schedule_beside_what_is_there(run: CommandLine, programs: Path) -> None:
    path = f"{programs}:/usr/bin:/bin"
    kept = run.place / "crontab.txt"
    for every, time in (("1 day", " * * * "), ("1 week", " * * 0 ")):
        assert run("audit", "schedule", "--system", "cron", "--every", every, "--install", PATH=path).status == 0
        assert time in kept.read_text(encoding="utf-8")
    kept.write_text("1 2 3 * * mine\n" + kept.read_text(encoding="utf-8"), encoding="utf-8")
    told = json.loads(run("audit", "schedule", "--system", "cron", "--install", "--json", PATH=path).out)
    assert told["installed"] is True
    text = kept.read_text(encoding="utf-8")
    assert text.startswith("1 2 3 * * mine\n")
    assert text.count("# begin archiver-audit-store-") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--every", "5 days"), "use one of 1 hour"),
        (("--every", "often"), "is no length of time"),
        (("--system", "task-scheduler", "--install"), "on Windows"),
        (("--system", "task-scheduler", "--store", "100%"), "move it to a place"),
        (("--store", "a\nb"), "cannot stand in a schedule"),
    ],
)
def test_what_cannot_be_scheduled(run: CommandLine, words: tuple[str, ...], told: str) -> None:
    ran = run("audit", "schedule", *words)
    assert ran.status == 2
    assert told in ran.err


def test_no_program_to_hand_it_to(run: CommandLine) -> None:
    ran = run("audit", "schedule", "--system", "cron", "--install", PATH="/none")
    assert ran.status == 4


@pytest.mark.usefixtures("records")
def test_all_is_well(run: CommandLine) -> None:
    ran = run("audit", "status", "--every", "1 week", SOURCE_DATE_EPOCH=SOON)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "store  last audit 2026-11-22 12:00 UTC: 1 ok",
        "  The next is due on 2026-11-29 12:00 UTC.",
        "  No failure is open.",
    ]


def test_an_audit_is_overdue_and_other_commands_say_so(run: CommandLine, records: Path) -> None:
    (run.place / "archiver.toml").write_text('[audit]\nschedule = "1 week"\n', encoding="utf-8")
    ran = run("audit", "status", SOURCE_DATE_EPOCH=LATER)
    assert ran.status == 1
    assert "  The audit of store is overdue by 2 days (the last was 9 days ago): archiver audit\n" in ran.out
    told = json.loads(run("audit", "status", "--json", SOURCE_DATE_EPOCH=LATER).out)
    assert (told["overdue_seconds"], told["failures"]) == (2 * 86400, [])
    line = "The audit of store is overdue by 2 days (the last was 9 days ago): archiver audit\n"
    assert run("store", "search", "x", SOURCE_DATE_EPOCH=LATER).err.endswith(line)
    assert line not in run("store", "search", "x", SOURCE_DATE_EPOCH=SOON).err
    assert line not in run("audit", "verify-log", SOURCE_DATE_EPOCH=LATER).err
    (records / "log.jsonl").unlink()
    (records / "log.jsonl").mkdir()
    assert line not in run("store", "search", "x", SOURCE_DATE_EPOCH=LATER).err


def test_a_failure_is_open(run: CommandLine, records: Path) -> None:
    with RunResults.open_or_resume(records, "third") as third:
        third.append(result(0))
        third.append(result(1, FixityOutcome.DAMAGED))
        third.close(StoreLog(records), {}, now=NOW)
    with RunResults.open_or_resume(records, "fourth") as fourth:
        fourth.append(result(0))
    ran = run("audit", "status", "--every", "1 week", SOURCE_DATE_EPOCH=SOON)
    assert ran.status == 1
    assert ran.out.splitlines()[2:] == [
        "  The audit fourth is under way, or was broken off: archiver audit goes on with it.",
        "  1 failure open:",
        "    damaged  urn:x:1  since 2026-11-22",
        "  Repair them (archiver repair), or acknowledge each: archiver audit acknowledge IDENTIFIER --reason TEXT",
    ]
    told = json.loads(run("audit", "status", "--json", SOURCE_DATE_EPOCH=SOON).out)
    assert [(one["identifier"], one["outcome"]) for one in told["failures"]] == [("urn:x:1", "damaged")]
    StoreLog(records).append("acknowledged", {"identifier": "urn:x:1"}, now=NOW + timedelta(minutes=1))
    assert run("audit", "status", "--every", "1 week", SOURCE_DATE_EPOCH=SOON).status == 0


def test_there_is_no_store(run: CommandLine) -> None:
    ran = run("audit", "status", "--store", "none")
    assert ran.status == 2
    assert not (run.place / "none.archiver").exists()


def test_a_schedule_that_is_none(run: CommandLine) -> None:
    (run.place / "archiver.toml").write_text('[audit]\nschedule = "now and then"\n', encoding="utf-8")
    ran = run("audit", "status")
    assert ran.status == 2
    assert "audit.schedule must be a length of time" in ran.err
