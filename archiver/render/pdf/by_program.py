"""What another program made of a PDF, written as ours: its own dates and names taken out, the record put in.

Takes nothing on trust: whether it is PDF/A, and shows what the document shows, is for the gate; what no gate sees and
can be counted, the attachments, is counted here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from archiver.render.pdf.conversion import Conversion
from archiver.render.pdf.inspection import inspected
from archiver.render.pdf.labelling import make_plain, part_for, provable, written

if TYPE_CHECKING:
    from archiver.model import ProgramOutput, RenderRequest
    from archiver.render.pdf.inspection import PdfTraits


class LostFilesError(Exception):
    """Files attached to the document are not in the copy; the message says how many were and are."""


def taken(made: bytes, output: ProgramOutput, traits: PdfTraits, request: RenderRequest) -> Conversion:
    """Make a program's PDF one of ours.

    Args:
        made: the PDF the program wrote.
        output: of which it is.
        traits: of the document.
        request: gives the record, the identifier and the flavour asked for.

    Returns:
        The same bytes for the same pages, whatever the program wrote beside them.

    Raises:
        pikepdf.PdfError: it cannot be read.
        LostFilesError: it has fewer attachments than the document.
    """
    with pikepdf.open(BytesIO(made)) as pdf:
        attached = inspected(pdf).attachments
        if attached < traits.attachments:
            raise LostFilesError(f"of {traits.attachments} attached files {attached} are in it")
        make_plain(pdf)
        flavour = provable(pdf, request.flavour, part_for(request, traits))
        content = written(pdf, request, traits.title, flavour=flavour, tool=output.tool)
    notes = (f"made PDF/A by {output.tool}, its dates and identifiers replaced by those of the record",)
    return Conversion(
        pdf=content,
        flavour=flavour.name,
        tool=output.tool,
        notes=notes,
        annotations_removed=0,
        fields_drawn=False,
    )
