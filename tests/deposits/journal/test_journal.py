"""The journal: what is written is there after a kill, by many threads and processes, and faults are told in words."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from archiver.deposits.journal import Deposit, DepositJournal, IntentEnd, JournalError, JournalNewerError
from archiver.deposits.journal import writing as journal_writing
from archiver.errors import UsageError
from archiver.model import Finding, Severity
from archiver.model.deposits import DepositState, Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging, Parcel
from tests.contracts.targets.bench import small_parcel
from tests.contracts.targets.memory import MemoryServer, MemoryTarget

NOW = datetime(2026, 3, 1, 12, 30, 15, 250, tzinfo=UTC)
TARGET = MemoryTarget(MemoryServer())


def begun(journal: DepositJournal, parcel: Parcel, name: str = "one", time: datetime = NOW) -> Deposit:
    return journal.begin(TARGET, parcel, name=name, origin="bags/letters", time=time)


def test_everything_comes_back_as_it_was(journal: DepositJournal, parcel: Parcel, tmp_path: Path) -> None:
    deposit = begun(journal, parcel)
    writer = journal.writer(deposit.id)
    finding = Finding(severity=Severity.ERROR, code="x-y", file=None, message="mé \udc80", fix="f")
    evidence = Evidence(
        files=(FileEvidence(path="a\udcff", level=EvidenceLevel.SIZE, size=None, digest=None, agrees=False),),
        location="memory:1",
        identifiers={"doi": "10.1/x"},
    )
    exchange = Exchange(time=NOW, request="PUT /a", reply="201 \ud800", headers={"ETag": '"x"'}, body="\0b")
    writer.remember({"draft": 7, "parts": ["a", None]})
    writer.keep((exchange,))
    later = NOW + timedelta(hours=1)
    writer.enter(DepositState.FAILED, later, reason="no \udc80", findings=(finding,), evidence=evidence)
    journal.close()
    with DepositJournal.open(tmp_path / "deposits") as again:
        known = again.deposit(deposit.id[:5])
        assert again.memory(deposit.id) == {"draft": 7, "parts": ["a", None]}
    assert (known.state, known.reason, known.findings) == (DepositState.FAILED, "no \udc80", (finding,))
    assert (known.evidence, known.exchanges) == (evidence, (exchange,))
    assert known.times == {DepositState.PLANNED: NOW, DepositState.FAILED: later}
    assert (known.target, known.kind, known.location, known.origin) == ("one", "memory", "memory:", "bags/letters")
    assert known.parcel.key == parcel.key
    assert known.parcel.file is not None
    assert dict(known.parcel.file.digests) == dict(parcel.files[0].digests)
    assert (known.began, known.changed) == (NOW, later)


def test_a_list_of_deposits_shows_how_strong_their_evidence_is_and_not_every_file(
    journal: DepositJournal, parcel: Parcel
) -> None:
    deposit = begun(journal, parcel)
    levels = [EvidenceLevel.SERVER_SHA256, EvidenceLevel.SERVER_MD5, EvidenceLevel.SERVER_SHA256]
    files = tuple(
        FileEvidence(path=f"{number}", level=level, size=number, agrees=number != 2)
        for number, level in enumerate(levels)
    )
    found = Evidence(files=files, location="memory:1")
    journal.writer(deposit.id).enter(DepositState.COMPLETED, NOW, evidence=found)
    for (listed,) in (journal.deposits(), journal.unfinished()):
        assert listed.evidence is not None
        assert (listed.evidence.level, listed.evidence.agrees) == (EvidenceLevel.SERVER_MD5, False)
        assert listed.evidence.location == "memory:1"
    many = tuple(FileEvidence(path=f"{number}", level=levels[0], size=1, agrees=True) for number in range(1000))
    journal.writer(deposit.id).enter(DepositState.VERIFIED, NOW, evidence=Evidence(files=many, location="memory:1"))
    (listed,) = journal.deposits()
    assert listed.evidence == Evidence(files=many[:1], location="memory:1")
    assert journal.deposit(deposit.id).evidence == Evidence(files=many, location="memory:1")


def test_the_same_package_and_target_is_one_deposit(journal: DepositJournal, parcel: Parcel) -> None:
    one, same, other = begun(journal, parcel), begun(journal, parcel), begun(journal, parcel, "two")
    assert one == same
    assert one.id != other.id
    assert {deposit.id for deposit in journal.deposits()} == {one.id, other.id}
    assert journal.find(TARGET, parcel, name="two") == other
    assert journal.find(TARGET, parcel, name="three") is None


def test_what_has_no_end_is_in_doubt_until_it_is_settled(journal: DepositJournal, parcel: Parcel) -> None:
    deposit = begun(journal, parcel)
    writer = journal.writer(deposit.id)
    numbers = {end: writer.intend("put", f"ask {end}", {"part": 1}, NOW) for end in (*IntentEnd, None)}
    for end, number in numbers.items():
        if end is not None:
            writer.end(number, end, "words", ())
    assert [intent.action for intent in journal.in_doubt(deposit.id)] == ["ask lost", "ask None"]
    assert journal.was_begun(deposit.id)
    writer.settle()
    assert journal.in_doubt(deposit.id) == ()


def test_of_very_many_exchanges_the_first_and_the_last_are_kept(
    journal: DepositJournal, parcel: Parcel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_writing, "KEPT_AT_EACH_END", 3)
    deposit = begun(journal, parcel)
    for number in range(20):
        journal.writer(deposit.id).keep((Exchange(time=NOW, request=str(number), reply="200"),))
    known = journal.deposit(deposit.id)
    assert [exchange.request for exchange in known.exchanges] == ["0", "1", "2", "17", "18", "19"]
    assert known.exchanges_left_out == 14


def test_resume_takes_up_what_has_no_end_and_what_can_be_asked(journal: DepositJournal, tmp_path: Path) -> None:
    ends = {
        "a": (DepositState.UPLOADING, False),
        "b": (DepositState.VERIFIED, False),
        "c": (DepositState.FAILED, False),
        "d": (DepositState.UNKNOWN, False),
        "e": (DepositState.UNKNOWN, True),
    }
    for hours, (name, (state, askable)) in enumerate(ends.items()):
        deposit = begun(
            journal, small_parcel(tmp_path / "sent", Packaging.ZIP, name), time=NOW + timedelta(hours=hours)
        )
        journal.writer(deposit.id).enter(state, NOW + timedelta(days=1), askable=askable)
    assert [deposit.parcel.name for deposit in journal.unfinished()] == ["a", "e"]


@pytest.mark.parametrize("present", [True, False])
def test_a_person_looked(journal: DepositJournal, parcel: Parcel, *, present: bool) -> None:
    deposit = begun(journal, parcel)
    writer = journal.writer(deposit.id)
    writer.remember({"draft": 1})
    writer.intend("open", "create", {}, NOW)
    with pytest.raises(UsageError, match="does not wait for anybody"):
        journal.looked_at(deposit.id, present=present, time=NOW)
    writer.enter(DepositState.UNKNOWN, NOW, reason="look")
    known = journal.looked_at(deposit.id[:6], present=present, time=NOW)
    assert known.state is (DepositState.COMPLETED if present else DepositState.FAILED)
    assert writer.seen_by_a_person() is present
    assert journal.memory(deposit.id) == ({"draft": 1} if present else {})
    assert journal.in_doubt(deposit.id) == ()


@pytest.mark.parametrize("known", ["", "zz", "0123456789ab"])
def test_a_deposit_that_is_not_there_is_told(journal: DepositJournal, known: str) -> None:
    with pytest.raises(UsageError, match="there is no such deposit"):
        journal.deposit(known)


def test_a_newer_journal_is_refused_and_not_touched(tmp_path: Path) -> None:
    DepositJournal.open(tmp_path).close()
    file = tmp_path / "journal.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(JournalNewerError, match=r"written by a newer version .* --records"):
        DepositJournal.open(tmp_path)
    assert file.read_bytes() == before


def test_a_database_of_something_else_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    before = file.read_bytes()
    with pytest.raises(JournalError, match="database of something else"):
        DepositJournal.open(tmp_path)
    assert file.read_bytes() == before


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_journal_is_told_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "journal.sqlite").write_bytes(content)
    with pytest.raises(JournalError, match="journal of deposits"):
        DepositJournal.open(tmp_path)


@pytest.mark.parametrize(
    ("column", "value"),
    [("times", "{"), ("times", '{"x": 1}'), ("state", "lost"), ("findings", "[[1]]"), ("file", "[1]")],
)
def test_a_row_that_cannot_be_is_told_in_words(
    journal: DepositJournal, parcel: Parcel, tmp_path: Path, column: str, value: str
) -> None:
    deposit = begun(journal, parcel)
    with sqlite3.connect(tmp_path / "deposits" / "journal.sqlite") as connection:
        connection.execute(f"UPDATE deposit SET {column} = ?", (value,))  # noqa: S608 - named above
    connection.close()
    with pytest.raises(JournalError, match="is damaged"):
        journal.deposit(deposit.id)


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(JournalError, match="name another folder with --records"):
        DepositJournal.open(tmp_path / "file" / "deposits")


def test_many_threads_write_at_once_and_leave_no_connection_open(journal: DepositJournal, parcel: Parcel) -> None:
    deposit = begun(journal, parcel)
    writer = journal.writer(deposit.id)

    def work(number: int) -> None:
        intent = writer.intend("put", str(number), {}, NOW)
        writer.remember({str(number): number})
        writer.end(intent, IntentEnd.DONE, None, ())

    threads = [threading.Thread(target=work, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert journal.memory(deposit.id) == {str(number): number for number in range(12)}
    assert journal.in_doubt(deposit.id) == ()
    assert len(journal._connections._all) == 1


PROGRAM = """
import os, signal, sys
from pathlib import Path
from archiver.deposits.journal import DepositJournal
journal = DepositJournal.open(Path(sys.argv[1]))
for number in range(int(sys.argv[3]) + 1):
    journal.writer(sys.argv[2]).remember({'number': number})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("count", [0, 3])
def test_no_write_is_lost_when_the_process_is_killed(tmp_path: Path, parcel: Parcel, count: int) -> None:
    with DepositJournal.open(tmp_path / "deposits") as journal:
        deposit = begun(journal, parcel)
    command = [sys.executable, "-c", PROGRAM, str(tmp_path / "deposits"), deposit.id, str(count)]
    assert subprocess.run(command, check=False).returncode == -9
    with DepositJournal.open(tmp_path / "deposits") as journal:
        assert journal.memory(deposit.id) == {"number": count}


def test_every_write_is_synced(journal: DepositJournal) -> None:
    with journal._connections.reading() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone()[0] == 3
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "delete"
