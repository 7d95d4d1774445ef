"""A pool of worker processes whose deaths cost one task each.

Workers are forked from a nursery, a fresh interpreter that has loaded once what they all need; where that cannot be,
each is a fresh interpreter itself. Each has two pipes of its own to one thread here: no lock and no queue is shared, so
that nothing a worker does, or stops doing, is felt by another. The caller's main module is never imported. What a
worker answers is read as data: only the classes the caller names are ever built from it. Knows nothing about what the
tasks do.
"""

from __future__ import annotations

import itertools
import math
import pickle
import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from archiver.execution.forked import Nursery, can_fork
from archiver.execution.fresh import fresh_worker
from archiver.execution.own_fork import fork_workers
from archiver.execution.process import WorkerEnded, WorkerLate, WorkerProcess, WorkerUnborn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

START_SECONDS = 60.0
"""Wall time a worker has to start, its preparation and its initialiser included."""

A = TypeVar("A")
T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDone(Generic[T_co]):
    """The function returned."""

    value: T_co


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRaised:
    """The function raised, or its value could not be handed over; the worker lives on."""

    kind: str
    """Name of the exception's class."""

    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDied:
    """The worker ended in the middle of the task, or could not start."""

    detail: str
    """``killed by signal 9``, ``exit status 3``, or why it could not start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTimedOut:
    """The task took longer than its time, and its worker was killed."""

    seconds: float
    """The time it had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCancelled:
    """The pool was terminated before the task ended."""


Outcome = TaskDone[T] | TaskRaised | TaskDied | TaskTimedOut | TaskCancelled


