"""What may be asked of whom, and how much: the limits of fetching. Opens nothing."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DEFAULT_MAX_BYTES = 100 * 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """Clock, waiting and chance, as arguments."""

    clock: Callable[[], float]
    """Seconds that never run backwards, such as :func:`time.monotonic`."""

    chance: Callable[[], float]
    """From 0 to 1, such as :func:`random.random`: clients that fail together must not come back together."""

    pause: Callable[[threading.Event, float], object] = threading.Event.wait
    """Waits that many seconds before a request is tried again, or until the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRules:
    """What fetching may do."""

    tls: ssl.SSLContext
    """How servers are checked: :func:`tls_context`."""

    hosts: frozenset[str]
    """Hosts that may be asked, as :attr:`archiver.standards.fetch_urls.FetchUrl.authority` names them."""

    private_hosts: frozenset[str] = frozenset()
    """Those of them that may be in this machine or its own network."""

    schemes: frozenset[str] = frozenset({"https"})
    max_bytes: int = DEFAULT_MAX_BYTES
    """Of all files of one bag together; a file of unknown length may have what is left of it."""

    connections: int = 8
    connections_per_host: int = 4
    patience: float = 60.0
    """Seconds to wait for a connection or for more bytes; too few bytes in as long end the connection too."""

    attempts: int = 5
    """Requests for a file without much to show for them before it is given up."""


def tls_context(authorities: Path | None) -> ssl.SSLContext:
    """Return how servers are checked: against the system's authorities (or SSL_CERT_FILE) and those of a file.

    Raises:
        OSError: the file cannot be read or holds no certificate (:class:`ssl.SSLError`).
    """
    context = ssl.create_default_context()
    paths = ssl.get_default_verify_paths()
    if paths.cafile is None and paths.capath is None:  # no store where this Python looks for one
        import certifi  # noqa: PLC0415 - only here

        context.load_verify_locations(certifi.where())
    if authorities is not None:
        context.load_verify_locations(authorities)
    return context
