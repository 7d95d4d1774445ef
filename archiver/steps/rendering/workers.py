"""Renditions made by worker processes that may die alone: where the worker pool, the renderers and veraPDF meet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.execution.pool import Outcome, Share, TaskDied, TaskDone, TaskTimedOut, WorkerPool
from archiver.model import Check, Finding, RenderRequest, RenderResult, Severity
from archiver.render import PDF, renderer_name
from archiver.render.failures import rendering_failed, rendering_timed_out, with_second_judge
from archiver.render.gate.verapdf import VeraPdf
from archiver.render.sandbox import SandboxSettings, load, lock_in, render
from archiver.steps.rendering.large_pdfs import LargePdfs, not_kept
from archiver.steps.rendering.office import OfficeConversions
from archiver.steps.rendering.pdf_ways import PdfWays

RENDER_SECONDS = 300.0
"""Wall time one document may take, in seconds."""


WORKER_MEMORY = 400 << 20
"""Bytes: a worker that has held more is replaced before its next document."""


class RenderTicket:
    """A rendition that is being made."""

    def __init__(self, name: str, settled: Callable[[], RenderResult]) -> None:
        self._name = name
        self._settled = settled

    def result(self) -> RenderResult:
        """Wait for it; a worker that died or took too long is a failed result, never an exception."""
        try:
            return self._settled()
        except CancelledError:  # the pool was given up; what it had to judge is settled, or not kept
            return rendering_failed(self._name, "the build ended before it was judged")


def _settled(name: str, future: Future[Outcome[RenderResult | None]]) -> RenderResult:
    outcome = future.result()
    if isinstance(outcome, TaskDone) and outcome.value is not None:
        return outcome.value
    if isinstance(outcome, TaskTimedOut):
        return rendering_timed_out(name, outcome.seconds)
    if isinstance(outcome, TaskDied):
        return rendering_failed(name, f"its process ended ({outcome.detail})")
    return rendering_failed(name, str(outcome))


class RenderPool:
    """Sandboxed workers that start when the first document comes, and leave nothing behind."""

    def __init__(
        self,
        workers: int,
        scratch: Path,
        timeout: float = RENDER_SECONDS,
        verapdf: str | None = None,
        *,
        pdftopdfa: str | None = None,
        sheets_by_office: bool = False,
    ) -> None:
        """Make a pool; nothing is started yet.

        Args:
            workers: processes at most.
            scratch: a folder that does not exist yet, for the workers' temporary files; its maker removes it.
            timeout: seconds of wall time a document may take.
            verapdf: path of the program that is asked about each PDF, too; None: it is not asked.
            pdftopdfa: path of the program that is asked for PDF/A of PDFs that cannot be mended here; None: none is.
            sheets_by_office: let LibreOffice, where it is, lay out spreadsheets too.
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
            share=Share(memory=WORKER_MEMORY),
        )
        # Beside the scratch folder, not in it: what waits to be judged must be out of the workers' reach.
        self._verapdf = VeraPdf(verapdf, scratch.with_name(f"{scratch.name}-verapdf")) if verapdf else None
        # As many as workers: each waits for one document, and may have it go another way. None before there is work.
        self._judging = ThreadPoolExecutor(workers, "archiver-judging")
        # A folder of its own: a program must not see what the workers write, nor they what it writes.
        programs = scratch.with_name(f"{scratch.name}-programs")
        programs.mkdir()
        self._office = OfficeConversions(workers, programs.resolve(), self._in_worker, sheets=sheets_by_office)
        self._large = LargePdfs(programs.resolve(), timeout)
        self._pdfs = PdfWays(pdftopdfa, programs.resolve(), self._in_worker)

    def prepare(self) -> None:
        """Begin to load what renderings need, in the background, because some will be asked for."""
        self._pool.prepare()
        if self._verapdf is not None:
            self._judging.submit(self._verapdf.start)

    def submit(self, request: RenderRequest) -> RenderTicket:
        """Start rendering one document."""
        request = dataclasses.replace(request, second_validator=self._verapdf is not None)
        if request.large_file is not None:
            return RenderTicket(request.name, self._judging.submit(self._large_judged, request).result)
        office = self._office.takes(request)
        future = self._office.convert(request) if office else self._in_worker(render, request)
        is_pdf = renderer_name(request.puid, request.media_type, request.name) == PDF
        if self._verapdf is None and not (is_pdf and self._pdfs.has_program):
            return RenderTicket(request.name, lambda: _settled(request.name, future))
        settle = self._pdf_settled if is_pdf else self._judged
        return RenderTicket(request.name, self._judging.submit(settle, request, future).result)

    def _large_judged(self, request: RenderRequest) -> RenderResult:
        first = self._large.judge(request)
        return not_kept(request, self._seen(request, first)) if first.status == "kept" else first

    def _pdf_settled(self, request: RenderRequest, future: Future[Outcome[RenderResult | None]]) -> RenderResult:
        return self._pdfs.gone(request, _settled(request.name, future), lambda one: self._seen(request, one))

    def _judged(self, request: RenderRequest, future: Future[Outcome[RenderResult | None]]) -> RenderResult:
        return self._seen(request, _settled(request.name, future))

    def _seen(self, request: RenderRequest, result: RenderResult) -> RenderResult:
        """Ask veraPDF, where it is, about a rendition that may be called PDF/A."""
        pdf = Path(request.large_file) if request.large_file else result.pdf
        if self._verapdf is None or pdf is None or result.flavour is None:
            return result
        return with_second_judge(result, self._verapdf.check(pdf, result.flavour), request.name)

    def _in_worker(
        self, function: Callable[[RenderRequest], RenderResult | None], request: RenderRequest
    ) -> Future[Outcome[RenderResult | None]]:
        weight = len(request.content) + sum(map(len, request.companions.values()))
        return self._pool.submit(function, request, self._timeout, weight=weight)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._office.close()
            self._pool.close()
        else:
            self._office.stop()
            self._pdfs.stop()
            self._large.stop()
            self._pool.terminate()
            self._office.close()
            self._judging.shutdown(wait=False, cancel_futures=True)
            if self._verapdf is not None:
                self._verapdf.kill()
        self._judging.shutdown()
        if self._verapdf is not None:
            self._verapdf.close()
