"""Source views: markup and data shown as they are written, with what is markup set off from what is content.

Never interprets the text, never changes it but for where its lines end on paper. Long texts are cut into blocks,
because the layout time of one block grows with its square.
"""

from __future__ import annotations

from html import escape
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from archiver.model import Finding, Severity
from archiver.render.texts.characters import first_strong_direction, is_right_to_left

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Token: TypeAlias = tuple[str, str]
"""(class of the style sheet or nothing, text)."""

BLOCK_LINES = 100
LONGEST_LINE = 2000
"""Characters; a longer line is cut into several, since a line's layout time also grows with its square."""

MOST_SET_OFF = 4000
"""Pieces set off in one document: each costs the layout as much time and memory as a line."""

TAB_WIDTH = 8


def source_view(text: str, *ways: Callable[[str], Iterable[Token]]) -> str:
    """Mark up a source text.

    Args:
        text: lines end in LF or a form feed; no tabs.
        ways: to take it apart into tokens whose classes are ``markup``, ``name``, ``aside`` or empty, the finest
            first. Of those that give no more than ``MOST_SET_OFF`` pieces the first is taken.

    Returns:
        Blocks for a ``<body>``; white space apart, their text is ``text``.
    """
    tokens: Iterable[Token] = next((way(text) for way in ways if _few(way(text))), [("", text)])
    return "".join(_block(lines) for lines in _blocks(_lines(tokens)))


def not_well_formed(name: str, kind: str, cause: str) -> Finding:
    """Return the finding for a source that is not what its name says, and is shown as plain text.

    Args:
        name: the document's path.
        kind: ``XML`` or ``JSON``.
        cause: what is wrong and where.
    """
    return Finding(
        severity=Severity.WARNING,
        code="source-not-well-formed",
        file=name,
        message=f"{name} is not well-formed {kind} ({cause}); its PDF shows it as plain text.",
        fix="Mend the document if it should be read by programs; the PDF shows every character of it.",
    )


def _few(tokens: Iterable[Token]) -> bool:
    return next(islice((kind for kind, _ in tokens if kind), MOST_SET_OFF, None), None) is None


def _lines(tokens: Iterable[Token]) -> Iterator[list[Token]]:
    line: list[Token] = []
    length = 0
    for kind, text in tokens:
        for number, part in enumerate(text.replace("\f", "\n").split("\n")):
            if number:
                yield line
                line, length = [], 0
            for piece in _cut(part, LONGEST_LINE - length):
                if length + len(piece) > LONGEST_LINE:
                    yield line
                    line, length = [], 0
                line.append((kind, piece))
                length += len(piece)
    yield line


def _cut(text: str, room: int) -> Iterator[str]:
    """Cut a text so that its first piece fits into ``room`` characters and the others into a line."""
    room = room or LONGEST_LINE
    yield text[:room]
    for start in range(room, len(text), LONGEST_LINE):
        yield text[start : start + LONGEST_LINE]


def _blocks(lines: Iterable[list[Token]]) -> Iterator[list[list[Token]]]:
    block: list[list[Token]] = []
    for line in lines:
        block.append(line)
        if len(block) == BLOCK_LINES:
            yield block
            block = []
    if block:
        yield block


def _block(lines: list[list[Token]]) -> str:
    # A line feed right after <pre> is dropped by HTML parsers (HTML 13.2.6.4.7), so one is given away.
    return '<pre class="source">\n' + "\n".join(map(_line, lines)) + "</pre>"


def _line(tokens: list[Token]) -> str:
    return "".join(_token(kind, text) for kind, text in tokens)


def _token(kind: str, text: str) -> str:
    text = escape(text, quote=False)
    if is_right_to_left(text):
        # Kept apart, so that the brackets around it stay where a reader of markup expects them.
        text = f'<bdi dir="{first_strong_direction(text) or "ltr"}">{text}</bdi>'
    return f'<span class="{kind}">{text}</span>' if kind and text.strip() else text
