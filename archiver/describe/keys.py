"""Words for a key that names no DCMI term: which one its writer may have meant."""

from __future__ import annotations

import difflib

from archiver.standards.dc_terms import TERM_BY_NAME

# What other schemas call the same thing; only ever worded as a suggestion.
_ELSEWHERE = {
    "author": "creator",
    "by": "creator",
    "copyright": "rights",
    "copyright holder": "rightsHolder",
    "keyword": "subject",
    "keywords": "subject",
    "lang": "language",
    "licence": "license",
    "location": "spatial",
    "mime type": "format",
    "name": "title",
    "period": "temporal",
    "place": "spatial",
    "subjects": "subject",
    "summary": "abstract",
    "tag": "subject",
    "tags": "subject",
    "toc": "tableOfContents",
    "url": "identifier",
    "year": "date",
}
_LONGEST = 60


def closest_term(key: str) -> str | None:
    """Name the DCMI term nearest to ``key``, or None when none is near."""
    asked = " ".join(key[:_LONGEST].lower().replace("_", " ").replace("-", " ").split("@")[0].split())
    last = asked.rpartition(".")[2].rpartition(":")[2].strip()
    if last in _ELSEWHERE:
        return _ELSEWHERE[last]
    folded = {name.lower(): name for name in TERM_BY_NAME}
    near = difflib.get_close_matches(last.replace(" ", ""), folded, n=1, cutoff=0.7)
    return folded[near[0]] if near else None


def key_fix(key: str) -> str:
    """Word the fix for an unknown key."""
    term = closest_term(key)
    meant = f"Did you mean {term!r}? " if term else ""
    return f"{meant}Use one of the 55 DCMI terms, such as title, creator or issued, or leave it: its values are kept."
