"""What a converted PDF says of itself: the record as its one XMP packet, and the flavour that can be proven of it.

Pages are not touched. Whether the PDF is what it then says is for the gate.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import pdfa

from archiver.render.gate.unicode_text import unproven_text
from archiver.render.labels import labels
from archiver.standards.pdfa import Flavour
from archiver.standards.xmp import XmpFacts, xmp_packet

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.pdf.inspection import PdfTraits

_EMPTY_WHEN_USELESS = ("/ColorSpace", "/ExtGState", "/Font", "/Pattern", "/Properties", "/Shading", "/XObject")


def part_for(request: RenderRequest, traits: PdfTraits) -> int:
    """Return the part of PDF/A that a PDF can be made: ISO 19005-3 6.8 allows attachments of any format, part 2 not."""
    return 3 if traits.attachments or request.flavour.startswith("3") else 2


def provable(pdf: pikepdf.Pdf, asked: str, part: int) -> Flavour:
    """Return the flavour to declare: level U where it is wanted and every character shown has a Unicode value, else B.

    Args:
        pdf: as it will be written.
        asked: the flavour asked for; a level stronger than U takes U for want of more.
        part: 2 or 3.
    """
    wanted = not asked.endswith("b")
    return Flavour(part=part, level="U" if wanted and next(unproven_text(pdf), None) is None else "B")


def written(pdf: pikepdf.Pdf, request: RenderRequest, title: str | None, *, flavour: Flavour, tool: str) -> bytes:
    """Put the record in as the one XMP packet, show the title, and write the file.

    ISO 19005-2 6.6; ISO 32000-1 table 150.

    Args:
        pdf: to be declared; it is changed.
        request: gives the record and the identifier.
        title: what the document calls itself.
        flavour: to be declared.
        tool: the program that made it, and its version.

    Returns:
        The same bytes for the same arguments.
    """
    said = labels(request, title=title)
    facts = XmpFacts(title=said.title, identifier=request.identifier, producer=tool, flavour=flavour)
    packet = xmp_packet(request.description, facts)
    pdf.Root.Metadata = pdf.make_stream(packet, Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML)
    # Its own dates may have been given this machine's time zone; the source has them as they were.
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    pdf.docinfo["/Title"] = pikepdf.String(said.title)
    pdf.docinfo["/Producer"] = pikepdf.String(tool)
    preferences = pdf.Root.get("/ViewerPreferences")
    if not isinstance(preferences, pikepdf.Dictionary):
        preferences = pikepdf.Dictionary()
    preferences["/DisplayDocTitle"] = True
    pdf.Root.ViewerPreferences = preferences
    if said.language and "/Lang" not in pdf.Root:
        pdf.Root.Lang = pikepdf.String(said.language)
    out = BytesIO()
    pdf.save(out, **pdfa.resolve_save_kwargs(f"{flavour.part}b", deterministic_id=True))
    return out.getvalue()


def make_plain(pdf: pikepdf.Pdf) -> None:
    """Write what says the same in the way that the validator can read; nothing is lost by it.

    Categories of resources with nothing in them go, since it does not look into all of them. A bookmark's title that is
    an object of its own (TeX writes them so) is written where it is used (ISO 32000-1 7.3.10 has both mean the same).
    """
    for found in pdf.objects:
        if not isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            continue
        for holder in (found.get("/Resources"), found):
            if isinstance(holder, pikepdf.Dictionary):
                _drop_empty(holder)
        title = found.get("/Title")
        if isinstance(title, pikepdf.String) and title.is_indirect:
            found["/Title"] = pikepdf.String(bytes(title))


def _drop_empty(holder: pikepdf.Dictionary) -> None:
    for category in _EMPTY_WHEN_USELESS:
        inside = holder.get(category)
        if isinstance(inside, pikepdf.Dictionary) and len(inside.keys()) == 0:
            del holder[category]
