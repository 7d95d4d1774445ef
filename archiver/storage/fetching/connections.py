"""Connections for fetching: only to addresses that were checked, never by a proxy, and never kept waiting for ever.

Knows nothing of HTTP.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpcore

from archiver.storage.fetching.addresses import resolve
from archiver.storage.fetching.rules import FetchRules, Timing

_LONGEST_HEAD = 1 << 20
"""Bytes that may come before an answer's body begins: an endless run of interim answers (1xx) has none."""

_SLOWEST = 256
"""Bytes a second below which a connection is held to be stuck, or to be kept open on purpose."""


class Network(httpcore.NetworkBackend):
    """Opens connections to checked addresses; :meth:`stop` ends all of them from another thread."""

    def __init__(self, rules: FetchRules, timing: Timing) -> None:
        self._rules = rules
        self._timing = timing
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._addresses: dict[tuple[str, int], list[str]] = {}
        self._head = threading.local()
        self.stopped = threading.Event()

    @contextlib.contextmanager
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
            httpcore.RemoteProtocolError: the head of an answer goes on and on.
        """
        left = getattr(self._head, "left", None)
        if left is None:
            return
        self._head.left = left - count
        if left < count:
            raise httpcore.RemoteProtocolError("an answer that never begins")

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of ``host`` that answers, all of them having been checked.

        Raises:
            AddressRefusedError: one of its addresses is refused.
            httpcore.ConnectError: it has none, or none answers.
        """
        backend = httpcore.SyncBackend()
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in self._checked(host, port):
            self._raise_if_stopped()
            try:
                # The very address that was checked: a second answer of the name service cannot lead elsewhere.
                stream = backend.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            return _WatchedStream(stream, self, self._rules.patience, self._timing.clock)
        raise failure

    def stop(self) -> None:
        """End every connection, so that whoever waits for bytes waits no longer."""
        self.stopped.set()
        with self._lock:
            for one in self._sockets:
                with contextlib.suppress(OSError):
                    # Not the TLS socket's own: that one would then hand out bytes it has not decrypted.
                    socket.socket.shutdown(one, socket.SHUT_RDWR)

    def opened(self, stream: httpcore.NetworkStream) -> None:
        """Take a connection's socket in, so that it can be ended."""
        with self._lock:
            self._sockets.add(stream.get_extra_info("socket"))
        self._raise_if_stopped()

    def closed(self, stream: httpcore.NetworkStream) -> None:
        """Forget a connection's socket."""
        with self._lock:
            self._sockets.discard(stream.get_extra_info("socket"))

    def _checked(self, host: str, port: int) -> list[str]:
        with self._lock:
            known = self._addresses.get((host, port))
        if known is not None:
            return known
        name = f"[{host}]" if ":" in host else host
        private = not {name, f"{name}:{port}"}.isdisjoint(self._rules.private_hosts)
        try:
            found = resolve(host, port, private=private)
        except OSError as error:
            raise httpcore.ConnectError(f"its name cannot be looked up ({error.strerror or error})") from error
        with self._lock:
            return self._addresses.setdefault((host, port), found)

    def _raise_if_stopped(self) -> None:
        if self.stopped.is_set():
            raise httpcore.ConnectError("stopped")


class _WatchedStream(httpcore.NetworkStream):
    """One connection, ended when it brings next to nothing for too long: a trickle of bytes meets every timeout."""

    def __init__(
        self, stream: httpcore.NetworkStream, network: Network, patience: float, clock: Callable[[], float]
    ) -> None:
        self._stream = stream
        self._network = network
        self._patience = patience
        self._clock = clock
        self._since = clock()
        self._count = 0
        network.opened(stream)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data = self._stream.read(max_bytes, timeout)
        if self._network.stopped.is_set():
            raise httpcore.ReadError("stopped")
        self._network.came(len(data))
        self._count += len(data)
        passed = self._clock() - self._since
        if passed > self._patience:
            if self._count < _SLOWEST * passed:
                raise httpcore.ReadTimeout(f"only {self._count} bytes in {passed:.0f} seconds")
            self._begin()
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._begin()  # a new request: time that a kept connection lay idle does not count
        self._stream.write(buffer, timeout)

    def close(self) -> None:
        self._network.closed(self._stream)
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        self._network.closed(self._stream)
        secure = self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _WatchedStream(secure, self._network, self._patience, self._clock)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's signature
        return self._stream.get_extra_info(info)

    def _begin(self) -> None:
        self._since, self._count = self._clock(), 0
