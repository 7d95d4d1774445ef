"""Renditions made by worker processes that may die alone: where the worker pool and the renderers meet."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.execution.pool import Outcome, TaskDied, TaskDone, TaskTimedOut, WorkerPool
from archiver.model import Check, Finding, RenderRequest, RenderResult, Severity
from archiver.render.failures import rendering_failed, rendering_timed_out
from archiver.render.sandbox import SandboxSettings, load, lock_in, render

RENDER_SECONDS = 300.0
"""Wall time one document may take, in seconds."""


class RenderTicket:
    """A rendition that is being made."""

    def __init__(self, name: str, future: Future[Outcome[RenderResult]]) -> None:
        self._name = name
        self._future = future

    def result(self) -> RenderResult:
        """Wait for it; a worker that died or took too long is a failed result, never an exception."""
        outcome = self._future.result()
        if isinstance(outcome, TaskDone):
            return outcome.value
        if isinstance(outcome, TaskTimedOut):
            return rendering_timed_out(self._name, outcome.seconds)
        if isinstance(outcome, TaskDied):
            return rendering_failed(self._name, f"its process ended ({outcome.detail})")
        return rendering_failed(self._name, str(outcome))


class RenderPool:
    """Sandboxed workers that start when the first document comes, and leave nothing behind."""

    def __init__(self, workers: int, scratch: Path, timeout: float = RENDER_SECONDS) -> None:
        """Make a pool; nothing is started yet.

        Args:
            workers: processes at most.
            scratch: a folder that does not exist yet, for the workers' temporary files; its maker removes it.
            timeout: seconds of wall time a document may take.
        """
        self.workers = workers
        self._timeout = timeout
        scratch.mkdir()
        self._pool: WorkerPool = WorkerPool(
            workers=workers,
            preparation=load,
            initialiser=lock_in,
            argument=SandboxSettings(scratch=str(scratch.resolve())),
            results=(RenderResult, Check, Finding, Severity),
        )

    def prepare(self) -> None:
        """Begin to load what renderings need, in the background, because some will be asked for."""
        self._pool.prepare()

    def submit(self, request: RenderRequest) -> RenderTicket:
        """Start rendering one document."""
        weight = len(request.content) + sum(map(len, request.companions.values()))
        future = self._pool.submit(render, request, self._timeout, weight=weight)
        return RenderTicket(request.name, future)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._pool.close()
        else:
            self._pool.terminate()
