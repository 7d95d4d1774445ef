"""Connections: certificates always checked, by a proxy where one is named, and never kept waiting for ever.

Knows nothing of targets. What it raises are the errors of httpcore.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpcore
import httpx

from archiver.errors import ConfigurationError
from archiver.standards.names import printable

_SLOWEST = 256
"""Bytes a second below which a reply is held to be stuck, or to be kept open on purpose."""

_LONGEST_HEAD = 1 << 20
"""Bytes that may come before a reply's body begins: an endless run of interim replies (1xx) has none."""

_IDLE = 4.0
"""Seconds after which an unused connection is not used again: servers close theirs from 5 seconds on, and a request
that meets such a closing is lost."""


def tls_context(ca_file: Path | None, setting: str) -> ssl.SSLContext:
    """Return the system's certificates, with those of a file beside them; names and dates are always checked.

    Raises:
        ConfigurationError: the file cannot be used; names ``setting``.
    """
    context = ssl.create_default_context()
    if ca_file is not None:
        try:
            context.load_verify_locations(ca_file)
        except (OSError, ValueError) as error:
            said = printable(getattr(error, "strerror", None) or str(error))
            raise ConfigurationError(
                f"{setting}: the certificates in {printable(str(ca_file))} cannot be used ({said})"
            ) from error
    return context


class Transport(httpx.BaseTransport):
    """Carries the requests of one client; its connections are kept open between them."""

    def __init__(
        self, tls: ssl.SSLContext, proxy: httpx.URL | None, patience: float, clock: Callable[[], float]
    ) -> None:
        self._backend = _Backend(patience, clock)
        shared: dict[str, Any] = {"ssl_context": tls, "keepalive_expiry": _IDLE, "network_backend": self._backend}
        if proxy is None:
            self._pool = httpcore.ConnectionPool(**shared)
            return
        signed_in = (proxy.username, proxy.password) if proxy.userinfo else None
        bare = str(proxy.copy_with(userinfo=b""))
        if proxy.scheme == "https":
            shared["proxy_ssl_context"] = tls
        self._pool = httpcore.HTTPProxy(proxy_url=bare, proxy_auth=signed_in, **shared)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, and return its reply with the body unread."""
        url = request.url
        target = httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)
        sent = httpcore.Request(
            request.method, target, headers=request.headers.raw, content=request.stream, extensions=request.extensions
        )
        with self._backend.awaiting_head():
            reply = self._pool.handle_request(sent)
        return httpx.Response(
            reply.status, headers=reply.headers, stream=_Body(reply.stream), extensions=reply.extensions
        )

    def close(self) -> None:
        """End all connections."""
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: object) -> None:
        self._stream: Any = stream

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream

    def close(self) -> None:
        self._stream.close()


class _Backend(httpcore.NetworkBackend):
    def __init__(self, patience: float, clock: Callable[[], float]) -> None:
        self._plain = httpcore.SyncBackend()
        self._head = threading.local()
        self.patience = patience
        self.clock = clock

    @contextmanager
    def awaiting_head(self) -> Iterator[None]:
        """Count what this thread reads in the block, and end the connection when it is more than any head has."""
        self._head.left = _LONGEST_HEAD
        try:
            yield
        finally:
            self._head.left = None

    def came(self, count: int) -> None:
        """Count bytes that this thread has read.

        Raises:
            httpcore.RemoteProtocolError: the head of a reply goes on and on.
        """
        left = getattr(self._head, "left", None)
        if left is not None:
            self._head.left = left - count
            if left < count:
                raise httpcore.RemoteProtocolError("a reply that never begins")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._plain.connect_tcp(host, port, timeout, local_address, socket_options)
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """One connection, ended when a reply trickles: a byte now and then meets every timeout of a socket."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Backend) -> None:
        self._stream = stream
        self._backend = backend
        self._since: float | None = None
        self._count = 0

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, timeout)
        self._backend.came(len(data))
        now = self._backend.clock()
        if self._since is None:
            # From its first byte on: how long a server thinks before it is the timeout's matter.
            self._since = now
        self._count += len(data)
        passed = now - self._since
        if passed > self._backend.patience:
            if self._count < _SLOWEST * passed:
                raise httpcore.ReadTimeout(f"only {self._count} bytes in {passed:.0f} seconds")
            self._since, self._count = now, 0
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._since, self._count = None, 0
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, timeout), self._backend)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's signature
        return self._stream.get_extra_info(info)
