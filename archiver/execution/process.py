"""One worker process as its pool sees it: two pipes, a question, an answer in time or not at all.

Reads answers as data; never runs anything a worker names.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import select
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

_LENGTH = struct.Struct("!Q")
_BOOTSTRAP = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from archiver.execution.worker import main; main()"
)
_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
_CHUNK = 1 << 20
_LARGEST = 1 << 32
"""Bytes of an answer."""


class WorkerEnded(Exception):  # noqa: N818 - an event, not an error of ours
    """The worker is gone; the message says how."""


class WorkerLate(Exception):  # noqa: N818 - as above
    """The answer did not come in time; the worker is in an unknown state and must be stopped."""


class _AnswerReader(pickle.Unpickler):
    """Builds only the classes it was told of: a worker that was taken over cannot make its parent do anything."""

    def __init__(self, data: bytes, results: frozenset[type]) -> None:
        super().__init__(io.BytesIO(data))
        self._known = {(one.__module__, one.__qualname__): one for one in results}

    def find_class(self, module: str, name: str) -> type:
        try:
            return self._known[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"the answer holds a {module}.{name}, which was not announced") from None


class WorkerProcess:
    """A fresh interpreter that imports nothing of the caller's main module, apart from the terminal."""

    def __init__(self, results: frozenset[type]) -> None:
        """Start it; it answers once its pool has sent the initialiser.

        Args:
            results: classes an answer may hold.
        """
        self._results = results
        path = [str(Path(entry).absolute()) for entry in sys.path]
        # -I: no PYTHON* variables, no user site; -X utf8: file names and text the same whatever the locale.
        command = [sys.executable, "-I", "-X", "utf8", "-c", _BOOTSTRAP, json.dumps(path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,  # a terminal's interrupt is for the parent
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stdout is None:  # pragma: no cover - PIPE gives both
            raise WorkerEnded("no pipes")
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)

    def ask(self, payload: bytes, timeout: float) -> tuple[str, object, object]:
        """Send one pickled call and wait for its answer.

        Args:
            payload: pickled pair of function and argument.
            timeout: seconds for all of it.

        Returns:
            ``("value", value, None)`` or ``("raised", class name, message)``.

        Raises:
            WorkerEnded: it is gone.
            WorkerLate: the time is over.
        """
        deadline = time.monotonic() + timeout
        self._send(_LENGTH.pack(len(payload)) + payload, deadline)
        (length,) = _LENGTH.unpack(self._receive(_LENGTH.size, deadline))
        if length > _LARGEST:
            raise WorkerEnded(f"it announced an answer of {length} bytes")
        data = self._receive(length, deadline)
        try:
            kind, first, second = _AnswerReader(data, self._results).load()
        except Exception as error:  # noqa: BLE001 - damaged pickles raise anything
            return "raised", type(error).__name__, str(error)
        return str(kind), first, second

    def kill(self) -> None:
        """Kill it and what it started, at once; does not wait."""
        if self._process.returncode is None:
            try:
                os.killpg(self._process.pid, signal.SIGKILL)
            except ProcessLookupError:
                self._process.kill()
            except PermissionError:
                self._process.kill()

    def stop(self) -> None:
        """End it and wait until it is gone."""
        self.kill()
        self._process.wait()
        self._in.close()
        self._out.close()

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._in.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._in.fileno(), view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise WorkerEnded(self._how()) from None

    def _receive(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while length:
            self._wait(self._out.fileno(), select.POLLIN, deadline)
            try:
                part = os.read(self._out.fileno(), min(length, _CHUNK))
            except BlockingIOError:
                continue
            if not part:
                raise WorkerEnded(self._how())
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise WorkerLate

    def _how(self) -> str:
        """Say how it ended; it has closed its pipe, so it is ending."""
        try:
            status = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return "it closed its pipe"
        return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
