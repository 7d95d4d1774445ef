"""Servers of the tests' own that keep what they are told: one for mail, one for JSON by HTTP."""

from __future__ import annotations

import base64
import contextlib
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import trustme


class MailListener:
    """What a mail server was told, and how it behaves."""

    def __init__(self) -> None:
        self.port = 0
        self.messages: list[bytes] = []
        self.logins: list[tuple[str, str]] = []
        self.password: str | None = None
        """Expected one; None: nobody has to log in."""

        self.answers: dict[str, list[str]] = {}
        """Command -> answers to give instead of the usual ones, the first first."""

        self.connections = 0
        self.encrypted: list[bool] = []
        """For each message, whether it came over TLS."""


class HookListener:
    """What was sent to an address, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.got: list[dict[str, Any]] = []
        self.status = 200
        self.asked = 0


@contextlib.contextmanager
def mail_listener(authority: trustme.CA | None, *, implicit: bool = False) -> Iterator[MailListener]:
    """Run a mail server for the length of the block.

    Args:
        authority: issues its certificate; None: it offers no encryption.
        implicit: TLS from the first byte.
    """
    kept = MailListener()
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if authority is not None:
        authority.issue_cert("localhost", "127.0.0.1").configure_cert(tls)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            kept.connections += 1
            with contextlib.suppress(OSError, ssl.SSLError):
                _converse(self.request, kept, tls if authority else None, implicit=implicit)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    with Server(("127.0.0.1", 0), Handler) as server:
        kept.port = server.server_address[1]
        with _running(server):
            yield kept


@contextlib.contextmanager
def hook_listener(authority: trustme.CA | None, path: str = "/hooks/very-secret") -> Iterator[HookListener]:
    """Run a web server for the length of the block; by https where an authority issues its certificate."""
    kept = HookListener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            kept.asked += 1
            body = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/json"
            if self.path == path and kept.status == 200:
                kept.got.append(json.loads(body))
            self.send_response(kept.status if self.path == path else 404)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        if authority is not None:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("localhost", "127.0.0.1").configure_cert(tls)
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        scheme = "https" if authority else "http"
        kept.url = f"{scheme}://localhost:{server.server_address[1]}{path}"
        with _running(server):
            yield kept


@contextlib.contextmanager
def _running(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


def _converse(connection: Any, kept: MailListener, tls: ssl.SSLContext | None, *, implicit: bool) -> None:  # noqa: ANN401
    secure = False
    if implicit and tls is not None:
        connection, secure = tls.wrap_socket(connection, server_side=True), True
    connection.settimeout(30)
    connection.sendall(b"220 ready\r\n")
    file = connection.makefile("rb")
    while line := file.readline():
        word = line.split()[0].upper().decode() if line.split() else ""
        if kept.answers.get(word):
            connection.sendall(kept.answers[word].pop(0).encode() + b"\r\n")
            continue
        if word == "DATA":
            connection.sendall(b"354 go on\r\n")
            message = b""
            while (line := file.readline()) not in {b".\r\n", b""}:
                message += line
            kept.messages.append(message)
            kept.encrypted.append(secure)
        if word == "STARTTLS" and tls is not None:
            connection.sendall(b"220 go on\r\n")
            connection, secure = tls.wrap_socket(connection, server_side=True), True
            file = connection.makefile("rb")
            continue
        connection.sendall(_answer(word, line, kept, offers_tls=tls is not None and not secure))
        if word == "QUIT":
            return


def _answer(word: str, line: bytes, kept: MailListener, *, offers_tls: bool) -> bytes:
    if word == "EHLO":
        offers = ["250-localhost", *(["250-STARTTLS"] if offers_tls else []), "250-AUTH PLAIN", "250 8BITMIME"]
        return "\r\n".join(offers).encode() + b"\r\n"
    if word == "AUTH":
        _, user, password = base64.b64decode(line.split()[2]).decode().split("\0")
        kept.logins.append((user, password))
        return b"235 yes\r\n" if password == kept.password else b"535 no: " + password.encode() + b"\r\n"
    return b"221 bye\r\n" if word == "QUIT" else b"250 yes\r\n"
