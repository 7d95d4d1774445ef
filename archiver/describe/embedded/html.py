"""Descriptions that documents carry in themselves: title, language and meta elements of HTML.

Each value is taken whole as one statement; ``keywords`` are never split. Nothing is judged here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from archiver.model import SourceKind, Statement, ValueSource
from archiver.standards.dc_terms import parse_key

if TYPE_CHECKING:
    from archiver.describe.html_reading import HtmlFacts, Meta

HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

# HTML section 4.2.5.1, standard metadata names, and what they are in Dublin Core.
_META_TERMS = {"author": "creator", "description": "description", "keywords": "subject"}
_PREFIXES = ("dc.", "dcterms.", "dc:", "dcterms:")


def embedded(content: bytes | None, media_type: str) -> tuple[Statement, ...]:
    """Read the properties embedded in a document.

    Args:
        content: its bytes, of which the first mebibyte is read; None when it was not read.
        media_type: as identified; parameters are ignored.

    Returns:
        Statements with kind ``embedded``; empty for other formats. Never raises for bad content.
    """
    if content is None or media_type.partition(";")[0].strip().lower() not in HTML_TYPES:
        return ()
    from archiver.describe.html_reading import read_html  # noqa: PLC0415 -- lxml, and only for HTML

    return tuple(dict.fromkeys(_statements(read_html(content))))


def _statements(facts: HtmlFacts) -> list[Statement]:
    statements = []
    if facts.title:
        statements.append(_statement("title", facts.title, "html title"))
    if facts.language:
        statements.append(_statement("language", facts.language, "html lang"))
    statements += [statement for meta in facts.metas if (statement := _from_meta(meta))]
    return statements


def _from_meta(meta: Meta) -> Statement | None:
    folded = meta.name.lower()
    place = f"html meta {meta.name[:80]}"
    if folded in _META_TERMS:
        return _statement(_META_TERMS[folded], meta.content, place, meta.language)
    key = parse_key(meta.name) if folded.startswith(_PREFIXES) else None
    return _statement(key.term, meta.content, place, meta.language or key.language) if key else None


def _statement(term: str, text: str, place: str, language: str | None = None) -> Statement:
    source = ValueSource(kind=SourceKind.EMBEDDED, place=place)
    return Statement(term=term, text=text, language=language or None, source=source)
