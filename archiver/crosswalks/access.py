"""Who may see a thing, as its description says it in words that machines agree on: open, embargoed, restricted, closed.

Knows no target. What it does not understand it says so of, and never guesses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from archiver.crosswalks.date_forms import span

if TYPE_CHECKING:
    from archiver.model import Description, Statement

AccessKind = Literal["open", "embargoed", "restricted", "closed"]

_WORDS: dict[str, AccessKind] = {
    # COAR Access Rights vocabulary 1.0
    "c_abf2": "open",
    "c_f1cf": "embargoed",
    "c_16ec": "restricted",
    "c_14cb": "closed",
    # Publications Office of the European Union, authority table access-right
    "public": "open",
    "sensitive": "closed",
    "confidential": "closed",
    "non_public": "closed",
    # info:eu-repo/semantics, and the words themselves
    "open": "open",
    "embargoed": "embargoed",
    "restricted": "restricted",
    "closed": "closed",
    "metadataonly": "closed",
}
_PLACES = re.compile(
    r"https?://purl\.org/coar/access_right/|https?://vocabularies\.coar-repositories\.org/access_rights/"
    r"|https?://publications\.europa\.eu/resource/authority/access-right/|info:eu-repo/semantics/",
    re.IGNORECASE,
)
_END = re.compile(r"info:eu-repo/date/embargoEnd/(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRights:
    """What a description says of access."""

    kind: AccessKind | None
    """None: it says nothing that is understood."""

    until: str | None = None
    """Last day of an embargo, ``2031-05-01``; None: none is stated."""

    unread: tuple[Statement, ...] = ()
    """Statements of ``accessRights`` that are not understood."""


def access_rights(description: Description) -> AccessRights:
    """Read ``accessRights``, and the end of an embargo from ``available`` and ``date``; the strictest word holds."""
    order: tuple[AccessKind, ...] = ("open", "embargoed", "restricted", "closed")
    found: list[AccessKind] = []
    unread: list[Statement] = []
    for statement in description.all("accessRights"):
        kind = _kind(statement.text)
        if kind is None:
            unread.append(statement)
        else:
            found.append(kind)
    kind = max(found, key=order.index, default=None)
    return AccessRights(kind=kind, until=_until(description), unread=tuple(unread))


def _kind(text: str) -> AccessKind | None:
    word = _PLACES.sub("", text.strip(), count=1).rstrip("/").lower()
    word = re.sub(r"[ -]+", "", word)
    return _WORDS.get(word) or _WORDS.get(word.removesuffix("access"))


def _until(description: Description) -> str | None:
    for statement in (*description.all("available"), *description.all("date")):
        named = _END.fullmatch(statement.text.strip())
        if named:
            return named["day"]
        found = span(statement.text) if statement.term == "available" else None
        day = (found.start or "")[:10] if found else ""
        if len(day) == len("2031-05-01"):
            return day
    return None
