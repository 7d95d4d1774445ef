"""Judges a PDF that is too large to be handed over: reads it from its file, keeps no copy of it in memory.

Runs in a child that may read that one file. It only tells whether the PDF may be kept as it is; it converts nothing.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf

from archiver.model import RenderResult
from archiver.render.failures import failed, too_large
from archiver.render.gate.conformance import PIKEPDF
from archiver.render.pdf.inspection import TooManyObjectsError, inspected
from archiver.render.pdf.keeping import Keeping, judged_as_it_is
from archiver.render.pdf.obstacles import plain
from archiver.render.pdf.telling import confirmed

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_LONGEST_CAUSE = 500


def judged(request: RenderRequest) -> RenderResult:
    """Tell whether a PDF may be kept as it is.

    Args:
        request: whose ``large_file`` is the PDF.

    Returns:
        ``kept``, without the bytes; or ``failed`` with the finding that it is too large for anything else.
    """
    file = Path(request.large_file or "")
    try:
        keeping, declared = _judged(file, second_validator=request.second_validator)
        cause = next((f"{one.name}: {one.detail}" for one in keeping.checks if not one.passed), "")
        cause = cause or "it does not say of itself that it is PDF/A"
    except (pikepdf.PdfError, TooManyObjectsError, ValueError) as error:
        keeping, declared, cause = Keeping(), None, plain(str(error)).rstrip(".")
    except MemoryError:
        keeping, declared, cause = Keeping(), None, "to judge it needs more memory than a rendering may use"
    if keeping.flavour is None:
        return failed(too_large(request.name, file.stat().st_size, cause[:_LONGEST_CAUSE]), checks=keeping.checks)
    return RenderResult(
        status="kept",
        flavour=keeping.flavour,
        validated=True if keeping.proven else None,
        pdf=None,
        checks=keeping.checks,
        notes=confirmed(declared, keeping.flavour),
        tool=PIKEPDF,
    )


def _judged(file: Path, *, second_validator: bool) -> tuple[Keeping, str | None]:
    with (
        pikepdf.open(file, access_mode=pikepdf.AccessMode.mmap) as pdf,
        file.open("rb") as opened,
        mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content,
    ):
        if pdf.is_encrypted:
            raise ValueError("it is encrypted")
        traits = inspected(pdf)
        return judged_as_it_is(content, pdf, traits, file=file, second_validator=second_validator), traits.declared
