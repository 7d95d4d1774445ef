"""Workers forked from the pool's own process: they work, die alone, hold nothing of their parent's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from archiver.execution.forked import can_fork

ROOT = Path(__file__).parents[2]
BEFORE = """
import os, signal, threading
from pathlib import Path
from archiver.execution.pool import TaskDied, TaskDone, WorkerPool

PID, PARENT = "__import__('os').getpid()", "__import__('os').getppid()"
HELD = "sorted(__import__('os').listdir('/proc/self/fd'))"

def living(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
"""


def run(lines: str) -> None:
    """Run lines in an interpreter of one thread, which the tests' own is not."""
    if not can_fork():
        pytest.skip("this system cannot fork")
    done = subprocess.run(
        [sys.executable, "-P", "-c", BEFORE + lines], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "")


def test_they_are_children_of_the_pool_s_process_and_end_with_it() -> None:
    run("""
with WorkerPool(workers=2) as pool:
    pool.fork()
    told = {pool.submit(eval, f"({PID}, {PARENT})", 30).result() for _ in range(8)}
    pids = {one.value[0] for one in told}
    assert {one.value[1] for one in told} == {os.getpid()}
    assert 1 <= len(pids) <= 2 and all(map(living, pids))
assert not any(map(living, pids))
try:
    os.waitpid(-1, 0)
    raise AssertionError("a child is left")
except ChildProcessError:
    pass
""")


def test_unused_ones_are_gone_too() -> None:
    run("""
with WorkerPool(workers=3) as pool:
    pool.fork()
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
    assert len(children) == 3
assert not any(map(living, children))
""")


def test_one_that_is_killed_costs_its_task_alone() -> None:
    run("""
with WorkerPool(workers=1) as pool:
    pool.fork()
    assert isinstance(pool.submit(eval, "__import__('os').kill(__import__('os').getpid(), 9)", 30).result(), TaskDied)
    assert pool.submit(eval, "1 + 1", 30).result() == TaskDone(value=2)
""")


def test_they_hold_no_descriptor_of_their_parent_s() -> None:
    run("""
secret = os.open("/dev/zero", os.O_RDONLY)
os.set_inheritable(secret, True)
with WorkerPool(workers=2) as pool:
    pool.fork()
    links = [pool.submit(eval, "[__import__('os').path.realpath(f'/proc/self/fd/{one}') for one in "
        "__import__('os').listdir('/proc/self/fd')]", 30).result().value for _ in range(4)]
    assert not any("/dev/zero" in one for one in links), links
    assert all(sum("pipe:" in name for name in one) == 3 for one in links), links  # its own two, and standard error
""")


def test_a_process_with_threads_is_not_forked() -> None:
    run("""
stop = threading.Event()
thread = threading.Thread(target=stop.wait)
thread.start()
with WorkerPool(workers=1) as pool:
    pool.fork()
    parent = pool.submit(eval, PARENT, 30).result().value
    assert parent != os.getpid(), "it was forked from a process with two threads"
stop.set()
thread.join()
""")
