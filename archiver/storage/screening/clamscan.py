"""ClamAV's ``clamscan``, for a machine without the daemon.

One process serves a whole batch, so that signatures are loaded once; it is told of each staged copy in turn. The copy
is read a second time, right after it was written. The program gets no path of a document, only that of an open file,
so no name can be taken for an option or a line of its own.
"""

from __future__ import annotations

import os
import selectors
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from archiver.storage.screening.contract import Engine, ScreeningUnavailableError, Verdict, verdict_of

_PATIENCE = 600.0
"""Seconds for one answer; loading all signatures may take one minute of the first."""

_VERSION_PATIENCE = 60.0
_LARGEST = "4000M"
"""ClamAV itself reads no file beyond 2 GB; up to there no limit of ours stands before it."""

_OPTIONS = (
    "--stdout",
    "--no-summary",
    "--alert-exceeds-max=yes",  # what it did not read to the end is not called OK
    f"--max-filesize={_LARGEST}",
    f"--max-scansize={_LARGEST}",
    "--file-list=/dev/stdin",
)
_LONGEST_ANSWER = 1 << 14


class _EndedError(Exception):
    """The process is gone or stopped answering; the message says how."""


class Clamscan:
    """The program behind one path, started when first needed and again when a document has brought it down."""

    def __init__(self, program: str) -> None:
        """Take the program; nothing is started yet.

        Args:
            program: path of ``clamscan``, or its name on PATH.
        """
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._said: IO[bytes] | None = None

    def engine(self) -> Engine:
        """Ask for its version, and that of its signatures.

        Raises:
            ScreeningUnavailableError: it cannot be run.
        """
        try:
            asked = subprocess.run(  # noqa: S603 - the program the archive named
                [self._program, "--version"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_VERSION_PATIENCE,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            raise ScreeningUnavailableError(f"{self._program} cannot be run: {error}") from error
        return Engine.parse(asked.stdout.decode("utf-8", "backslashreplace"))

    def look(self, staged: Path) -> ClamscanLook:
        """Begin with one document."""
        return ClamscanLook(screener=self, staged=staged)

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
        if self._said is not None:
            self._said.close()
            self._said = None

    def screen(self, file: Path) -> Verdict:
        """Have one file read, and return what was found in it."""
        try:
            opened = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        except OSError as error:
            return Verdict(failure=f"its copy cannot be opened: {os.strerror(error.errno or 0)}")
        try:
            name = f"/proc/{os.getpid()}/fd/{opened}"
            return verdict_of(self._asked(name).removeprefix(f"{name}: "))
        except _EndedError as error:
            return Verdict(failure=f"clamscan gave no answer: {error}")
        finally:
            os.close(opened)

    def _asked(self, name: str) -> str:
        process = self._running()
        if process.stdin is None or process.stdout is None:
            raise AssertionError("started with pipes")
        try:
            process.stdin.write(f"{name}\n".encode())
        except OSError as error:
            raise _EndedError(self._last_words(error.strerror or "")) from error
        return self._line(process.stdout.fileno())

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
            try:
                self._process = subprocess.Popen(  # noqa: S603 - as above
                    [self._program, *_OPTIONS],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._said,
                    bufsize=0,
                )
            except OSError as error:
                self.close()
                raise _EndedError(error.strerror or str(error)) from error
        return self._process

    def _line(self, descriptor: int) -> str:
        """Read one line of the program's, within the time it has."""
        said = b""
        until = time.monotonic() + _PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not said.endswith(b"\n") and len(said) < _LONGEST_ANSWER:
                if not selector.select(max(0.0, until - time.monotonic())):
                    self.close()
                    raise _EndedError(f"none came in {_PATIENCE:.0f} seconds")
                piece = os.read(descriptor, 4096)
                if not piece:
                    raise _EndedError(self._last_words(said.decode("utf-8", "backslashreplace")))
                said += piece
        return said.decode("utf-8", "backslashreplace").strip()

    def _last_words(self, line: str) -> str:
        """Say how the process ended, by the last line it wrote; the next document gets a new one."""
        status = self._process.wait() if self._process else None
        words = line.strip()
        if self._said is not None:
            size = self._said.seek(0, os.SEEK_END)
            self._said.seek(max(0, size - _LONGEST_ANSWER))
            lines = self._said.read().decode("utf-8", "backslashreplace").strip().splitlines()
            words = lines[-1].strip() if lines else words
        self.close()
        return f"it ended with status {status}" + (f" ({words[:200]})" if words else "")


@dataclass(slots=True, kw_only=True)
class ClamscanLook:
    """One document, read from its copy when the verdict is asked for."""

    screener: Clamscan
    staged: Path

    def take(self, chunk: bytes) -> None:
        """Let it pass: the copy is read instead."""

    def end(self) -> None:
        """Nothing is sent."""

    def verdict(self) -> Verdict:
        """Have the copy read."""
        return self.screener.screen(self.staged)

    def give_up(self) -> None:
        """Nothing was begun."""
