"""What both proxies share: a port of the loopback, a thread a connection, and ends of connections of each kind."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

_GONE_WITHIN = 60.0
"""Seconds after which a silence ends even where the client never goes."""

HELD_BACK = 0.2
"""Seconds that something late is late."""


class Proxy(ABC):
    """Listens on a port that the kernel gives, in front of a server; a context that ends all its threads."""

    def __init__(self, host: str, port: int) -> None:
        """Take the server's address; listens when the block is entered."""
        self.upstream = (host, port)
        self.stopping = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._threads: list[threading.Thread] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._accepted = 0

    @property
    def port(self) -> int:
        """Where clients connect to on 127.0.0.1."""
        return int(self._listener.getsockname()[1])

    def __enter__(self) -> Self:
        """Begin to listen."""
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every connection and thread."""
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            open_now = list(self._open)
        for one in open_now:
            end(one)
        for thread in self._threads:
            thread.join(_GONE_WITHIN)
        self._listener.close()

    def begin_again(self) -> None:
        """Count connections from 0 again; no client is connected."""
        self._accepted = 0

    @abstractmethod
    def serve(self, client: socket.socket, number: int) -> None:
        """Serve one connection, the how-manieth from 0, until it ends."""

    def connect(self) -> socket.socket:
        """Connect to the server; ends with the proxy."""
        return self._kept(socket.create_connection(self.upstream))

    def silence(self, client: socket.socket) -> None:
        """Say nothing until the client goes away, or the proxy does."""
        waited = 0.0
        while waited < _GONE_WITHIN and not self.stopping.is_set():
            with contextlib.suppress(OSError, ValueError):
                if select.select([client], [], [], 0.1)[0] and not client.recv(1 << 16):
                    return
            waited += 0.1

    def hold_back(self) -> None:
        """Wait for a moment, less than a client's patience."""
        self.stopping.wait(HELD_BACK)

    def _start(self, run: object, *words: object) -> None:
        thread = threading.Thread(target=run, args=words, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _kept(self, one: socket.socket) -> socket.socket:
        with self._lock:
            self._open.add(one)
        return one

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._threads = [thread for thread in self._threads if thread.is_alive()]
            number, self._accepted = self._accepted, self._accepted + 1
            self._start(self._served, self._kept(client), number)

    def _served(self, client: socket.socket, number: int) -> None:
        try:
            with contextlib.suppress(OSError):
                self.serve(client, number)
        finally:
            end(client)
            with self._lock:
                self._open.discard(client)


def end(one: socket.socket) -> None:
    """Close a connection in the orderly way."""
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def reset(one: socket.socket) -> None:
    """Close a connection so that the other side gets ``ECONNRESET``."""
    with contextlib.suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # Sends nothing, but wakes a thread that reads from it and would keep it from being closed.
        one.shutdown(socket.SHUT_RD)
    one.close()


def turned_over(data: bytes, bit: int) -> bytes:
    """Return bytes with one bit turned over; ``bit`` counts from the first one's lowest."""
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)
