"""Runs work in a child of this process, of which strace counts the system calls, makes one fail, or kills it there.

A child is there at once, and a started command is not: hundreds of faults take minutes instead of hours.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ArchiverError

_LINE = re.compile(r"^(\d+) +(\w+)\((.*)")
_PR_SET_PTRACER = 0x59616D61
_ANYBODY = ctypes.c_ulong(-1)
_DONE, _SAID, _RAISED = b"d", b"s", b"r"


class ChildSaidError(ArchiverError):
    """The work could not go on, and said why."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Call:
    """One system call of a thread of the child."""

    name: str
    when: int
    """The how-manieth of its name in its thread, from 1: what strace's ``when`` counts."""

    told: str


def calls_of(strace: str, work: Callable[[], object], names: tuple[str, ...], log: Path) -> list[Call]:
    """Run the work undisturbed and return its calls of these names."""
    _run(strace, work, ["-y", "-s", "0", "-e", f"trace={','.join(names)}"], log)
    return calls_in(log)


def calls_in(log: Path) -> list[Call]:
    """Return every call that a log of ``strace -f`` tells of."""
    seen: Counter[tuple[str, str]] = Counter()
    calls = []
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if (match := _LINE.match(line)) and "resumed>" not in line:
            seen[match[1], match[2]] += 1
            calls.append(Call(name=match[2], when=seen[match[1], match[2]], told=match[3]))
    return calls


def with_fault(strace: str, work: Callable[[], object], call: Call, what: str) -> bool:
    """Run the work while one call does ``what``: ``signal=SIGKILL``, ``error=EIO``; return whether it was killed.

    Raises:
        ChildSaidError: the work raised an error of the program's own.
        RuntimeError: it raised something else; with its words.
    """
    options = ["-e", f"trace={call.name}", "-e", f"inject={call.name}:{what}:when={call.when}"]
    return _run(strace, work, options, Path(os.devnull))


def _run(strace: str, work: Callable[[], object], options: list[str], log: Path) -> bool:
    go_here, go_there = os.pipe()
    end_here, end_there = os.pipe()
    pid = os.fork()
    if pid == 0:
        _child(work, go_here, end_there)
    for descriptor in (go_here, end_there):
        os.close(descriptor)
    try:
        with _attached(strace, pid, options, log):
            os.write(go_there, b"g")
            with os.fdopen(end_here, "rb") as end:
                said = end.read()
            _, status = os.waitpid(pid, 0)
    finally:
        os.close(go_there)
    if os.WIFSIGNALED(status):
        return True
    words = said[1:].decode(errors="replace")
    if said[:1] == _SAID:
        raise ChildSaidError(words)
    if said[:1] != _DONE:
        raise RuntimeError(words or f"the child ended with status {os.waitstatus_to_exitcode(status)}")
    return False


def _child(work: Callable[[], object], go: int, end: int) -> None:
    """Wait until the tracer is there, work, and say how it ended; never returns."""
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PTRACER, _ANYBODY, 0, 0, 0)
        os.read(go, 1)
        try:
            work()
            said = _DONE
        except ArchiverError as error:
            said = _SAID + str(error).encode(errors="replace")
        except BaseException as error:  # noqa: BLE001 - nothing may reach the parent's code
            said = _RAISED + f"{type(error).__name__}: {error}".encode(errors="replace")
        with contextlib.suppress(OSError):  # the one call that was to fail
            os.write(end, said)
            os._exit(0)
        os.write(end, said)
    finally:
        os._exit(0)


@contextlib.contextmanager
def _attached(strace: str, pid: int, options: list[str], log: Path) -> Iterator[None]:
    tracer = subprocess.Popen(
        [strace, "-f", "-p", str(pid), "-o", str(log), *options],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert tracer.stderr is not None
    try:
        first = tracer.stderr.readline()
        if "attached" not in first:
            raise RuntimeError(f"strace does not attach: {first}")
        yield
    finally:
        with tracer.stderr:
            tracer.stderr.read()
        tracer.wait()
