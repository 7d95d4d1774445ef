"""A shared server is started once, serves all users, and ends with the last one, whatever ends that one."""

from __future__ import annotations

import http.server
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import urllib.request
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.judges.shared_server import shared_server
from tests.judges.verdict import JudgeBrokenError

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = """
import sys
from pathlib import Path
from tests.judges.shared_server import shared_server
from tests.judges.test_shared_server import small_server
with shared_server("small", Path(sys.argv[1]), small_server) as told:
    print(told["pid"], told["home"], flush=True)
    sys.stdin.read()
"""


@contextmanager
def small_server(home: Path, greeting: str = "hello") -> Iterator[dict[str, Any]]:
    """Serve one greeting; what is shared in these tests."""
    (home / "index.html").write_text(greeting, encoding="utf-8")

    class Handler(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *words: Any) -> None:  # noqa: ANN401 - handed on
            super().__init__(*words, directory=str(home))

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield {"port": server.server_port, "pid": os.getpid(), "home": str(home)}
        server.shutdown()


@contextmanager
def broken_server(home: Path) -> Iterator[dict[str, Any]]:
    """Never get ready."""
    raise OSError(f"no room in {home.parent}, says the broken server")
    yield {}


def has_ended(pid: int, seconds: float) -> bool:
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


def another_user(place: Path, checkout: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, place],
        cwd=checkout,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )


def test_all_users_have_the_same_server_and_the_last_stops_it(tmp_path: Path) -> None:
    with ExitStack() as first:
        told = first.enter_context(shared_server("small", tmp_path, small_server, greeting="good day"))
        with shared_server("small", tmp_path, small_server) as again:
            assert again == told
        assert not has_ended(told["pid"], 0)
        with urllib.request.urlopen(f"http://127.0.0.1:{told['port']}/index.html") as reply:
            assert reply.read() == b"good day"
    assert has_ended(told["pid"], 0)
    assert not Path(told["home"]).exists()
    with shared_server("small", tmp_path, small_server) as anew:
        assert anew["pid"] != told["pid"]


def test_a_run_that_is_killed_leaves_nothing(tmp_path: Path, checkout: Path) -> None:
    with another_user(tmp_path, checkout) as user, another_user(tmp_path, checkout) as second:
        assert user.stdout is not None
        assert second.stdout is not None
        pid, home = user.stdout.readline().split()
        assert second.stdout.readline().split() == [pid, home]
        user.send_signal(signal.SIGKILL)
        user.wait()
        second.send_signal(signal.SIGKILL)
    assert has_ended(int(pid), 60)
    assert not Path(home).exists()


def test_the_one_that_started_it_may_leave_first(tmp_path: Path, checkout: Path) -> None:
    with another_user(tmp_path, checkout) as user:
        assert user.stdout is not None
        pid, _ = user.stdout.readline().split()
        with shared_server("small", tmp_path, small_server) as told:
            user.communicate("")
            assert told["pid"] == int(pid)
            with urllib.request.urlopen(f"http://127.0.0.1:{told['port']}/index.html") as reply:
                assert reply.status == 200
    assert has_ended(int(pid), 0)


def test_a_keeper_that_was_killed_is_replaced(tmp_path: Path) -> None:
    with shared_server("small", tmp_path, small_server) as told:
        os.kill(told["pid"], signal.SIGKILL)
        assert has_ended(told["pid"], 60)
        with shared_server("small", tmp_path, small_server) as anew:
            assert anew["pid"] != told["pid"]
    assert has_ended(anew["pid"], 60)
    shutil.rmtree(told["home"])  # what was killed cleans nothing up


def test_a_server_that_does_not_start_says_why(tmp_path: Path) -> None:
    with (
        pytest.raises(JudgeBrokenError, match="says the broken server"),
        shared_server("broken", tmp_path, broken_server),
    ):
        pytest.fail("it did not start")
