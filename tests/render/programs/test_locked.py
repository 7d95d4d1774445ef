from __future__ import annotations

import ctypes
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

import pytest

from archiver.render.programs.locked import LockedProgram, ProgramLimits, ProgramRun, ProgramRunner
from archiver.render.programs.system import loaders

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the locks are Linux's")


def shell() -> str:
    found = shutil.which("sh")
    if found is None:
        pytest.skip("needs a shell")
    return os.path.realpath(found)


def run(home: Path, script: str, runner: ProgramRunner | None = None, **limits: float) -> ProgramRun:
    home.mkdir(exist_ok=True)
    program = LockedProgram(
        executable=(shell(), *loaders()),
        arguments=("-c", script),
        readable=("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache", "/dev/null"),
        environment={"HOME": "{home}", "PATH": "/usr/bin:/bin"},
    )
    settings = ProgramLimits(**limits)  # type: ignore[arg-type]  # each test names fields that are there
    return (runner or ProgramRunner()).run(program, home, settings)


def test_runs_in_its_own_folder_and_says_how_it_ended(tmp_path: Path) -> None:
    ended = run(tmp_path / "home", "echo words; echo made > made; exit 3")
    assert ended.status == 3
    assert ended.said == "words"
    assert (tmp_path / "home" / "made").read_text() == "made\n"
    assert set(ended.layers) == {"landlock", "network_namespace", "no_new_privileges", "limits", "private_tmp"}
    assert ended.layers["no_new_privileges"]
    assert ended.layers["limits"]


has_landlock = ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), ctypes.c_uint32(1)) > 0
needs_landlock = pytest.mark.skipif(not has_landlock, reason="this kernel has no Landlock")


@needs_landlock
def test_reads_and_writes_nothing_else(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("canary")
    home = tmp_path / "home"
    reads = f"read x < {secret}; echo [$x]; read y < /etc/passwd; echo [$y]"
    ended = run(home, f"{reads}; echo z > {tmp_path}/new; echo done")
    assert ended.layers["landlock"]
    assert "canary" not in ended.said
    assert "root:" not in ended.said
    assert "done" in ended.said
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "secret"]


@needs_landlock
def test_starts_no_other_program(tmp_path: Path) -> None:
    ended = run(tmp_path / "home", "ls /; echo status $?")
    assert ended.layers["landlock"]
    assert "status 126" in ended.said


def test_is_killed_when_its_time_is_over(tmp_path: Path) -> None:
    ended = run(tmp_path / "home", "while :; do :; done", wall_seconds=0.5)
    assert ended.status is None
    assert ended.seconds < 20


def test_is_killed_by_its_share_of_the_processor(tmp_path: Path) -> None:
    assert run(tmp_path / "home", "while :; do :; done", cpu_seconds=1).status in {-9, -24}


def test_writes_no_file_larger_than_it_may(tmp_path: Path) -> None:
    home = tmp_path / "home"
    script = "x=0123456789; for i in 1 2 3 4 5 6 7 8; do x=$x$x; done; while :; do echo $x; done > big"
    assert run(home, script, file_bytes=65536).status == -signal.SIGXFSZ
    assert (home / "big").stat().st_size <= 65536


def test_what_it_left_running_is_gone(tmp_path: Path) -> None:
    ended = run(tmp_path / "home", "(while :; do :; done) & echo $!")
    assert ended.status == 0
    deadline = time.monotonic() + 30
    while _lives(ended.said) and time.monotonic() < deadline:
        os.sched_yield()
    assert not _lives(ended.said)


def _lives(process: str) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state not in "ZX"


def test_stop_ends_what_runs_and_starts_nothing_more(tmp_path: Path) -> None:
    runner = ProgramRunner()
    found: list[ProgramRun] = []
    script = "echo x > on; while :; do :; done"
    thread = threading.Thread(target=lambda: found.append(run(tmp_path / "a", script, runner)))
    thread.start()
    deadline = time.monotonic() + 30
    while not (tmp_path / "a" / "on").exists() and time.monotonic() < deadline:
        thread.join(0.01)
    runner.stop()
    thread.join(30)
    assert not thread.is_alive()
    assert found[0].status == -9
    assert run(tmp_path / "b", "echo x > on", runner).status is None
    assert not (tmp_path / "b" / "on").exists()
