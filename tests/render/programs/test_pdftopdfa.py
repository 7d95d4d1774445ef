"""pdftopdfa in its own environment: how it is found, and what it may and does make of a PDF."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from archiver.render.programs.locked import ProgramLimits, ProgramRunner
from archiver.render.programs.pdftopdfa import PdfToPdfa, PdfToPdfaEnvironment, find_environment
from tests.render.pdf_samples import cmyk, encrypted_for_readers

if TYPE_CHECKING:
    from pathlib import Path


def environment(tmp_path: Path) -> Path:
    """Make what looks like a virtual environment; return its interpreter."""
    interpreter = tmp_path / "its own" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.symlink_to(sys.executable)
    (tmp_path / "its own" / "pyvenv.cfg").write_text(f"home = {tmp_path / 'base' / 'bin'}\nversion = 3.12\n")
    return interpreter


@pytest.mark.parametrize(
    "script",
    [
        pytest.param("#!{}\nimport sys\n", id="as pip writes it"),
        pytest.param("#!/bin/sh\n'''exec' \"{}\" \"$0\" \"$@\"\n' '''\nimport sys\n", id="when its path has a space"),
    ],
)
def test_its_environment_is_known_by_its_script(tmp_path: Path, script: str) -> None:
    interpreter = environment(tmp_path)
    if script.startswith("#!{}"):  # the kernel ends the path at a space
        interpreter = interpreter.parents[1].rename(tmp_path / "own") / "bin" / "python"
    program = tmp_path / "pdftopdfa"
    program.write_text(script.format(interpreter))
    found = find_environment(str(program))
    assert found is not None
    assert found.interpreter == interpreter
    assert {str(interpreter.parents[1]), str(tmp_path / "base" / "lib")} <= set(found.folders)


@pytest.mark.parametrize("script", [b"", b"\x7fELF", b"#!/nowhere/bin/python\n", b"#!python\n", b"\xff#!"])
def test_what_is_no_script_of_an_environment_is_not_taken(tmp_path: Path, script: bytes) -> None:
    program = tmp_path / "pdftopdfa"
    program.write_bytes(script)
    assert find_environment(str(program)) is None
    assert find_environment(str(tmp_path / "absent")) is None
    assert find_environment(None) is None


def test_it_makes_pdfa_locked_in_and_leaves_nothing(pdftopdfa_program: Path, tmp_path: Path) -> None:
    found = find_environment(str(pdftopdfa_program))
    assert found is not None
    program = PdfToPdfa(found, tmp_path, ProgramRunner())
    made = program.convert(cmyk(), "3u")
    assert made.pdf is not None, made
    assert made.pdf.startswith(b"%PDF-")
    assert made.tool.startswith("pdftopdfa 0.")
    assert made.seconds > 0
    unchanged = program.convert(encrypted_for_readers(), "3u")
    assert (unchanged.pdf, unchanged.cause) == (None, "it gave the PDF back unchanged")
    assert program.convert(b"no pdf", "3u").pdf is None
    assert list(tmp_path.iterdir()) == []


def test_one_that_takes_too_long_is_stopped(pdftopdfa_program: Path, tmp_path: Path) -> None:
    found = find_environment(str(pdftopdfa_program))
    assert found is not None
    made = PdfToPdfa(found, tmp_path, ProgramRunner(), ProgramLimits(wall_seconds=0.01)).convert(cmyk(), "3u")
    assert (made.pdf, made.cause) == (None, "it took longer than 0.01 seconds and was stopped")


def test_one_without_its_package_makes_nothing(tmp_path: Path) -> None:
    found = PdfToPdfaEnvironment(interpreter=environment(tmp_path), folders=())
    made = PdfToPdfa(found, tmp_path, ProgramRunner()).convert(cmyk(), "3u")
    assert made.pdf is None
    assert made.cause.startswith(("it wrote no PDF", "it crashed"))
