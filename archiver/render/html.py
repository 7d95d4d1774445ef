"""HTML documents: their charset, title and language, and what is left of them when they have been made harmless.

Never loads anything: the images it shows are in the page or came with the request.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from archiver.render.contract import PreparedDocument
from archiver.render.sanitising.local_images import shown_note, surroundings
from archiver.render.sanitising.sanitising import ALONE, sanitise
from archiver.render.sanitising.xhtml import xhtml_as_html
from archiver.render.texts.decoding import declared_in_xml, decode

if TYPE_CHECKING:
    from archiver.model import RenderRequest

_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD = 65536
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,2000})</title", re.IGNORECASE)
_LANGUAGE = re.compile(r"""<html\b[^>]{0,500}?\slang\s*=\s*["']?\s*([A-Za-z0-9-]{2,35})""", re.IGNORECASE)
_BASE = re.compile(r"<base\b[^>]{0,500}?\shref\b", re.IGNORECASE)
_XHTML_PUIDS = frozenset({"fmt/102", "fmt/103"})

# WHATWG Encoding section 4.2: these labels mean windows-1252. A meta element that can be read as ASCII is not UTF-16.
_LABELS = {
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "latin1": "cp1252",
    "l1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "utf-16": "utf-8",
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}


class Html:
    """The renderer of ``text/html`` and XHTML."""

    name = "html"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name, declared=_declared_charset(request.content), normalise=False)
        text = decoded.text
        head = text[:_HEAD]
        if request.puid in _XHTML_PUIDS or head.lstrip().startswith("<?xml"):
            text = xhtml_as_html(text)
        # A base elsewhere makes every relative reference one to elsewhere.
        around = ALONE if _BASE.search(head) else surroundings(request)
        clean = sanitise(text, request.name, around)
        title = _TITLE.search(head)
        language = _LANGUAGE.search(head)
        return PreparedDocument(
            body=clean.body,
            text=clean.text,
            title=" ".join(unescape(title[1]).split()) or None if title else None,
            language=language[1] if language else None,
            notes=decoded.notes + clean.notes + shown_note(clean),
            findings=decoded.findings + clean.findings,
        )


def _declared_charset(content: bytes) -> str | None:
    match = _META_CHARSET.search(content[:4096])
    label = declared_in_xml(content) or (match[1].decode("ascii", "replace").lower() if match else None)
    if label is None:
        return None
    return _LABELS.get(label, label)


RENDERER = Html()
