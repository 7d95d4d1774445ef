"""What a SWORD server shows of what it holds: files are read back where it gives them, else nothing is proven.

The profile has no digest and no size in what a server reports, so a server that gives no file back proves nothing.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError
from archiver.deposits.http.replies import UnusableReplyError
from archiver.deposits.http.sending import Sending
from archiver.deposits.sword import software_heritage
from archiver.model.deposits import EvidenceLevel, FileEvidence
from archiver.standards.sword import read_statement

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.http.client import HttpClient
    from archiver.deposits.sword.place import Place
    from archiver.model.deposits import ParcelFile

_CLOSED = frozenset({401, 403, 404, 405, 406, 410, 415, 501})
"""What servers say to a question that they do not answer to a depositor."""

_FILES = 100
"""Of one deposit, that are looked at."""


def read_back(client: HttpClient, attempt: Attempt, place: Place, file: ParcelFile) -> FileEvidence:
    """Compare the file that a server gives back with the one that was sent.

    Raises:
        RetryableError: a reply was cut off.
    """
    kept = _uploads(client, attempt, place)
    if kept is None:
        kept = _originals(client, attempt, place)
    if kept is None:
        return FileEvidence(path=file.path, level=EvidenceLevel.NONE, size=None, agrees=True)
    found = [_fetch(client, attempt, address, file) for address in kept[:_FILES]]
    if None in found:
        return FileEvidence(path=file.path, level=EvidenceLevel.NONE, size=None, agrees=True)
    # Beside the file that was sent there must be no other: PUT replaces, so another is none of ours.
    alone = len(kept) == 1 and found[0] is not None
    size, digest = found[0] if alone and found[0] is not None else (0, None)
    return FileEvidence(
        path=file.path,
        level=EvidenceLevel.READ_BACK,
        size=size,
        digest=digest,
        agrees=alone and size == file.size and digest == file.digests["sha512"],
    )


def _uploads(client: HttpClient, attempt: Attempt, place: Place) -> tuple[str, ...] | None:
    """Return the addresses of what swh-deposit was sent; None: it is another server, or does not tell us."""
    address = software_heritage.uploads_address(place)
    if address is None or place.state is None:
        return None
    reply = client.request(attempt, "GET", address, idempotent=True, sending=Sending(accept=_CLOSED))
    if reply.status in _CLOSED:
        return None
    try:
        listed = reply.json()
    except UnusableReplyError:
        return None
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return None
    return tuple(listed)


def _originals(client: HttpClient, attempt: Attempt, place: Place) -> tuple[str, ...] | None:
    """Return the addresses that the statement gives of what was deposited; None: it gives none."""
    if place.statement is None:
        return None
    reply = client.request(attempt, "GET", place.statement, idempotent=True, sending=Sending(accept=_CLOSED))
    if reply.status in _CLOSED:
        return None
    try:
        return read_statement(reply.xml()).originals or None
    except UnusableReplyError:
        return None


def _fetch(client: HttpClient, attempt: Attempt, address: str, file: ParcelFile) -> tuple[int, str] | None:
    """Return size and SHA-512 of a file at the server; None: it is not given to us."""
    digest = hashlib.sha512()
    try:
        size = client.download(attempt, address, digest.update, at_most=file.size)
    except RefusedError:
        return None  # no proof, which is what the evidence says
    return size, digest.hexdigest()
