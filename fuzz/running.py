"""Runs one target in a process of its own, with a limit of time for each input and of memory for all.

An exception, a hang, memory beyond the limit and the death of the process are failures; each kind is told once, with
the smallest input found that shows it.
"""

from __future__ import annotations

import mmap
import multiprocessing
import os
import resource
import signal
import struct
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

from fuzz.mutation import malformed
from fuzz.target import Target

ROOT = Path(__file__).resolve().parents[1]
_INDEX = struct.Struct("=q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one input may take."""

    seconds: float = 5.0
    """Of processor time: a busy machine makes nobody hang."""

    waiting: float = 120.0
    """Of the clock, for what waits instead of working."""

    memory: int = 1 << 30
    """Bytes of address space beyond what the process has when it begins."""

    shrinking: int = 400
    """Inputs tried to make a failing one smaller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One way in which a target failed."""

    what: str
    """The exception and the line of code it came from: the same for every input that shows the same fault."""

    data: bytes
    """The smallest input found."""

    index: int
    """Which of the run's inputs it was."""

    told: str
    """The traceback."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One target's run."""

    target: str
    inputs: int
    seconds: float
    failures: tuple[Failure, ...]


class _HungError(BaseException):
    """The time limit of one input ran out. No ``Exception``, so that no parser takes it for an error of its own."""


def fuzz(target: Target, *, runs: int, seed: int, until: float | None = None, limits: Limits = Limits()) -> Outcome:
    """Fuzz one target; the process that calls has one thread only.

    Args:
        target: what to fuzz.
        runs: inputs at most.
        seed: the same seed gives the same inputs.
        until: when to stop, on :func:`time.monotonic`'s clock.
        limits: for each input.
    """
    started = time.monotonic()
    first, inputs = 0, 0
    failures: dict[str, Failure] = {}
    with mmap.mmap(-1, _INDEX.size) as shared:
        while first < runs and (until is None or time.monotonic() < until):
            found, last, died = _in_a_child(target, range(first, runs), seed, until, limits, shared)
            inputs += last - first
            for failure in (*found, *([_death(target, seed, last - 1, died)] if died else ())):
                failures.setdefault(failure.what, failure)
            first = last if died else runs
    return Outcome(
        target=target.name,
        inputs=inputs,
        seconds=time.monotonic() - started,
        failures=tuple(failures.values()),
    )


def the_input(target: Target, seed: int, index: int) -> bytes:
    """Return the input that a run with ``seed`` gives its target as number ``index``."""
    return malformed(target, Random(f"{seed}/{target.name}/{index}"))  # noqa: S311 - chance that can be repeated


def _death(target: Target, seed: int, index: int, status: int) -> Failure:
    what = f"the process ended with status {status}" if status > 0 else f"killed by {signal.Signals(-status).name}"
    return Failure(what=what, data=the_input(target, seed, index), index=index, told=what)


def _in_a_child(
    target: Target, indexes: range, seed: int, until: float | None, limits: Limits, shared: mmap.mmap
) -> tuple[tuple[Failure, ...], int, int]:
    """Return what failed, the index after the last input, and the status of a child that died early (else 0)."""
    _INDEX.pack_into(shared, 0, indexes.start)
    ours, theirs = multiprocessing.Pipe(duplex=False)
    pid = os.fork()
    if pid == 0:
        status = 3
        try:
            ours.close()
            _child(target, indexes, seed, until, limits, shared, theirs)
            status = 0
        except BaseException:  # noqa: BLE001 - whatever it is must not go on in the parent's code
            traceback.print_exc()
        finally:
            os._exit(status)
    theirs.close()
    try:
        found: tuple[Failure, ...] = ours.recv()
    except EOFError:
        found = ()
    ours.close()
    died = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    (last,) = _INDEX.unpack_from(shared, 0)
    return found, last, died


def _child(  # noqa: PLR0913, PLR0917 - handed on as they came
    target: Target,
    indexes: range,
    seed: int,
    until: float | None,
    limits: Limits,
    shared: mmap.mmap,
    pipe: Connection,
) -> None:
    _limit_memory(limits.memory)
    failures: dict[str, Failure] = {}
    for index in indexes:
        if until is not None and index % 16 == 0 and time.monotonic() > until:
            break
        # Written down before, so that the parent knows which input this process died of.
        _INDEX.pack_into(shared, 0, index + 1)
        data = the_input(target, seed, index)
        failed = attempt(target.check, data, limits)
        if failed and failed[0] not in failures:
            small = _smaller(target.check, data, failed[0], limits)
            failures[failed[0]] = Failure(what=failed[0], data=small, index=index, told=failed[1])
    pipe.send(tuple(failures.values()))


def attempt(check: Callable[[bytes], None], data: bytes, limits: Limits) -> tuple[str, str] | None:
    """Return how ``check`` fails on ``data`` (which fault, its traceback), or None."""
    try:
        with _time_limit(limits):
            check(data)
    except (Exception, _HungError) as error:  # noqa: BLE001 - an uncaught exception is what is looked for
        return _fault(error), "".join(traceback.format_exception(error, limit=-12))
    return None


def _fault(error: BaseException) -> str:
    if isinstance(error, (_HungError, MemoryError)):
        # Where it stopped is chance; that it did not end is the fault.
        return type(error).__name__.removeprefix("_")
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(ROOT)] or frames
    place = Path(ours[-1].filename).name
    return f"{type(error).__name__} at {place}:{ours[-1].lineno}"


def _smaller(check: Callable[[bytes], None], data: bytes, what: str, limits: Limits) -> bytes:
    """Take pieces out of ``data``, large ones first, while it fails in the same way."""
    tries = limits.shrinking if "Hung" not in what else 20
    size = len(data) // 2
    while size and tries:
        at = 0
        while at < len(data) and tries:
            less = data[:at] + data[at + size :]
            tries -= 1
            failed = attempt(check, less, limits)
            if failed and failed[0] == what:
                data = less
            else:
                at += size
        size //= 2
    return data


@contextmanager
def _time_limit(limits: Limits) -> Iterator[None]:
    signal.signal(signal.SIGPROF, _hung)
    signal.signal(signal.SIGALRM, _hung)
    signal.setitimer(signal.ITIMER_PROF, limits.seconds)
    signal.setitimer(signal.ITIMER_REAL, limits.waiting)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def _hung(_number: int, _frame: object) -> None:
    raise _HungError


def _limit_memory(more: int) -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    most = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
