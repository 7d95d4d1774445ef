"""What is told of a PDF that was converted: what became of what was in it, and of what was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.render.pdf import findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import Check, Finding, RenderRequest
    from archiver.render.pdf.conversion import Conversion
    from archiver.render.pdf.inspection import PdfTraits


def told(request: RenderRequest, traits: PdfTraits, made: Conversion, untrue: Check | None) -> Iterator[Finding]:
    """Yield what a reader of the report has to know.

    Args:
        request: names the document and the flavour asked for.
        traits: of the document.
        made: of it.
        untrue: the check by which the document is not the PDF/A that it says it is; None: there was none.
    """
    name = request.name
    if traits.declared and untrue is not None:
        yield findings.claim_untrue(name, traits.declared, untrue)
    if traits.damage:
        yield findings.damaged(name, traits.damage)
    if traits.javascript:
        yield findings.javascript(name)
    if made.fields_drawn:
        yield findings.fields_drawn(name)
    if traits.attachments:
        yield findings.attachments(name, traits.attachments)
    if made.annotations_removed:
        yield findings.annotations_removed(name, made.annotations_removed)
    reason = _why_other(request.flavour, made.flavour)
    if reason:
        yield findings.other_flavour(name, request.flavour, made.flavour, reason)


def confirmed(declared: str | None, flavour: str) -> tuple[str, ...]:
    """Return the note on a PDF that is kept: which level was confirmed, where it declares another."""
    return (f"it declares PDF/A-{declared}; level {flavour[1:]} was confirmed",) if flavour != declared else ()


def _why_other(asked: str, given: str) -> str:
    """Say why the copy is in another flavour than asked for; nothing where it is not, or attachments have said why."""
    if given == asked or given == f"3{asked[1:]}":
        return ""
    if asked.startswith("4"):
        return "part 4 has rules of its own, which the program that mends PDFs does not know"
    if asked.endswith("a") and given.endswith("u"):
        return "level a needs every heading and paragraph marked as such, which only who made the document can do"
    return "some of its fonts do not say which characters their glyphs stand for"
