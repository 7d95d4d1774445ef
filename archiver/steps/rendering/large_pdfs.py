"""PDFs that are too large to be handed to a rendering child: each is judged by a child of its own, from its file.

That child may read the one file beside libraries and fonts. A PDF that is PDF/A is its own rendition, of whatever size;
nothing else is made of one so large.
"""

from __future__ import annotations

import threading
from pathlib import Path

from archiver.execution.pool import TaskDone, TaskTimedOut, WorkerPool
from archiver.model import Check, Finding, RenderRequest, RenderResult, Severity
from archiver.render.failures import failed, too_large
from archiver.render.pdf.large import judged
from archiver.render.sandbox import SandboxSettings, prepare_child

_MEMORY = 2 << 30
"""Bytes of address space beside the file, which is mapped three times."""


class LargePdfs:
    """Judges large PDFs, from any thread, one at a time."""

    def __init__(self, scratch: Path, timeout: float) -> None:
        """Start nothing yet.

        Args:
            scratch: an existing folder, absolute; its maker removes it.
            timeout: seconds of wall time a PDF may take.
        """
        self._scratch = scratch
        self._timeout = timeout
        self._one = threading.Lock()
        self._state = threading.Lock()
        self._pool: WorkerPool | None = None
        self._stopped = False

    def judge(self, request: RenderRequest) -> RenderResult:
        """Tell whether a PDF may be kept as it is; see :func:`archiver.render.pdf.large.judged`."""
        size = Path(request.large_file or "").stat().st_size
        with self._one:
            pool = self._begun(request, size)
            if pool is None:
                return failed(too_large(request.name, size, "the build ended before it was judged"))
            with pool:
                outcome = pool.submit(judged, request, self._timeout).result()
        if isinstance(outcome, TaskDone) and outcome.value is not None:
            return outcome.value
        if isinstance(outcome, TaskTimedOut):
            cause = f"to judge it took longer than {outcome.seconds:g} seconds and was stopped"
        else:
            cause = f"judging it stopped ({outcome})"
        return failed(too_large(request.name, size, cause))

    def stop(self) -> None:
        """Kill what runs; begin nothing any more."""
        with self._state:
            self._stopped = True
            if self._pool is not None:
                self._pool.terminate()

    def _begun(self, request: RenderRequest, size: int) -> WorkerPool | None:
        settings = SandboxSettings(
            scratch=str(self._scratch), memory=_MEMORY + 3 * size, readable=(request.large_file or "",)
        )
        with self._state:
            if self._stopped:
                return None
            self._pool = WorkerPool(
                workers=1,
                initialiser=prepare_child,
                argument=settings,
                results=(RenderResult, Check, Finding, Severity),
            )
            return self._pool


def not_kept(request: RenderRequest, result: RenderResult) -> RenderResult:
    """Say of a PDF that a second validator refused to be kept that it is too large to be converted; else nothing."""
    if result.status == "kept":
        return result
    said = result.checks[-1]
    size = Path(request.large_file or "").stat().st_size
    return failed(too_large(request.name, size, f"{said.tool} says: {said.detail}"), checks=result.checks)
