"""The parts of a sheet that this program adds for people to read: no value is ever taken from them."""

from __future__ import annotations

PROBLEMS_HEADING = "problems (archiver)"
"""Of the column that ``archiver metadata check --annotate`` adds."""

EXPLANATIONS_HEADING = "explanations (archiver)"
"""Of the first column of a sheet that explains another."""

_SUGGESTION = " (suggestion)"


def suggestion_heading(term: str) -> str:
    """Return the heading of the column that suggests values of a term."""
    return f"{term}{_SUGGESTION}"


def is_own_heading(heading: str) -> bool:
    """Tell whether a column is one of these."""
    folded = heading.strip().lower()
    return folded in {PROBLEMS_HEADING, EXPLANATIONS_HEADING} or folded.endswith(_SUGGESTION)
