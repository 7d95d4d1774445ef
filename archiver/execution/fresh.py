"""Starts fresh interpreters: workers where a nursery cannot fork them, and nurseries themselves.

Nothing of the caller's main module is imported, nothing of its environment passed on but where programs and libraries
are.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

from archiver.execution.process import Pipes, WorkerEnded, WorkerProcess, described

_BOOTSTRAP = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {} import main; main()"
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


def start_interpreter(module: str, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    """Run ``main()`` of a module in an interpreter of its own, apart from the terminal.

    Args:
        module: full name, such as ``archiver.execution.worker``.
        stdin: descriptor, or ``subprocess.PIPE`` or ``subprocess.DEVNULL``.
        stdout: same.

    Raises:
        OSError: no process, no memory or no descriptor for one.
    """
    path = [str(Path(entry).absolute()) for entry in sys.path]
    # -I: no PYTHON* variables, no user site; -X utf8: file names and text the same whatever the locale.
    command = [sys.executable, "-I", "-X", "utf8", "-c", _BOOTSTRAP.format(module), json.dumps(path)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
        start_new_session=True,  # a terminal's interrupt is for the parent
        bufsize=0,
    )


def fresh_worker(results: frozenset[type]) -> WorkerProcess:
    """Start a worker that has imported nothing yet.

    Args:
        results: classes an answer may hold.

    Raises:
        OSError: no process, no memory or no descriptor for one.
    """
    process = start_interpreter("archiver.execution.worker", subprocess.PIPE, subprocess.PIPE)
    return WorkerProcess(Pipes(calls=_own(process.stdin), answers=_own(process.stdout)), _FreshLife(process), results)


def _own(stream: IO[bytes] | None) -> int:
    if stream is None:  # pragma: no cover - PIPE gives both
        raise WorkerEnded("no pipes")
    with stream:
        return os.dup(stream.fileno())


class _FreshLife:
    """A child of this process."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def kill(self) -> None:
        if self._process.returncode is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                self._process.kill()

    def ended(self, seconds: float) -> WorkerEnded | None:
        try:
            return WorkerEnded(described(self._process.wait(timeout=seconds)))
        except subprocess.TimeoutExpired:
            return None

    def close(self) -> None:
        self._process.wait()
