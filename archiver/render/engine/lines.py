"""Breaks a paragraph into lines in one go, where the engine lays out what is left of it again for each line.

Where Pango breaks the whole paragraph is kept for the document that is laid out; each line is then laid out by itself,
once. Whatever is not plain (hyphens, tabs, words longer than a line) is left to the engine.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import inf
from typing import Any

from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango

from archiver.render.engine.faces import Layout

_engine_split = line_break.split_first_line

_WINDOW = 4096
"""Characters of a paragraph that are laid out at once."""

_NOT_PLAIN = re.compile("[\t\r\x0b\x0c\x1c-\x1e\x85\xad\u2028\u2029]")
_BREAKING = frozenset({"normal", "pre-wrap", "pre-line"})
_KEEPING_LINES = frozenset({"pre-wrap", "pre-line"})
_COLLAPSING = frozenset({"normal", "pre-line"})
_NARROWEST = 4
"""Times the size of the font: for less room the engine has ways of its own."""

_UNCERTAIN = 2
"""Last lines of a piece of a paragraph, which may break otherwise when what follows is known."""

_EMPTY = (None, 0, 1, 0, 0, 0)
"""What the engine is told of an empty line: nothing is on it, and the next starts one byte further on."""


@dataclass(slots=True, kw_only=True)
class _Broken:
    """Where Pango broke one paragraph, and how far the engine has come in it."""

    text: str
    complete: bool
    """The paragraph ends where the text does."""

    style: Any
    width: float
    starts: list[int]
    """Where each line starts, in characters, and where the last ends."""

    only: Any
    """The layout, where the paragraph is one line; None after it was given away."""

    place: int = 0
    """The line the engine is expected to ask for."""

    def find(self, text: str, style: Any, width: float, *, complete: bool) -> int | None:  # noqa: ANN401
        """Return which line ``text`` starts with, or None: it is the next, or the last one once more."""
        if style is not self.style or width != self.width:
            return None
        for place in (self.place, self.place - 1):
            if 0 <= place < len(self.starts) - 1:
                rest = self.text[self.starts[place] :]
                if (text == rest and complete) if self.complete else text.startswith(rest):
                    return place
        return None


def install() -> None:
    """Let the engine use this where it breaks lines."""
    inline.split_first_line = _split


def _split(  # noqa: PLR0913, PLR0917 - the engine's own parameters
    text: str,
    style: Any,  # noqa: ANN401 - the engine is untyped
    context: Any,  # noqa: ANN401 - as above
    max_width: Any,  # noqa: ANN401 - as above
    justification_spacing: float,
    is_line_start: bool = True,  # noqa: FBT001, FBT002 - as above
    minimum: bool = False,  # noqa: FBT001, FBT002 - as above
) -> Any:  # noqa: ANN401 - as above
    """Fit as much text as possible on one line: see the engine's ``split_first_line``."""
    if is_line_start and not minimum and not justification_spacing and _is_plain(style, context, max_width):
        line = _first_line(text, style, context, max_width)
        if line is not None:
            return line
    return _engine_split(text, style, context, max_width, justification_spacing, is_line_start, minimum)


def _is_plain(style: Any, context: Any, max_width: Any) -> bool:  # noqa: ANN401 - the engine is untyped
    return (
        context is not None
        and max_width is not None
        and max_width != inf
        and style["white_space"] in _BREAKING
        and style["hyphens"] == "none"
        and style["letter_spacing"] == "normal"
        and not style["word_spacing"]
        and style["word_break"] == "normal"
        and style["font_size"] * _NARROWEST <= max_width
    )


def _first_line(text: str, style: Any, context: Any, width: float) -> Any:  # noqa: ANN401 - the engine is untyped
    """Return what the engine's ``split_first_line`` returns, or None where it has to look itself."""
    paragraph, newline, _ = text[:_WINDOW].partition("\n")
    if newline and style["white_space"] not in _KEEPING_LINES:
        return None
    if not paragraph:
        return _EMPTY if newline else None
    complete = bool(newline) or len(text) <= _WINDOW
    broken = getattr(context, "archiver_broken", None)
    place = broken.find(paragraph, style, width, complete=complete) if broken is not None else None
    if broken is None or place is None:
        if _NOT_PLAIN.search(paragraph):
            return None
        broken = context.archiver_broken = _break(paragraph, style, width, complete=complete)
        place = 0
        if len(broken.starts) == 1:
            return None
    return _laid_out(broken, place, ends_line=bool(newline))


def _break(text: str, style: Any, width: float, *, complete: bool) -> _Broken:  # noqa: ANN401 - the engine is untyped
    """Let Pango break a paragraph; lines from the first that is too long on are left out."""
    layout = Layout(style, 0, width)
    pango.pango_layout_set_width(layout.layout, int(width * TO_UNITS))
    layout.set_text(text)
    encoded = text.encode()
    starts, place, start = [0], 0, 0
    while (line := pango.pango_layout_get_line_readonly(layout.layout, place)) != ffi.NULL:
        if line_break.line_size(line, style)[0] > width:
            break
        place += 1
        start += len(encoded[line.start_index : line.start_index + line.length].decode())
        starts.append(start)
    else:
        if not complete:
            del starts[-_UNCERTAIN:]
    only = layout if len(starts) == 2 and starts[1] == len(text) else None
    return _Broken(text=text, complete=complete, style=style, width=width, starts=starts or [0], only=only)


def _laid_out(broken: _Broken, place: int, *, ends_line: bool) -> tuple[Any, int, int | None, float, float, float]:
    start, end = broken.starts[place], broken.starts[place + 1]
    style, shown = broken.style, broken.text[start:end]
    is_last = broken.complete and end == len(broken.text)
    broken.place = place + 1
    resume = None if is_last and not ends_line else len(shown.encode()) + (1 if is_last else 0)
    if resume is not None and style["white_space"] in _COLLAPSING:
        shown = shown.rstrip(" ")
    layout, broken.only = broken.only, None
    if layout is None or layout.text != shown:
        layout = Layout(style, 0, broken.width)
        layout.set_text(shown)
    line, _ = layout.get_first_line()
    line_width, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    length = line.length
    layout.deactivate()
    return layout, length, resume, line_width, height, baseline
