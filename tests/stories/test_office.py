"""Office documents through the real command: with LibreOffice, without it, and when the build is killed meanwhile."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.corpus.documents import workbook
from tests.corpus.office import docx, odt

if TYPE_CHECKING:
    from tests.stories.commands import Archiver

NOWHERE = {"PATH": "/nonexistent"}


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a working folder with two office documents."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "letter.odt").write_bytes(odt("A letter", "It says little."))
    (tmp_path / "seeds" / "report.docx").write_bytes(docx("A report", "It says more.", header="Confidential"))
    return tmp_path


def renditions(objects: list[dict[str, Any]]) -> dict[str, tuple[str, str | None]]:
    return {
        one["source"]: (one["rendition"]["status"], one["rendition"]["flavour"])
        for package in objects
        for one in package["documents"]
    }


@pytest.mark.judge("libreoffice")
def test_with_libreoffice(archiver: Archiver, place: Path) -> None:
    ran = archiver("build", "--json", cwd=place)
    assert ran.status == 0, ran.stderr
    assert renditions(ran.objects) == {"letter.odt": ("converted", "2u"), "report.docx": ("converted", "2u")}
    for package in (place / "packages").iterdir():
        premis = (package / "data" / "metadata" / "preservation" / "premis.xml").read_text(encoding="utf-8")
        assert "LibreOffice" in premis
    archiver.verify("packages", cwd=place)
    assert not list(place.rglob("*office*"))


def test_without_libreoffice(archiver: Archiver, place: Path) -> None:
    ran = archiver("build", "--json", cwd=place, changes=NOWHERE)
    assert ran.status == 0, ran.stderr
    assert renditions(ran.objects) == {"letter.odt": ("unsupported", None), "report.docx": ("rendered", "2u")}
    assert {"rendition-needs-program", "office-simplified"} <= ran.codes
    archiver.verify("packages", cwd=place)


def test_doctor_says_what_waits_for_it(archiver: Archiver, place: Path) -> None:
    said = archiver("doctor", cwd=place, changes=NOWHERE).stdout
    line = next(line for line in said.splitlines() if "LibreOffice: not on this machine" in line)
    assert "ODT, RTF, DOC, PPTX, PPT, ODP have no PDF/A copies until it is" in line
    assert "apt-get install --no-install-recommends libreoffice-writer-nogui" in said


@pytest.mark.judge("libreoffice")
def test_sheets_are_libreoffices_where_that_is_asked_for(archiver: Archiver, place: Path) -> None:
    (place / "seeds" / "sheet.xlsx").write_bytes(workbook([["a", "b"], ["c", "d"]]))
    (place / "archiver.toml").write_text('[build]\nsheets = "libreoffice"\n', encoding="utf-8")
    ran = archiver("build", "--json", cwd=place)
    assert renditions(ran.objects)["sheet.xlsx"] == ("converted", "2u")


@pytest.mark.judge("libreoffice")
def test_a_killed_build_leaves_no_libreoffice(archiver: Archiver, place: Path) -> None:
    process = archiver.start("build", cwd=place)
    running: list[int] = []
    try:
        deadline = time.monotonic() + 120
        while not (running := _offices(place)) and time.monotonic() < deadline and process.poll() is None:
            os.sched_yield()
        assert running
        for one in running:
            os.kill(one, signal.SIGSTOP)  # so that it does not end by itself meanwhile
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        deadline = time.monotonic() + 20
        while any(_lives(one) for one in running) and time.monotonic() < deadline:
            os.sched_yield()
        assert not any(_lives(one) for one in running)
    finally:
        process.kill()
        process.communicate()
        for one in filter(_lives, running):
            os.kill(one, signal.SIGKILL)
    assert archiver("build", cwd=place).status == 0
    archiver.verify("packages", cwd=place)


def _offices(place: Path) -> list[int]:
    """Return the processes of LibreOffice that were started below a process which works in ``place``."""
    found = {int(entry.name): _facts(entry) for entry in Path("/proc").iterdir() if entry.name.isdigit()}
    ours = {pid for pid, (cwd, _, _) in found.items() if cwd == str(place)}
    return [pid for pid, (_, name, parent) in found.items() if name == "soffice.bin" and parent in ours]


def _facts(entry: Path) -> tuple[str, str, int]:
    """Return the working folder, the name and the parent of a process."""
    try:
        before, _, after = (entry / "stat").read_text(encoding="utf-8").rpartition(")")
        return str((entry / "cwd").readlink()), before.partition("(")[2], int(after.split()[1])
    except (OSError, IndexError):
        return "", "", 0


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"
