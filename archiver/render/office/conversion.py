"""From what LibreOffice made of a document to a rendition: its record written in, its flavour chosen, and judged.

Runs in a rendering child. Never claims more than the gate saw: where the flavour asked for cannot be proven of such a
PDF, a lower one is taken and named.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from archiver.model import Check, Finding, RenderResult, Severity
from archiver.render.failures import failed, program_failed
from archiver.render.gate import Verdict, conformance_check, findings_of, limits_check, pages_check
from archiver.render.gate.text import PDFIUM
from archiver.render.office.container import DamagedContainerError
from archiver.render.office.formats import part_for
from archiver.render.office.inspection import inspect
from archiver.render.office.labelled import labelled
from archiver.render.office.source_text import source_text_check
from archiver.render.office.text_of_docx import text_of_docx
from archiver.render.office.text_of_odf import text_of_odf
from archiver.render.office.text_of_pptx import text_of_pptx
from archiver.standards.xml import XmlSyntaxError

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.office.container import Container
    from archiver.render.office.formats import OfficeFormat

_TEXTS = {"docx": text_of_docx, "odt": text_of_odf, "odp": text_of_odf, "pptx": text_of_pptx}
"""Format -> how its words are known."""


def from_program(request: RenderRequest, kind: OfficeFormat) -> RenderResult:
    """Judge what a program made of a document.

    Args:
        request: with ``made``.
        kind: the document's format.

    Returns:
        ``converted`` with a PDF that passed every check that ran, else ``failed``.
    """
    made = request.made
    if made is None or made.pdf is None:
        return program_failed(
            request.name, made.cause if made else "no program was run", tool=made.tool if made else ""
        )
    seen = inspect(request.content, kind, request.name)
    if seen.refusal is not None:
        return failed(seen.refusal)
    try:
        pdf, flavour, conformance = _labelled(request, made.pdf, made.tool)
    except pikepdf.PdfError as error:
        return program_failed(request.name, f"{made.tool} wrote a PDF that cannot be read: {error}", tool=made.tool)
    blank = _blank_pages(pdf)
    checks = (conformance, _text(pdf, kind, seen.container), blank, limits_check(pdf))
    verdict = Verdict(checks=checks, findings=findings_of(checks, request.name))
    lowered = _lowered(request, flavour) if verdict.passed else ()
    return RenderResult(
        status="converted" if verdict.passed else "failed",
        flavour=flavour if verdict.passed else None,
        validated=verdict.validated if verdict.passed else False,
        pdf=pdf if verdict.passed else None,
        checks=checks,
        findings=(*seen.findings, *lowered, *verdict.findings),
        notes=(f"laid out by {made.tool}", "its dates and identifiers replaced by those of the record"),
        tool=made.tool,
        render_seconds=made.seconds,
    )


def _labelled(request: RenderRequest, pdf: bytes, tool: str) -> tuple[bytes, str, Check]:
    """Write the record in, with the highest flavour of those that fit and that the gate lets pass; else the lowest."""
    for flavour in _flavours(request.flavour):
        written = labelled(pdf, request, producer=tool, flavour=flavour)
        check = conformance_check(written, flavour)
        if check.passed is not False:
            break
    return written, flavour, check


def _flavours(asked: str) -> tuple[str, ...]:
    part = part_for(asked)
    levels = {"a": "aub", "b": "b"}.get(asked[1:], "ub")
    return tuple(f"{part}{level}" for level in levels)


def _text(pdf: bytes, kind: OfficeFormat, container: Container | None) -> Check:
    reader = _TEXTS.get(kind.name)
    if reader is None or container is None:
        detail = f"the words of {kind.extension} files are not known here, so nothing was compared"
        return Check(name="text", passed=None, tool=PDFIUM, detail=detail)
    try:
        source = reader(container)
    except (XmlSyntaxError, DamagedContainerError) as error:
        return Check(name="text", passed=None, tool=PDFIUM, detail=f"the document's words cannot be read: {error}")
    return source_text_check(pdf, source)


def _blank_pages(pdf: bytes) -> Check:
    """Say which pages are blank: an office document may have any, so only one that has no other is refused."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        count = len(opened.pages)
    return pages_check(pdf, blank_pages=count - 1)


def _lowered(request: RenderRequest, flavour: str) -> tuple[Finding, ...]:
    if flavour == request.flavour:
        return ()
    return (
        Finding(
            severity=Severity.INFO,
            code="rendition-other-flavour",
            file=request.name,
            message=f"{request.name}: its copy is PDF/A-{flavour}, not PDF/A-{request.flavour}, which cannot be proven "
            "of what LibreOffice makes of it.",
            fix="Nothing has to be done: what it is called is what it was proven to be.",
        ),
    )
