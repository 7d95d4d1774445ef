"""What an object store's refusals mean for a deposit, by the codes of S3's errors. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from archiver.deposits.contract import RefusedError, RetryableError
from archiver.deposits.http.failures import Failure, Question, judge_reply
from archiver.deposits.http.replies import Reply, retry_after, status_line
from archiver.model import Finding, Severity
from archiver.standards.names import printable

# Amazon S3 API Reference, "Error Responses"; the later ones are other servers' own.
_WRONG_BYTES = frozenset(
    {"BadDigest", "InvalidDigest", "IncompleteBody", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch"}
)
_LOOK_AGAIN = frozenset(
    {
        *("ConditionalRequestConflict", "OperationAborted", "PreconditionFailed", "NoSuchUpload", "InvalidPart"),
        *(
            "InvalidPartOrder",
            "RequestTimeout",
            "RestoreAlreadyInProgress",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "TooManyRequests",
        ),
    }
)
_ACCOUNT = frozenset({"ExpiredToken", "InvalidToken", "TokenRefreshRequired", "InvalidAccessKeyId"})
_REGION = frozenset(
    {
        *("PermanentRedirect", "TemporaryRedirect", "AuthorizationHeaderMalformed", "Redirect"),
        *("IllegalLocationConstraintException", "InvalidRegion"),
    }
)
_TOO_LARGE = frozenset({"EntityTooLarge", "InvalidMaxPartNumberArgument"})
_FULL = frozenset({"XMinioStorageFull", "InsufficientStorage", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a store replied."""

    status: int
    code: str
    """Of the error; the status in digits where the reply has no body."""

    words: str
    """Printable."""

    headers: Mapping[str, str]


def said(response: Mapping[str, Any]) -> Said:
    """Return what an error's reply says."""
    error = response.get("Error", {})
    about = response.get("ResponseMetadata", {})
    status = int(about.get("HTTPStatusCode", 0))
    code = str(error.get("Code", status))
    message = printable(" ".join(str(error.get("Message", "")).split()))[:300]
    headers = {str(name).lower(): str(value) for name, value in about.get("HTTPHeaders", {}).items()}
    return Said(status=status, code=code, words=f"{printable(code)[:80]}: {message}", headers=headers)


def judge(question: Question, heard: Said, now: datetime) -> Failure:
    """Say what a refusal means."""
    words = f"{question.words}: {status_line(heard.status)} ({heard.words})"
    if heard.code in _WRONG_BYTES:
        return RetryableError(f"Other bytes arrived than were sent. {words}")
    if heard.code in _LOOK_AGAIN:
        return RetryableError(words, after=retry_after(heard.headers, now))
    if special := _special(question, heard, words):
        return RefusedError(special)
    reply = Reply(
        status=_status(heard),
        headers={**heard.headers, "content-type": "text/plain"},
        body=heard.words.encode(),
        url=question.address,
    )
    return judge_reply(question, reply, now)


def _status(heard: Said) -> int:
    if heard.code in _ACCOUNT:
        return 403
    if heard.code in _TOO_LARGE:
        return 413
    if heard.code in _FULL:
        return 507
    # Not implemented: asking again is of no use.
    return 400 if heard.status == 501 else heard.status


def _special(question: Question, heard: Said, words: str) -> Finding | None:
    if heard.code in _REGION or heard.status in {301, 307}:
        where = heard.headers.get("x-amz-bucket-region")
        return Finding(
            severity=Severity.ERROR,
            code="s3-region",
            file=None,
            message=f"The bucket is in another region{f', {printable(where)[:60]}' if where else ''}. {words}.",
            fix=f"Write the bucket's region into {question.target}.region.",
        )
    if heard.code == "RequestTimeTooSkewed":
        return Finding(
            severity=Severity.ERROR,
            code="s3-clock",
            file=None,
            message=f"The clock of this machine is too far from the server's, so that no signature holds. {words}.",
            fix="Set the clock of this machine, and run archiver deposit again.",
        )
    if heard.code == "InvalidStorageClass":
        return Finding(
            severity=Severity.ERROR,
            code="s3-storage-class",
            file=None,
            message=f"The server has no such storage class. {words}.",
            fix=f"Correct {question.target}.storage_class, or leave it out.",
        )
    return None
