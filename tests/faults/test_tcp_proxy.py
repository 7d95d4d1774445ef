"""The TCP proxy does to a connection what its plan says, and nothing to the others."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
import time
from typing import TYPE_CHECKING

import pytest

from tests.faults.listening import HELD_BACK
from tests.faults.plans import Direction, TcpAt, TcpFault
from tests.faults.tcp_proxy import TcpProxy

if TYPE_CHECKING:
    from collections.abc import Iterator

SENT = bytes(range(256)) * 1000


class Echo(socketserver.ThreadingTCPServer):
    daemon_threads = True
    got: bytes = b""


class Echoing(socketserver.BaseRequestHandler):
    server: Echo
    request: socket.socket

    def handle(self) -> None:
        got = b""
        try:
            while data := self.request.recv(1 << 16):
                got += data
                self.request.sendall(data)
        except OSError:
            pass
        finally:
            self.server.got = got


@pytest.fixture
def echo() -> Iterator[Echo]:
    with Echo(("127.0.0.1", 0), Echoing) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def said(port: int, *, timeout: float = 20) -> tuple[bytes, str]:
    """Send and receive as much as goes; return what came back and how it ended."""
    came = b""
    with socket.create_connection(("127.0.0.1", port), timeout=timeout) as client:
        thread = threading.Thread(target=_send, args=(client,))
        thread.start()
        try:
            while len(came) < len(SENT) and (data := client.recv(1 << 16)):
                came += data
        except TimeoutError:
            return came, "silence"
        except ConnectionResetError:
            return came, "reset"
        finally:
            client.close()
            thread.join()
    return came, "all" if len(came) == len(SENT) else "closed"


def _send(client: socket.socket) -> None:
    with contextlib.suppress(OSError):
        client.sendall(SENT)


def test_without_a_plan_all_passes(echo: Echo) -> None:
    with TcpProxy("127.0.0.1", echo.server_address[1]) as proxy:
        assert said(proxy.port) == (SENT, "all")
        assert said(proxy.port) == (SENT, "all")
    assert proxy.sizes == [(len(SENT), len(SENT))] * 2
    assert proxy.met == []


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize(
    ("fault", "end"),
    [(TcpFault.CUT, {"closed"}), (TcpFault.RESET, {"reset", "closed"}), (TcpFault.STALLED, {"silence"})],
)
def test_no_more_passes_after_some_bytes(echo: Echo, fault: TcpFault, direction: Direction, end: set[str]) -> None:
    at = TcpAt(connection=1, fault=fault, direction=direction, offset=100_001)
    with TcpProxy("127.0.0.1", echo.server_address[1], [at]) as proxy:
        assert said(proxy.port) == (SENT, "all")
        came, ended = said(proxy.port, timeout=0.5)
        assert ended in end
        assert SENT.startswith(came)
        assert len(came) <= 100_001
        assert said(proxy.port) == (SENT, "all")
    assert proxy.met == [at]


def test_a_connection_is_refused(echo: Echo) -> None:
    at = TcpAt(connection=0, fault=TcpFault.REFUSED, lasting=True)
    with TcpProxy("127.0.0.1", echo.server_address[1], [at]) as proxy:
        assert said(proxy.port)[0] == b""
        assert said(proxy.port)[0] == b""


@pytest.mark.parametrize("direction", list(Direction))
@pytest.mark.parametrize("offset", [0, 70_000, len(SENT) - 1])
def test_one_bit_is_another(echo: Echo, direction: Direction, offset: int) -> None:
    at = TcpAt(connection=0, fault=TcpFault.FLIPPED, direction=direction, offset=offset, bit=5)
    with TcpProxy("127.0.0.1", echo.server_address[1], [at]) as proxy:
        came, ended = said(proxy.port)
    assert ended == "all"
    assert [number for number in range(len(SENT)) if came[number] != SENT[number]] == [offset]
    assert came[offset] == SENT[offset] ^ 1 << 5


def test_what_is_late_comes_whole(echo: Echo) -> None:
    at = TcpAt(connection=0, fault=TcpFault.LATE, direction=Direction.TO_CLIENT, offset=5)
    with TcpProxy("127.0.0.1", echo.server_address[1], [at]) as proxy:
        started = time.monotonic()
        assert said(proxy.port) == (SENT, "all")
    assert time.monotonic() - started >= HELD_BACK


def test_another_plan_begins_from_the_first_connection(echo: Echo) -> None:
    at = TcpAt(connection=0, fault=TcpFault.CUT, offset=10)
    with TcpProxy("127.0.0.1", echo.server_address[1]) as proxy:
        assert said(proxy.port) == (SENT, "all")
        proxy.play([at])
        assert said(proxy.port)[1] == "closed"
        assert proxy.met == [at]
        proxy.play([])
        assert said(proxy.port) == (SENT, "all")
        assert proxy.sizes == [(len(SENT), len(SENT))]
