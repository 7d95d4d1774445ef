"""The archive's own style of its pages: what a style sheet may say so that it can fetch nothing and hide nothing.

Reads the style sheet's text and lists what is not allowed, by line; never changes it and never lays out a page. What it
lets through is laid over :mod:`archiver.render.typesetting.style`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import tinycss2  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARGIN_BOXES = frozenset(
    f"{side}-{place}"
    for side, places in {
        "top": ("left-corner", "left", "center", "right", "right-corner"),
        "bottom": ("left-corner", "left", "center", "right", "right-corner"),
        "left": ("top", "middle", "bottom"),
        "right": ("top", "middle", "bottom"),
    }.items()
    for place in places
)
"""CSS Paged Media 3, section 4: ``@top-left`` and its fifteen fellows."""

_EVERYWHERE = frozenset(
    [
        "color",
        "background-color",
        "font",
        "font-family",
        "font-size",
        "font-style",
        "font-weight",
        "font-variant",
        "font-stretch",
        "line-height",
        "text-align",
        "text-align-last",
        "vertical-align",
        "width",
        "height",
        "min-width",
        "max-width",
        "min-height",
        "max-height",
        "letter-spacing",
        "word-spacing",
    ]
)
_BOX_FAMILIES = ("margin", "padding", "border")
_OF_PAGES = frozenset({"size"})
_OF_MARGIN_BOXES = frozenset({"content", "white-space"})
_OF_ELEMENTS = frozenset(
    [
        "text-indent",
        "orphans",
        "widows",
        "break-before",
        "break-after",
        "break-inside",
        "page",
        "text-decoration",
        "list-style-type",
        "border-collapse",
    ]
)
_FUNCTIONS = frozenset({"counter", "counters", "string", "rgb", "rgba", "hsl", "hsla", "calc"})
"""Of values. None fetches, and none can be nested so that it grows."""

_DEEPEST = 8
"""Functions and brackets inside each other; the engine recurses for each."""


def page_style_problems(style: str) -> tuple[str, ...]:
    """List what a style sheet may not say.

    Args:
        style: the text of the archive's style sheet.

    Returns:
        One sentence a problem, with its line from 1; empty when it can be used.
    """
    rules = tinycss2.parse_stylesheet(style, skip_comments=True, skip_whitespace=True)
    return tuple(problem for rule in rules for problem in _rule_problems(rule))


def _rule_problems(rule: Any) -> Iterator[str]:  # noqa: ANN401 - the parser is untyped
    if rule.type == "qualified-rule":
        yield from _block_problems(rule.content, _EVERYWHERE | _OF_ELEMENTS)
    elif rule.type == "at-rule" and rule.lower_at_keyword == "page" and rule.content is not None:
        yield from _block_problems(rule.content, _EVERYWHERE | _OF_PAGES, boxes=True)
    else:
        yield f"line {rule.source_line}: {_name(rule)}"


def _block_problems(content: list[Any], allowed: frozenset[str], *, boxes: bool = False) -> Iterator[str]:
    for part in tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True):
        if part.type == "declaration":
            yield from _declaration_problems(part, allowed)
        elif boxes and part.type == "at-rule" and part.lower_at_keyword in _MARGIN_BOXES and part.content is not None:
            yield from _block_problems(part.content, _EVERYWHERE | _OF_MARGIN_BOXES)
        else:
            yield f"line {part.source_line}: {_name(part)}"


def _declaration_problems(declaration: Any, allowed: frozenset[str]) -> Iterator[str]:  # noqa: ANN401 - as above
    name = declaration.lower_name
    if name not in allowed and name.partition("-")[0] not in _BOX_FAMILIES:
        yield f"line {declaration.source_line}: the property {name} is not one that can be set there"
    for token, depth in _tokens(declaration.value):
        if depth > _DEEPEST:
            yield f"line {token.source_line}: functions are nested too deeply"
            return
        if token.type == "url":
            yield f"line {token.source_line}: url() would fetch something"
        elif token.type == "function" and token.lower_name not in _FUNCTIONS:
            yield f"line {token.source_line}: the function {token.lower_name}() is not allowed"
        elif token.type == "error":
            yield f"line {token.source_line}: {token.message}"


def _tokens(values: list[Any]) -> Iterator[tuple[Any, int]]:
    """Yield every token of a value, those inside functions too, with how deep it stands."""
    waiting = [(value, 0) for value in values]
    while waiting:
        token, depth = waiting.pop()
        yield token, depth
        inside = getattr(token, "arguments", None) or getattr(token, "content", None) or ()
        waiting += [(one, depth + 1) for one in inside]


def _name(rule: Any) -> str:  # noqa: ANN401 - as above
    if rule.type == "at-rule":
        return f"@{rule.lower_at_keyword} is not allowed there"
    return "this cannot be read as CSS" if rule.type == "error" else "this does not belong there"
