"""Markdown: CommonMark with tables, through the same sanitiser as HTML.

Never trusts raw HTML inside the Markdown, and never loads what it points at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

from archiver.render.contract import PreparedDocument
from archiver.render.sanitising.local_images import shown_note, surroundings
from archiver.render.sanitising.sanitising import sanitise
from archiver.render.texts.decoding import decode

if TYPE_CHECKING:
    from archiver.model import RenderRequest


class Markdown:
    """The renderer of ``text/markdown``."""

    name = "markdown"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name, normalise=False)
        # "html" on: raw HTML becomes real tags and is then sanitised; off, it would be shown as source text.
        parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
        clean = sanitise(parser.render(decoded.text.replace("\f", "\n")), request.name, surroundings(request))
        return PreparedDocument(
            body=clean.body,
            text=clean.text,
            notes=decoded.notes + clean.notes + shown_note(clean),
            findings=decoded.findings + clean.findings,
        )


RENDERER = Markdown()
