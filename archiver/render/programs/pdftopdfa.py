"""pdftopdfa as a converter: where it is, which version, and a PDF/A of one PDF by it.

It is a Python program that lives in an environment of its own, since it pins versions that this one must not have; it
is run by that environment's interpreter, locked in. Never judges what it wrote: the program gives the same exit status
for a PDF it converted and for one it only copied.
"""

from __future__ import annotations

import re
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.model import ProgramOutput
from archiver.render.programs.locked import LockedProgram, ProgramLimits
from archiver.render.programs.system import LIBRARIES, loaders

if TYPE_CHECKING:
    from archiver.render.programs.locked import ProgramRun, ProgramRunner

_LIMITS = ProgramLimits(memory=3 << 30, cpu_seconds=180, file_bytes=256 << 20, wall_seconds=180.0)
_LARGEST = 256 << 20
"""Bytes of a PDF that is taken."""

_LONGEST_SCRIPT = 4096
_SHEBANG = re.compile(rb"#!\s*(\S+)")
_BY_SHELL = re.compile(rb"""^'''exec' (["']?)(/.+?)\1 "\$0" "\$@"$""", re.MULTILINE)
"""How installers write the first lines of a script whose interpreter's path is long or has a space in it."""

_HOME_OF_PYTHON = re.compile(r"^home\s*=\s*(\S.*?)\s*$", re.MULTILINE)
_VERSION = re.compile(r"version (\d+(?:\.\d+)+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfToPdfaEnvironment:
    """Where pdftopdfa is installed."""

    interpreter: Path
    """As its script names it: an environment is known by the path, not by the file the path leads to."""

    folders: tuple[str, ...]
    """What it reads of its own: the environment, and the Python it was made from."""


def find_environment(program: str | None) -> PdfToPdfaEnvironment | None:
    """Find the environment a ``pdftopdfa`` command belongs to.

    Args:
        program: path of the command, a script as pip, pipx and uv write it.

    Returns:
        The environment, or None when there is no such command, or it is not a script of that form.
    """
    if program is None:
        return None
    try:
        with Path(program).open("rb") as script:
            start = script.read(_LONGEST_SCRIPT)
    except OSError:
        return None
    by_shell, direct = _BY_SHELL.search(start), _SHEBANG.match(start)
    named = by_shell[2] if by_shell else direct[1] if direct else b""
    interpreter = Path(named.decode("utf-8", "surrogateescape"))
    if not interpreter.is_absolute() or not interpreter.name.startswith("python") or not interpreter.is_file():
        return None
    return PdfToPdfaEnvironment(interpreter=interpreter, folders=tuple(_folders(interpreter)))


def _folders(interpreter: Path) -> list[str]:
    environment = interpreter.parents[1]
    folders = {str(environment), str(interpreter.resolve().parents[1] / "lib")}
    try:
        settings = (environment / "pyvenv.cfg").read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        settings = ""
    match = _HOME_OF_PYTHON.search(settings)
    if match:
        folders.add(str(Path(match[1]).resolve().parent / "lib"))
    return sorted(folders)


class PdfToPdfa:
    """Converts PDFs, from any thread."""

    def __init__(
        self,
        environment: PdfToPdfaEnvironment,
        scratch: Path,
        runner: ProgramRunner,
        limits: ProgramLimits = _LIMITS,
    ) -> None:
        """Start nothing yet.

        Args:
            environment: from :func:`find_environment`.
            scratch: an existing folder, absolute; its maker removes it.
            runner: starts and stops the processes.
            limits: of one document.
        """
        self._environment = environment
        self._scratch = scratch
        self._runner = runner
        self._limits = limits
        self._lock = threading.Lock()
        self._version: str | None = None

    def convert(self, content: bytes, flavour: str) -> ProgramOutput:
        """Have one PDF made PDF/A.

        Args:
            content: of the PDF.
            flavour: of those it knows: 2b, 2u, 3b, 3u.

        Returns:
            The PDF as the program wrote it, or why there is none.

        Raises:
            OSError: the disk refused.
        """
        tool = self._tool()
        with tempfile.TemporaryDirectory(prefix="pdftopdfa-", dir=self._scratch, ignore_cleanup_errors=True) as folder:
            home = Path(folder)
            (home / "document.pdf").write_bytes(content)
            run = self._run(home, "--level", flavour, "--quiet", "{home}/document.pdf", "{home}/made.pdf")
            made = home / "made.pdf"
            if run.status != 0 or made.is_symlink() or not made.is_file():
                return ProgramOutput(pdf=None, tool=tool, cause=self._cause(run))
            if made.stat().st_size > _LARGEST:
                return ProgramOutput(pdf=None, tool=tool, cause=f"its PDF has more than {_LARGEST:,} bytes")
            pdf = made.read_bytes()
        if pdf == content:
            return ProgramOutput(pdf=None, tool=tool, cause="it gave the PDF back unchanged")
        return ProgramOutput(pdf=pdf, tool=tool, seconds=run.seconds)

    def _tool(self) -> str:
        """Return program and version, which it is asked for once."""
        with self._lock:
            if self._version is None:
                with tempfile.TemporaryDirectory(prefix="pdftopdfa-", dir=self._scratch) as folder:
                    match = _VERSION.search(self._run(Path(folder), "--version").said)
                self._version = match[1] if match else ""
        return f"pdftopdfa {self._version}".rstrip()

    def _cause(self, run: ProgramRun) -> str:
        if run.status is None:
            return f"it took longer than {self._limits.wall_seconds:g} seconds and was stopped"
        if run.status < 0 or run.status > 128:
            return f"it crashed or passed its limits (status {run.status})"
        return f"it wrote no PDF (status {run.status})"

    def _run(self, home: Path, *words: str) -> ProgramRun:
        program = LockedProgram(
            executable=(str(self._environment.interpreter), *loaders()),
            # -I: nothing of this environment, no user's packages. -B: it may not write where it is installed.
            arguments=("-I", "-B", "-X", "utf8", "-m", "pdftopdfa", *words),
            readable=(*LIBRARIES, *self._environment.folders),
            environment={
                "HOME": "{home}",
                "TMPDIR": "{home}",
                "PATH": "/nonexistent",
                "LANG": "C.UTF-8",
                "LC_ALL": "C.UTF-8",
                "TZ": "UTC",
            },
        )
        return self._runner.run(program, home, self._limits)
