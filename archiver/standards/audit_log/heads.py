"""The head of a log as a short text: to be printed, mailed or put in a newspaper, and read again years later.

Also as JSON, and as the one word ``SEQ:DIGEST``. Blanks and line breaks within the digest do not matter, for people
type it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from archiver.standards.audit_log.entries import LogHead, write_time
from archiver.standards.names import printable

LONGEST_TEXT = 1 << 16
"""Characters that are read of a head."""

_WORD = re.compile(r"\b([1-9][0-9]{0,15}):([0-9a-f]{64})\b")
_ENTRY = re.compile(r"^\W*entry\W+([1-9][0-9]{0,15})\b", re.IGNORECASE | re.MULTILINE)
_DIGEST = re.compile(r"^\W*sha-?256:((?:\s*[0-9a-f]){64})(?![0-9a-f])", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessedHead:
    """A head as it was kept elsewhere."""

    seq: int
    digest: str
    """SHA-256, lower-case hexadecimal."""


class HeadSyntaxError(ValueError):
    """A text names no head of a log."""


def head_text(head: LogHead, store: str) -> str:
    """Write a head for people.

    Args:
        head: of the log.
        store: what they know the store by.
    """
    groups = [head.digest[place : place + 8] for place in range(0, 64, 8)]
    return (
        "Head of the log of an archive\n"
        f"Store:   {printable(store)}\n"
        f"Entry:   {head.seq}\n"
        f"Written: {write_time(head.time)}\n"
        f"SHA-256: {' '.join(groups[:4])}\n"
        f"         {' '.join(groups[4:])}\n"
        "Keep this away from the machine that holds the store: on paper, in a letter, in a newspaper. Whoever has it\n"
        "can tell whether anything that the log said until then was changed: archiver audit witness --check FILE\n"
    )


def head_json(head: LogHead, store: str) -> dict[str, str | int]:
    """Return a head for programs."""
    return {"store": printable(store), "seq": head.seq, "time": write_time(head.time), "digest": head.digest}


def read_head(text: str) -> WitnessedHead:
    """Read a head in any of its forms.

    Raises:
        HeadSyntaxError: it is in none.
    """
    cut = text[:LONGEST_TEXT]
    found = _from_json(cut)
    if found is None and (word := _WORD.search(cut)):
        found = WitnessedHead(seq=int(word[1]), digest=word[2])
    if found is None and (entry := _ENTRY.search(cut)) and (digest := _DIGEST.search(cut)):
        found = WitnessedHead(seq=int(entry[1]), digest="".join(digest[1].split()).lower())
    if found is None:
        raise HeadSyntaxError("it names no entry with its SHA-256 digest")
    return found


def _from_json(text: str) -> WitnessedHead | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, Mapping):
        return None
    word = _WORD.fullmatch(f"{value.get('seq')}:{value.get('digest')}")
    return WitnessedHead(seq=int(word[1]), digest=word[2]) if word else None
