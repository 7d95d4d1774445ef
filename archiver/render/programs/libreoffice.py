"""LibreOffice as a converter: where it is, which version, and a PDF of one document by it.

Each document has a process, a profile and a folder of its own. Never judges the PDF, and never lets a document run a
macro, follow a link or see another document.
"""

from __future__ import annotations

import re
import shutil
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import ProgramOutput
from archiver.render.programs.libreoffice_profile import FONTS, PROFILE
from archiver.render.programs.locked import LockedProgram, ProgramLimits
from archiver.render.programs.system import LIBRARIES, loaders
from archiver.render.typesetting.fonts import FONT_FOLDERS, SYSTEM_CACHE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.render.office.formats import OfficeFormat
    from archiver.render.programs.locked import ProgramRun, ProgramRunner

_ELSEWHERE = ("/Applications/LibreOffice.app/Contents/MacOS", "/opt/libreoffice*/program")
"""Where it is installed, off the path, by its own packages."""

_SYSTEM = (
    *LIBRARIES,
    *("/etc/fonts", "/etc/libreoffice", "/var/lib/libreoffice", "/var/spool/libreoffice"),
)
_RESTART = 81
"""Exit status by which it asks to be started again, after it has set up its profile."""

_LARGEST = 256 << 20
"""Bytes of a PDF that is taken."""

_VERSION = re.compile(r"LibreOffice (\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One LibreOffice of this machine."""

    program: Path
    """``soffice.bin``, or on macOS ``soffice``: the program itself, not the script that starts it."""


def find_libreoffice(path: str | None = None) -> Installation | None:
    """Look for LibreOffice.

    Args:
        path: folders to look in, as in ``PATH``; None takes ``PATH`` itself, and then the places its own packages use.

    Returns:
        The installation, or None. One that is confined itself (snap, flatpak) cannot be locked in, and is not taken.
    """
    for folder in _folders(path):
        for name in ("soffice.bin", "soffice"):
            program = folder / name
            if program.is_file() and (name == "soffice.bin" or sys.platform == "darwin"):
                return Installation(program=program)
    return None


def _folders(path: str | None) -> Iterator[Path]:
    for name in ("soffice", "libreoffice"):
        found = shutil.which(name, path=path)
        if found:
            yield Path(found).resolve().parent
    if path is None:
        for pattern in _ELSEWHERE:
            yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)


class LibreOffice:
    """Converts documents, from any thread; sets up a profile once and gives each document a copy."""

    def __init__(
        self, installation: Installation, scratch: Path, runner: ProgramRunner, limits: ProgramLimits | None = None
    ) -> None:
        """Start nothing yet.

        Args:
            installation: from :func:`find_libreoffice`.
            scratch: an existing folder, absolute; its maker removes it.
            runner: starts and stops the processes.
            limits: of one document; None for the usual.
        """
        self._program = installation.program
        self._scratch = scratch
        self._runner = runner
        self._limits = limits or ProgramLimits()
        self._lock = threading.Lock()
        self._profile: Path | None = None
        self._count = 0
        self.version = ""
        """Known after the first document."""

    def convert(self, content: bytes, kind: OfficeFormat, part: int) -> ProgramOutput:
        """Make a PDF of one document.

        Args:
            content: of the document.
            kind: its format, which is not guessed again.
            part: of PDF/A, 2 or 3.

        Returns:
            The PDF as the program wrote it, or why there is none.

        Raises:
            OSError: the disk refused.
        """
        profile = self._ready()
        home = self._new_home()
        try:
            shutil.copytree(profile, home / "profile")
            source = f"document{kind.extension}"
            (home / source).write_bytes(content)
            run = self._run(home, kind.arguments(part), f"{{home}}/{source}")
            pdf = home / "out" / "document.pdf"
            if pdf.is_symlink() or not pdf.is_file():
                return ProgramOutput(pdf=None, tool=self._tool(), cause=self._cause(run))
            if pdf.stat().st_size > _LARGEST:
                return ProgramOutput(pdf=None, tool=self._tool(), cause=f"its PDF has more than {_LARGEST:,} bytes")
            if run.status != 0:
                return ProgramOutput(pdf=None, tool=self._tool(), cause=self._cause(run))
            return ProgramOutput(pdf=pdf.read_bytes(), tool=self._tool(), seconds=run.seconds)
        finally:
            shutil.rmtree(home, ignore_errors=True)

    def _tool(self) -> str:
        return f"LibreOffice {self.version}".rstrip()

    def _cause(self, run: ProgramRun) -> str:
        if run.status is None:
            return f"LibreOffice took longer than {self._limits.wall_seconds:g} seconds and was stopped"
        if run.status < 0 or run.status > 128:
            return f"LibreOffice crashed or passed its limits (status {run.status})"
        said = next((line for line in re.findall(r"Error: [^:]{3,120}", run.said)), "")
        return f"LibreOffice could not read it ({said or f'status {run.status}'})"

    def _ready(self) -> Path:
        """Set up the profile that documents get copies of, and learn the version, once."""
        with self._lock:
            if self._profile is None:
                home = self._folder()
                user = home / "profile" / "user"
                user.mkdir(parents=True)
                (user / "registrymodifications.xcu").write_text(PROFILE, encoding="utf-8")
                (home / "profile" / "fonts.conf").write_text(FONTS, encoding="utf-8")
                self._run(home, ("--terminate_after_init",))
                match = _VERSION.search(self._run(home, ("--version",)).said)
                self.version = match[1] if match else ""
                self._profile = home / "profile"
            return self._profile

    def _folder(self) -> Path:
        self._count += 1
        folder = self._scratch / f"office-{self._count}"
        folder.mkdir()
        (folder / "tmp").mkdir()
        return folder

    def _new_home(self) -> Path:
        with self._lock:
            return self._folder()

    def _run(self, home: Path, words: tuple[str, ...], *documents: str) -> ProgramRun:
        program = LockedProgram(
            executable=(str(self._program), *loaders()),
            arguments=(
                "-env:UserInstallation=file://{home}/profile",
                *("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck", "--nofirststartwizard"),
                *words,
                *documents,
            ),
            readable=(*_SYSTEM, str(self._program.parents[1]), *FONT_FOLDERS, SYSTEM_CACHE),
            environment={
                "HOME": "{home}",
                "TMPDIR": "{home}/tmp",
                "XDG_CACHE_HOME": "{home}/tmp",
                "FONTCONFIG_FILE": "{home}/profile/fonts.conf",
                "PATH": "/nonexistent",
                "LANG": "C.UTF-8",
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
                "SAL_USE_VCLPLUGIN": "svp",
            },
        )
        run = self._runner.run(program, home, self._limits)
        return self._runner.run(program, home, self._limits) if run.status == _RESTART else run
