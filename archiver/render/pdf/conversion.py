"""A PDF made PDF/A-2 or 3 by its structure and metadata alone: no page is redrawn, no colour or font converted.

pikepdf repairs what can be repaired so and validates what was written; this module takes out what PDF/A forbids and no
page shows, and puts the document's record in. It never says that the copy looks like its source: likeness does.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import pdfa, sanitize

from archiver.render.pdf.labelling import make_plain, part_for, provable, written

if TYPE_CHECKING:
    from archiver.model import RenderRequest
    from archiver.render.pdf.inspection import PdfTraits

TOOL = f"pikepdf {pikepdf.__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A PDF as it was written, not yet judged."""

    pdf: bytes
    flavour: str
    """What it declares: part 2 or 3, level b or u."""

    tool: str
    """The program that made it, and its version."""

    notes: tuple[str, ...]
    """What was changed, one sentence each."""

    annotations_removed: int
    """Annotations the source hides from view, which PDF/A does not allow."""

    fields_drawn: bool
    """What stood in form fields is drawn on the pages now."""


def convert(pdf: pikepdf.Pdf, traits: PdfTraits, request: RenderRequest) -> Conversion:
    """Change an open PDF so that it may be PDF/A, and write it.

    Args:
        pdf: open, not encrypted, not signed, without XFA; it is changed.
        traits: what is in it.
        request: gives the record, the identifier and the flavour asked for.

    Returns:
        The same bytes for the same arguments: no clock, no time zone, no chance.

    Raises:
        pikepdf.PdfError: the PDF is damaged where it had to be read.
    """
    part = part_for(request, traits)
    notes = [*_without_behaviour(pdf, traits)]
    fields_drawn = traits.form
    if fields_drawn:
        _draw_fields(pdf)
        notes.append("what stood in its form fields was drawn on the pages")
    # The record's packet takes its place, so nobody needs to read what a stranger has written there.
    if "/Metadata" in pdf.Root:
        del pdf.Root["/Metadata"]
    prepared = pdfa.prepare(pdf, f"{part}b", output_intent=_colours(pdf))
    notes += [_sentence(said) for said in prepared.describe() if not _is_of_clock(said)]
    flavour = provable(pdf, request.flavour, part)
    return Conversion(
        pdf=written(pdf, request, traits.title, flavour=flavour, tool=TOOL),
        flavour=flavour.name,
        tool=TOOL,
        notes=tuple(notes),
        annotations_removed=Counter(prepared.annotations_removed).total(),
        fields_drawn=fields_drawn,
    )


def _without_behaviour(pdf: pikepdf.Pdf, traits: PdfTraits) -> list[str]:
    """Take out what a viewer does and no page shows (ISO 19005-2 6.5), and programs' private data."""
    notes = []
    if traits.javascript:
        sanitize.remove_javascript(pdf)
        notes.append("JavaScript was taken out")
    if pdf.Root.get("/OpenAction") is not None:
        del pdf.Root["/OpenAction"]
        notes.append("where it opens was taken out")
    sanitize.remove_private_app_data(pdf)
    sanitize.remove_thumbnails(pdf)
    if "/AA" in pdf.Root:
        del pdf.Root["/AA"]
    for page in pdf.pages:
        if "/AA" in page.obj:
            del page.obj["/AA"]
    make_plain(pdf)
    return notes


def _draw_fields(pdf: pikepdf.Pdf) -> None:
    """Make form fields a part of their pages: PDF/A forbids what would draw them anew (ISO 19005-2 6.4.1)."""
    if pdf.Root.AcroForm.get("/NeedAppearances"):
        pdf.generate_appearance_streams()
    others = [_without_widgets(page.obj) for page in pdf.pages]
    for page, found in zip(pdf.pages, others, strict=True):
        _keep_widgets(page.obj, found)
    pdf.flatten_annotations("all")  # and with them the form itself goes
    for page, found in zip(pdf.pages, others, strict=True):
        if found:
            page.obj["/Annots"] = pikepdf.Array([*page.obj.get("/Annots", pikepdf.Array()), *found])


def _without_widgets(page: pikepdf.Object) -> list[pikepdf.Object]:
    """Return the annotations of a page that are no form fields: links and notes stay what they are."""
    annotations = page.get("/Annots")
    if not isinstance(annotations, pikepdf.Array):
        return []
    return [one for one in annotations if not _is_widget(one)]


def _keep_widgets(page: pikepdf.Object, others: list[pikepdf.Object]) -> None:
    if others:
        page["/Annots"] = pikepdf.Array([one for one in page["/Annots"] if _is_widget(one)])


def _is_widget(annotation: object) -> bool:
    return isinstance(annotation, pikepdf.Dictionary) and annotation.get("/Subtype") == pikepdf.Name.Widget


def _colours(pdf: pikepdf.Pdf) -> bytes | str:
    """Return the profile the document itself names for its colours (ISO 32000-1 14.11.5), else sRGB."""
    intents = pdf.Root.get("/OutputIntents")
    if isinstance(intents, pikepdf.Array):
        for intent in intents:
            profile = intent.get("/DestOutputProfile") if isinstance(intent, pikepdf.Dictionary) else None
            if isinstance(profile, pikepdf.Stream):
                with suppress(ValueError, pikepdf.PdfError):
                    content = bytes(profile.read_bytes())
                    pdfa.prepare(pikepdf.new(), "2b", output_intent=content)
                    return content
    return "sRGB"


def _is_of_clock(sentence: str) -> bool:
    # Dates without a zone are given the machine's own before the record's packet takes their place.
    return "time zone" in sentence or "XMP metadata" in sentence


def _sentence(said: str) -> str:
    return said[:1].lower() + said[1:]
