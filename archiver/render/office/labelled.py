"""Writes what a rendition says of itself into a PDF that another program made: record, title, language, flavour.

Pages are not touched. What a program put there of its own, dates and identifiers among it, goes: the same document then
gives the same bytes as far as the program's pages are the same.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from archiver.render.labels import labels
from archiver.standards.pdfa import parse_flavour
from archiver.standards.xmp import XmpFacts, xmp_packet

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_TIME = b"".join(value.to_bytes(2, "big") for value in (2000, 1, 1, 0, 0, 0))
_OWN_TRAILER_KEYS = ("/Root", "/Info", "/Size", "/Prev", "/Encrypt")


def labelled(pdf: bytes, request: RenderRequest, *, producer: str, flavour: str, language: str | None = None) -> bytes:
    """Return ``pdf`` with the record of ``request``.

    Args:
        pdf: of another program, meant to be PDF/A already.
        request: gives the record and the identifier.
        producer: the program that made the pages.
        flavour: part and level it shall declare, such as ``2u``; whether it is, is for the gate.
        language: what the document declares.

    Returns:
        A whole new file, its identifier made from its content.

    Raises:
        pikepdf.PdfError: it cannot be read.
    """
    told = labels(request, language=language)
    facts = XmpFacts(title=told.title, identifier=request.identifier, producer=producer, flavour=parse_flavour(flavour))
    with pikepdf.open(BytesIO(pdf)) as opened:
        for key in [str(one) for one in opened.trailer.keys() if one not in _OWN_TRAILER_KEYS]:  # noqa: SIM118
            del opened.trailer[key]
        _describe(opened, told.title, told.language, producer)
        _without_time_of_profile(opened)
        # Uncompressed (ISO 19005-2 6.6.2.1): tools that know no PDF read the packet from the bytes.
        packet = pikepdf.Stream(opened, xmp_packet(request.description, facts))
        packet.Type, packet.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
        opened.Root.Metadata = opened.make_indirect(packet)
        opened.remove_unreferenced_resources()
        out = BytesIO()
        opened.save(
            out,
            deterministic_id=True,
            fix_metadata_version=False,
            object_stream_mode=pikepdf.ObjectStreamMode.preserve,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )
    return out.getvalue()


def _describe(pdf: pikepdf.Pdf, title: str, language: str | None, producer: str) -> None:
    """Fill the information dictionary and the catalogue; dates stand in the packet alone, as the record has them."""
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    pdf.docinfo["/Title"] = title
    pdf.docinfo["/Producer"] = producer
    if language:
        pdf.Root.Lang = pikepdf.String(language)
    # A viewer's title bar shows the title, not the file name (ISO 32000-1 table 150).
    preferences = pdf.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    # Where a viewer opens it, as the program's user last did; an action would be another matter.
    if isinstance(pdf.Root.get("/OpenAction"), pikepdf.Array):
        del pdf.Root["/OpenAction"]
    preferences.DisplayDocTitle = True
    pdf.Root.ViewerPreferences = preferences


def _without_time_of_profile(pdf: pikepdf.Pdf) -> None:
    """Give the colour profile a time that is the same for all: LibreOffice writes the time of its run."""
    for intent in pdf.Root.get("/OutputIntents", pikepdf.Array()):
        profile = intent.get("/DestOutputProfile")
        if isinstance(profile, pikepdf.Stream):
            content = profile.read_bytes()
            # ICC.1:2010 7.2.1: bytes 24 to 35 of the header are the time when the profile was made.
            profile.write(content[:24] + _TIME + content[36:])
