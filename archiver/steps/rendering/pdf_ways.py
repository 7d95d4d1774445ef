"""The ways a PDF can still go when the first did not come to PDF/A: converted after all, then by another program.

Each is judged as the first was. Where none gets there, the result is the first one's, with what the others came to.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from archiver.execution.pool import TaskDone
from archiver.model import Finding, ProgramOutput, RenderRequest, RenderResult
from archiver.render.pdf.findings import program_failed
from archiver.render.programs.locked import ProgramRunner
from archiver.render.programs.pdftopdfa import PdfToPdfa, find_environment
from archiver.render.sandbox import render
from archiver.steps.rendering.office import Submit

_MAY_GO_ON = frozenset({"pdfa-not-reached", "pdf-copy-differs", "rendition-refused-by-verapdf"})
"""Findings after which another program may get further; after the others no program should."""

Judge = Callable[[RenderResult], RenderResult]
"""Asks the second validator, where there is one."""


class PdfWays:
    """Takes PDFs further, from any thread; nothing is looked for or started before the first that needs it."""

    def __init__(self, program: str | None, scratch: Path, submit: Submit) -> None:
        """Start nothing yet.

        Args:
            program: path of the ``pdftopdfa`` command, or None.
            scratch: a folder that exists, absolute; its maker removes it.
            submit: runs a function in a rendering child.
        """
        self._submit = submit
        self._runner = ProgramRunner()
        environment = find_environment(program)
        self._program = PdfToPdfa(environment, scratch, self._runner) if environment else None

    @property
    def has_program(self) -> bool:
        """Tell whether there is another program to ask."""
        return self._program is not None

    def gone(self, request: RenderRequest, first: RenderResult, judge: Judge) -> RenderResult:
        """Judge the first result, and go on where that may help.

        Args:
            request: of the first result.
            first: from a rendering child, not yet seen by the second validator.
            judge: asks it.

        Returns:
            The first result that holds; else what stands in the way, with the findings of every way that was tried.
        """
        result = judge(first)
        if first.status == "kept" and result.status == "failed":
            request = dataclasses.replace(request, refused=result.checks[-1])
            result = self._tried(request, judge) or result
        codes = {finding.code for finding in result.findings}
        if self._program is None or result.status != "failed" or codes.isdisjoint(_MAY_GO_ON):
            return result
        made = self._made(self._program, request)
        other = self._tried(dataclasses.replace(request, made=made), judge)
        if other is not None and other.status != "failed":
            return other
        return dataclasses.replace(result, findings=(*result.findings, *_refused(request.name, made.tool, other)))

    def stop(self) -> None:
        """Kill what runs; begin nothing any more."""
        self._runner.stop()

    def _tried(self, request: RenderRequest, judge: Judge) -> RenderResult | None:
        outcome = self._submit(render, request).result()
        return judge(outcome.value) if isinstance(outcome, TaskDone) and outcome.value is not None else None

    def _made(self, program: PdfToPdfa, request: RenderRequest) -> ProgramOutput:
        # Part 3, so that attachments stay; a PDF without any keeps to part 2 as well, and is declared so.
        try:
            return program.convert(request.content, "3b" if request.flavour.endswith("b") else "3u")
        except OSError as error:
            return ProgramOutput(pdf=None, tool="pdftopdfa", cause=f"it could not be run: {error.strerror}")


def _refused(name: str, tool: str, other: RenderResult | None) -> tuple[Finding, ...]:
    """Return the finding on the copy that another program made and that is not kept."""
    if other is None:
        return (program_failed(name, tool, "its copy could not be judged"),)
    by_itself = tuple(finding for finding in other.findings if finding.code == "pdf-program-failed")
    failures = [f"{check.tool}: {check.detail}" for check in other.checks if check.passed is False]
    return by_itself or (program_failed(name, tool, "; ".join(failures) or "its copy could not be judged"),)
