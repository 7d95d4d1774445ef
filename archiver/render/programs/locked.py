"""Runs one program on one document, locked in, for so long at most, and leaves no process behind.

Knows no program. What a program wrote is for its caller to read, from the folder that was the program's own.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

GIBIBYTE = 1 << 30
_BOOTSTRAP = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main()"
_LAUNCHER = "archiver.render.programs.launcher"
_SAID = 2000
"""Characters kept of what a program prints, its last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramLimits:
    """What one run may cost."""

    memory: int = 4 * GIBIBYTE
    """Bytes of address space, of each process."""

    cpu_seconds: int = 240
    file_bytes: int = 256 << 20
    """Of the largest file it may write."""

    wall_seconds: float = 180.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedProgram:
    """What to run, and what it may see. ``{home}`` stands for the program's own folder."""

    executable: tuple[str, ...]
    """Real paths of files that may be run: first the program itself, then what the kernel needs to start it."""

    arguments: tuple[str, ...]
    readable: tuple[str, ...]
    """Files and folders, beside its own folder."""

    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRun:
    """How one run ended."""

    status: int | None
    """Exit status, minus the signal that killed it, or None when its time was over."""

    said: str
    """The last of what it printed."""

    seconds: float
    """Of wall time."""

    layers: Mapping[str, bool] = field(default_factory=dict)
    """Lock -> whether it held; empty when the program never began."""


class ProgramRunner:
    """Runs programs from any thread; :meth:`stop` ends what runs and refuses what would come."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    def run(self, program: LockedProgram, home: Path, limits: ProgramLimits) -> ProgramRun:
        """Run one program to its end.

        Args:
            program: what to run.
            home: its own folder, absolute, with its input in it; the only one it may write to.
            limits: beyond which it is killed, with everything it started.

        Returns:
            How it ended. Never raises for what the program does.

        Raises:
            OSError: no process, or no disk for what it prints.
        """
        started = time.monotonic()
        with tempfile.TemporaryFile(dir=home.parent) as said:
            process = self._start(said)
            if process is None:
                return ProgramRun(status=None, said="stopped", seconds=0.0)
            try:
                _order(process, program, home, limits)
                ended = _wait(process, limits.wall_seconds)
            finally:
                self._end(process)
            layers, words = _report(said)
        return ProgramRun(
            status=process.returncode if ended else None,
            said=words,
            seconds=time.monotonic() - started,
            layers=layers,
        )

    def stop(self) -> None:
        """Kill every program that runs, and start none any more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                _kill_group(process)

    def _start(self, said: IO[bytes]) -> subprocess.Popen[bytes] | None:
        path = [str(Path(entry).absolute()) for entry in sys.path]
        # -I: no PYTHON* variables, no user site. A session of its own: it is killed as a group.
        command = [sys.executable, "-I", "-X", "utf8", "-c", _BOOTSTRAP.format(_LAUNCHER), json.dumps(path)]
        with self._lock:
            if self._stopped:
                return None
            process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
                command, stdin=subprocess.PIPE, stdout=said, stderr=said, cwd="/", env={}, start_new_session=True
            )
            self._running.add(process)
            return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """Kill what is left of its group before its number can be another's, then take its exit status."""
        with self._lock:
            _kill_group(process)
            self._running.discard(process)
            process.wait()


def _order(process: subprocess.Popen[bytes], program: LockedProgram, home: Path, limits: ProgramLimits) -> None:
    order = {
        "home": str(home),
        "executable": program.executable,
        "arguments": program.arguments,
        "readable": program.readable,
        "environment": dict(program.environment),
        "limits": {
            "memory": limits.memory,
            "cpu_seconds": limits.cpu_seconds,
            "file_bytes": limits.file_bytes,
            "core": 0,
        },
    }
    pipe = process.stdin
    if pipe is not None:
        with suppress(BrokenPipeError), pipe:  # it has ended already, which is seen by its status
            pipe.write(json.dumps(order).encode())


def _wait(process: subprocess.Popen[bytes], seconds: float) -> bool:
    """Wait for its end without taking its status, so that its number stays its own; False when time is over."""
    if not hasattr(os, "pidfd_open"):
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        return process.returncode is not None
    held = os.pidfd_open(process.pid)
    try:
        poll = select.poll()
        poll.register(held, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(held)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _report(said: IO[bytes]) -> tuple[dict[str, bool], str]:
    """Read which locks held, from the first line, and the last of what the program printed."""
    said.seek(0)
    first = said.readline(_SAID)
    try:
        layers = json.loads(first)
    except ValueError:
        layers, first = {}, b""
    end = said.seek(0, os.SEEK_END)
    said.seek(max(len(first), end - _SAID))
    words = said.read(_SAID).decode("utf-8", "replace")
    return (layers if isinstance(layers, dict) else {}), " ".join(words.split())
