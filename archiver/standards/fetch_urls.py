"""Addresses in ``fetch.txt``: which are understood, what of them may be printed, and how they are written.

Reads by a strict grammar of its own, so that no two readers can take one address for two hosts. Purely lexical: nothing
is looked up or opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from archiver.standards.bagit_paths import PAYLOAD_PREFIX, encode_path
from archiver.standards.names import printable

PORTS = {"https": 443, "http": 80}
"""Scheme that can be fetched -> its own port."""

_URL = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<authority>[^/?#\\]*)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?(?:#.*)?"
)
# Letters, digits, hyphens, underscores and dots alone: no percent-encoding, so that there is one way to write a host.
_HOST = re.compile(
    r"(?P<name>[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?"
)
_VISIBLE = re.compile(r"[!-~]+")


class FetchUrlError(Exception):
    """An address cannot be used; the message says why, and never repeats a password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchUrl:
    """An address that can be fetched, taken apart."""

    scheme: str
    """``https`` or ``http``."""

    host: str
    """Lower case, without a final dot; an IPv6 address without its brackets."""

    port: int
    target: str
    """Path and query: what the server is asked for."""

    @property
    def authority(self) -> str:
        """Return the host as people name it: with the port, where that is not the scheme's own."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Return scheme, host and port (RFC 6454)."""
        return (self.scheme, self.host, self.port)

    @property
    def shown(self) -> str:
        """Return the address fit for a message: a query may hold the key to a file, and is left out."""
        return printable(f"{self.scheme}://{self.authority}{self.target.partition('?')[0]}"[:300])


def parse_fetch_url(text: str) -> FetchUrl:
    """Take an address of ``fetch.txt`` apart (RFC 3986 section 3, RFC 8493 section 2.2.3).

    Args:
        text: as written; ASCII, already free of white space when it comes from ``fetch.txt``.

    Raises:
        FetchUrlError: it is no address, or of a kind that is not fetched.
    """
    match = _URL.fullmatch(text)
    if match is None or not _VISIBLE.fullmatch(text):
        raise FetchUrlError("it is no address of the form https://HOST/PATH")
    scheme = match["scheme"].lower()
    if scheme not in PORTS:
        raise FetchUrlError(f"{printable(scheme[:20])} is not fetched, only https and http are")
    if "@" in match["authority"]:
        # RFC 3986 section 3.2.1: a password in an address is a risk wherever the address is shown or kept.
        raise FetchUrlError("it holds a user name or password before the host; such addresses are not used")
    host, port = _host_and_port(match["authority"], scheme)
    return FetchUrl(scheme=scheme, host=host, port=port, target=(match["path"] or "/") + (match["query"] or ""))


def redirect_target(url: FetchUrl, location: str) -> FetchUrl:
    """Return where a server's ``Location`` points to (RFC 9110 section 10.2.2).

    Raises:
        FetchUrlError: it is no address that can be fetched.
    """
    name = f"[{url.host}]" if ":" in url.host else url.host
    return parse_fetch_url(urljoin(f"{url.scheme}://{name}:{url.port}{url.target}", location))


def parse_authority(text: str) -> str:
    """Return ``HOST`` or ``HOST:PORT`` in the form of :attr:`FetchUrl.authority`.

    Raises:
        FetchUrlError: it is neither.
    """
    host, port = _host_and_port(text, "https")
    return FetchUrl(scheme="https", host=host, port=port, target="/").authority


def parse_prefix(text: str) -> str:
    """Check an address that paths can be put behind, and return it with a slash at its end.

    Raises:
        FetchUrlError: it is no address that can be fetched, or has a query or fragment.
    """
    parse_fetch_url(text)
    if "?" in text or "#" in text:
        raise FetchUrlError("it has a ? or #, behind which no path can be put")
    return text if text.endswith("/") else f"{text}/"


def url_below(prefix: str, path: str) -> str:
    """Return the address of a file below ``prefix``: its path as UTF-8, percent-encoded (RFC 3986 section 2.1).

    Args:
        prefix: ends with a slash.
        path: ``/`` between segments.
    """
    return prefix + quote(path, safe="/~")


def fetch_text(prefix: str, files: Iterable[tuple[str, int]]) -> str:
    """Write ``fetch.txt`` (RFC 8493 section 2.2.3).

    Args:
        prefix: of every file's address; ends with a slash.
        files: (path below ``data/``, bytes), in any order.

    Returns:
        One line a file, sorted by the UTF-8 bytes of the path: address, length, path; ``%``, CR and LF of the path
        percent-encoded.
    """
    ordered = sorted(files, key=lambda file: file[0].encode())
    return "".join(f"{url_below(prefix, path)} {size} {encode_path(PAYLOAD_PREFIX + path)}\n" for path, size in ordered)


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    match = _HOST.fullmatch(authority)
    if match is None:
        raise FetchUrlError(f"{printable(authority[:80])!r} is no host")
    port = int(match["port"]) if match["port"] else PORTS[scheme]
    if not 0 < port < 65536:
        raise FetchUrlError(f"there is no port {port}")
    return match["name"].lower().rstrip(".").strip("[]"), port
