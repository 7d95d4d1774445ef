"""Tests of what is said of targets without asking any: what each is, and which secrets are found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from archiver.config import read_configuration
from archiver.deposits import kinds
from archiver.steps.deposits.diagnosis import diagnose_targets
from tests.stories import drop_box

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("lines", "status", "said"),
    [
        pytest.param('token_from = "stdin"', "ok", "Drop box, {folder}/box; token asked for when", id="standard input"),
        pytest.param('token_from = "file:secret"', "ok", "token found in {folder}/secret", id="file"),
        pytest.param('token_from = "file:other"', "note", "token_from: {folder}/other cannot be read", id="no file"),
        pytest.param('fo1der = "x"', "note", "did you mean 'folder'", id="unknown key"),
    ],
)
def test_targets_are_told(lines: str, status: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, drop_box.KIND, "tests.stories.drop_box")
    (tmp_path / "secret").write_text("s3cr3t", encoding="utf-8")
    (tmp_path / "secret").chmod(0o600)
    file = tmp_path / "archiver.toml"
    file.write_text(f'[targets.box]\nkind = "drop-box"\nfolder = "box"\n{lines}\n', encoding="utf-8")
    (found,) = diagnose_targets(read_configuration(file), lambda: datetime(2026, 1, 2, tzinfo=UTC), {})
    assert (found.subject, found.status) == ("target box", status)
    assert said.format(folder=tmp_path) in found.detail
    assert bool(found.fix) == (status == "note")
    assert "s3cr3t" not in found.detail + found.fix
    assert not (tmp_path / "box").exists()


def test_a_plug_in_that_stumbles_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, drop_box.KIND, "tests.stories.drop_box")
    file = tmp_path / "archiver.toml"
    file.write_text('[targets.box]\nkind = "drop-box"\n', encoding="utf-8")
    (found,) = diagnose_targets(read_configuration(file), lambda: datetime(2026, 1, 2, tzinfo=UTC), {})
    assert (found.status, "[targets.box] cannot be used: KeyError: 'folder'" in found.detail) == ("note", True)
