"""The gate: what must hold of a PDF before it may be called PDF/A and stand for a document.

Its parts can be called alone, each on the bytes of a PDF, and each gives a :class:`archiver.model.Check`:
:func:`conformance_check`, :func:`text_check`, :func:`pages_check`, :func:`raster_check`, :func:`picture_check`,
:func:`limits_check` and :func:`glyphs_check`. Every check runs and says what it saw, also after one has failed. Never
changes the PDF.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.render.gate.conformance import conformance_check
from archiver.render.gate.laid_out import laid_out_checks
from archiver.render.gate.limits import limits_check
from archiver.render.gate.pages import pages_check
from archiver.render.gate.picture import ExpectedPicture, picture_check
from archiver.render.gate.raster import raster_check
from archiver.render.gate.text import glyphs_check, text_check
from archiver.render.gate.verdict import Verdict, findings_of

if TYPE_CHECKING:
    from archiver.render.contract import PreparedDocument
    from archiver.render.pdfa import WrittenPdf

__all__ = [
    "ExpectedPicture",
    "Verdict",
    "conformance_check",
    "findings_of",
    "glyphs_check",
    "judge",
    "limits_check",
    "pages_check",
    "picture_check",
    "raster_check",
    "text_check",
]


def judge(written: WrittenPdf, document: PreparedDocument, name: str) -> Verdict:
    """Judge one PDF that was laid out here.

    Args:
        written: the PDF and what the engine said.
        document: what it was made from: its text is the measure.
        name: the document's path, for messages.

    Returns:
        The checks ``glyphs``, ``pdfa``, ``text``, ``pages`` and ``limits``, in this order, all of them, and a finding
        for each that failed.
    """
    checks = (
        glyphs_check(written.missing_glyphs),
        conformance_check(written.pdf, written.flavour),
        *laid_out_checks(written.pdf, document.text, written.generated_text, document.blank_pages),
    )
    return Verdict(checks=checks, findings=findings_of(checks, name))
