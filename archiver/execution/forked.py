"""A nursery as its pool sees it: one process that loads what the workers need, once, and forks them.

Each worker gets two pipes of its own through the nursery, which keeps no end of them. What becomes of a worker the
nursery says over a channel that the worker never holds. Never sends a call to the nursery itself but its preparation.
"""

from __future__ import annotations

import array
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

from archiver.execution.fresh import start_interpreter
from archiver.execution.process import (
    LENGTH,
    Pipes,
    WorkerEnded,
    WorkerProcess,
    WorkerUnborn,
    described,
)

BORN, ENDED, REFUSED, UNABLE = b"B", b"E", b"R", b"U"
"""First byte of what a nursery says: a worker lives, and here is a descriptor of it; it ended with this status; it
could not be made, for this cause; this nursery can make none at all, for this cause."""

LONGEST = 4096
"""Bytes of what a nursery says."""

_MODULE = "archiver.execution.nursery"
_PATIENCE = 5.0
"""Seconds a nursery has to end its workers."""


def can_fork() -> bool:
    """Tell whether this system has what nurseries need: fork without surprises, and processes held by descriptor."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open") and Path("/proc/self/task").is_dir()


def threads() -> int:
    """Count this process's threads, on a system that can fork: the others' locks would stay locked in a fork of it."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


class Nursery:
    """Starts at once, in the background; what is asked of it meanwhile waits for it."""

    def __init__(self, preparation: bytes) -> None:
        """Start it.

        Args:
            preparation: pickled pair of function and argument, called once before the first worker is made.

        Raises:
            OSError: no descriptor for it.
        """
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = False
        self._told = threading.Event()
        """Its preparation was sent, before any other word."""
        self._thread = threading.Thread(target=self._hold, args=(theirs, preparation), daemon=True)
        self._thread.start()

    def lives(self) -> bool:
        """Tell whether it may be asked for workers."""
        return self._thread.is_alive() and not self._killed

    def worker(self, results: frozenset[type]) -> WorkerProcess:
        """Ask for a worker; does not wait for it.

        Args:
            results: classes an answer may hold.

        Raises:
            OSError: no descriptors for it.
        """
        self._told.wait()
        calls, answers = os.pipe(), os.pipe()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, suppress(BrokenPipeError, ConnectionResetError):  # its end is then seen on the pipes
            socket.send_fds(self._control, [b"\0"], [calls[0], answers[1], theirs.fileno()])
        os.close(calls[0])
        os.close(answers[1])
        return WorkerProcess(Pipes(calls=calls[1], answers=answers[0]), _ForkedLife(ours), results)

    def kill(self) -> None:
        """Kill it, and by the kernel's doing its workers; does not wait."""
        with self._lock:
            self._killed = True
            if self._process is not None:
                self._process.kill()

    def dismiss(self) -> None:
        """Let it end its workers, with what they started, and itself; does not wait. While it prepares, kill it."""
        if _readable(self._control, 0):
            with suppress(OSError):
                self._control.shutdown(socket.SHUT_WR)
        else:
            self.kill()

    def stop(self) -> None:
        """Dismiss it and wait until it is gone."""
        self.dismiss()
        self._thread.join(_PATIENCE)
        self.kill()
        self._thread.join()
        self._control.close()

    def _hold(self, theirs: socket.socket, preparation: bytes) -> None:
        """Start it and stay with it: the kernel ends it when the thread that started it ends."""
        try:
            with theirs, self._lock:
                if self._killed:
                    return
                self._process = start_interpreter(_MODULE, theirs.fileno(), subprocess.DEVNULL)
            with suppress(OSError):  # it has ended already, which is seen on the pipes of its workers
                self._control.sendall(LENGTH.pack(len(preparation)) + preparation)
        except OSError:
            return  # whoever asks for a worker sees the pipes closed
        finally:
            self._told.set()
        self._process.wait()


def _readable(what: int | socket.socket, seconds: float | None) -> bool:
    poll = select.poll()
    poll.register(what, select.POLLIN)
    return bool(poll.poll(None if seconds is None else max(0.0, seconds) * 1000))


class _ForkedLife:
    """A worker that the nursery made, or is about to make; held by descriptor, so that no other is ever killed."""

    def __init__(self, channel: socket.socket) -> None:
        channel.setblocking(False)
        self._channel = channel
        self._lock = threading.Lock()
        self._held: int | None = None
        self._end: WorkerEnded | None = None
        self._closed = False

    def kill(self) -> None:
        with self._lock:
            if self._closed:
                return
            with suppress(OSError):
                self._channel.shutdown(socket.SHUT_RDWR)
            self._listen()  # what was said before is still there
            if self._held is not None:
                with suppress(ProcessLookupError):
                    signal.pidfd_send_signal(self._held, signal.SIGKILL)

    def ended(self, seconds: float) -> WorkerEnded | None:
        while self._end is None and _readable(self._channel, seconds):
            with self._lock:
                self._listen()
        return self._end

    def close(self) -> None:
        if self._held is not None:
            _readable(self._held, None)  # a process's descriptor is, once it has ended
        with self._lock:
            self._closed = True
            self._channel.close()
            if self._held is not None:
                os.close(self._held)

    def _listen(self) -> None:
        """Take in everything the nursery has said so far."""
        while self._end is None:
            try:
                said, descriptors = _received(self._channel)
            except BlockingIOError:
                return
            except OSError:
                said, descriptors = b"", []
            if descriptors:
                self._held = descriptors[0]
            self._end = _end(said)


def _received(channel: socket.socket) -> tuple[bytes, list[int]]:
    said, extra, _, _ = channel.recvmsg(LONGEST, socket.CMSG_SPACE(array.array("i").itemsize), socket.MSG_CMSG_CLOEXEC)
    descriptors = array.array("i")
    for level, kind, data in extra:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: len(data) - len(data) % descriptors.itemsize])
    return said, descriptors.tolist()


def _end(said: bytes) -> WorkerEnded | None:
    kind, text = said[:1], said[1:].decode(errors="replace")
    if kind == BORN:
        return None
    if kind == ENDED:
        return WorkerEnded(described(int(text)))
    if kind == UNABLE:
        return WorkerUnborn(text)
    return WorkerEnded(text if kind == REFUSED else "the process that makes workers ended")
