"""XML as source: tags, attributes and comments set off, indentation kept, nothing resolved.

Never loads a DTD, never expands an entity, never applies a style sheet that the document names.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers import expat

from archiver.render.contract import PreparedDocument
from archiver.render.texts.decoding import declared_in_xml, decode
from archiver.render.texts.source_view import TAB_WIDTH, not_well_formed, source_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import RenderRequest
    from archiver.render.texts.source_view import Token

_MARKUP = re.compile(
    r"(?P<aside><!--.*?-->|<\?.*?\?>|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)|"
    r"(?P<content><!\[CDATA\[.*?\]\]>)|"
    r"""(?P<tag><(?:[^<>"']++|"[^"]*+"|'[^']*+')++>)""",
    re.DOTALL,
)
_NAME = re.compile(r"""(</?[^\s/>]+)|(\s[^\s=>"']+)(?==)|("[^"]*"|'[^']*')""")


class XmlSource:
    """The renderer of ``application/xml`` and of whatever is written in XML and has no renderer of its own."""

    name = "xml"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name, declared=declared_in_xml(request.content))
        cause = _fault(decoded.text)
        findings = decoded.findings
        notes = decoded.notes
        if cause is not None:
            findings = (*findings, not_well_formed(request.name, "XML", cause))
            notes = (*notes, f"shown as plain text: not well-formed XML ({cause})")
        shown = decoded.text.expandtabs(TAB_WIDTH)
        return PreparedDocument(
            body=source_view(shown, *(() if cause is not None else (_finely, _coarsely))),
            text=decoded.text,
            notes=notes,
            findings=findings,
        )


def _fault(text: str) -> str | None:
    """Return why ``text`` is not well-formed, with line and column, or None when it is."""
    parser = expat.ParserCreate("utf-8")  # stronger than what the document declares, and is what it was decoded to
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    # With a default handler expat does not expand the entities a document declares.
    parser.DefaultHandler = _ignore
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        return str(error)
    return None


def _ignore(_data: str) -> None:
    return None


def _finely(text: str) -> Iterator[Token]:
    for kind, piece in _coarsely(text):
        if kind == "markup":
            yield from _tag(piece)
        else:
            yield kind, piece


def _coarsely(text: str) -> Iterator[Token]:
    end = 0
    for match in _MARKUP.finditer(text):
        yield "", text[end : match.start()]
        end = match.end()
        yield ("markup" if match["tag"] else "aside" if match["aside"] else ""), match[0]
    yield "", text[end:]


def _tag(tag: str) -> Iterator[Token]:
    """Set a tag's name and its attributes' names off; values are content."""
    end = 0
    for match in _NAME.finditer(tag):
        if match.start() > end:
            yield "markup", tag[end : match.start()]
        yield ("markup" if match[1] else "name" if match[2] else ""), match[0]
        end = match.end()
    yield "markup", tag[end:]


RENDERER = XmlSource()
