"""A proxy that passes HTTP requests on one by one, and disturbs chosen ones; bodies are held in memory."""

from __future__ import annotations

import contextlib
import http.client
import itertools
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, cast

from tests.faults.listening import Proxy, reset, turned_over
from tests.faults.plans import HttpAt, HttpFault

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping, Sequence

_HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "expect", "proxy-connection"})
"""Headers that are said anew to each side."""

_PATIENCE = 120.0
"""Seconds that the server may take."""

_AFTER = frozenset(
    {
        HttpFault.DONE_THEN_ERROR,
        HttpFault.DONE_THEN_NOTHING,
        HttpFault.DONE_THEN_RESET,
        HttpFault.DONE_THEN_SILENCE,
    }
)


@dataclass(slots=True, kw_only=True)
class Seen:
    """One request as it came to the proxy."""

    method: str
    path: str
    fault: HttpAt | None
    status: int | None = None
    """What the server said last; None where it was not asked, or said nothing."""


@dataclass(slots=True, kw_only=True)
class _Message:
    """A request, or a reply."""

    headers: list[tuple[str, str]]
    body: bytes
    status: int = 0
    declared: int | None = None
    """Length that is declared where it is another than the body's."""


class HttpProxy(Proxy):
    """Stands in front of an HTTP server. The server sees the client's own ``Host``, which signatures are made of."""

    def __init__(
        self,
        host: str,
        port: int,
        plan: Sequence[HttpAt] = (),
        *,
        at_request: Mapping[int, Callable[[], None]] | None = None,
    ) -> None:
        """Take the server's address, the faults, and what to do when a certain request has come (from 0)."""
        super().__init__(host, port)
        self.plan = tuple(plan)
        self.at_request = dict(at_request or {})
        self.seen: list[Seen] = []
        """In the order in which they came."""

        self._numbers = itertools.count()

    @property
    def met(self) -> list[HttpAt]:
        """Faults that came to pass."""
        return [seen.fault for seen in self.seen if seen.fault is not None]

    def play(self, plan: Sequence[HttpAt]) -> None:
        """Disturb what comes from now on by another plan, and count requests from 0 again; no client is connected."""
        self.begin_again()
        self.plan, self.seen, self._numbers = tuple(plan), [], itertools.count()

    def serve(self, client: socket.socket, number: int) -> None:  # noqa: ARG002 - requests are counted, not connections
        """Serve the requests of one connection."""
        client.settimeout(_PATIENCE)
        with contextlib.suppress(http.client.HTTPException):
            _Handler(client, ("", 0), self)  # type: ignore[arg-type] # what it is made by is its ``server``

    def next_fault(self) -> HttpAt | None:
        """Count a request and return what is to happen to it."""
        number = next(self._numbers)
        if act := self.at_request.get(number):
            act()
        return next((at for at in self.plan if at.request == number or (at.lasting and at.request < number)), None)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = None

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):
            return self._relay
        raise AttributeError(name)

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its name in the base class
        """Say nothing."""

    @property
    def _proxy(self) -> HttpProxy:
        return cast("HttpProxy", self.server)

    def _relay(self) -> None:
        request = _Message(headers=list(self.headers.items()), body=self._body())
        at = self._proxy.next_fault()
        seen = Seen(method=self.command, path=self.path, fault=at)
        self._proxy.seen.append(seen)
        self._disturbed(request, at, seen)

    def _disturbed(self, request: _Message, at: HttpAt | None, seen: Seen) -> None:
        fault = at.fault if at else None
        if at is None:
            self._answer(self._forward(request, seen))
        elif fault is HttpFault.REFUSED:
            self._hang_up()
        elif fault in {HttpFault.ANSWERED, HttpFault.BUSY}:
            self._answer(_error(at))
        elif fault is HttpFault.LATE:
            reply = self._forward(request, seen)
            self._proxy.hold_back()
            self._answer(reply)
        elif fault is HttpFault.REPEATED:
            first = self._forward(request, seen)
            second = self._forward(request, seen)
            self._answer(first if at.place < 0.5 else second)
        elif fault in _AFTER:
            self._forward(request, seen)
            self._after(at)
        elif fault is HttpFault.CUT_REQUEST:
            self._cut_request(request, at)
        elif fault in {HttpFault.SHORT_REQUEST, HttpFault.FLIPPED_REQUEST}:
            self._answer(self._forward(_changed(request, at), seen))
        else:
            self._answer(_changed(self._forward(request, seen), at))

    def _after(self, at: HttpAt) -> None:
        if at.fault is HttpFault.DONE_THEN_ERROR:
            self._answer(_error(at))
            return
        if at.fault is HttpFault.DONE_THEN_SILENCE:
            self._proxy.silence(self.connection)
        if at.fault is HttpFault.DONE_THEN_RESET:
            reset(self.connection)
        self._hang_up()

    def _body(self) -> bytes:
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            return b"".join(iter(self._chunk, b""))
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunk(self) -> bytes:
        size = int(self.rfile.readline().partition(b";")[0], 16)
        data = self.rfile.read(size)
        line = self.rfile.readline()
        while not size and line.strip():  # trailers
            line = self.rfile.readline()
        return data

    def _forward(self, request: _Message, seen: Seen) -> _Message:
        connection = self._send(request)
        try:
            reply = connection.getresponse()
            # A reply that the server itself cuts off is passed on as cut off.
            try:
                body = reply.read()
            except http.client.IncompleteRead as error:
                body = error.partial
            seen.status = reply.status
            length = reply.headers.get("Content-Length")
            return _Message(
                headers=reply.getheaders(),
                body=body,
                status=reply.status,
                declared=int(length) if length is not None else None,
            )
        finally:
            connection.close()

    def _send(self, request: _Message) -> http.client.HTTPConnection:
        connection = http.client.HTTPConnection(*self._proxy.upstream, timeout=_PATIENCE)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in request.headers:
            if name.lower() not in _HOP:
                connection.putheader(name, value)
        said = "Content-Length" in self.headers or "Transfer-Encoding" in self.headers
        if said:
            connection.putheader("Content-Length", str(_length(request)))
        connection.putheader("Connection", "close")
        connection.endheaders()
        if request.body:
            with contextlib.suppress(
                BrokenPipeError, ConnectionResetError
            ):  # it refused without reading; its reply says so
                connection.send(request.body)
        return connection

    def _cut_request(self, request: _Message, at: HttpAt) -> None:
        cut = _Message(
            headers=request.headers,
            body=request.body[: int(at.place * len(request.body))],
            declared=len(request.body),
        )
        self._send(cut).close()
        self._hang_up()

    def _answer(self, reply: _Message) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in _HOP:
                self.send_header(name, value)
        bare = self.command == "HEAD" or reply.status in {204, 304} or reply.status < 200
        if not bare or reply.declared is not None:
            self.send_header("Content-Length", str(_length(reply)))
        self.end_headers()
        if not bare:
            self.wfile.write(reply.body)
            if _length(reply) != len(reply.body):
                self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True


def _length(message: _Message) -> int:
    return len(message.body) if message.declared is None else message.declared


def _error(at: HttpAt) -> _Message:
    status = 503 if at.fault is HttpFault.BUSY else at.status
    headers = [("Retry-After", at.retry_after)] if at.fault is HttpFault.BUSY else []
    return _Message(headers=[("Content-Type", "text/plain"), *headers], body=b"a fault of the tests\n", status=status)


def _changed(message: _Message, at: HttpAt) -> _Message:
    kept = int(at.place * len(message.body))
    if at.fault in {HttpFault.FLIPPED_REQUEST, HttpFault.FLIPPED_REPLY}:
        body = turned_over(message.body, int(at.place * 8 * len(message.body))) if message.body else b""
        declared = message.declared
    else:
        body = message.body[:kept]
        declared = _length(message) if at.fault is HttpFault.CUT_REPLY else None
    return _Message(headers=message.headers, body=body, status=message.status, declared=declared)
