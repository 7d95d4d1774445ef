"""What runs inside a worker process: a loop that reads calls and writes answers.

Only started by :mod:`archiver.execution.process`. Ends when its parent does, whether it is waiting or working.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import struct
import sys
import threading
import time
from typing import BinaryIO

_LENGTH = struct.Struct("!Q")
_PR_SET_PDEATHSIG = 1
_LOOK_EVERY = 1.0
"""Seconds between looks at the parent, where the kernel does not tell."""


def main() -> None:
    """Serve calls from standard input until it ends; the first is the initialiser."""
    parent = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    calls = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    # What a library prints must not get between the answers.
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    _serve_one(calls, answers)  # before there is a second thread: some locks are for single-threaded processes only
    threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    while _serve_one(calls, answers):
        pass


def _serve_one(calls: BinaryIO, answers: BinaryIO) -> bool:
    head = calls.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return False
    (length,) = _LENGTH.unpack(head)
    payload = calls.read(length)
    if len(payload) < length:
        return False
    data = _answer(payload)
    answers.write(_LENGTH.pack(len(data)) + data)
    answers.flush()
    return True


def _answer(payload: bytes) -> bytes:
    try:
        function, argument = pickle.loads(payload)  # noqa: S301 - from our own parent
        value = function(argument) if function is not None else None
        return pickle.dumps(("value", value, None), protocol=pickle.HIGHEST_PROTOCOL)
    except Exception as error:  # noqa: BLE001 - the parent is told, whatever it was
        return pickle.dumps(("raised", type(error).__name__, str(error)))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_LOOK_EVERY)
    os._exit(1)
