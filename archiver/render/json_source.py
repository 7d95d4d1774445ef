"""JSON as source: names set off, lines broken and indented where the author's own are too long to read.

Never reads a number or a string as a value: only white space between tokens is ever changed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from archiver.render.contract import PreparedDocument
from archiver.render.texts.decoding import decode
from archiver.render.texts.source_view import TAB_WIDTH, not_well_formed, source_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.model import RenderRequest
    from archiver.render.texts.source_view import Token

LARGEST_CHECKED = 4 << 20
"""Characters; the tree of a longer text would take too much memory."""

_READABLE = 200
"""Characters of the longest line that is left as it is."""

_DEEPEST = 40
"""Levels beyond which lines are not indented any further."""

# A string, an array of a few numbers, an empty object, a structural character, a literal; white space is left over.
_TOKEN = re.compile(r'"(?:[^"\\]++|\\.)*+"|\[[^\[\]{}"]{0,80}\]|\{\s{0,80}\}|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_NAME = re.compile(r'("(?:[^"\\\n]++|\\.)*+")(?=\s{0,20}:)|"(?:[^"\\\n]++|\\.)*+"')


class JsonSource:
    """The renderer of ``application/json`` and of what is written in it, GeoJSON and JSON Lines among them."""

    name = "json"

    def prepare(self, request: RenderRequest) -> PreparedDocument:
        """See :class:`archiver.render.contract.Renderer`."""
        decoded = decode(request.content, request.name)
        notes, findings = decoded.notes, decoded.findings
        checked = len(decoded.text) <= LARGEST_CHECKED
        fault = _fault(decoded.text) if checked else None
        shown = decoded.text
        if not checked:
            notes = (*notes, f"shown as it is: longer than {LARGEST_CHECKED:,} characters, so not read as JSON")
        elif fault is not None:
            findings = (*findings, not_well_formed(request.name, "JSON", fault))
            notes = (*notes, f"shown as plain text: not JSON ({fault})")
        elif max(map(len, shown.split("\n"))) > _READABLE:
            shown = _indented(shown)
            notes = (*notes, "lines broken and indented between tokens; nothing but white space was changed")
        shown = shown.expandtabs(TAB_WIDTH)
        return PreparedDocument(
            body=source_view(shown, *((_tokens,) if checked and fault is None else ())),
            text=decoded.text,
            notes=notes,
            findings=findings,
        )


def _fault(text: str) -> str | None:
    """Return why ``text`` is neither JSON (RFC 8259) nor one JSON text a line, or None."""
    fault = _one_fault(text)
    if fault is None or "\n" not in text.strip():
        return fault
    lines = [line for line in text.split("\n") if line.strip()]
    # JSON Lines: every line is a JSON text of its own.
    return None if all(line.lstrip()[0] in '{["' and _one_fault(line) is None for line in lines) else fault


def _one_fault(text: str) -> str | None:
    try:
        # Numbers stay text: a number of a million digits is no reason to compute one.
        json.loads(text, parse_int=str, parse_float=str, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        return f"line {error.lineno}, column {error.colno}: {error.msg}"
    except RecursionError:
        return "it is nested too deeply"
    except ValueError as error:
        return str(error)
    return None


def _no_constant(word: str) -> None:
    raise ValueError(f"{word} is no JSON value")


def _indented(text: str) -> str:
    """Break and indent between tokens; the tokens themselves stay as they are."""
    parts: list[str] = []
    depth = 0
    for token in _TOKEN.findall(text):
        if token in {"]", "}"}:
            depth -= 1
            parts += (_break(depth), token)
        elif token in {"[", "{"}:
            depth += 1
            parts += (token, _break(depth))
        else:
            parts.append({",": f",{_break(depth)}", ":": ": "}.get(token, token))
        if depth == 0:
            parts.append("\n")  # the next JSON text, where a line holds one
    return "".join(parts)


def _break(depth: int) -> str:
    return "\n" + "  " * min(depth, _DEEPEST)


def _tokens(text: str) -> Iterator[Token]:
    end = 0
    for match in _NAME.finditer(text):
        if match[1] is not None:
            yield "", text[end : match.start()]
            yield "markup", match[0]
            end = match.end()
    yield "", text[end:]


RENDERER = JsonSource()
