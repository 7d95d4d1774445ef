"""Virus checks as a user meets them: one table in archiver.toml, the command, its messages and exit statuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.judges.clamav import EICAR, EICAR_SIGNATURE
from tests.stories.commands import packages_of
from tests.stories.trees import touched

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stories.commands import Archiver


@pytest.fixture
def place(tmp_path: Path, clamd: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "letter.txt").write_text("A letter\n\nTo whom it may concern.\n", encoding="utf-8")
    (tmp_path / "seeds" / "game.com").write_bytes(EICAR)
    table = f'[screening]\nclamd = "{clamd}"\nquarantine = "quarantine"\n'
    (tmp_path / "archiver.toml").write_text(table, encoding="utf-8")
    return tmp_path


def test_one_item_is_kept_out_and_the_rest_is_built(archiver: Archiver, place: Path) -> None:
    before = touched(place / "seeds")
    ran = archiver("build", "--json", cwd=place)
    assert (ran.status, ran.statuses) == (3, {"game.com": "failed", "letter.txt": "built"})
    assert {"virus-found", "virus-quarantined"} <= ran.codes
    assert [package.name for package in packages_of(place / "packages")] == ["letter"]
    assert len(list((place / "quarantine").iterdir())) == 1
    assert touched(place / "seeds") == before
    archiver.verify("packages", cwd=place)
    again = archiver("build", cwd=place)
    assert again.status == 3
    assert f"game.com: the virus check found {EICAR_SIGNATURE} in it; game.com was not packaged." in again.stderr
    assert "Fix: Do not open it." in again.stderr


def test_doctor_and_build_say_when_the_daemon_is_gone(archiver: Archiver, place: Path, clamd: Path) -> None:
    assert "ok       virus checks: ClamAV" in archiver("doctor", cwd=place).stdout
    clamd.unlink()
    told = archiver("doctor", cwd=place)
    assert (told.status, "missing  virus checks: clamd at" in told.stdout) == (4, True)
    ran = archiver("build", cwd=place)
    assert (ran.status, ran.stdout) == (4, "")
    assert "none can be made" in ran.stderr
    assert "Start ClamAV's daemon" in ran.stderr
    assert not (place / "packages").exists()
