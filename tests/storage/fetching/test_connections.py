"""Connections go where the check has looked, and end when they are told to."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import httpcore
import pytest

from archiver.storage.fetching.connections import Network
from archiver.storage.fetching.rules import FetchRules, tls_context
from tests.storage.fetching.servers import Exchange, silent

if TYPE_CHECKING:
    from archiver.storage.fetching.rules import Timing
    from tests.storage.fetching.conftest import Serve


@pytest.fixture
def network(timing: Timing) -> Network:
    return Network(FetchRules(tls=tls_context(None), hosts=frozenset()), timing)


def test_a_name_is_looked_up_once_and_never_again(network: Network, serve: Serve) -> None:
    server = serve({"/a": b"one"}, tls=False)
    port = server.server_address[1]
    # As if the name service had answered so when it was checked; by now it knows no such name.
    network._addresses["files.invalid", port] = ["127.0.0.1"]
    with httpcore.ConnectionPool(network_backend=network) as pool:
        answer = pool.request("GET", f"http://files.invalid:{port}/a")
    assert (answer.status, answer.content) == (200, b"one")


def test_an_address_that_does_not_answer_leaves_the_next(network: Network, serve: Serve) -> None:
    server = serve({}, tls=False)
    port = server.server_address[1]
    network._addresses["files.invalid", port] = ["127.255.255.254", "127.0.0.1"]
    network.connect_tcp("files.invalid", port, timeout=5).close()


def test_stopping_ends_who_waits_for_bytes(network: Network, serve: Serve) -> None:
    server = serve({}, tls=False)
    waits = threading.Event()

    def behave(exchange: Exchange) -> None:
        waits.set()
        silent(exchange)

    server.behaviours["/a"] = behave
    port = server.server_address[1]
    network._addresses["files.invalid", port] = ["127.0.0.1"]
    stream = network.connect_tcp("files.invalid", port, timeout=5)
    stream.write(b"GET /a HTTP/1.1\r\nHost: files.invalid\r\n\r\n")
    assert waits.wait(20)
    stopper = threading.Thread(target=network.stop)
    stopper.start()
    with pytest.raises(httpcore.ReadError):
        stream.read(1, timeout=60)
    stopper.join()
    stream.close()
    with pytest.raises(httpcore.ConnectError, match="stopped"):
        network.connect_tcp("files.invalid", port, timeout=5)
