"""One worker process as its pool sees it: two pipes, a question, an answer in time or not at all.

Reads answers as data; never runs anything a worker names. How a worker comes to life is for
:mod:`archiver.execution.fresh` and :mod:`archiver.execution.forked`.
"""

from __future__ import annotations

import io
import os
import pickle
import select
import struct
import time
from dataclasses import dataclass
from typing import Protocol

LENGTH = struct.Struct("!Q")
"""Stands before each call and each answer: its bytes."""

_CHUNK = 1 << 20
_LARGEST = 1 << 32
"""Bytes of an answer."""

_PATIENCE = 5.0
"""Seconds that a worker which has closed its pipe has to end."""


class WorkerEnded(Exception):  # noqa: N818 - an event, not an error of ours
    """The worker is gone; the message says how."""


class WorkerUnborn(WorkerEnded):
    """There never was a worker: its nursery cannot fork. A fresh interpreter can take its place."""


class WorkerLate(Exception):  # noqa: N818 - as above
    """The answer did not come in time; the worker is in an unknown state and must be stopped."""


class Life(Protocol):
    """The process behind the pipes. Every method may be called from any thread."""

    def kill(self) -> None:
        """Kill it and what it started, at once; does not wait, and never hits another process."""
        ...

    def ended(self, seconds: float) -> WorkerEnded | None:
        """Wait so long at most for its end; say how it ended, or None while it lives."""
        ...

    def close(self) -> None:
        """Wait until it is gone, once it was killed, and give back what is held of it."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipes:
    """This side's ends, non-blocking from here on."""

    calls: int
    """Descriptor, for writing."""

    answers: int
    """Descriptor, for reading."""


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
    """A process that answers one call after the other."""

    def __init__(self, pipes: Pipes, life: Life, results: frozenset[type]) -> None:
        """Take over a worker that was started.

        Args:
            pipes: closed by :meth:`stop`.
            life: closed by :meth:`stop`.
            results: classes an answer may hold.
        """
        self._calls, self._answers = pipes.calls, pipes.answers
        self._life = life
        self._results = results
        os.set_blocking(self._calls, False)
        os.set_blocking(self._answers, False)

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
        self._send(LENGTH.pack(len(payload)) + payload, deadline)
        (length,) = LENGTH.unpack(self._receive(LENGTH.size, deadline))
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
        self._life.kill()

    def stop(self) -> None:
        """End it and wait until it is gone."""
        self._life.kill()
        self._life.close()
        os.close(self._calls)
        os.close(self._answers)

    def _send(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self._calls, select.POLLOUT, deadline)
            try:
                view = view[os.write(self._calls, view[:_CHUNK]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._ended() from None

    def _receive(self, length: int, deadline: float) -> bytes:
        parts: list[bytes] = []
        while length:
            self._wait(self._answers, select.POLLIN, deadline)
            try:
                part = os.read(self._answers, min(length, _CHUNK))
            except BlockingIOError:
                continue
            if not part:
                raise self._ended()
            parts.append(part)
            length -= len(part)
        return b"".join(parts)

    def _wait(self, descriptor: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise WorkerLate

    def _ended(self) -> WorkerEnded:
        """Say how it ended; it has closed its pipe, so it is ending."""
        return self._life.ended(_PATIENCE) or WorkerEnded("it closed its pipe")


def described(status: int) -> str:
    """Put an exit status into words: ``exit status 3``, or ``killed by signal 9`` for -9."""
    return f"killed by signal {-status}" if status < 0 else f"exit status {status}"
