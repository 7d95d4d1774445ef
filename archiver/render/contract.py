"""What a renderer takes and gives: the contract of the family, and the value that passes to the PDF engine.

Never names a single format and never lays out a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from archiver.model import Finding, RenderRequest


class UnreadableTextError(Exception):
    """The bytes are not a text this renderer can show; ``finding`` says why. Nothing is rendered."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDocument:
    """A document as the PDF engine takes it: sanitised, decoded, complete in itself."""

    body: str
    """Content of ``<body>``: only tags and attributes of :mod:`archiver.render.html_allowed`, plus the classes
    that :mod:`archiver.render.pdfa`'s style sheet knows."""

    text: str
    """Every character a reader must find in the PDF, in reading order; white space is of no account."""

    title: str | None = None
    """What the document itself says it is called, or None."""

    language: str | None = None
    """BCP 47 tag the document itself declares, or None."""

    blank_pages: int = 0
    """Pages that are blank because the source made them so, by one form feed after another."""

    notes: tuple[str, ...] = ()
    """What was done to the text: charset, normalisation, characters removed."""

    findings: tuple[Finding, ...] = field(default=())


class Renderer(Protocol):
    """Turns the bytes of one source format into a :class:`PreparedDocument`.

    A renderer is pure: it reads nothing but the request, writes nothing, asks no clock, and gives the same value for
    the same request in every process. Its time is linear in the size of the content. It never raises for bad content
    but :class:`UnreadableTextError`. Nothing it gives points outside the document: no resource but ``data:`` images, no
    script.
    """

    name: str
    """As in the registry: ``plain-text``."""

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """Decode, sanitise and mark up the request's content.

        Raises:
            UnreadableTextError: the content is no text.
        """
        ...


def prepared(renderer: Renderer, request: RenderRequest) -> PreparedDocument:
    """Run ``renderer`` on ``request``; the one place that calls a member, so that a contract test sees every call."""
    return renderer.prepare(request)
