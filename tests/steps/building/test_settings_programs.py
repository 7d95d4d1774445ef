"""Which veraPDF and which pdftopdfa a build uses."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from archiver.config import Configuration
from archiver.errors import UsageError
from archiver.steps.building.settings import pdftopdfa_program, verapdf_program

if TYPE_CHECKING:
    from pathlib import Path


def script(folder: Path, first_line: str) -> str:
    program = folder / "pdftopdfa"
    program.write_text(f"{first_line}\n", encoding="utf-8")
    program.chmod(0o755)
    return str(program)


def test_a_program_that_is_named_must_be_there(tmp_path: Path) -> None:
    absent = str(tmp_path / "absent")
    with pytest.raises(UsageError, match=r"build\.verapdf, and there is no such program"):
        verapdf_program(Configuration(verapdf=absent))
    with pytest.raises(UsageError, match=r"build\.pdftopdfa, and there is no such program"):
        pdftopdfa_program(Configuration(pdftopdfa=absent))
    assert pdftopdfa_program(Configuration(pdftopdfa=absent, pdfa=None)) is None
    assert pdftopdfa_program(Configuration(pdftopdfa=None)) is None


def test_only_a_script_of_an_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = script(tmp_path, f"#!{sys.executable}")
    assert pdftopdfa_program(Configuration(pdftopdfa=good)) == good
    other = script(tmp_path, "#!/usr/bin/env python3")
    with pytest.raises(UsageError, match="is not the pdftopdfa script"):
        pdftopdfa_program(Configuration(pdftopdfa=other))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pdftopdfa_program(Configuration()) is None