@dataclass(frozen=True, slots=True)
class _Task:
    payload: bytes
    timeout: float
    future: Future[Outcome[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one worker may do before it is replaced by a new one, between two tasks."""

    tasks: int = 200
    memory: float = math.inf
    """Bytes that it may have held in memory at any time."""


@dataclass(slots=True, kw_only=True)
class _Shared:
    """What the pool and its slots both look at."""

    preparation: bytes
    """The pickled call that is made once for all workers forked from one nursery."""

    setup: bytes
    """The pickled call of the initialiser."""

    results: frozenset[type]
    share: Share
    forks: bool
    """Whether workers come from a nursery; no longer when one has said that it cannot fork."""

    nursery: Nursery | None = None
    forked: list[WorkerProcess] = field(default_factory=list)
    """Workers that were forked from this process and have no slot yet."""
    lock: threading.Lock = field(default_factory=threading.Lock)
    running: set[WorkerProcess] = field(default_factory=set)
    terminated: bool = False

    def living_nursery(self) -> Nursery | None:
        """Have a nursery, or None where workers are fresh interpreters or there will be none any more."""
        with self.lock:
            if self.terminated or not self.forks:
                return None
            if self.nursery is None or not self.nursery.lives():
                if self.nursery is not None:
                    self.nursery.stop()
                self.nursery = Nursery(self.preparation)
            return self.nursery


class WorkerPool:
    """Runs functions in worker processes; a context manager that leaves no process behind.

    Everything starts in the background: the nursery with :meth:`prepare` or the first task, workers when tasks come
    in, at most as many as tasks.
    """

    def __init__(
        self,
        *,
        workers: int,
        preparation: Callable[[A], None] | None = None,
        initialiser: Callable[[A], None] | None = None,
        argument: A | None = None,
        results: Iterable[type] = (),
        share: Share | None = None,
    ) -> None:
        """Make a pool; nothing is started yet.

        Args:
            workers: how many processes at most.
            preparation: called once for all workers that are forked from one process, before there is any: loads what
                they need. Importable by its module's name; must leave no second thread and no open file behind.
            initialiser: called once in each worker before its first task; importable likewise.
            argument: what ``preparation`` and ``initialiser`` are called with.
            results: classes that may be in a function's value, beside Python's plain ones.
            share: after which a worker is replaced; 200 tasks where none is given.

        Raises:
            ValueError: no worker is asked for, or a function cannot be imported by a worker.
        """
        if workers < 1:
            raise ValueError(f"a pool needs at least one worker, not {workers}")
        self._workers = workers
        self._shared = _Shared(
            preparation=_call(preparation, argument),
            setup=_call(initialiser, argument),
            results=frozenset(results),
            share=share or Share(),
            forks=can_fork(),
        )
        self._tasks: queue.PriorityQueue[tuple[float, int, _Task | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._closed = False

    def submit(
        self, function: Callable[[A], T], argument: A, timeout: float, *, weight: float = 0
    ) -> Future[Outcome[T]]:
        """Queue one call.

        Args:
            function: importable by its module's name; not from ``__main__``, which workers do not import.
            argument: pickled now.
            timeout: seconds of wall time the call may take in its worker, starting up not counted.
            weight: how long it may take, in any unit: of those that wait the heaviest is begun first, so that no worker
                is left alone with a long one at the end.

        Returns:
            A future whose result is always an outcome; it never raises, unless the caller cancels it.

        Raises:
            RuntimeError: the pool is closed.
            ValueError: the function cannot be imported by a worker.
        """
        payload = _call(function, argument)
        future: Future[Outcome[T]] = Future()
        with self._shared.lock:
            if self._closed:
                raise RuntimeError("the pool is closed")
            self._tasks.put((-weight, next(self._order), _Task(payload, timeout, future)))
            if self._idle:
                self._idle -= 1
            elif len(self._threads) < self._workers:
                self._start_thread()
        return future

    def fork(self) -> None:
        """Fork the workers from this process now, rather than from a nursery: they need no time to load anything.

        For tasks that go through nothing a stranger wrote, before the first is submitted. Does nothing where forking is
        not safe: while this process has other threads, or on another system.
        """
        self._shared.forked += fork_workers(self._workers, self._shared.results)

    def prepare(self) -> None:
        """Start the nursery now, in the background, and no worker yet; where there is none, start a worker."""
        if self._shared.living_nursery() is None:
            self.warm(1)

    def warm(self, workers: int | None = None) -> None:
        """Start workers now, in the background, so that the first tasks find them ready.

        Args:
            workers: how many; all of them when not given.
        """
        with self._shared.lock:
            while not self._closed and len(self._threads) < min(workers or self._workers, self._workers):
                self._idle += 1
                self._start_thread()

    def close(self) -> None:
        """Finish what was submitted, then end every worker and wait for it."""
        with self._shared.lock:
            first, self._closed = not self._closed, True
            threads = list(self._threads)
        if first:
            for _ in threads:
                self._tasks.put((math.inf, next(self._order), None))
        for thread in threads:
            thread.join()
        with self._shared.lock:
            nursery, self._shared.nursery = self._shared.nursery, None
            forked, self._shared.forked = self._shared.forked, []
        for process in forked:
            process.stop()
        if nursery is not None:
            nursery.stop()

    def terminate(self) -> None:
        """Kill every worker now; tasks that had not ended get :class:`TaskCancelled`."""
        with self._shared.lock:
            self._shared.terminated = True
            for process in self._shared.running:
                process.kill()
            if self._shared.nursery is not None:
                self._shared.nursery.dismiss()
        self.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.close()
        else:
            self.terminate()

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._serve, name="archiver-worker", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _serve(self) -> None:
        """Hold one worker at a time and give it tasks. Its worker dies with this thread, by the kernel's doing."""
        slot = _Slot(self._shared)
        try:
            slot.ready()
            while (task := self._tasks.get()[2]) is not None:
                if not task.future.set_running_or_notify_cancel():
                    continue
                outcome = slot.run(task)
                with self._shared.lock:
                    if self._tasks.empty():
                        self._idle += 1
                task.future.set_result(outcome)
        finally:
            slot.stop()


class _Slot:
    """One place in the pool: its worker, started anew when it is gone or has done its share."""

    def __init__(self, shared: _Shared) -> None:
        self._shared = shared
        self._process: WorkerProcess | None = None
        self._nursery: Nursery | None = None
        self._done = 0
        self._memory = self._memory_at_first = 0

    def ready(self) -> WorkerProcess | str:
        """Have a worker that can take a task, or say why there is none."""
        if self._process is not None and not self._has_had_its_share():
            return self._process
        self.stop()
        try:
            return self._started()
        except WorkerEnded as ended:
            cause = f"the worker could not start: {ended}"
        except WorkerLate:
            cause = f"the worker was not ready within {START_SECONDS:g} seconds"
            self._give_up_nursery()
        except OSError as error:  # no process, no memory or no descriptor for one
            cause = f"the worker could not start: {error.strerror}"
        self.stop()
        return cause

    def _has_had_its_share(self) -> bool:
        # The kernel counts what the process held before it became a worker, too: only growth since then is its own.
        grown = self._memory > self._memory_at_first
        return self._done >= self._shared.share.tasks or (grown and self._memory > self._shared.share.memory)

    def run(self, task: _Task) -> Outcome[Any]:
        """Run one task; whatever happens, return what became of it."""
        process = self.ready() if not self._shared.terminated else ""
        outcome = TaskDied(detail=process) if isinstance(process, str) else self._asked(process, task)
        return TaskCancelled() if self._shared.terminated and isinstance(outcome, TaskDied) else outcome

    def stop(self) -> None:
        """End the worker, if there is one, and wait for it."""
        process, self._process = self._process, None
        if process is not None:
            process.stop()
            with self._shared.lock:
                self._shared.running.discard(process)

    def _started(self) -> WorkerProcess:
        with self._shared.lock:
            forked = self._shared.forked.pop() if self._shared.forked else None
        if forked is not None:
            return self._set_up(forked, self._shared.preparation, self._shared.setup)
        nursery = self._shared.living_nursery()
        if nursery is not None:
            self._nursery = nursery
            try:
                return self._set_up(nursery.worker(self._shared.results), self._shared.setup)
            except WorkerUnborn:
                self._shared.forks = False
                self.stop()
                nursery.dismiss()
        return self._set_up(fresh_worker(self._shared.results), self._shared.preparation, self._shared.setup)

    def _set_up(self, process: WorkerProcess, *calls: bytes) -> WorkerProcess:
        self._process, self._done, self._memory = process, 0, 0
        with self._shared.lock:
            self._shared.running.add(process)
            if self._shared.terminated:
                process.kill()
        for call in calls:
            kind, name, message = process.ask(call, START_SECONDS)
            if kind != "value":
                raise WorkerEnded(f"its initialiser raised {name}: {message}")
            self._memory_at_first = message if isinstance(message, int) else 0
        return process

    def _give_up_nursery(self) -> None:
        """It may hang in its preparation: the next worker gets another."""
        if self._nursery is not None:
            self._nursery.kill()

    def _asked(self, process: WorkerProcess, task: _Task) -> Outcome[Any]:
        self._done += 1
        try:
            kind, first, second = process.ask(task.payload, task.timeout)
        except WorkerLate:
            self.stop()
            return TaskTimedOut(seconds=task.timeout)
        except (WorkerEnded, OSError) as ended:
            self.stop()
            return TaskDied(detail=str(ended))
        if kind == "value":
            self._memory = second if isinstance(second, int) else 0
            return TaskDone(value=first)
        return TaskRaised(kind=str(first), message=str(second))


def _call(function: Callable[[A], T] | None, argument: A | None) -> bytes:
    if getattr(function, "__module__", None) == "__main__":
        raise ValueError(f"{function!r} is defined in the main module; put it into a module that workers can import")
    return pickle.dumps((function, argument), protocol=pickle.HIGHEST_PROTOCOL)
