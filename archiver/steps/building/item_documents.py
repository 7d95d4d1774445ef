"""One document of an item as the work on it goes on, whether it is rendered at all, and what is told of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field

from archiver.model import Finding, FormatIdentity, RenderResult, RenditionStatus, Severity, SourceItem
from archiver.render import PDF, renderer_name
from archiver.render.failures import LARGEST_RENDERED, too_large
from archiver.standards.names import printable
from archiver.steps import naming
from archiver.steps.results import DocumentResult, RenditionResult
from archiver.storage.existing_packages import ExistingPackage
from archiver.storage.recorded_renditions import RecordedRendition


@dataclass(slots=True)
class ItemDocument:
    """What is known of one document; filled in stage by stage."""

    source: str
    """From the source folder."""

    packaged: str
    """From the package's ``data/``."""

    size: int
    """Bytes: as scanned, then as read."""

    identity: FormatIdentity | None = None
    result: RenderResult = field(default_factory=lambda: _no_rendition("skipped"))
    """Of its rendition; without the PDF's bytes once they are in staging."""

    rendition: str | None = None
    """From the package's ``data/``; None when there is none."""

    @property
    def own_flavour(self) -> str | None:
        """Flavour of the document itself where it is valid PDF/A and so needs no rendition, else None."""
        return self.result.flavour if self.result.status == "kept" else None

    def keep(self, result: RenderResult, rendition: str | None) -> None:
        """Take note of a result, letting go of the bytes, so that memory does not grow with the item."""
        self.result = dataclasses.replace(result, pdf=None)
        self.rendition = rendition


def item_documents(item: SourceItem) -> list[ItemDocument]:
    """Return the documents of an item, with their places in the package."""
    return [
        ItemDocument(
            source=document.path,
            packaged=f"{naming.ORIGINALS}/{naming.path_in_item(item, document.path)}",
            size=document.size,
        )
        for document in item.documents
    ]


def settled_without_rendering(document: ItemDocument, flavour: str | None) -> RenderResult | None:
    """Return the result of a document that is not rendered, or None when it is to be.

    Args:
        document: identified.
        flavour: of renditions; None when none are wanted.
    """
    identity = document.identity
    if flavour is None or identity is None or document.size == 0:
        return _no_rendition("skipped")
    name = renderer_name(identity.puid, identity.media_type, document.source)
    if name is None:
        return _no_rendition("unsupported", _unsupported(document, identity))
    if document.size > LARGEST_RENDERED and name != PDF:  # a PDF may be its own rendition, whatever its size
        return _no_rendition("skipped", too_large(printable(document.source), document.size))
    return None


def document_result(document: ItemDocument) -> DocumentResult:
    """Return what is told of a document that was built."""
    result = document.result
    place = document.packaged if document.own_flavour else document.rendition
    return DocumentResult(
        source=document.source,
        puid=document.identity.puid if document.identity else None,
        media_type=document.identity.media_type if document.identity else None,
        bytes=document.size,
        rendition=RenditionResult(
            path=f"data/{place}" if place else None,
            flavour=result.flavour,
            status=result.status,
            validated=result.validated,
            checks=result.checks,
        ),
        render_seconds=result.render_seconds,
    )


def current_document_result(
    document: ItemDocument, item: SourceItem, package: ExistingPackage, recorded: Mapping[str, RecordedRendition]
) -> DocumentResult:
    """Return what an unchanged package holds; nothing was identified, rendered or validated this time."""
    rendition = naming.derived_path(naming.RENDITIONS, naming.path_in_item(item, document.source), ".pdf")
    made = (package.folder / "data" / rendition).is_file()
    path = rendition if made else document.packaged
    known = recorded.get(path)
    return DocumentResult(
        source=document.source,
        puid=None,
        media_type=None,
        bytes=document.size,
        rendition=RenditionResult(
            path=f"data/{path}" if made or known else None,
            flavour=known.flavour if known else None,
            status=known.status if known else "rendered" if made else "skipped",
            validated=None,
        ),
    )


def _no_rendition(status: RenditionStatus, *findings: Finding) -> RenderResult:
    return RenderResult(status=status, flavour=None, validated=None, pdf=None, findings=findings)


def _unsupported(document: ItemDocument, identity: FormatIdentity) -> Finding:
    name = printable(document.source)
    kind = f"{identity.name} ({identity.puid})" if identity.puid else "an unknown format"
    return Finding(
        severity=Severity.WARNING,
        code="rendition-unsupported",
        file=name,
        message=f"{name} is {kind}, which is not rendered as PDF/A yet; it is packaged as it is.",
        fix="Nothing has to be done; if a reader needs a PDF/A copy, put one into the item beside it.",
    )
