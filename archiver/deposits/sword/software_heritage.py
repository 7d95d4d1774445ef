"""What swh-deposit, Software Heritage's server, says beside the profile: its list of deposits, their states and files.

Its list names no addresses, so those are put together here, as its documentation gives them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from archiver.deposits.sword.place import Place
from archiver.standards.sword import list_entries

if TYPE_CHECKING:
    from lxml import etree

_NAMESPACE = "https://www.softwareheritage.org/schema/2018/deposit"
_NUMBER = re.compile(r"[0-9]{1,18}", re.ASCII)

PARTIAL = "partial"
DROPPED = frozenset({"expired", "rejected", "failed"})
"""It does not keep these deposits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One deposit of its list."""

    number: int
    slug: str
    status: str


def speaks(root: etree._Element) -> bool:
    """Tell whether a list of deposits is of this server."""
    return root.find(f"{{{_NAMESPACE}}}count") is not None


def listed(root: etree._Element) -> Iterator[Listed]:
    """Yield the deposits of one page of its list."""
    for entry in list_entries(root):
        number = entry.findtext(f"{{{_NAMESPACE}}}id") or ""
        if _NUMBER.fullmatch(number):
            slug = entry.findtext(f"{{{_NAMESPACE}}}external_id") or ""
            yield Listed(number=int(number), slug=slug, status=entry.findtext(f"{{{_NAMESPACE}}}status") or "")


def place_of(number: int, collection: str) -> Place:
    """Put the addresses of a deposit together."""
    base = f"{collection.rstrip('/')}/{number}"
    return Place(edit=f"{base}/atom/", media=f"{base}/media/", add=f"{base}/metadata/", state=f"{base}/status/")


def read_status(root: etree._Element) -> str | None:
    """Return the status that a deposit's own document states; None: it is none of this server."""
    return root.findtext(f"{{{_NAMESPACE}}}deposit_status")


def uploads_address(place: Place) -> str | None:
    """Return where the server says what it has been sent, where it lets us ask."""
    found = re.fullmatch(r"(.*)/[^/]+/([0-9]{1,18})/atom/", place.edit)
    return f"{found[1]}/private/{found[2]}/upload-urls/" if found else None
