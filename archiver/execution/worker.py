"""What runs inside a worker process: a loop that reads calls and writes answers.

Started by :mod:`archiver.execution.fresh` in an interpreter of its own, or forked by :mod:`archiver.execution.nursery`
or :mod:`archiver.execution.own_fork`.
Ends when its parent does, whether it is waiting or working.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import re
import resource
import signal
import struct
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

_LENGTH = struct.Struct("!Q")
_HIGH_WATER = re.compile(rb"^VmHWM:\s*(\d+) kB$", re.MULTILINE)
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 1.0
"""Seconds between looks at the parent, where the kernel does not tell."""


def main() -> None:
    """Serve calls from standard input until it ends."""
    parent = os.getppid()
    end_with(parent)
    calls, answers = os.dup(0), os.dup(1)
    silence()
    serve(calls, answers, parent)


def serve(calls: int, answers: int, parent: int) -> None:
    """Answer calls until there are no more; the first is the initialiser.

    Args:
        calls: descriptor to read from.
        answers: descriptor to write to.
        parent: process without which this one has no purpose.
    """
    memory = _Memory()
    with os.fdopen(calls, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
        # Before there is a second thread: some locks are for single-threaded processes.
        _serve_one(incoming, outgoing, memory)
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
        while _serve_one(incoming, outgoing, memory):
            pass


def silence() -> None:
    """Let what a library prints, or reads, go nowhere: it must not get between the answers."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def end_with(parent: int) -> None:
    """Be deaf to interrupts, which are for the user's own process, and have the kernel end this one with ``parent``."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))
    if os.getppid() != parent:  # it ended before the kernel was told
        os._exit(1)


def drop_all_but(kept: set[int]) -> None:
    """Close every descriptor of this process but these."""
    for held in [int(entry.name) for entry in Path("/proc/self/fd").iterdir()]:
        if held not in kept:
            with suppress(OSError):  # the listing's own is closed already
                os.close(held)


def _serve_one(calls: BinaryIO, answers: BinaryIO, memory: _Memory) -> bool:
    head = calls.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return False
    (length,) = _LENGTH.unpack(head)
    payload = calls.read(length)
    if len(payload) < length:
        return False
    data = _answer(payload, memory)
    answers.write(_LENGTH.pack(len(data)) + data)
    answers.flush()
    return True


def _answer(payload: bytes, memory: _Memory) -> bytes:
    try:
        function, argument = pickle.loads(payload)  # noqa: S301 - from our own parent
        value = function(argument) if function is not None else None
        return pickle.dumps(("value", value, memory.most()), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - the parent is told, whatever it was
        return pickle.dumps(("raised", type(error).__name__, str(error)))


class _Memory:
    """The most bytes this process has held in memory so far; what it gave back since, it may well need again."""

    def __init__(self) -> None:
        # Opened now: a process that has locked itself in opens nothing. Not ru_maxrss where there is a choice: Linux
        # has a program begin with the most that whoever started it has held.
        self._status: int | None = None
        with suppress(OSError):
            self._status = os.open("/proc/self/status", os.O_RDONLY | os.O_CLOEXEC)

    def most(self) -> int:
        text = os.pread(self._status, 1 << 14, 0) if self._status is not None else b""
        if found := _HIGH_WATER.search(text):
            return int(found[1]) * 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)
