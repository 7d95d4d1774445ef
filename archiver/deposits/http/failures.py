"""What a failed request means for a deposit: refused, to be tried again, or its reply is lost.

Every finding names the setting to change. Sends nothing.
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import datetime

import httpcore

from archiver.deposits.contract import LostReplyError, RefusedError, RetryableError
from archiver.deposits.http.replies import Reply, retry_after, said, status_line
from archiver.model import Finding, Severity
from archiver.standards.names import printable

_NEVER_SENT = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout, httpcore.ProxyError)
_BUSY = frozenset({408, 423, 425, 429})
_UNCERTAIN = frozenset({500, 502, 503, 504})
_GONE = frozenset({404, 410})
_QUOTA = ("quota", "storage limit", "disk full", "no space")
_LARGE = ("size limit", "too large", "maximum file size", "maximum size")

Failure = RefusedError | RetryableError | LostReplyError


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request, as far as its failure has to be judged and named."""

    target: str
    """Name of its table: ``targets.zenodo``."""

    method: str
    address: str
    """Without secrets, and without what stands after a question mark."""

    query: str = ""
    """That, without secrets."""

    idempotent: bool
    """Whether doing it twice comes to the same as doing it once."""

    secret: str
    """Key that says where its secret is kept: ``token_from``."""

    missing: str
    """Key that names what was asked for, should it not be there: ``collection``."""

    server: str = "url"
    """Key that names the server."""

    @property
    def words(self) -> str:
        """Method and address, for messages."""
        return f"{self.method} {self.address}"

    @property
    def whole(self) -> str:
        """Method and address with its query, for receipts."""
        return f"{self.words}?{self.query}" if self.query else self.words


def judge_reply(question: Question, reply: Reply, now: datetime) -> Failure:
    """Say what a reply that is no success means."""
    status = reply.status
    words = f"{question.words}: {status_line(status)}"
    if heard := said(reply):
        words += f' ("{heard}")'
    if status == 507 or (400 <= status < 500 and any(word in heard.lower() for word in _QUOTA)):
        return RefusedError(_no_room(words))
    if status in _BUSY:
        return RetryableError(words, after=retry_after(reply.headers, now))
    if status in _UNCERTAIN or status >= 500 or status < 200:
        # Also 503: what stands before a server answers so when the server does not, whatever that has done by then.
        if question.idempotent:
            return RetryableError(words, after=retry_after(reply.headers, now))
        return LostReplyError(words)
    if 400 <= status < 500 and any(word in heard.lower() for word in _LARGE):
        status = 413
    if status == 400 and "csrf" in heard.lower():
        status = 401  # what Django and Flask say to a request whose token counts for nothing
    return RefusedError(_refusal(question, status, words, reply.headers.get("location")))


def judge_failure(question: Question, error: Exception, ca_file: str | None) -> Failure:
    """Say what a connection means that could not be made, or broke."""
    cause = error.__cause__ or error.__context__
    if isinstance(cause, ssl.SSLCertVerificationError):
        return RefusedError(_untrusted(question, cause, ca_file))
    if isinstance(error, httpcore.ProxyError) and not str(error).startswith("5"):
        return RefusedError(_proxy(question, error))
    system = getattr(cause, "strerror", None) or str(error) or type(error).__name__
    words = f"{question.words}: {printable(str(system))[:200]}"
    never_sent = isinstance(error, _NEVER_SENT)
    if never_sent or question.idempotent:
        return RetryableError(words)
    return LostReplyError(f"{words}; the server may have done what was asked")


def unusable_reply(question: Question, rule: str) -> Failure:
    """Say what a reply means that says yes and cannot be read: ``rule`` goes on after the request."""
    words = f"{question.words}: the server {rule}"
    return RetryableError(words) if question.idempotent else LostReplyError(words)


def _refusal(question: Question, status: int, words: str, location: str | None) -> Finding:
    if status in {401, 403}:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-not-authorised",
            file=None,
            message=f"The server does not let this account do this. {words}.",
            fix=f"Check the secret that {question.target}.{question.secret} points to: whether it is right, still "
            "valid, and may write there.",
        )
    if status in _GONE:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-place-missing",
            file=None,
            message=f"The server has no such place. {words}.",
            fix=f"Correct {question.target}.{question.missing}, or have the place made at the server.",
        )
    if status == 413:
        return Finding(
            severity=Severity.ERROR,
            code="deposit-too-large",
            file=None,
            message=f"The server takes nothing this large. {words}.",
            fix="Ask who runs the server for a larger limit, or make smaller packages (archiver bag --split-size).",
        )
    if 300 <= status < 400:
        return redirected(question, location)
    return Finding(
        severity=Severity.ERROR,
        code="deposit-refused",
        file=None,
        message=f"The server refuses this. {words}.",
        fix=f"Read what the server says; correct the package's description or [{question.target}], and deposit again.",
    )


def redirected(question: Question, location: str | None) -> Finding:
    """Word that a server sends elsewhere what must not be sent elsewhere."""
    where = f" to {printable(location.partition('?')[0])[:300]}" if location else ""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-redirected",
        file=None,
        message=f"The server sends this elsewhere{where}; nothing was sent there. {question.words}.",
        fix=f"Put the right address into {question.target}.{question.server}, if you trust it.",
    )


def insecure_link(question: Question) -> Finding:
    """Word that a server names an address that anybody on the way could read along with."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-insecure-link",
        file=None,
        message=f"The server names an address without https; nothing was sent there. {question.words}.",
        fix=f"Check that {question.target}.{question.server} is the server's public https address, and tell who runs "
        "the server.",
    )


def source_changed(file: str) -> Finding:
    """Word that a file is no longer what it was when its digests were computed."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-source-changed",
        file=printable(file),
        message="The file cannot be read, or has become shorter, while it was sent.",
        fix="Verify the package, and deposit it again.",
    )


def _no_room(words: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="deposit-quota",
        file=None,
        message=f"The server has no room left for this account. {words}.",
        fix="Ask who runs the server for more room, or remove what is no longer wanted there; then run "
        "archiver deposit again.",
    )


def _untrusted(question: Question, error: ssl.SSLCertVerificationError, ca_file: str | None) -> Finding:
    why = printable(error.verify_message or str(error))
    by = f"the system's certificates and those in {printable(ca_file)}" if ca_file else "the system's certificates"
    return Finding(
        severity=Severity.ERROR,
        code="deposit-tls",
        file=None,
        message=f"The server's certificate is not accepted by {by}: {why}. {question.words}.",
        fix=f"Check {question.target}.{question.server}; where the server's certificate is of an authority of your "
        f"own, name its PEM file in {question.target}.ca_file. Nothing was sent.",
    )


def _proxy(question: Question, error: Exception) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="deposit-proxy",
        file=None,
        message=f"The proxy does not let this through: {printable(str(error))[:200]}. {question.words}.",
        fix="Check the environment variables HTTPS_PROXY and NO_PROXY.",
    )
