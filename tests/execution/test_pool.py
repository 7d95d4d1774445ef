from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from archiver.execution.forked import can_fork
from archiver.execution.pool import (
    Share,
    TaskCancelled,
    TaskDied,
    TaskDone,
    TaskRaised,
    TaskTimedOut,
    WorkerPool,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

ROOT = Path(__file__).parents[2]
PID = "__import__('os').getpid()"
PARENT = "__import__('os').getppid()"


@pytest.fixture(params=["forked", "fresh"])
def born(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Run the test with workers from a nursery, and with workers that are interpreters of their own."""
    if request.param == "fresh":
        monkeypatch.setattr("archiver.execution.pool.can_fork", lambda: False)
    elif not can_fork():
        pytest.skip("this system has no nurseries")
    return str(request.param)


def gone(pid: int, patience: float = 10.0) -> bool:
    deadline = time.monotonic() + patience
    waiter = threading.Event()
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        waiter.wait(0.05)
    return False


@pytest.mark.usefixtures("born")
def test_values_come_back_and_workers_are_other_processes() -> None:
    with WorkerPool(workers=2) as pool:
        outcomes = [pool.submit(abs, -number, 30).result() for number in range(5)]
        worker = pool.submit(eval, PID, 30).result()
    assert outcomes == [TaskDone(value=number) for number in range(5)]
    assert isinstance(worker, TaskDone)
    assert worker.value != os.getpid()
    assert gone(worker.value)


@pytest.mark.usefixtures("born")
def test_an_exception_is_an_outcome_and_the_worker_lives() -> None:
    with WorkerPool(workers=1) as pool:
        before = pool.submit(eval, PID, 30)
        bad = pool.submit(int, "x", 30)
        after = pool.submit(eval, PID, 30)
    assert bad.result() == TaskRaised(kind="ValueError", message="invalid literal for int() with base 10: 'x'")
    assert before.result() == after.result()


@pytest.mark.usefixtures("born")
@pytest.mark.parametrize(
    ("function", "argument", "outcome"),
    [
        pytest.param(os._exit, 3, TaskDied(detail="exit status 3"), id="exit"),
        pytest.param(signal.raise_signal, signal.SIGKILL, TaskDied(detail="killed by signal 9"), id="killed"),
        pytest.param(signal.raise_signal, signal.SIGSEGV, TaskDied(detail="killed by signal 11"), id="crashed"),
        pytest.param(time.sleep, 60, TaskTimedOut(seconds=0.3), id="too slow"),
        pytest.param(signal.raise_signal, signal.SIGSTOP, TaskTimedOut(seconds=0.3), id="stopped"),
    ],
)
def test_a_lost_worker_costs_its_own_task_alone(
    function: Callable[[int], object], argument: int, outcome: object
) -> None:
    with WorkerPool(workers=1) as pool:
        pool.submit(abs, 0, 30).result()
        futures: list[Future[Any]] = [
            pool.submit(abs, -1, 30),
            pool.submit(function, argument, 0.3 if isinstance(outcome, TaskTimedOut) else 30),
            pool.submit(abs, -2, 30),
        ]
        assert [future.result() for future in futures] == [TaskDone(value=1), outcome, TaskDone(value=2)]


@pytest.mark.usefixtures("born")
def test_a_value_of_an_unannounced_class_is_refused() -> None:
    with WorkerPool(workers=1) as pool:
        refused = pool.submit(eval, "__import__('fractions').Fraction(1, 3)", 30).result()
    assert isinstance(refused, TaskRaised)
    assert refused.kind == "UnpicklingError"
    with WorkerPool(workers=1, results=[Fraction]) as pool:
        known = pool.submit(eval, "__import__('fractions').Fraction(1, 3)", 30).result()
        plain = pool.submit(eval, "[1, 'a', (None, True, b'x'), {'k': 0.5}]", 30).result()
    assert known == TaskDone(value=Fraction(1, 3))
    assert plain == TaskDone(value=[1, "a", (None, True, b"x"), {"k": 0.5}])


@pytest.mark.usefixtures("born")
def test_an_initialiser_that_fails_is_said_for_each_task() -> None:
    with WorkerPool(workers=1, initialiser=os.chdir, argument="/nowhere/at/all") as pool:
        outcome = pool.submit(abs, -1, 30).result()
    assert isinstance(outcome, TaskDied)
    assert "FileNotFoundError" in outcome.detail


@pytest.mark.usefixtures("born")
def test_a_worker_is_replaced_after_its_share() -> None:
    with WorkerPool(workers=1, share=Share(tasks=2)) as pool:
        pids = [pool.submit(eval, PID, 30).result() for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]


@pytest.mark.usefixtures("born")
def test_a_worker_that_has_held_too_much_memory_is_replaced() -> None:
    task = f"(len(bytearray({{}} << 20)), {PID})[1]"
    with WorkerPool(workers=1, share=Share(memory=300 << 20)) as pool:
        pids = [pool.submit(eval, task.format(size), 30).result() for size in (1, 2, 400, 1, 2)]
    assert pids[0] == pids[1] == pids[2] != pids[3] == pids[4]


@pytest.mark.usefixtures("born")
def test_large_arguments_and_values_pass() -> None:
    text = "x" * 30_000_000
    with WorkerPool(workers=1) as pool:
        assert pool.submit(str.upper, text, 60).result() == TaskDone(value=text.upper())


@pytest.mark.usefixtures("born")
def test_what_a_task_prints_is_not_an_answer() -> None:
    with WorkerPool(workers=1) as pool:
        assert pool.submit(print, "x" * 100, 30).result() == TaskDone(value=None)
        assert pool.submit(abs, -1, 30).result() == TaskDone(value=1)


@pytest.mark.usefixtures("born")
def test_terminate_ends_running_and_waiting_tasks() -> None:
    pool = WorkerPool(workers=1)
    pid = pool.submit(eval, PID, 30).result()
    futures = [pool.submit(time.sleep, 60, 60) for _ in range(3)]
    pool.terminate()
    assert [future.result() for future in futures] == [TaskCancelled()] * 3
    assert isinstance(pid, TaskDone)
    assert gone(pid.value)
    with pytest.raises(RuntimeError):
        pool.submit(abs, 1, 1)


@pytest.mark.usefixtures("born")
def test_an_interrupt_leaves_no_process() -> None:
    pids: list[int] = []

    def interrupted() -> None:
        with WorkerPool(workers=1) as pool:
            outcome = pool.submit(eval, PID, 30).result()
            assert isinstance(outcome, TaskDone)
            pids.append(outcome.value)
            pool.submit(time.sleep, 60, 60)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert gone(pids[0])


UNGUARDED = """
import os, sys, time
from archiver.execution.pool import WorkerPool
print("main runs", flush=True)
pool = WorkerPool(workers=1)
print(pool.submit(eval, "__import__('os').getpid()", 30).result().value, flush=True)
print(pool.submit(eval, "__import__('os').getppid()", 30).result().value, flush=True)
busy = "(open(%r, 'w').close(), __import__('time').sleep(600))" % (__file__ + ".busy")
pool.submit(eval, busy, 600)
while not os.path.exists(__file__ + ".busy"):
    time.sleep(0.01)
print("busy", flush=True)
if "stay" in sys.argv:
    sys.stdin.read()
pool.terminate()
"""


def test_a_script_without_a_main_guard_works(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        [sys.executable, tmp_path / "script.py"], env=env, capture_output=True, text=True, timeout=60, check=True
    )
    first, pid = run.stdout.split("\n")[:2]
    assert first == "main runs"
    assert run.stdout.count("main runs") == 1
    assert gone(int(pid))


def test_children_end_when_the_parent_is_killed(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(UNGUARDED)
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(tmp_path / "script.py"), "stay"]
    with subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        pid = int(parent.stdout.readline())
        nursery = int(parent.stdout.readline())
        assert parent.stdout.readline() == "busy\n"
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        assert gone(pid)
        assert gone(nursery)


def test_functions_of_the_main_module_are_refused_at_once() -> None:
    def local(_: int) -> None: ...

    local.__module__ = "__main__"
    with WorkerPool(workers=1) as pool, pytest.raises(ValueError, match="main module"):
        pool.submit(local, 1, 1)


@pytest.mark.usefixtures("born")
def test_many_tasks_over_few_workers_keep_their_answers() -> None:
    with WorkerPool(workers=3, share=Share(tasks=7)) as pool:
        futures = [pool.submit(str, number, 30) for number in range(100)]
        assert [future.result() for future in futures] == [TaskDone(value=str(number)) for number in range(100)]


@pytest.mark.usefixtures("born")
def test_what_a_late_task_started_ends_with_it(tmp_path: Path) -> None:
    started = "open({!r}, 'w').write(str(__import__('subprocess').Popen(['sleep', '600']).pid))"
    task = f"({started.format(str(tmp_path / 'pid'))}, __import__('time').sleep(600))"
    with WorkerPool(workers=1) as pool:
        pool.submit(abs, 0, 30).result()
        assert pool.submit(eval, task, 3).result() == TaskTimedOut(seconds=3)
    assert gone(int((tmp_path / "pid").read_text()))


@pytest.mark.usefixtures("born")
def test_an_interrupt_is_not_for_workers() -> None:
    with WorkerPool(workers=1) as pool:
        assert pool.submit(signal.raise_signal, signal.SIGINT, 30).result() == TaskDone(value=None)


@pytest.mark.usefixtures("born")
def test_a_preparation_that_fails_is_said_for_each_task(tmp_path: Path) -> None:
    with WorkerPool(workers=1, preparation=os.rmdir, argument=str(tmp_path / "nowhere")) as pool:
        outcomes = [pool.submit(abs, -1, 30).result() for _ in range(2)]
    for outcome in outcomes:
        assert isinstance(outcome, TaskDied)
        assert "FileNotFoundError" in outcome.detail


@pytest.fixture
def _forked() -> None:
    if not can_fork():
        pytest.skip("this system has no nurseries")


def _value(pool: WorkerPool, task: str) -> Any:  # noqa: ANN401 - whatever the task gives
    outcome = pool.submit(eval, task, 30).result()
    assert isinstance(outcome, TaskDone), outcome
    return outcome.value


def _seen(pool: WorkerPool, task: str, meeting: Path) -> set[Any]:
    """Run ``task`` in two workers: each waits at the meeting place until the other has come."""
    meeting.mkdir(exist_ok=True)
    waiting = (
        "(lambda os, time, count, place: (open(place + '/' + str(os.getpid()), 'w').close(), "
        "next(n for n in count() if len(os.listdir(place)) == 2 or time.sleep(0.01))))"
        f"(__import__('os'), __import__('time'), __import__('itertools').count, {str(meeting)!r})"
    )
    outcomes = [future.result() for future in [pool.submit(eval, f"({waiting}, {task})[1]", 30) for _ in range(2)]]
    assert all(isinstance(outcome, TaskDone) for outcome in outcomes), outcomes
    return {outcome.value for outcome in outcomes if isinstance(outcome, TaskDone)}


@pytest.mark.usefixtures("_forked")
def test_all_workers_come_from_one_preparation(tmp_path: Path) -> None:
    folder = str(tmp_path / "made once")
    initialiser = cast("Callable[[str], None]", os.listdir)  # fails where the folder is not
    with WorkerPool(workers=2, preparation=os.mkdir, initialiser=initialiser, argument=folder) as pool:
        assert len(_seen(pool, PID, tmp_path / "first")) == 2
        nurseries = _seen(pool, PARENT, tmp_path / "second")
    assert len(nurseries) == 1
    assert gone(nurseries.pop())


@pytest.mark.usefixtures("_forked")
def test_a_worker_holds_its_two_pipes_and_nothing_else_of_the_nursery(tmp_path: Path) -> None:
    listed = (
        "(lambda path: [path.realpath(f'/proc/self/fd/{n}') for n in range(4096) "
        "if path.lexists(f'/proc/self/fd/{n}')])(__import__('os').path)"
    )
    with WorkerPool(workers=2) as pool:
        _seen(pool, PID, tmp_path / "meeting")  # so that one was forked while the other lived
        targets = _value(pool, listed)
    assert targets[:3] == ["/dev/null"] * 3
    kinds = sorted(target.rpartition("/")[2].partition(":")[0] for target in targets[3:])
    assert kinds == ["pipe", "pipe", "status"], "the last tells it how much memory it has held"


@pytest.mark.usefixtures("_forked")
def test_a_nursery_that_dies_is_replaced() -> None:
    with WorkerPool(workers=1) as pool:
        worker, nursery = _value(pool, PID), _value(pool, PARENT)
        running = pool.submit(time.sleep, 60, 60)
        os.kill(nursery, signal.SIGKILL)
        assert isinstance(running.result(), TaskDied)
        assert gone(worker)
        assert _value(pool, PARENT) not in {nursery, os.getpid()}


@pytest.mark.usefixtures("_forked")
def test_a_preparation_that_leaves_a_thread_means_fresh_interpreters() -> None:
    thread = "__import__('threading').Thread(target=__import__('time').sleep, args=(600,), daemon=True).start()"
    with WorkerPool(workers=1, preparation=exec, argument=thread) as pool:
        assert _value(pool, PARENT) == os.getpid()


@pytest.mark.usefixtures("_forked")
def test_terminate_does_not_wait_for_a_preparation() -> None:
    pool = WorkerPool(workers=1, preparation=time.sleep, argument=50)
    pool.prepare()
    future = pool.submit(abs, 1, 30)
    started = time.monotonic()
    pool.terminate()
    assert future.result() == TaskCancelled()
    assert time.monotonic() - started < 20


def _descriptors() -> set[str]:
    return {entry.name for entry in Path("/proc/self/fd").iterdir()}


def test_a_pool_that_only_prepared_leaves_nothing() -> None:
    before = _descriptors()
    with WorkerPool(workers=2) as pool:
        pool.prepare()
    assert _descriptors() <= before


@pytest.mark.usefixtures("born")
def test_descriptors_are_given_back() -> None:
    before = _descriptors()
    with WorkerPool(workers=2, share=Share(tasks=1)) as pool:
        for _ in range(6):
            pool.submit(abs, 1, 30).result()
    assert _descriptors() <= before


@pytest.mark.usefixtures("born")
def test_of_the_tasks_that_wait_the_heaviest_is_begun_first(tmp_path: Path) -> None:
    log, gate = tmp_path / "log", tmp_path / "gate"
    os.mkfifo(gate)
    with WorkerPool(workers=1) as pool:
        held = pool.submit(eval, f"open({str(gate)!r}).read()", 60)
        waiting = [
            pool.submit(eval, f"open({str(log)!r}, 'a').write({word!r})", 60, weight=weight)
            for word, weight in (("a", 1), ("b", 3), ("c", 2))
        ]
        gate.write_text("open")  # the pipe opens once the worker reads it: all three wait by then
        assert held.result() == TaskDone(value="open")
        assert [one.result() for one in waiting] == [TaskDone(value=1)] * 3
    assert log.read_text() == "bca"
