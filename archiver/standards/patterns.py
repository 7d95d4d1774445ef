"""Regular expressions from strangers: matched in time linear in the text, whatever they say, by RE2."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import re

LONGEST_PATTERN = 2000
LONGEST_TEXT = 100_000
"""Characters of a value beyond which no pattern is asked: it counts as not matching."""

_MEMORY = 8 << 20


class PatternError(ValueError):
    """A pattern is none, or needs too much memory; the message says why."""


class Pattern(Protocol):
    """A compiled pattern."""

    def fullmatch(self, text: str, /) -> re.Match[str] | None:
        """Match the whole of ``text``."""


def compile_pattern(text: str) -> Pattern:
    r"""Compile a pattern that whole values must match.

    Args:
        text: in RE2's syntax, which has ``\d``, ``\w`` and ``\p{Lu}``, but nothing that looks ahead or back; slashes
            around it, as DCTAP's primer writes them, are taken off.

    Raises:
        PatternError: it is no pattern, or one too large.
    """
    import re2  # noqa: PLC0415 - only a profile with a pattern needs it

    if len(text) > 1 and text.startswith("/") and text.endswith("/"):
        text = text[1:-1]
    if len(text) > LONGEST_PATTERN:
        raise PatternError(f"it has more than {LONGEST_PATTERN:,} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        compiled: Pattern = re2.compile(text, options)
    except re2.error as error:
        cause = error.args[0] if error.args else "it is malformed"
        raise PatternError(cause.decode("utf-8", "replace") if isinstance(cause, bytes) else str(cause)) from error
    return compiled


def matches(pattern: Pattern, text: str) -> bool:
    """Tell whether the whole of ``text`` matches."""
    return len(text) <= LONGEST_TEXT and pattern.fullmatch(text) is not None
