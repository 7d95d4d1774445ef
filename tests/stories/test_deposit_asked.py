"""Stories of people at ``archiver deposit``: who types a secret, interrupts, or asks for what is not there."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.stories.deposit_place import TOKEN

if TYPE_CHECKING:
    from tests.stories.deposit_place import DepositPlace


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_so_and_is_gone_on_with(deposit: DepositPlace, number: signal.Signals) -> None:
    words = ["packages", "--to", "box", "--parallel", "2", "--bandwidth", "20kB/s"]
    with deposit.started(*words) as running:
        part = deposit.folder / "box" / "one.tar.part"
        while running.poll() is None and not (part.exists() and part.stat().st_size):
            pass  # it sends slowly: there is time
        running.send_signal(number)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "interrupted" in err
    assert "Traceback" not in err
    assert deposit("resume").status == 0
    assert deposit("packages", "--to", "box").status == 0
    assert deposit.held() == {name: name.encode() * 60_000 for name in ("one", "two")}


def test_a_terminal_is_asked_for_the_secret_and_does_not_show_it(deposit: DepositPlace) -> None:
    words = [*deposit.archiver.command, "deposit", "packages/one", "--to", "box"]
    environment = deposit.archiver.environment(deposit.environment | {"TERM": "dumb"})
    ours, theirs = pty.openpty()
    # Of a session of its own, whose terminal this is: as in a window.
    with subprocess.Popen(
        ["setsid", "--ctty", "--wait", *words],
        cwd=deposit.folder,
        env=environment,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as running:
        os.close(theirs)
        shown, typed = b"", False
        while chunk := _read(ours):
            shown += chunk
            if not typed and b"Token of box: " in shown:
                os.write(ours, f"{TOKEN}\n".encode())
                typed = True
    os.close(ours)
    assert (running.returncode, typed) == (0, True), shown
    assert TOKEN.encode() not in shown
    assert b"verified" in shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 1 << 16)
    except OSError:  # the other side is closed
        return b""


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nothing-here", "--to", "box"], "there is no package 'nothing-here': nothing has this path"),
        (["packages", "--to", "bx"], "there is no target 'bx': archiver.toml has no [targets.bx]; known: box, store"),
        (["packages"], "Missing option '--to'"),
        (["--to", "box"], "Missing argument 'PACKAGE...'"),
        (["packages", "--to", "box", "--bandwidth", "fast"], "--bandwidth: 'fast' is no rate: write 10MB/s"),
        (["resume", "--present"], "say what you saw of one deposit: name it"),
        (["resume", "abc"], "there is no such deposit"),
    ],
)
def test_usage(deposit: DepositPlace, words: list[str], said: str) -> None:
    ran = deposit(*words)
    assert (ran.status, ran.stdout) == (2, "")
    assert said in ran.stderr
    assert not (deposit.folder / "deposits").exists()
