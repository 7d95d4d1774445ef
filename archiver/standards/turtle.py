"""RDF 1.1 Turtle, as much as it takes to say of one resource what it is: Dublin Core terms with literals.

Reads nothing, and knows no other vocabulary.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.standards.dc_terms import TERMS_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import Description

MEDIA_TYPE = "text/turtle"

# RDF 1.1 Turtle section 6.5, STRING_LITERAL_QUOTE; it would take most of C0 as it is, which nobody can read.
_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_LANGUAGE = re.compile(r"[a-zA-Z]+(?:-[a-zA-Z0-9]+)*")
"""Production LANGTAG, without its ``@``."""

_LOCAL = re.compile("[A-Za-z]+")


def described_turtle(description: Description, *, title: str, key: str) -> bytes:
    """Write what a package is, of the resource that the text is sent to (``<>``).

    Args:
        description: every term is written as it is, in its language.
        title: written where the description has none.
        key: what the package can be found by; written as one more ``dcterms:identifier``.
    """
    return "".join(_lines(description, title, key)).encode()


def _lines(description: Description, title: str, key: str) -> Iterator[str]:
    if not description.first("title"):
        yield _line("title", title, None)
    for one in description.statements:
        if _LOCAL.fullmatch(one.term):
            yield _line(one.term, one.text, one.language)
    yield _line("identifier", key, None)


def _line(term: str, text: str, language: str | None) -> str:
    tag = f"@{language}" if language is not None and _LANGUAGE.fullmatch(language) else ""
    return f'<> <{TERMS_NAMESPACE}{term}> "{_ESCAPED.sub(_escape, text)}"{tag} .\n'


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    return _SHORT.get(character, f"\\u{ord(character):04X}")
