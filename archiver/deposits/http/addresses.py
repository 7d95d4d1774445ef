"""Addresses of servers: which may be spoken to, by which proxy, and how one is named without what is secret in it.

Makes no connection.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.request import proxy_bypass_environment  # type: ignore[attr-defined]  # the stubs lack it

import httpx

from archiver.errors import ConfigurationError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config.tables import Table


def server_url(table: Table, key: str) -> str:
    """Read the address of a server from its table: https, or http on this very machine.

    Returns:
        Without a slash at its end.

    Raises:
        ConfigurationError: it is missing or no such address, holds a name or password, a query or a fragment.
    """
    if key not in table:
        raise table.fault(
            key, f'is missing: the address of the server, such as {key} = "https://repository.example.org"'
        )
    text = table.text(key)
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError) as error:
        raise table.fault(key, "is no address of a server") from error
    if url.scheme not in {"https", "http"} or not url.host:
        raise table.fault(key, "must be an address that begins with https://")
    if url.userinfo:
        raise table.fault(key, "must hold no name or password; secrets have keys of their own, such as token_from")
    if url.query or url.fragment:
        raise table.fault(key, "must end before any ? or #")
    if not is_safe(url):
        raise table.fault(key, "must begin with https://: over http:// anybody on the way could read the secrets")
    return str(url).rstrip("/")


def is_safe(url: httpx.URL) -> bool:
    """Tell whether nobody on the way can read along: https, or this machine."""
    return url.scheme == "https" or (url.scheme == "http" and is_loopback(url.host))


def is_loopback(host: str) -> bool:
    """Tell whether a host, as it is written, is this machine; no name service is asked."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses are of one server: scheme, host and port (RFC 6454 section 5)."""
    return (one.scheme, one.host, _port(one)) == (other.scheme, other.host, _port(other))


def public(url: httpx.URL, *, own: bool) -> str:
    """Return an address for people: without a name or password and, of another server, without its query.

    Addresses that a server signs for a while carry the signature in the query.
    """
    shown = url.copy_with(userinfo=b"", fragment=None)
    if not own:
        shown = shown.copy_with(query=None)
    return printable(str(shown))


def proxy_for(url: httpx.URL, environment: Mapping[str, str]) -> httpx.URL | None:
    """Return the proxy that the environment names for an address; never one for this machine.

    Raises:
        ConfigurationError: what it names cannot be used.
    """
    if is_loopback(url.host):
        return None
    folded = {name.lower(): value for name, value in sorted(environment.items()) if value}
    if proxy_bypass_environment(url.host, {"no": folded.get("no_proxy", "")}):
        return None
    name = next((name for name in (f"{url.scheme}_proxy", "all_proxy") if name in folded), None)
    if name is None:
        return None
    words = f"the environment variable {name.upper()}"
    try:
        proxy = httpx.URL(folded[name] if "://" in folded[name] else f"http://{folded[name]}")
    except (httpx.InvalidURL, ValueError) as error:
        raise ConfigurationError(f"{words} is no address of a proxy") from error
    if proxy.scheme not in {"http", "https"} or not proxy.host:
        raise ConfigurationError(f"{words} must be an address that begins with http:// or https://")
    return proxy


def _port(url: httpx.URL) -> int | None:
    return url.port or {"https": 443, "http": 80}.get(url.scheme)
