"""Small web servers on loopback ports that answer as a test scripts it, and lie, cut and dawdle when asked to."""

from __future__ import annotations

import contextlib
import copy
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme

Answer = Callable[["Asked"], None]


class Asked(BaseHTTPRequestHandler):
    """One request; a script answers it with :meth:`reply`, or by writing to ``wfile``."""

    protocol_version = "HTTP/1.1"
    timeout = 20.0
    """Seconds, so that no fault of a test keeps it waiting for ever."""

    server: ScriptedServer

    def handle_one_request(self) -> None:
        with contextlib.suppress(OSError):  # clients that hang up are part of the tests
            super().handle_one_request()

    def do_GET(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) if self.server.reads else b""
        self.server.asked.append(copy.copy(self))  # one of these serves all requests of a connection
        self.server.answer(self)

    do_HEAD = do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - the library's names

    def reply(self, status: int, body: bytes = b"", **headers: str) -> None:
        """Send a reply; ``_`` in the name of a header stands for ``-``."""
        self.send_response(status)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Length": str(len(body)), **given}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def reset(self) -> None:
        """End the connection with a reset."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


class ScriptedServer(ThreadingHTTPServer):
    """Answers each request as ``answer`` says."""

    daemon_threads = False
    block_on_close = True

    def __init__(self, answer: Answer, tls: Tls | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Asked)
        self.answer = answer
        self.reads = True
        self.asked: list[Asked] = []
        self.ending = threading.Event()
        self.scheme = "http"
        if tls is not None:
            self.scheme = "https"
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.authority.issue_cert(tls.name, **tls.options).configure_cert(context)
            self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    @property
    def url(self) -> str:
        """Return its address, without a slash at the end."""
        return f"{self.scheme}://localhost:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - the library's signature
        pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Whose certificate a server shows, and for what name."""

    authority: trustme.CA
    name: str = "localhost"
    options: dict[str, Any] = field(default_factory=dict)


@contextlib.contextmanager
def serving(server: ScriptedServer) -> Iterator[ScriptedServer]:
    """Run a server for the length of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.ending.set()
        server.shutdown()
        server.server_close()
        thread.join()


def always(status: int, body: bytes = b"", **headers: str) -> Answer:
    """Return a script that always gives one reply."""
    return lambda asked: asked.reply(status, body, **headers)
