"""One client of one server: sends requests, keeps what a receipt needs, and says truly how each ended.

It never repeats a request, and never sends a secret to another server than the one that the settings name.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus

import httpcore
import httpx

from archiver.deposits.contract import RefusedError
from archiver.deposits.http import addresses, failures
from archiver.deposits.http.failures import Question
from archiver.deposits.http.network import Transport, tls_context
from archiver.deposits.http.replies import Reply, UnusableReplyError, status_line
from archiver.deposits.http.sending import Access, Sending, Upload
from archiver.model.deposits import Exchange
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Attempt
    from archiver.deposits.surroundings import Surroundings

_BLOCK = 256 * 1024
_REDIRECTS = 5
_KEPT_BODY = 8192
_KEPT_HEADERS = (
    *("content-length", "content-md5", "date", "digest", "etag", "last-modified", "location", "repr-digest"),
    *("retry-after", "server", "x-request-id", "x-ratelimit-remaining"),
)
_SAFE = ("", "/", "/+:=@!$&'()*,;")
_QUERY = re.compile(r"""(https?://[^\s"'<>?]{1,2000})\?[^\s"'<>]+""")
_TEXTS = ("text/", "json", "xml", "javascript")


_NOTHING = Sending()


class HttpClient:
    """Requests to one server. May be used from many threads."""

    def __init__(
        self,
        settings: TargetSettings,
        surroundings: Surroundings,
        access: Access,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Make a client; makes no connection.

        Args:
            settings: of the target.
            surroundings: clock, environment, and the files that are sent.
            access: which server, and as whom.
            clock: seconds, for a reply that trickles.

        Raises:
            ConfigurationError: ``ca_file``, or what the environment says of a proxy, cannot be used.
        """
        self.base = httpx.URL(access.url)
        self._settings = settings
        self._surroundings = surroundings
        self._own_headers = dict(access.headers)
        self._secrets = _spellings([*access.secrets, *access.headers.values()])
        self._secret_key = access.secret_key
        self._clock = clock
        self._tls = tls_context(settings.ca_file, f"{settings.own.name}.ca_file")
        self._clients: dict[str, httpx.Client] = {}
        self._client(self.base)

    def request(
        self,
        attempt: Attempt | None,
        method: str,
        url: str,
        *,
        idempotent: bool,
        intent: str | None = None,
        sending: Sending = _NOTHING,
    ) -> Reply:
        """Send one request, and return its reply when it is a success.

        Args:
            attempt: that the exchange is kept with; None: a question apart from any deposit.
            method: ``GET``, ``PUT`` ...
            url: whole, or from the server's address on. One of another server gets no secret.
            idempotent: whether doing it twice comes to the same as doing it once; says what a lost reply means.
            intent: what it changes, in a word or two, for the journal; None for requests that change nothing.
            sending: what goes with it.

        Raises:
            RefusedError: the server said no, its certificate is not accepted, or it sends elsewhere.
            RetryableError: nothing came of it, or repeating it does no harm.
            LostReplyError: it may have been done.
            KeyboardInterrupt: the run is to stop.
        """
        target = self._address(url)
        question = self._question(method, target, idempotent=idempotent, missing=sending.missing)
        intended: AbstractContextManager[None] = nullcontext()
        if intent is not None and attempt is not None:
            intended = attempt.intend(intent, request=question.words)
        with intended, self._reply(attempt, question, target, sending) as got:
            reply = self._whole(attempt, question, got, sending.longest)
            if 200 <= reply.status < 300 or reply.status in sending.accept:
                return reply
            raise self._judged(question, reply)

    def download(self, attempt: Attempt | None, url: str, take: Callable[[bytes], None], *, at_most: int) -> int:
        """Fetch a file as it is stored, block by block.

        Args:
            attempt: that the exchange is kept with.
            url: as for :meth:`request`.
            take: is given each block.
            at_most: bytes; what comes beyond them is not read.

        Returns:
            How many bytes came: ``at_most + 1`` when there were more.

        Raises:
            RefusedError: as for :meth:`request`.
            RetryableError: the reply was cut off, or is not the file as it is stored.
        """
        target = self._address(url)
        question = self._question("GET", target, idempotent=True)
        with self._reply(attempt, question, target, _NOTHING) as got:
            if got.status_code != 200:
                reply = self._whole(attempt, question, got, _NOTHING.longest)
                raise self._judged(question, reply)
            self._keep(attempt, question, Reply(status=200, headers=dict(got.headers), body=b"", url=str(got.url)))

            def taken(block: bytes) -> None:
                take(block)
                if attempt is not None:
                    attempt.moved(len(block))

            return _stored(question, got, taken, at_most)

    def unusable(self, method: str, url: str, error: UnusableReplyError, *, idempotent: bool) -> failures.Failure:
        """Return what to raise when a reply that says yes cannot be understood."""
        question = self._question(method, self._address(url), idempotent=idempotent)
        return failures.unusable_reply(question, str(error))

    def clean(self, text: str) -> str:
        """Return a text with every secret of this client taken out."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def close(self) -> None:
        """Let connections go."""
        for client in self._clients.values():
            client.close()

    def _judged(self, question: Question, reply: Reply) -> failures.Failure:
        # A server may repeat what it was sent: its words become part of a message.
        cleaned = replace(reply, body=self._without_links(reply.body).encode())
        return failures.judge_reply(question, cleaned, self._surroundings.now())

    def _without_links(self, body: bytes) -> str:
        # Addresses that are signed for a while carry what lets anybody write there after their question mark.
        return _QUERY.sub(r"\1?***", self.clean(body.decode("utf-8", "replace")))

    def _address(self, url: str) -> httpx.URL:
        return httpx.URL(url if "://" in url else f"{self.base}{url}")

    def _question(self, method: str, url: httpx.URL, *, idempotent: bool, missing: str = "url") -> Question:
        own = addresses.same_origin(url, self.base)
        shown, _, query = self.clean(addresses.public(url, own=own)).partition("?")
        return Question(
            target=self._settings.own.name,
            method=method,
            address=shown,
            query=query,
            idempotent=idempotent,
            secret=self._secret_key,
            missing=missing,
        )

    @contextmanager
    def _reply(
        self,
        attempt: Attempt | None,
        question: Question,
        url: httpx.URL,
        sending: Sending,
    ) -> Iterator[httpx.Response]:
        """Give the head of a reply, its body unread; failures of the connection in the block are judged as well."""
        try:
            got = self._send(attempt, question, url, sending)
            for _ in range(_REDIRECTS):
                if not 300 <= got.status_code < 400 or "location" not in got.headers or got.status_code == 304:
                    break
                if question.method not in {"GET", "HEAD"}:
                    break  # what is sent is never sent elsewhere
                url = got.url.join(got.headers["location"])
                got.close()
                got = self._send(attempt, question, url, sending)
            try:
                yield got
            finally:
                got.close()
        except _BROKEN as error:
            ca_file = str(self._settings.ca_file) if self._settings.ca_file else None
            failure = failures.judge_failure(question, error, ca_file)
            self._keep_words(attempt, question, str(failure))
            raise failure from error

    def _send(
        self,
        attempt: Attempt | None,
        question: Question,
        url: httpx.URL,
        sending: Sending,
    ) -> httpx.Response:
        if url.userinfo or not addresses.is_safe(url):
            raise RefusedError(failures.insecure_link(question))
        if addresses.is_loopback(url.host) and not addresses.is_loopback(self.base.host):
            raise RefusedError(failures.insecure_link(question))
        own = self._own_headers if addresses.same_origin(url, self.base) else {}
        given = {"Accept-Encoding": "identity", "User-Agent": "archiver"} | own | dict(sending.all_headers)
        body = sending.body
        if isinstance(body, Upload):
            given["Content-Length"] = str(body.length)
        content = self._blocks(attempt, body) if isinstance(body, Upload) else body
        client = self._client(url)
        client.cookies.clear()  # each request stands for itself
        return client.send(client.build_request(question.method, url, headers=given, content=content), stream=True)

    def _blocks(self, attempt: Attempt | None, upload: Upload) -> Iterator[bytes]:
        left = upload.size
        if upload.before:
            yield upload.before
        try:
            with self._surroundings.folders.reader(upload.file) as file:
                file.seek(upload.offset)
                while left:
                    block = file.read(min(_BLOCK, left))
                    if not block:
                        break
                    left -= len(block)
                    yield block
                    if attempt is not None:
                        attempt.moved(len(block))
        except OSError as error:
            raise RefusedError(failures.source_changed(upload.file.name)) from error
        if left:
            raise RefusedError(failures.source_changed(upload.file.name))
        if upload.after:
            yield upload.after

    def _whole(self, attempt: Attempt | None, question: Question, got: httpx.Response, longest: int) -> Reply:
        body = bytearray()
        for block in got.iter_raw():
            body += block
            if len(body) > longest:
                self._keep_words(attempt, question, f"{status_line(got.status_code)}, and more than {longest:,} bytes")
                raise failures.unusable_reply(question, f"sent a reply of more than {longest:,} bytes")
        reply = Reply(status=got.status_code, headers=dict(got.headers), body=bytes(body), url=str(got.url))
        self._keep(attempt, question, reply)
        return reply

    def _client(self, url: httpx.URL) -> httpx.Client:
        proxy = addresses.proxy_for(url, self._surroundings.environment)
        key = str(proxy)
        if key not in self._clients:
            if proxy is not None:
                self._secrets = _spellings([*self._secrets, proxy.password])
            transport = Transport(self._tls, proxy, self._settings.timeout, self._clock)
            self._clients[key] = httpx.Client(
                transport=transport, trust_env=False, timeout=httpx.Timeout(self._settings.timeout)
            )
        return self._clients[key]

    def _keep(self, attempt: Attempt | None, question: Question, reply: Reply) -> None:
        kind = reply.headers.get("content-type", "")
        body = None
        if reply.body and any(word in kind for word in _TEXTS):
            body = self._without_links(reply.body)[:_KEPT_BODY]
        headers = {
            name: printable(self.clean(reply.headers[name]))[:1000] for name in _KEPT_HEADERS if name in reply.headers
        }
        if "location" in headers:
            headers["location"] = headers["location"].partition("?")[0]
        self._keep_words(attempt, question, status_line(reply.status), headers, body)

    def _keep_words(
        self,
        attempt: Attempt | None,
        question: Question,
        words: str,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> None:
        if attempt is None:
            return
        attempt.keep(
            Exchange(
                time=attempt.now(), request=question.whole, reply=self.clean(words), headers=headers or {}, body=body
            )
        )


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


def _stored(question: Question, got: httpx.Response, take: Callable[[bytes], None], at_most: int) -> int:
    if got.headers.get("content-encoding", "identity") != "identity":
        raise failures.unusable_reply(question, "does not send the file as it is stored")
    count = 0
    for block in got.iter_raw():
        count += len(block)
        if count > at_most:
            return at_most + 1
        take(block)
    ends = "content-length" in got.headers or "chunked" in got.headers.get("transfer-encoding", "")
    if count < at_most and not ends:
        raise failures.unusable_reply(question, "does not say how long the file is, and sent less than was stored")
    return count


def _spellings(secrets: Collection[str]) -> tuple[str, ...]:
    """Return secrets as they are and as they may be written, longest first."""
    found = set()
    for secret in secrets:
        words = {secret, secret.partition(" ")[2]}
        found |= {
            form
            for word in words
            if word
            for form in (word, quote_plus(word), *(quote(word, safe=safe) for safe in _SAFE))
        }
        found |= {json.dumps(word)[1:-1] for word in words if word}
    return tuple(sorted(found, key=lambda form: (-len(form), form)))
