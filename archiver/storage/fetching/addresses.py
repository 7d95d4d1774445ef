"""Which network addresses may be connected to: those of the public internet, unless a host was excepted by name.

A bag from a stranger must not make this machine ask its own network's services (server-side request forgery).
"""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

_NAT64 = IPv6Network("64:ff9b::/96")


class AddressRefusedError(Exception):
    """A host has an address that may not be connected to; the message names it and says what it is."""


def resolve(host: str, port: int, *, private: bool) -> list[str]:
    """Look a host up once, and return the addresses that are then connected to, and no others.

    Args:
        host: a name or an address.
        port: for the look-up.
        private: whether this machine and its own network are allowed.

    Raises:
        AddressRefusedError: any of its addresses is refused.
        OSError: the name cannot be looked up.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        reason = refusal(address, private=private)
        if reason:
            raise AddressRefusedError(f"{address}, {reason}")
    return addresses


def refusal(address: str, *, private: bool) -> str | None:
    """Say what is wrong with an address, or None when it may be connected to.

    Args:
        address: IPv4 or IPv6, with or without a zone.
        private: whether loopback, private and link-local addresses are allowed.
    """
    value: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    # An IPv6 address that stands for an IPv4 one is judged as that one too.
    inner = _inner(value) if isinstance(value, IPv6Address) else []
    return next((reason for one in (value, *inner) if (reason := _refusal(one, private=private))), None)


def _inner(value: IPv6Address) -> list[IPv4Address]:
    found = [value.ipv4_mapped, value.sixtofour, *(value.teredo or ())]
    if value in _NAT64:  # RFC 6052 section 2.1
        found.append(IPv4Address(int(value) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]


def _refusal(value: IPv4Address | IPv6Address, *, private: bool) -> str | None:
    if value.is_multicast or value.is_unspecified:
        return "which is no address of one machine"
    if private or (isinstance(value, IPv6Address) and (value.ipv4_mapped is not None or value in _NAT64)):
        return None  # the IPv4 address inside decides
    if value.is_loopback:
        return "which is this machine itself"
    if value.is_link_local:
        return "which is on the local link"
    if value.is_reserved or not value.is_global or (isinstance(value, IPv6Address) and value.is_site_local):
        return "which is in a private or reserved network"
    return None
