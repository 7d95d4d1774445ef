"""What proves that an object is the file that was sent: digests that the store computed, or its bytes read back.

A digest counts for as much as the store is known to do for it: SHA-256 only of one that refuses a wrong one, MD5 as the
entity tag of what was sent without telling the store its MD5. Whatever says less is read back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from archiver.deposits.contract import RetryableError
from archiver.deposits.s3.digests import PartDigests, composite, reported_etag, reported_sha256
from archiver.deposits.s3.frozen import FROZEN_STATE, ask_to_thaw, check_thawed
from archiver.model.deposits import EvidenceLevel, FileEvidence

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.s3.bucket import Bucket
    from archiver.deposits.s3.settings import S3Settings
    from archiver.model.deposits import ParcelFile

_READ = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """One object, as its store describes it."""

    file: ParcelFile
    key: str
    head: Mapping[str, Any]
    """Reply to ``head_object``."""

    is_checked: Callable[[], bool]
    """Whether the store refuses wrong SHA-256 digests; may ask it."""

    parts: Callable[[int], Sequence[PartDigests]]
    """Number of parts -> what they hash to; may read the file again."""

    @property
    def size(self) -> int | None:
        """Bytes, as the store says."""
        value = self.head.get("ContentLength")
        return value if isinstance(value, int) else None

    @property
    def etag(self) -> str | None:
        """Entity tag; None where it says nothing of the bytes: of what is encrypted with a key of its own."""
        if self.head.get("SSECustomerAlgorithm") or str(self.head.get("ServerSideEncryption", "")).startswith("aws:"):
            return None
        return reported_etag(self.head.get("ETag"))


def examine(bucket: Bucket, own: S3Settings, attempt: Attempt, one: Examined) -> FileEvidence:
    """Say what is known of an object, by the best that its store offers.

    Raises:
        NotYetError: it is frozen, and must be read back.
        RetryableError: the store could not be asked.
    """
    if one.size != one.file.size:
        return _evidence(one, EvidenceLevel.SIZE, agrees=False)
    for found in _by_digests(one):
        if found is not None:
            return found
    return _read_back(bucket, own, attempt, one)


def _by_digests(one: Examined) -> Iterator[FileEvidence | None]:
    """Give what digests say: an agreeing one, or a disagreeing SHA-256 of a store that computes it."""
    sha256 = reported_sha256(one.head.get("ChecksumSHA256"))
    expected_etag = _expected(one, one.etag, one.file.digests["md5"], "md5")
    if sha256 is not None and one.is_checked():
        expected = _expected(one, sha256, one.file.digests["sha256"], "sha256")
        # Both are computed of the same bytes: when one of them is wrong, only the bytes themselves can tell.
        if expected == sha256 and (expected_etag is None or one.etag == expected_etag):
            yield _evidence(one, EvidenceLevel.SERVER_SHA256, agrees=True, digest=sha256)
    elif expected_etag is not None and expected_etag == one.etag:
        yield _evidence(one, EvidenceLevel.SERVER_MD5, agrees=True, digest=one.etag)


def _expected(one: Examined, reported: str | None, whole: str, algorithm: str) -> str | None:
    """Return what a reported digest must be, by its form; None for a form that says nothing."""
    if reported is None:
        return None
    digest, hyphen, count = reported.partition("-")
    if len(digest) != len(whole) or not all(character in "0123456789abcdef" for character in digest):
        return None
    if not hyphen:
        return whole
    if not count.isdecimal() or len(count) > 5:
        return None
    found = one.parts(int(count))
    return composite([getattr(part, algorithm) for part in found], algorithm) if len(found) == int(count) else None


def _read_back(bucket: Bucket, own: S3Settings, attempt: Attempt, one: Examined) -> FileEvidence:
    check_thawed(bucket, own, attempt, one.key, one.head)
    reply = bucket.ask(attempt, "get_object", accept=(FROZEN_STATE,), Key=one.key)
    if reply is None:
        failure = ask_to_thaw(bucket, own, attempt, one.key, one.head)
        raise failure or RetryableError(f"{bucket.address(one.key)} cannot be read back, and cannot be thawed")
    digest, count = hashlib.sha256(), 0
    with reply["Body"] as body:
        while count <= one.file.size and (block := body.read(_READ)):
            digest.update(block)
            count += len(block)
            attempt.moved(len(block))
    if count < one.file.size:
        raise RetryableError(f"{bucket.address(one.key)} broke off after {count:,} bytes when it was read back")
    agrees = count == one.file.size and digest.hexdigest() == one.file.digests["sha256"]
    return FileEvidence(
        path=one.file.path,
        level=EvidenceLevel.READ_BACK,
        size=count,
        digest=digest.hexdigest(),
        agrees=agrees,
    )


def _evidence(one: Examined, level: EvidenceLevel, *, agrees: bool, digest: str | None = None) -> FileEvidence:
    return FileEvidence(path=one.file.path, level=level, size=one.size, digest=digest, agrees=agrees)
