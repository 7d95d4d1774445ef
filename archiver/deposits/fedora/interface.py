"""Fedora's HTTP interface, as much of it as a deposit needs: containers, binaries, transactions.

The Fedora API Specification says what of it every Fedora has; transactions are Fedora 6's own. Decides nothing about a
deposit, and replaces nothing: what is created is created where nothing is.
"""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.fedora import refusals
from archiver.deposits.http.replies import Reply, UnusableReplyError, said, status_line
from archiver.deposits.http.sending import Sending, Upload
from archiver.standards.dc_terms import TERMS_NAMESPACE
from archiver.standards.turtle import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from archiver.config.tables import Table
    from archiver.deposits.contract import Attempt
    from archiver.deposits.http.client import HttpClient
    from archiver.model.deposits import ParcelFile

_ARCHIVAL_GROUP = '<http://fedora.info/definitions/v4/repository#ArchivalGroup>;rel="type"'
_BINARY = '<http://www.w3.org/ns/ldp#NonRDFSource>;rel="type"'
_NOTHING_THERE = {"If-None-Match": "*"}  # RFC 9110 section 13.1.2
_TRANSACTIONS = "fcr:tx"
_NUMBER = re.compile(r"[0-9a-f-]{8,64}")
_ALGORITHMS = {"sha-512": "sha512", "sha-256": "sha256"}
"""As RFC 3230 and its registry call them -> as in hashlib."""

_MEDIA_TYPES = {"tar": "application/x-tar", "zip": "application/zip"}
_CHECKSUM = ("checksum", "digest")
_ENDED = frozenset({404, 409, 410})
"""What is said to a transaction that was committed, rolled back, has expired or was never begun."""


class Held(Enum):
    """What stands where a package's container belongs."""

    NOTHING = auto()
    OURS = auto()
    LOST = auto()
    """It cannot be told, for the transaction is of no use any more."""


def rest_root(own: Table, url: str) -> str:
    """Return the address of a repository's root container, to which its transactions belong.

    Raises:
        ConfigurationError: the address does not tell.
    """
    found = re.match(r"(https?://[^/]+(?:/[^/]+)*?/rest)(?:/|$)", url)
    if found is None:
        raise own.fault(
            "url", "does not tell where the repository begins: it holds no /rest. Write transactions = false beside it"
        )
    return found[1]


