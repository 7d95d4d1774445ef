"""Documents that LibreOffice lays out: a child looks at one first, the program makes its PDF, a child judges that."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from archiver.execution.pool import Outcome, TaskDone
from archiver.model import ProgramOutput, RenderRequest, RenderResult
from archiver.render import is_office, renderer_name
from archiver.render.office.formats import SHEETS, office_format, part_for
from archiver.render.office.inspection import admit
from archiver.render.programs.libreoffice import LibreOffice, find_libreoffice
from archiver.render.programs.locked import ProgramRunner
from archiver.render.sandbox import render

Submit = Callable[[Callable[[RenderRequest], RenderResult | None], RenderRequest], Future[Outcome[RenderResult | None]]]
"""Runs a function in a rendering child."""


class OfficeConversions:
    """Conversions side by side, each in a process of its own; nothing is looked for or started before the first."""

    def __init__(self, workers: int, scratch: Path, submit: Submit, *, sheets: bool = False) -> None:
        """Start nothing yet.

        Args:
            workers: processes of LibreOffice at most.
            scratch: a folder that exists, absolute; its maker removes it.
            submit: runs a function in a rendering child.
            sheets: whether LibreOffice lays out spreadsheets too.
        """
        self._scratch = scratch
        self._submit = submit
        self._sheets = sheets
        self._runner = ProgramRunner()
        self._threads = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="archiver-office")
        self._lock = threading.Lock()
        self._office: LibreOffice | None = None
        self._looked = False

    def takes(self, request: RenderRequest) -> bool:
        """Tell whether this document is for LibreOffice, and LibreOffice is there."""
        name = renderer_name(request.puid, request.media_type, request.name)
        wanted = name is not None and (is_office(name) or (self._sheets and name == SHEETS))
        return wanted and self._program() is not None

    def convert(self, request: RenderRequest) -> Future[Outcome[RenderResult | None]]:
        """Start the conversion of one document; its future gives an outcome as a pool's does."""
        return self._threads.submit(self._converted, request)

    def stop(self) -> None:
        """Kill what runs; begin nothing any more."""
        self._runner.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    def close(self) -> None:
        """Wait for what runs, and end."""
        self._threads.shutdown(wait=True)

    def _program(self) -> LibreOffice | None:
        with self._lock:
            if not self._looked:
                self._looked = True
                found = find_libreoffice()
                self._office = LibreOffice(found, self._scratch, self._runner) if found else None
            return self._office

    def _converted(self, request: RenderRequest) -> Outcome[RenderResult | None]:
        refused = self._submit(admit, request).result()
        if not isinstance(refused, TaskDone) or refused.value is not None:
            return refused
        return self._submit(render, dataclasses.replace(request, made=self._output(request))).result()

    def _output(self, request: RenderRequest) -> ProgramOutput:
        name = renderer_name(request.puid, request.media_type, request.name)
        office = self._program()
        if office is None or name is None:
            raise AssertionError("asked for a document that LibreOffice does not take")
        try:
            return office.convert(request.content, office_format(name, request.content), part_for(request.flavour))
        except OSError as error:
            return ProgramOutput(pdf=None, tool="LibreOffice", cause=f"LibreOffice could not be run: {error.strerror}")
