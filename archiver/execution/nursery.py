"""What runs inside a nursery: it loads what workers need, once, then forks a worker each time its parent asks.

Only started by :mod:`archiver.execution.forked`. It runs no task, and keeps one thread, so that forking is safe. Ends
when its parent does, and the kernel ends its workers with it.
"""

from __future__ import annotations

import gc
import os
import pickle
import select
import signal
import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn

from archiver.execution.forked import BORN, ENDED, LONGEST, REFUSED, UNABLE, threads
from archiver.execution.process import LENGTH
from archiver.execution.worker import drop_all_but, end_with, serve, silence

_PATIENCE = 2.0
"""Seconds for threads of libraries to end, after what they served is gone."""


def main() -> None:
    """Prepare, then make workers until the parent closes its end of standard input."""
    end_with(os.getppid())
    control = socket.socket(fileno=os.dup(0))
    silence()
    cradle = _Cradle(control, _prepared(control))
    control.sendall(b"\0")  # from now on it can be dismissed in peace
    cradle.run()
    os._exit(0)  # taking down what was loaded would take longer than the pool's last word should


def _prepared(control: socket.socket) -> bytes:
    """Run the preparation; return why no worker can be made, or nothing."""
    (length,) = LENGTH.unpack(_exactly(control, LENGTH.size))
    function, argument = pickle.loads(_exactly(control, length))  # noqa: S301 - from our own parent
    gc.disable()  # what is loaded stays: looking for garbage in between is a tenth of the time
    if function is not None:
        try:
            function(argument)
        except Exception as error:  # noqa: BLE001 - the parent is told, whatever it was
            return REFUSED + f"its preparation raised {type(error).__name__}: {error}".encode()[: LONGEST - 1]
    gc.enable()
    gc.collect()
    gc.freeze()  # or the first collection in each worker would copy every page
    count = _settled_threads()
    return UNABLE + f"the nursery has {count} threads".encode() if count > 1 else b""


def _settled_threads() -> int:
    """Count this process's threads, once those that are about to end have ended."""
    deadline = time.monotonic() + _PATIENCE
    while (count := threads()) > 1 and time.monotonic() < deadline:
        time.sleep(0.005)
    return count


def _exactly(control: socket.socket, length: int) -> bytes:
    data = control.recv(length, socket.MSG_WAITALL)
    if len(data) < length:
        os._exit(1)  # the parent is gone
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class _Child:
    pid: int
    channel: socket.socket
    """Where its end is told."""


class _Cradle:
    """The workers that live, by a descriptor of each."""

    def __init__(self, control: socket.socket, refusal: bytes) -> None:
        self._control = control
        self._refusal = refusal
        self._children: dict[int, _Child] = {}
        self._poll = select.poll()
        self._poll.register(control, select.POLLIN)

    def run(self) -> None:
        while True:
            for descriptor, _ in self._poll.poll():
                if descriptor in self._children:
                    self._reap(descriptor)
                elif not self._serve():
                    for held in list(self._children):
                        self._reap(held)
                    return

    def _serve(self) -> bool:
        said, descriptors, _, _ = socket.recv_fds(self._control, 1, 3)
        if not said or len(descriptors) < 3:
            return False
        calls, answers, channel = descriptors
        with socket.socket(fileno=channel) as told:
            if self._refusal:
                _say(told, self._refusal)
            else:
                self._make(calls, answers, told)
        os.close(calls)
        os.close(answers)
        return True

    def _make(self, calls: int, answers: int, told: socket.socket) -> None:
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            _say(told, REFUSED + f"it could not be forked: {error.strerror}".encode())
            return
        if pid == 0:
            _live(calls, answers, parent)
        try:
            held = os.pidfd_open(pid)
        except OSError as error:  # a kernel, or a container, without such descriptors
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            self._refusal = UNABLE + f"a process cannot be held by descriptor: {error.strerror}".encode()
            _say(told, self._refusal)
            return
        self._children[held] = _Child(pid=pid, channel=told.dup())
        self._poll.register(held, select.POLLIN)
        if not _say(told, BORN, held):
            os.kill(pid, signal.SIGKILL)  # it was given up before it was born

    def _reap(self, held: int) -> None:
        """End what is left of a worker, and say how it ended."""
        child = self._children.pop(held)
        self._poll.unregister(held)
        # Until it is waited for, its number is no one else's: whatever it started goes with it.
        os.kill(child.pid, signal.SIGKILL)
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        _, status = os.waitpid(child.pid, 0)
        os.close(held)
        with child.channel as told:
            _say(told, ENDED + str(os.waitstatus_to_exitcode(status)).encode())


def _say(told: socket.socket, what: bytes, *descriptors: int) -> bool:
    try:
        socket.send_fds(told, [what], list(descriptors), socket.MSG_NOSIGNAL)
    except OSError:
        return False  # no one listens any more
    return True


def _live(calls: int, answers: int, parent: int) -> NoReturn:
    """Be a worker: hold two pipes and nothing else of the nursery's."""
    status = 1
    try:
        os.setsid()
        end_with(parent)
        drop_all_but({0, 1, 2, calls, answers})
        serve(calls, answers, parent)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(status)
