"""Whether a server already has a deposit of a package: asked by the list that a collection may give of its deposits.

SWORD promises no such list and no search. What is not in one is known to be absent at a server alone whose list states
the slug of every deposit.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

import httpx

from archiver.deposits.contract import UnclearError
from archiver.deposits.http.replies import UnusableReplyError
from archiver.deposits.http.sending import Sending
from archiver.deposits.sword import software_heritage
from archiver.deposits.sword.place import Place, place_from_receipt
from archiver.standards.sword import list_entries, next_page, read_receipt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from archiver.deposits.contract import Attempt
    from archiver.deposits.http.client import HttpClient
    from archiver.model.deposits import Parcel

_NO_LIST = frozenset({403, 404, 405, 406, 410, 415, 501})
"""What servers say that list nothing; whether the collection is there, the request that makes a deposit tells."""

_PAGES = 2000
_NEXT = re.compile(r'<([^>]*)>\s*;[^,]*rel="?next"?')


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a list told."""

    place: Place | None = None
    """Of the deposit; of the oldest, should there be several."""

    complete: bool | None = None
    """Whether the server was told that everything was sent; None: its list does not say."""

    drafts: tuple[Place, ...] = ()
    """Those of the same package that are not complete, beside ``place``."""

    sure: bool = False
    """Whether there is none where none was found."""


def slug_of(parcel: Parcel) -> str:
    """Return the ``Slug`` of a package's deposit: its key, in characters that every server keeps."""
    return f"{re.sub('[^A-Za-z0-9.-]+', '-', parcel.identifier)[:100]}.{parcel.package_digest}"


def entry_identifier(parcel: Parcel) -> str:
    """Return the ``atom:id`` of a package's deposit: the same for the same key."""
    return uuid5(NAMESPACE_URL, parcel.key).urn


def look(client: HttpClient, attempt: Attempt, collection: str) -> Look:
    """Look through the list of a collection for a package's deposit.

    Raises:
        UnclearError: the list is longer than anybody can read.
    """
    parcel = attempt.parcel
    sure = False
    kept: dict[int, str] = {}
    for root in _pages(client, attempt, collection):
        if software_heritage.speaks(root):
            sure = True
            found = (one for one in software_heritage.listed(root) if one.slug == slug_of(parcel))
            kept |= {one.number: one.status for one in found if one.status not in software_heritage.DROPPED}
            continue
        for entry in list_entries(root):
            if _is_ours(entry, parcel):
                return Look(place=_place(client, attempt, entry))
    if not kept:
        return Look(sure=sure)
    # One that is complete goes before any that is not: nothing more may be sent then.
    number = min(kept, key=lambda one: (kept[one] == software_heritage.PARTIAL, one))
    drafts = (one for one, status in kept.items() if status == software_heritage.PARTIAL and one != number)
    return Look(
        place=software_heritage.place_of(number, collection),
        complete=kept[number] != software_heritage.PARTIAL,
        drafts=tuple(software_heritage.place_of(one, collection) for one in drafts),
        sure=True,
    )


def lists_by_slug(client: HttpClient, collection: str) -> bool:
    """Tell whether a server's list states the slug of every deposit."""
    root = next(_pages(client, None, collection), None)
    return root is not None and software_heritage.speaks(root)


def _pages(client: HttpClient, attempt: Attempt | None, collection: str) -> Iterator[etree._Element]:
    address: str | None = collection
    for _ in range(_PAGES):
        if address is None:
            return
        reply = client.request(
            attempt, "GET", address, idempotent=True, sending=Sending(accept=_NO_LIST, missing="collection")
        )
        if reply.status in _NO_LIST:
            return
        try:
            root = reply.xml()
        except UnusableReplyError as error:
            kind = reply.headers.get("content-type", "")
            if "xml" in kind and "html" not in kind:
                raise client.unusable("GET", address, error, idempotent=True) from error
            return  # a page for people
        yield root
        linked = _NEXT.search(reply.headers.get("link", ""))
        following = linked[1] if linked else next_page(root)
        address = str(httpx.URL(reply.url).join(following)) if following else None
    raise UnclearError(f"{collection} lists more than {_PAGES} pages of deposits: look there for this package by hand")


def _is_ours(entry: etree._Element, parcel: Parcel) -> bool:
    receipt = read_receipt(entry)
    slug = slug_of(parcel)
    written = {parcel.key, slug, entry_identifier(parcel)}
    return not written.isdisjoint(receipt.texts) or any(
        href.rstrip("/").rpartition("/")[2] == slug for href in receipt.links.values()
    )


def _place(client: HttpClient, attempt: Attempt, entry: etree._Element) -> Place:
    receipt = read_receipt(entry)
    place = place_from_receipt(receipt)
    if place is None and receipt.edit:
        # What is listed is an entry in short; the deposit itself names all of its addresses (profile section 6.4).
        address = receipt.edit
        reply = client.request(attempt, "GET", address, idempotent=True)
        try:
            place = place_from_receipt(read_receipt(reply.xml()))
        except UnusableReplyError as error:
            raise client.unusable("GET", address, error, idempotent=True) from error
    if place is None:
        raise UnclearError(
            f"the server lists a deposit of this package, not how to go on with it: {slug_of(attempt.parcel)}"
        )
    return place
