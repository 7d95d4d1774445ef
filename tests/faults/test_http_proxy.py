"""The HTTP proxy does to a request what its plan says, and nothing to the others."""

from __future__ import annotations

import http.client
import http.server
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.faults.http_proxy import HttpProxy
from tests.faults.plans import HttpAt, HttpFault

if TYPE_CHECKING:
    from collections.abc import Iterator

BODY = bytes(range(200))
REPLY = b"kept: " + BODY


class Keeping(http.server.ThreadingHTTPServer):
    """Keeps every body that is PUT, and answers with it."""

    daemon_threads = True

    def __init__(self) -> None:
        self.kept: list[tuple[str, bytes]] = []
        super().__init__(("127.0.0.1", 0), Answering)


class Answering(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Keeping

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        data = self.rfile.read(length)
        if len(data) != length:
            return
        self.server.kept.append((self.headers["Host"], data))
        self.send_response(201)
        self.send_header("Content-Length", str(len(data) + 6))
        self.end_headers()
        self.wfile.write(b"kept: " + data)

    def do_HEAD(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "12345")
        self.end_headers()

    def do_DELETE(self) -> None:
        self.send_response(204)
        self.end_headers()

    def log_message(self, format: str, *words: object) -> None:  # noqa: A002 - its name in the base class
        pass


@pytest.fixture
def server() -> Iterator[Keeping]:
    with Keeping() as keeping:
        thread = threading.Thread(target=keeping.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield keeping
        keeping.shutdown()
        thread.join()


@contextmanager
def proxy(server: Keeping, *plan: HttpAt) -> Iterator[HttpProxy]:
    with HttpProxy("127.0.0.1", server.server_port, plan) as standing:
        yield standing


def put(port: int, *, timeout: float = 20, chunked: bool = False) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("PUT", "/a", iter([BODY[:50], BODY[50:]]) if chunked else BODY, encode_chunked=chunked)
        reply = connection.getresponse()
        return reply.status, reply.read()
    finally:
        connection.close()


@pytest.mark.parametrize("chunked", [False, True])
def test_without_a_plan_all_passes(server: Keeping, *, chunked: bool) -> None:
    with proxy(server) as standing:
        connection = http.client.HTTPConnection("127.0.0.1", standing.port, timeout=20)
        assert put(standing.port, chunked=chunked) == (201, REPLY)
        for method in ("HEAD", "DELETE", "HEAD"):  # on one connection
            connection.request(method, "/a")
            reply = connection.getresponse()
            assert (reply.read(), reply.getheader("Content-Length")) == (b"", "12345" if method == "HEAD" else None)
        connection.close()
        assert server.kept == [(f"127.0.0.1:{standing.port}", BODY)]
        assert [(seen.method, seen.status, seen.fault) for seen in standing.seen] == [
            ("PUT", 201, None),
            ("HEAD", 200, None),
            ("DELETE", 204, None),
            ("HEAD", 200, None),
        ]


@pytest.mark.parametrize(
    ("fault", "kept"),
    [
        (HttpFault.REFUSED, 0),
        (HttpFault.CUT_REQUEST, 0),
        (HttpFault.DONE_THEN_NOTHING, 1),
        (HttpFault.DONE_THEN_RESET, 1),
        (HttpFault.DONE_THEN_SILENCE, 1),
        (HttpFault.CUT_REPLY, 1),
    ],
)
def test_no_whole_reply_comes(server: Keeping, fault: HttpFault, kept: int) -> None:
    with proxy(server, HttpAt(request=0, fault=fault)) as standing:
        with pytest.raises((OSError, http.client.HTTPException)):
            put(standing.port, timeout=0.5 if fault is HttpFault.DONE_THEN_SILENCE else 20)
        assert len(server.kept) == kept
        assert put(standing.port) == (201, REPLY)
    assert [at.fault for at in standing.met] == [fault]


@pytest.mark.parametrize(
    ("fault", "status", "kept", "reply"),
    [
        (HttpFault.ANSWERED, 502, [], b"a fault of the tests\n"),
        (HttpFault.BUSY, 503, [], b"a fault of the tests\n"),
        (HttpFault.DONE_THEN_ERROR, 502, [BODY], b"a fault of the tests\n"),
        (HttpFault.REPEATED, 201, [BODY, BODY], REPLY),
        (HttpFault.SHORT_REQUEST, 201, [BODY[:100]], b"kept: " + BODY[:100]),
        (HttpFault.SHORT_REPLY, 201, [BODY], REPLY[:103]),
        (HttpFault.LATE, 201, [BODY], REPLY),
    ],
)
def test_another_reply_comes(server: Keeping, fault: HttpFault, status: int, kept: list[bytes], reply: bytes) -> None:
    with proxy(server, HttpAt(request=0, fault=fault, status=502, retry_after="soon")) as standing:
        assert put(standing.port) == (status, reply)
        assert [data for _, data in server.kept] == kept


@pytest.mark.parametrize("fault", [HttpFault.FLIPPED_REQUEST, HttpFault.FLIPPED_REPLY])
def test_one_bit_is_another(server: Keeping, fault: HttpFault) -> None:
    with proxy(server, HttpAt(request=0, fault=fault, place=0.31)) as standing:
        status, came = put(standing.port)
    [(_, kept)] = server.kept
    assert status == 201
    wrong = [one ^ other for one, other in zip(came, REPLY, strict=True) if one != other]
    assert len(wrong) == 1
    assert wrong[0].bit_count() == 1
    assert (kept == BODY) is (fault is HttpFault.FLIPPED_REPLY)


def test_what_lasts_meets_every_later_request(server: Keeping) -> None:
    with proxy(server, HttpAt(request=1, fault=HttpFault.ANSWERED, status=504, lasting=True)) as standing:
        assert [put(standing.port)[0] for _ in range(4)] == [201, 504, 504, 504]


def test_another_plan_begins_from_the_first_request(server: Keeping) -> None:
    with proxy(server) as standing:
        assert put(standing.port)[0] == 201
        standing.play([HttpAt(request=0, fault=HttpFault.ANSWERED, status=504)])
        assert [put(standing.port)[0] for _ in range(2)] == [504, 201]
        assert len(standing.seen) == 2


def test_something_happens_at_a_request(server: Keeping) -> None:
    happened: list[int] = []
    act = {1: lambda: happened.append(len(server.kept))}
    with HttpProxy("127.0.0.1", server.server_port, at_request=act) as standing:
        for _ in range(3):
            put(standing.port)
    assert happened == [1]


def test_nothing_runs_on_when_it_ends(server: Keeping) -> None:
    before = threading.active_count()
    with proxy(server, HttpAt(request=0, fault=HttpFault.DONE_THEN_SILENCE)) as standing:
        connection = http.client.HTTPConnection("127.0.0.1", standing.port, timeout=20)
        connection.request("PUT", "/a", BODY)
    with pytest.raises((OSError, http.client.HTTPException)):
        connection.getresponse()
    connection.close()
    assert threading.active_count() <= before
