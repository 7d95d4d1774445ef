"""Carries the requests that boto3 makes and signs, over the connections that all targets have.

So certificates, proxies, time limits and the size of replies are theirs. Knows nothing of buckets, repeats nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

import httpcore
import httpx
from botocore.awsrequest import AWSResponse

from archiver.deposits.contract import RefusedError
from archiver.deposits.http import addresses, failures
from archiver.deposits.http.failures import Question
from archiver.deposits.http.network import Transport, tls_context
from archiver.deposits.s3.digests import BLOCK

if TYPE_CHECKING:
    from collections.abc import Callable

    from archiver.config.targets import TargetSettings
    from archiver.deposits.surroundings import Surroundings

T = TypeVar("T")

_LONGEST = 16 << 20
"""Bytes of a reply that is no object: a page of 1000 parts has under one million."""

_BROKEN = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
    httpx.HTTPError,
    httpx.StreamError,
    httpx.InvalidURL,
)


class Body:
    """Bytes that are sent: boto3 may read them to sign them, and the wire tells of those that it sends."""

    def __init__(self, source: BinaryIO, start: int, size: int, moved: Callable[[int], None]) -> None:
        """Take bytes out of a file.

        Args:
            source: that can be sought in; used by nobody else meanwhile.
            start: offset of the first byte.
            size: how many.
            moved: told of bytes as they are sent.
        """
        self._source = source
        self._start = start
        self._size = size
        self._moved = moved
        self._at = 0

    def __len__(self) -> int:
        return self._size

    def tell(self) -> int:
        """Return how far it was read."""
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go on reading elsewhere."""
        self._at = max(0, offset + (0, self._at, self._size)[whence])
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Read on."""
        left = max(0, self._size - self._at)
        self._source.seek(self._start + self._at)
        block = self._source.read(left if size is None or size < 0 else min(size, left))
        self._at += len(block)
        return block

    def sent(self) -> Iterator[bytes]:
        """Give the bytes to be sent, and tell of each block when the next is asked for."""
        self.seek(0)
        while block := self.read(BLOCK):
            yield block
            self._moved(len(block))


class Wire:
    """The connections to one object store. May be used from many threads."""

    def __init__(self, settings: TargetSettings, surroundings: Surroundings) -> None:
        """Make no connection.

        Raises:
            ConfigurationError: ``ca_file`` cannot be used.
        """
        self._settings = settings
        self._surroundings = surroundings
        self._tls = tls_context(settings.ca_file, f"{settings.own.name}.ca_file")
        self._clients: dict[str, httpx.Client] = {}
        self._guard = threading.Lock()
        self._local = threading.local()

    @property
    def question(self) -> Question:
        """The request that this thread sent last."""
        last = getattr(self._local, "question", None)
        return last if isinstance(last, Question) else self._question("GET", httpx.URL("https://-/"))

    def forget(self) -> None:
        """Let no request be the last one of this thread."""
        self._local.question = None

    def send(self, request: Any, **_: object) -> AWSResponse:  # noqa: ANN401 - boto3 has no types
        """Send a request of boto3's: its event ``before-send``.

        Raises:
            RefusedError: the server's certificate is not accepted, or an address has no https.
            RetryableError: nothing came of it, or repeating it does no harm.
            LostReplyError: it may have been done.
        """
        url = httpx.URL(request.url)
        question = self._local.question = self._question(request.method, url)
        if not addresses.is_safe(url):
            raise RefusedError(failures.insecure_link(question))
        got = self._guarded(question, lambda: self._send(request, url))
        if request.stream_output and got.status_code < 300:
            return AWSResponse(request.url, got.status_code, dict(got.headers), _Stream(self, question, got))
        try:
            body = self._guarded(question, lambda: self._whole(question, got))
        finally:
            got.close()
        return AWSResponse(request.url, got.status_code, dict(got.headers), _Whole(body))

    def close(self) -> None:
        """Let connections go."""
        for client in self._clients.values():
            client.close()

    def next_block(self, question: Question, blocks: Iterator[bytes]) -> bytes:
        """Return what comes next of an object; empty at its end."""
        return self._guarded(question, lambda: next(blocks, b""))

    def _send(self, request: Any, url: httpx.URL) -> httpx.Response:  # noqa: ANN401 - as above
        # Whether the body is wanted is not waited for: a reply that comes early is read all the same.
        headers = {name: _text(value) for name, value in request.headers.items() if name.lower() != "expect"}
        headers = {"Accept-Encoding": "identity"} | headers
        content = request.body.sent() if isinstance(request.body, Body) else request.body
        client = self._client(url)
        return client.send(client.build_request(request.method, url, headers=headers, content=content), stream=True)

    def _guarded(self, question: Question, ask: Callable[[], T]) -> T:
        try:
            return ask()
        except _BROKEN as error:
            ca_file = str(self._settings.ca_file) if self._settings.ca_file else None
            raise failures.judge_failure(question, error, ca_file) from error

    def _whole(self, question: Question, got: httpx.Response) -> bytes:
        body = bytearray()
        for block in got.iter_raw():
            body += block
            if len(body) > _LONGEST:
                raise failures.unusable_reply(question, f"sent a reply of more than {_LONGEST:,} bytes")
        return bytes(body)

    def _question(self, method: str, url: httpx.URL) -> Question:
        return Question(
            target=self._settings.own.name,
            method=method,
            address=addresses.public(url, own=False),
            query=addresses.public(url, own=True).partition("?")[2],
            # Writing an object is the same object again; to complete an upload that is completed is an error.
            idempotent=not (method == "POST" and "uploadId" in url.params),
            secret="secret_access_key_from",  # noqa: S106 - the name of a key
            missing="bucket",
            server="endpoint_url",
        )

    def _client(self, url: httpx.URL) -> httpx.Client:
        proxy = addresses.proxy_for(url, self._surroundings.environment)
        with self._guard:
            if str(proxy) not in self._clients:
                transport = Transport(self._tls, proxy, self._settings.timeout, time.monotonic)
                self._clients[str(proxy)] = httpx.Client(
                    transport=transport, trust_env=False, timeout=httpx.Timeout(self._settings.timeout)
                )
            return self._clients[str(proxy)]


class _Whole:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


class _Stream:
    """An object's bytes as they come, for boto3 to hand on."""

    def __init__(self, wire: Wire, question: Question, got: httpx.Response) -> None:
        self._wire = wire
        self._question = question
        self._got = got
        self._blocks = got.iter_raw(BLOCK)

    def read(self, _size: int | None = None) -> bytes:
        return self._wire.next_block(self._question, self._blocks)

    def close(self) -> None:
        self._got.close()


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return those headers of a reply that say something of a deposit."""
    return {name: value[:1000] for name, value in headers.items() if name.lower() in _KEPT or name.startswith(_OWN)}


_KEPT = frozenset({"content-length", "date", "etag", "last-modified", "location", "retry-after", "server"})
_OWN = (
    *("x-amz-checksum", "x-amz-delete-marker", "x-amz-id", "x-amz-meta-", "x-amz-mp-", "x-amz-object-lock"),
    *("x-amz-request-id", "x-amz-restore", "x-amz-server-side", "x-amz-storage-class", "x-amz-version-id"),
)
