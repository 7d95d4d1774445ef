"""Many sources, one description: for each term the strongest source that states it wins whole.

Pure; no value is judged or worded anew here.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.model import Description, SourceKind, Statement
from archiver.standards.dc_terms import TERM_ORDER
from archiver.standards.xml import xml_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_STRENGTH = {kind: index for index, kind in enumerate(SourceKind)}  # strongest first, as the model lists them

# A person's identifier and the package's own name two different things, and so do the relations that a person states
# and those that follow from where a document lies: neither replaces the other.
_KEPT_BESIDE = frozenset({"hasPart", "identifier", "isPartOf", "replaces"})


def merge(groups: Iterable[tuple[Statement, ...]]) -> Description:
    """Merge statements from several sources into one description (design section 5).

    Args:
        groups: in any order; what is stronger is told by each statement's ``source.kind``.

    Returns:
        Statements in the order of the DCMI term list, within a term as their author wrote them; NFC, without repeats.
        Of a term stated by several kinds of source only the strongest kind's statements remain, except that the
        package's assigned ``identifier`` and relations stand beside a person's.
    """
    statements = [cleaned for group in groups for statement in group if (cleaned := _clean(statement)).text]
    strongest: dict[str, int] = {}
    for statement in statements:
        strength = _STRENGTH[statement.source.kind]
        strongest[statement.term] = min(strength, strongest.get(statement.term, strength))
    kept: dict[tuple[str, str, str | None], Statement] = {}
    for statement in statements:
        if _STRENGTH[statement.source.kind] == strongest[statement.term] or _stands_beside(statement):
            kept.setdefault((statement.term, statement.text, statement.language), statement)
    last = len(TERM_ORDER)
    return Description(statements=tuple(sorted(kept.values(), key=lambda s: (TERM_ORDER.get(s.term, last), s.term))))


def _stands_beside(statement: Statement) -> bool:
    return statement.term in _KEPT_BESIDE and statement.source.kind is SourceKind.ASSIGNED


def _clean(statement: Statement) -> Statement:
    text = xml_text(unicodedata.normalize("NFC", statement.text)).strip()
    return statement if text == statement.text else replace(statement, text=text)
