"""What a store does with digests, found out by sending it a wrong one: servers repeat what they never computed.

Leaves nothing behind: what is sent is part of an upload that is never completed.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.bucket import Bucket

REFUSES = ("BadDigest", "InvalidDigest", "XAmzContentChecksumMismatch")
"""Codes of errors that say that a digest is wrong."""

_NEVER_HEARD = ("NotImplemented", "InvalidRequest", "InvalidArgument")
_BYTES = b"archiver"


def checks_sha256(bucket: Bucket, attempt: Attempt, key: str) -> bool:
    """Find out whether the store computes the SHA-256 of what it is sent.

    Args:
        bucket: to ask.
        attempt: whose receipt tells how it is known.
        key: of the object that is deposited; no object of that name comes into being by this.

    Raises:
        RefusedError: the account may not begin an upload.
        RetryableError: the store could not be asked.
    """
    begun = bucket.ask(
        attempt, "create_multipart_upload", accept=_NEVER_HEARD, intent="probe", Key=key, ChecksumAlgorithm="SHA256"
    )
    if begun is None:
        return False
    upload = str(begun["UploadId"])
    try:
        # The right one first: a store that refuses that one knows no digests, rather than checking them. Asked twice,
        # as the bytes may have changed on their way: the store would then have checked them, and never count as such.
        right = _takes(bucket, attempt, key, upload, _BYTES) or _takes(bucket, attempt, key, upload, _BYTES)
        return right and not _takes(bucket, attempt, key, upload, b"another")
    finally:
        forget(bucket, attempt, key, upload)


def _takes(bucket: Bucket, attempt: Attempt, key: str, upload: str, digested: bytes) -> bool:
    reply = bucket.ask(
        attempt,
        "upload_part",
        accept=(*REFUSES, *_NEVER_HEARD) if digested is _BYTES else REFUSES,
        Key=key,
        UploadId=upload,
        PartNumber=1,
        Body=_BYTES,
        ChecksumSHA256=base64_sha256(hashlib.sha256(digested).digest()),
    )
    return reply is not None


def forget(bucket: Bucket, attempt: Attempt, key: str, upload: str) -> None:
    """Have the store throw an upload away; one that it does not know any more, or must keep, is left."""
    words = {"Key": key, "UploadId": upload}
    for _ in range(2):  # a request that was damaged on its way is refused, as its signature does not fit
        try:
            bucket.ask(attempt, "abort_multipart_upload", accept=("NoSuchUpload",), intent="abort", **words)
        except RefusedError:
            continue
        return
    # The account may not; what a bucket's life cycle rules are for.


def base64_sha256(digest: bytes) -> str:
    """Return a digest as the headers have it."""
    return base64.b64encode(digest).decode("ascii")
