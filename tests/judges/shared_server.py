"""A server whose start is dear runs once for all workers of a test run: the last one to leave stops it.

A keeper process starts the server and waits for a lock that every user of the server shares. The kernel takes the
lock from users that are killed, so a server never outlives its run for long, whatever ends the run.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from tests.judges.verdict import CHECKOUT, JudgeBrokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_LIMIT = 300.0
"""Seconds that a server may take to start, on a busy machine."""

_STOP_LIMIT = 60.0
_READY = "ready\n"


@contextmanager
def shared_server(
    name: str, place: Path, start: Callable[..., AbstractContextManager[dict[str, Any]]], **words: str
) -> Iterator[dict[str, Any]]:
    """Use a server for the length of the block; the first user of a run starts it, the last one stops it.

    Args:
        name: of the server: one of that name runs below ``place``.
        place: an existing folder that all users share: fixture ``run_folder``.
        start: a function of a module: takes an empty folder of a short path, which other users of the machine may pass
            through and which is removed in the end, and gives the block what users must know of the server, as JSON
            values. It runs in a process of its own, and ends its server by process id when its block ends.
        words: further arguments of ``start``.

    Yields:
        What ``start`` gave.

    Raises:
        JudgeBrokenError: it did not start; with the end of what it said.
    """
    folder = place / f"server-{name}"
    folder.mkdir(exist_ok=True)
    with ExitStack() as held:
        using = held.enter_context((folder / "users").open("a"))
        with _locked(folder / "starting"):
            # Waits for a keeper that found no user and is stopping its server.
            fcntl.flock(using, fcntl.LOCK_SH)
            state = _state(folder)
            if state is None:
                _start_keeper(folder, f"{start.__module__}:{start.__qualname__}", words)
                state = _state(folder)
            assert state is not None, "the keeper said that it is ready"
        try:
            yield state["told"]
        finally:
            with _locked(folder / "starting"):
                _leave(using, int(state["keeper"]))


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _state(folder: Path) -> dict[str, Any] | None:
    """Return what the keeper wrote down, unless there is none, or somebody killed it."""
    try:
        state: dict[str, Any] = json.loads((folder / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return None if _ended(int(state["keeper"]), 0) else state


def _start_keeper(folder: Path, start: str, words: dict[str, str]) -> None:
    log = folder / "log"
    script = f"from {__name__} import keep; keep()"
    command: list[str | Path] = [sys.executable, "-P", "-c", script, folder, start, json.dumps(words)]
    with log.open("a", encoding="utf-8") as said:
        keeper = subprocess.Popen(
            command,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(CHECKOUT), *filter(None, sys.path)])},
            cwd=CHECKOUT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            encoding="utf-8",
            start_new_session=True,  # Control-C is for the tests, who stop it in their own time
        )
    late = threading.Timer(START_LIMIT, keeper.terminate)
    late.start()
    try:
        assert keeper.stdout is not None
        with keeper.stdout as out:
            ready = out.readline() == _READY
    finally:
        late.cancel()
    if not ready:
        keeper.wait()
        tail = log.read_text(encoding="utf-8", errors="replace")[-4000:]
        raise JudgeBrokenError(f"the server {folder.name.removeprefix('server-')} did not start:\n{tail}")
    # Nobody waits for it here: it is not a failure that it still runs when this process ends.
    keeper.returncode = 0


def _leave(using: IO[str], keeper: int) -> None:
    """Give the lock back; the last to leave waits until the server has stopped."""
    fcntl.flock(using, fcntl.LOCK_UN)
    try:
        fcntl.flock(using, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        try:
            fcntl.flock(using, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:  # the keeper has it: it is stopping
            _ended(keeper, _STOP_LIMIT)
        return
    fcntl.flock(using, fcntl.LOCK_UN)
    _ended(keeper, _STOP_LIMIT)


def _ended(pid: int, seconds: float) -> bool:
    """Wait for a process that need not be a child; one that nobody has reaped has ended, too."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def keep() -> None:
    """Start a server, say that it is ready, and stop it when nobody uses it; the keeper's whole life."""
    folder, start, words = Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    module, _, name = start.partition(":")
    home = Path(tempfile.mkdtemp(prefix="srv-"))
    home.chmod(0o711)  # databases run as a user of their own where the tests are root
    try:
        server = getattr(importlib.import_module(module), name)
        # The lock is held until the server has stopped: whoever comes meanwhile waits for that.
        with (folder / "users").open("a") as users, server(home, **words) as told:
            state = {"keeper": os.getpid(), "told": told}
            (folder / "state.new").write_text(json.dumps(state), encoding="utf-8")
            (folder / "state.new").rename(folder / "state.json")
            sys.stdout.write(_READY)
            sys.stdout.flush()
            sys.stdout.close()
            # Granted when no user is left: those that were killed have lost theirs.
            fcntl.flock(users, fcntl.LOCK_EX)
            (folder / "state.json").unlink()
    finally:
        shutil.rmtree(home, ignore_errors=True)
