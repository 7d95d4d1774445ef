"""Web servers on loopback ports that the kernel gives: honest ones, and ones that do what a test asks of them."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    import trustme

Behaviour = Callable[["Exchange"], None]


class Exchange(BaseHTTPRequestHandler):
    """One request; a behaviour answers it with :meth:`answer` or by writing to ``wfile``."""

    protocol_version = "HTTP/1.1"
    server: FileServer

    def do_GET(self) -> None:
        path = unquote(self.path)
        with self.server.lock:
            self.server.asked.append((path, {name.lower(): value for name, value in self.headers.items()}))
            self.server.counts[path] += 1
            self.count = self.server.counts[path]
            self.server.active += 1
            self.server.most = max(self.server.most, self.server.active)
        try:
            behaviour = self.server.behaviours.get(path, honest)
            behaviour(self)
        finally:
            with self.server.lock:
                self.server.active -= 1

    @property
    def content(self) -> bytes | None:
        return self.server.files.get(unquote(self.path))

    def answer(self, status: int, body: bytes = b"", **fields: str) -> None:
        """Send an answer; ``fields`` are header fields, ``_`` for ``-``. Content-Length is right unless given."""
        self.send_response(status)
        given = {name.replace("_", "-"): value for name, value in fields.items()}
        for name, value in {"Content-Length": str(len(body)), **given}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def cut(self) -> None:
        """End the connection at once, as a cable does that is pulled out."""
        self.wfile.flush()
        self.close_connection = True
        raw = self.connection
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        socket.socket.shutdown(raw, socket.SHUT_RDWR)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


class FileServer(ThreadingHTTPServer):
    """Serves ``files`` by path."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, files: Mapping[str, bytes], authority: trustme.CA | None, name: str) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.files = dict(files)
        self.name = name
        self.behaviours: dict[str, Behaviour] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.active = 0
        self.most = 0
        self.ending = threading.Event()
        self.scheme = "http"
        if authority is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(name).configure_cert(context)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def place(self) -> str:
        """Return host and port."""
        return f"{self.name}:{self.server_address[1]}"

    @property
    def url(self) -> str:
        """Return its address, with a slash at the end."""
        return f"{self.scheme}://{self.place}/"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        pass  # clients that hang up are part of the tests


def honest(exchange: Exchange) -> None:
    """Answer as a good server does: ranges, If-Range, an entity tag."""
    content = exchange.content
    if content is None:
        exchange.answer(404)
        return
    tag = f'"{hash(content)}"'
    wanted, condition = exchange.headers.get("Range", ""), exchange.headers.get("If-Range", tag)
    if wanted.startswith("bytes=") and condition == tag:
        start = int(wanted.removeprefix("bytes=").removesuffix("-"))
        rest = f"bytes {start}-{len(content) - 1}/{len(content)}"
        exchange.answer(206, content[start:], ETag=tag, Content_Range=rest)
    else:
        exchange.answer(200, content, ETag=tag)


def broken_off(at: int, times: int = 1, **fields: str) -> Behaviour:
    """Return a behaviour that cuts the first ``times`` answers after ``at`` bytes of the body."""

    def behave(exchange: Exchange) -> None:
        if exchange.count > times:
            honest(exchange)
            return
        content = exchange.content or b""
        given = fields or {"ETag": f'"{hash(content)}"'}
        exchange.answer(200, content[:at], Content_Length=str(len(content)), **given)
        exchange.close_connection = True

    return behave


def answering(status: int, body: bytes = b"", *, first: int | None = None, **fields: str) -> Behaviour:
    """Return a behaviour that always gives one answer, or ``first`` times before it is honest."""

    def behave(exchange: Exchange) -> None:
        if first is not None and exchange.count > first:
            honest(exchange)
        else:
            exchange.answer(status, body, **fields)

    return behave


def silent(exchange: Exchange) -> None:
    """Say nothing until the test is over."""
    exchange.server.ending.wait()
    exchange.close_connection = True


@contextmanager
def serving(
    files: Mapping[str, bytes], authority: trustme.CA | None = None, name: str = "localhost"
) -> Iterator[FileServer]:
    """Run a server for the length of the block.

    Args:
        files: path with a slash at its beginning -> content.
        authority: signs its certificate; without one it speaks plain http.
        name: its host's name in addresses, and in the certificate.
    """
    server = FileServer(files, authority, name)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        thread.join()
        server.server_close()
