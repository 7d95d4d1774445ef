"""The HTTP client: asks for one thing at a time, or sends one, and takes the answer as it is.

Follows no redirect, keeps no cookie, uses no proxy (a proxy would look hosts up by itself, so that no address could be
checked), and decodes nothing. HTTP/1.1, certificates checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import httpcore

from archiver.standards.fetch_urls import FetchUrl
from archiver.storage.fetching.connections import Network
from archiver.storage.fetching.rules import FetchRules

_CONNECT_SECONDS = 20.0

CUT_OFF = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException)
"""What is raised where a server cannot be reached, breaks off, is too slow or speaks no HTTP."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answers, as long as the connection is open."""

    status: int
    fields: Mapping[str, str]
    """Header fields by their names in lower case; of a repeated one the first."""

    body: Iterable[bytes]
    """Raises what is in :data:`CUT_OFF`."""


class Client:
    """Asks over one :class:`~archiver.storage.fetching.connections.Network`; safe to use from many threads."""

    def __init__(self, rules: FetchRules, network: Network) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=rules.tls,
            max_connections=rules.connections,
            max_keepalive_connections=rules.connections,
            network_backend=network,
        )
        self._network = network
        connect = min(rules.patience, _CONNECT_SECONDS)
        self._timeouts = {"connect": connect, "read": rules.patience, "write": rules.patience}

    @contextmanager
    def get(self, url: FetchUrl, fields: Iterable[tuple[str, str]]) -> Iterator[Answer]:
        """Ask for a file.

        Args:
            url: taken apart already; it is not read a second time.
            fields: header fields beside the usual ones.

        Raises:
            Exception: one of :data:`CUT_OFF`, or AddressRefusedError.
        """
        with self._ask("GET", url, [("User-Agent", "archiver (BagIt fetch.txt)"), *fields], None) as answer:
            yield answer

    @contextmanager
    def post(self, url: FetchUrl, body: bytes, media_type: str) -> Iterator[Answer]:
        """Send something, and take the answer.

        Raises:
            Exception: as of :meth:`get`.
        """
        fields = [("User-Agent", "archiver"), ("Content-Type", media_type), ("Content-Length", str(len(body)))]
        with self._ask("POST", url, fields, body) as answer:
            yield answer

    @contextmanager
    def _ask(
        self, method: str, url: FetchUrl, fields: Iterable[tuple[str, str]], body: bytes | None
    ) -> Iterator[Answer]:
        address = httpcore.URL(scheme=url.scheme, host=url.host, port=url.port, target=url.target)
        headers = [
            ("Host", url.authority),
            # RFC 9110 section 12.5.3: the file as it is; compressed, it could be neither capped nor resumed
            ("Accept-Encoding", "identity"),
            *fields,
        ]
        with ExitStack() as stack:
            asked = self._pool.stream(
                method, address, headers=headers, content=body, extensions={"timeout": self._timeouts}
            )
            with self._network.awaiting_head():
                response = stack.enter_context(asked)
            found: dict[str, str] = {}
            for name, value in response.headers:
                found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
            yield Answer(status=response.status, fields=found, body=response.iter_stream())

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._pool.close()
