"""Storage that thaws before it can be read: a proxy freezes what a weak server holds, as Glacier would."""

from __future__ import annotations

import dataclasses
import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from archiver.deposits.journal import DepositJournal
from archiver.deposits.running import Rules, run_deposit
from archiver.model.deposits import DepositState, EvidenceLevel
from tests.contracts.targets._buckets import BucketBench
from tests.contracts.targets.bench import fast_run, small_parcel
from tests.contracts.targets.s3_weak import weak_bench

pytestmark = pytest.mark.judge("rclone")

_FROZEN = b"<Error><Code>InvalidObjectState</Code><Message>frozen</Message></Error>"


class Freezer(ThreadingHTTPServer):
    """Stands before a store: hides its MD5, and gives no object before it was asked to thaw it and has had time."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = port
        self.asked = 0
        self.is_thawed = False


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Freezer

    def _pass_on(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.command == "POST" and self.path.endswith("?restore"):
            self.server.asked += 1
            self._answer(202, {}, b"")
            return
        if self.command == "GET" and "?" not in self.path and not self.server.is_thawed:
            self._answer(403, {"Content-Type": "application/xml"}, _FROZEN)
            return
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
        connection.request(self.command, self.path, body=body, headers=dict(self.headers.items()))
        reply = connection.getresponse()
        headers = {name: value for name, value in reply.getheaders() if name.lower() not in {"etag", "connection"}}
        if self.command in {"HEAD", "GET"}:
            headers["ETag"] = '"says nothing"'
            if self.server.asked:
                headers["x-amz-restore"] = f'ongoing-request="{"false" if self.server.is_thawed else "true"}"'
        elif "partNumber" in self.path or "uploads" not in self.path:
            headers["ETag"] = reply.headers.get("ETag", "")
        data = reply.read()
        connection.close()
        self._answer(reply.status, headers, data)

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() != "content-length" or self.command == "HEAD":
                self.send_header(name, value)
        if self.command != "HEAD":
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - the library's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def freezing(port: int) -> Iterator[Freezer]:
    with Freezer(port) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def weak() -> Iterator[BucketBench]:
    with weak_bench(None) as bench:
        yield dataclasses.replace(bench, own={"preset": "glacier"})


def test_what_is_frozen_is_thawed_and_read_back_later(weak: BucketBench, tmp_path: Path) -> None:
    parcel = small_parcel(tmp_path / "sent", weak.packaging)
    rules = Rules(min_evidence=EvidenceLevel.READ_BACK, attempts=4, retry_wait=0.01, patience=1)
    run = dataclasses.replace(fast_run("one"), rules=rules)
    with freezing(weak.server.port) as freezer, DepositJournal.open(tmp_path / "deposits") as journal:
        target = weak.make(freezer.server_port)
        early = run_deposit(target, parcel, journal, origin="x", run=run)
        assert (early.state, [one.code for one in early.findings]) == (DepositState.COMPLETED, ["deposit-not-yet"])
        assert run_deposit(target, parcel, journal, origin="x", run=run).state is DepositState.COMPLETED
        assert freezer.asked == 1, "it thaws already"
        freezer.is_thawed = True
        late = run_deposit(target, parcel, journal, origin="x", run=run)
        target.close()
    assert late.state is DepositState.VERIFIED
    assert late.evidence is not None
    assert late.evidence.level is EvidenceLevel.READ_BACK
