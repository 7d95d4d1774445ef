"""Sends a few bytes to one server that the configuration names, and takes its short answer.

Follows no redirect, uses no proxy, checks certificates; tries again where that may help. What it says of a failure
names the server alone, never the rest of the address: that may be a secret.
"""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass
from http.client import responses
from pathlib import Path

from archiver.standards.fetch_urls import FetchUrl
from archiver.standards.names import printable
from archiver.storage.fetching.addresses import AddressRefusedError
from archiver.storage.fetching.client import CUT_OFF, Answer, Client
from archiver.storage.fetching.connections import Network
from archiver.storage.fetching.rules import FetchRules, Timing, tls_context

_ATTEMPTS = 3
_PATIENCE = 30.0
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


class NotSentError(Exception):
    """A server did not take what was sent; the message says why, without the address's path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What is to be sent."""

    url: FetchUrl
    body: bytes
    media_type: str
    authorities: Path | None
    """A PEM file of certificate authorities to trust beside the system's."""

    longest_answer: int = 1 << 20
    """Bytes."""


def post(letter: Letter, timing: Timing) -> bytes:
    """Send something, and return the body of the answer.

    Args:
        letter: what, and where to.
        timing: clock, chance and waiting.

    Raises:
        NotSentError: the server cannot be reached, or does not take it, after some attempts.
    """
    where = letter.url.authority
    try:
        tls = tls_context(letter.authorities)
    except OSError as error:
        name = printable(str(letter.authorities))
        raise NotSentError(f"the certificates in {name} cannot be used ({error.strerror or error})") from error
    rules = FetchRules(
        tls=tls,
        hosts=frozenset({where}),
        private_hosts=frozenset({where}),  # whoever runs this named it
        schemes=frozenset({letter.url.scheme}),
        patience=_PATIENCE,
    )
    never = threading.Event()
    words = ""
    for attempt in range(_ATTEMPTS):
        if attempt:
            timing.pause(never, (1.0 + timing.chance()) * 2.0**attempt)
        found = _once(letter, rules, timing)
        if isinstance(found, bytes):
            return found
        words, again = found
        if not again:
            break
    raise NotSentError(f"{printable(where)} {words}")


def _once(letter: Letter, rules: FetchRules, timing: Timing) -> bytes | tuple[str, bool]:
    """Return the answer, or what is wrong and whether asking again may help."""
    network = Network(rules, timing)
    try:
        with closing(Client(rules, network)) as client, client.post(letter.url, letter.body, letter.media_type) as got:
            if 200 <= got.status < 300:
                return _body(got, letter.longest_answer)
            return f"answered {got.status} ({responses.get(got.status, 'unknown')})", got.status in _LATER
    except AddressRefusedError as error:
        return f"has the address {error}", False
    except CUT_OFF as error:
        system = error.__cause__ or error.__context__
        said = system.strerror if isinstance(system, OSError) and system.strerror else str(error)
        return f"gave no answer ({printable(said)[:200] or type(error).__name__})", True


def _body(answer: Answer, longest: int) -> bytes | tuple[str, bool]:
    body = bytearray()
    for chunk in answer.body:
        body += chunk
        if len(body) > longest:
            return f"sent an answer of more than {longest:,} bytes", False
    return bytes(body)
