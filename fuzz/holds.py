"""What must hold of every finding, whatever it was made from: asserted after each input."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from archiver.model import Finding
from archiver.standards.names import has_hidden_characters

_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
LOOKED_AT = 2000
"""Findings of one input: the others are of the same kinds."""

LONGEST_MESSAGE = 300_000
"""Characters: a name of 64 KiB, each character escaped, with room for what is said about it."""


def holds(condition: object, what: str) -> None:
    """Fail where ``condition`` is not true; stands for ``assert``, which ``python -O`` would take out.

    Raises:
        AssertionError: with ``what`` does not hold.
    """
    if not condition:
        raise AssertionError(what)


def findings_hold(findings: Iterable[Finding]) -> None:
    """Assert that findings can be printed on one line each, to a terminal that a stranger wants to deceive."""
    for finding in islice(findings, LOOKED_AT):
        holds(_CODE.fullmatch(finding.code), f"the code {finding.code!r}")
        for text in (finding.message, finding.fix, finding.file or ""):
            shown = text.isprintable() or not has_hidden_characters(text)
            holds(shown, f"{finding.code} prints what a stranger wrote as it is")
        holds(len(finding.message) < LONGEST_MESSAGE, f"{finding.code} says {len(finding.message)} characters")
        holds(finding.message and finding.fix, f"{finding.code} says nothing")