class Interface:
    """One repository, as one account sees it."""

    def __init__(self, client: HttpClient, table: str, root: str | None) -> None:
        self._client = client
        self._table = table
        self._root = root

    def require(self, attempt: Attempt, address: str) -> None:
        """Make sure that a container is there.

        Raises:
            RefusedError: it is not.
        """
        minimal = Sending(headers={"Prefer": "return=minimal"})
        self._client.request(attempt, "HEAD", address, idempotent=True, sending=minimal)

    def look(self, attempt: Attempt, address: str, key: str, transaction: str | None = None) -> Held:
        """Tell what stands at the address of a package's container.

        Raises:
            RefusedError: something else, or a tombstone.
        """
        headers = {"Accept": "application/ld+json", **_within(transaction)}
        accept = {404, 410} if transaction is None else _ENDED
        reply = self._client.request(
            attempt, "GET", address, idempotent=True, sending=Sending(headers=headers, accept=accept)
        )
        if reply.status == 404:
            return Held.NOTHING
        if reply.status == 409 or (transaction is not None and reply.status == 410):
            return Held.LOST
        if reply.status == 410:
            raise RefusedError(refusals.tombstone(address))
        try:
            found = _identifiers(reply)
        except UnusableReplyError as error:
            raise self._client.unusable("GET", address, error, idempotent=True) from error
        if key in found:
            return Held.OURS
        if transaction is not None:
            return Held.LOST  # nobody else writes there: what was sent to it arrived changed
        raise RefusedError(refusals.taken(address))

    def create(self, attempt: Attempt, address: str, record: bytes, transaction: str | None) -> None:
        """Make the container of a package, an archival group, where there is nothing.

        Raises:
            RetryableError: somebody else is at work on it, or has made it.
        """
        headers = {"Content-Type": MEDIA_TYPE, "Link": _ARCHIVAL_GROUP, **_NOTHING_THERE, **_within(transaction)}
        reply = self._client.request(
            attempt,
            "PUT",
            address,
            idempotent=True,
            intent="create",
            sending=Sending(headers=headers, content=record, accept=(409, 412)),
        )
        if reply.status == 412:
            raise RetryableError(f"{address}: made by another request meanwhile")
        self._judge(reply)

    def put(self, attempt: Attempt, address: str, file: ParcelFile, transaction: str | None) -> None:
        """Send a file to where there is none.

        Raises:
            RetryableError: other bytes arrived than were sent, or the transaction is of no use any more.
        """
        headers = {
            "Content-Type": _MEDIA_TYPES.get(address.rpartition(".")[2], "application/octet-stream"),
            "Content-Disposition": f'attachment; filename="{address.rpartition("/")[2]}"',
            "Link": _BINARY,
            # Fedora API Specification section 3.5.1: 409 where they do not meet; hexadecimal, as Fedora has it.
            "Digest": ", ".join(f"{name}={file.digests[here]}" for name, here in _ALGORITHMS.items()),
            **_NOTHING_THERE,
            **_within(transaction),
        }
        reply = self._client.request(
            attempt,
            "PUT",
            address,
            idempotent=True,
            intent="put",
            sending=Sending(headers=headers, content=Upload(file=file.source, size=file.size), accept=(409, 412)),
        )
        if reply.status != 412:  # it is there: what it holds is compared
            self._judge(reply)

    def size(self, attempt: Attempt, address: str, transaction: str | None) -> int | None:
        """Return how many bytes a file has; None: it is not there."""
        sending = Sending(headers=_within(transaction), accept=_ENDED)
        reply = self._client.request(attempt, "HEAD", address, idempotent=True, sending=sending)
        return None if reply.status in _ENDED else _length(reply)

    def digests(self, attempt: Attempt, address: str) -> tuple[int | None, Mapping[str, str]]:
        """Return size and digests of a file: Fedora reads it from its store to answer this.

        Digests are hexadecimal, by their names in hashlib; there are none where the server gives none.
        """
        sending = Sending(headers={"Want-Digest": ", ".join(_ALGORITHMS)}, accept=(404, 410))
        reply = self._client.request(attempt, "HEAD", address, idempotent=True, sending=sending)
        if reply.status != 200:
            return None, {}
        stated = (one.strip().partition("=") for one in reply.headers.get("digest", "").split(","))
        return _length(reply), {
            _ALGORITHMS[name.lower()]: text.lower() for name, _, text in stated if name.lower() in _ALGORITHMS
        }

    def read_back(self, attempt: Attempt, address: str, file: ParcelFile, take: Callable[[bytes], None]) -> int:
        """Fetch a file, and return how many bytes came, at most one more than were sent."""
        return self._client.download(attempt, address, take, at_most=file.size)

    def begin(self, attempt: Attempt) -> None:
        """Begin a transaction, and remember it; one whose reply is lost holds nothing, and expires by itself."""
        with attempt.intend("begin"):
            address = f"{self._root}/{_TRANSACTIONS}"
            reply = self._client.request(attempt, "POST", address, idempotent=True, sending=Sending(content=b""))
            number = reply.headers.get("location", "").rpartition("/")[2]
            if not _NUMBER.fullmatch(number):
                error = UnusableReplyError("names no transaction")
                raise self._client.unusable("POST", address, error, idempotent=True)
            attempt.remember(transaction=number)

    def refresh(self, transaction: str) -> None:
        """Keep a transaction from expiring."""
        self._client.request(None, "POST", self._of(transaction), idempotent=True, sending=Sending(content=b""))

    def commit(self, attempt: Attempt, transaction: str) -> bool:
        """Commit a transaction; False: it is at an end, and whether it was committed is not said.

        Raises:
            LostReplyError: it may have been done.
        """
        reply = self._client.request(
            attempt,
            "PUT",
            self._of(transaction),
            idempotent=False,
            intent="commit",
            sending=Sending(content=b"", accept=_ENDED),
        )
        return reply.status not in _ENDED

    def roll_back(self, attempt: Attempt, transaction: str) -> None:
        """Let go of a transaction, and of what it keeps others from writing to."""
        self._client.request(
            attempt,
            "DELETE",
            self._of(transaction),
            idempotent=True,
            intent="roll back",
            sending=Sending(accept=_ENDED),
        )
        attempt.remember(transaction=None)

    def close(self) -> None:
        """Let connections go."""
        self._client.close()

    def _of(self, transaction: str) -> str:
        return f"{self._root}/{_TRANSACTIONS}/{transaction}"

    def _judge(self, reply: Reply) -> None:
        if reply.status != 409:
            return
        heard = said(reply)
        words = f"{status_line(reply.status)} ({heard})" if heard else status_line(reply.status)
        if any(word in heard.lower() for word in _CHECKSUM):
            raise RetryableError(f"the server received other bytes than were sent, and refused them: {words}")
        if "transaction" in heard.lower():
            raise RetryableError(words)
        raise RefusedError(refusals.conflict(self._table, words))


def _within(transaction: str | None) -> dict[str, str]:
    return {} if transaction is None else {"Atomic-ID": transaction}


def _length(reply: Reply) -> int | None:
    text = reply.headers.get("content-length", "")
    return int(text) if re.fullmatch("[0-9]{1,18}", text, re.ASCII) else None


def _identifiers(reply: Reply) -> set[str]:
    """Return every ``dcterms:identifier`` that a container states (JSON-LD 1.1, expanded)."""
    listed = reply.json()
    found: set[str] = set()
    for node in listed if isinstance(listed, list) else [listed]:
        stated = node.get(f"{TERMS_NAMESPACE}identifier") if isinstance(node, dict) else None
        for value in stated if isinstance(stated, list) else []:
            text = value.get("@value") if isinstance(value, dict) else None
            if isinstance(text, str):
                found.add(text)
    return found
