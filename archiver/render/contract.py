"""What a renderer takes and gives: the contract of the family, and the value that passes to the PDF engine.

There are two kinds of members: a :class:`Renderer` gives HTML, which is laid out here and judged against its text; a
:class:`Converter` makes the PDF itself, or keeps the one it was given, and has it judged by the gate's parts.

Never names a single format and never lays out a page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from datetime import datetime

    from archiver.model import Finding, RenderRequest, RenderResult


class UnreadableTextError(Exception):
    """The bytes are not a text this renderer can show; ``finding`` says why. Nothing is rendered."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedFile:
    """A file that came inside the document and is not shown on its pages."""

    name: str
    content: bytes
    media_type: str
    when: datetime
    """In UTC: when the document was sent with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedDocument:
    """A document as the PDF engine takes it: sanitised, decoded, complete in itself."""

    body: str
    """Content of ``<body>``: only tags and attributes of :mod:`archiver.render.sanitising.allowed`, plus the classes
    and the widths of columns that :mod:`archiver.render.pdfa`'s style sheet knows."""

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

    attached: tuple[AttachedFile, ...] = ()
    """To be embedded in the PDF; only where the flavour asked for lets any file be."""


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


@runtime_checkable
class Converter(Protocol):
    """Makes a PDF of the bytes of one source format, or keeps the PDF they are, and has it judged.

    A converter is pure as a :class:`Renderer` is, and runs where it does: no files, no programs, no network, only the
    request. What it gives has passed the parts of :mod:`archiver.render.gate` that fit its format, each recorded in
    ``checks``. Where it cannot give the flavour asked for, ``flavour`` says which one it gave, and a finding why.
    """

    name: str
    """As in the registry: ``image``."""

    def convert(self, request: RenderRequest) -> RenderResult:
        """Make or keep the PDF of the request's content.

        Returns:
            ``converted`` or ``kept`` with a PDF; else ``failed`` without one and with the finding that says why.
            ``validated`` is True only when a PDF/A validator ran and passed.

        Raises:
            UnreadableTextError: the content is not what this converter takes; the finding says what it is.
        """
        ...


def converted(converter: Converter, request: RenderRequest) -> RenderResult:
    """Run ``converter`` on ``request``; the one place that calls a member, as :func:`prepared` is."""
    return converter.convert(request)


def prepared(renderer: Renderer, request: RenderRequest) -> PreparedDocument:
    """Run ``renderer`` on ``request``; the one place that calls a member, so that a contract test sees every call."""
    return renderer.prepare(request)
