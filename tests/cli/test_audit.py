"""``archiver audit``: what is asked for is understood or refused in words, before anything is read."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from archiver.cli.main import run
from tests.storage.stores.stored_objects import make_object, make_root

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NAME = "urn:uuid:00000000-0000-0000-0000-000000000001"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return the working folder, with a store of one package in it; the test's own interrupts are as they were."""
    before = signal.getsignal(signal.SIGTERM)
    make_root(tmp_path / "store")
    make_object(tmp_path / "store/a", NAME, [{"letter.txt": b"Dear Jane"}])
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--store nowhere", "no OCFL storage root"),
        ("--max-bytes much", "is no size"),
        ("--max-time soon", "is no length of time"),
        ("--older-than ever", "is no length of time"),
        ("--sample 0%", "is no sample"),
        ("--sample 101%", "is no sample"),
        ("--sample 0", "is no sample"),
        ("--sample x", "is no sample"),
        ("--rate fast", "is no rate"),
        ("--store store verify-log", "put the options of archiver audit verify-log behind its name"),
        ("--store a --store b --records c", "--records belongs to one store"),
        (f"acknowledge {NAME}", "--reason"),
        (f"acknowledge {NAME} --reason none", "no failure of"),
    ],
)
def test_wrong_usage_is_told(place: Path, capfd: pytest.CaptureFixture[str], words: str, said: str) -> None:
    assert run(["audit", *words.split()]) == 2
    told = capfd.readouterr()
    assert told.out == ""
    assert said in told.err
    assert {one.name for one in place.iterdir()} <= {"store", "store.archiver"}


def test_limits_of_the_configuration_hold(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "archiver.toml").write_text('[audit]\nolder_than = "1 year"\n')
    for said in ("1 package checked: 1 ok. 1 file, 9 bytes.\n", "No package is due.\n"):
        assert run(["audit"]) == 0
        assert capfd.readouterr().out == said


def test_an_audit_that_ends_early_says_what_is_left(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number in range(3):
        make_object(place / f"store/{number}", f"urn:example:{number}", [{"letter.txt": b"Dear Joan"}])
    assert run(["audit", "--max-bytes", "9"]) == 0
    assert capfd.readouterr().out.splitlines() == [
        "1 package checked: 1 ok. 1 file, 9 bytes.",
        "Still due: 3 packages, 27 bytes. At this pace everything has been read after 3 more audits.",
    ]
