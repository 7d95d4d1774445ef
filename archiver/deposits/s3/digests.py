"""What a file of a parcel hashes to, part by part as it is sent, and the digest of digests that a store reports of it.

Reads files of this machine; asks no server.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from archiver.deposits.contract import RefusedError
from archiver.deposits.s3.settings import LARGEST_PART, MIB
from archiver.model import Finding, Severity
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.model.deposits import ParcelFile

MOST_PARTS = 10_000
"""Of one upload (Amazon S3 User Guide, "Multipart upload limits")."""

LARGEST_OBJECT = MOST_PARTS * LARGEST_PART
BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a file, as it is sent."""

    number: int
    """From 1."""

    start: int
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PartDigests:
    """What one part hashes to; None: not computed."""

    sha256: bytes | None
    md5: bytes | None


def part_size(size: int, wanted: int) -> int:
    """Return how large the parts of a file are: as wanted, or larger where there would be too many."""
    least = -(-size // MOST_PARTS)
    return max(wanted, -(-least // MIB) * MIB) if least > wanted else wanted


def parts(size: int, each: int) -> Iterator[Part]:
    """Return the parts of a file, in order."""
    for number, start in enumerate(range(0, size, each), start=1):
        yield Part(number=number, start=start, size=min(each, size - start))


def composite(digests: Sequence[bytes | None], algorithm: str) -> str | None:
    """Return the digest of the parts' digests, as S3 reports it of an object sent in parts (type ``COMPOSITE``).

    Returns:
        Hexadecimal, a hyphen and the number of parts; None where a part's digest is not known.
    """
    whole = hashlib.new(algorithm, usedforsecurity=False)
    for digest in digests:
        if digest is None:
            return None
        whole.update(digest)
    return f"{whole.hexdigest()}-{len(digests)}"


def reported_sha256(value: object) -> str | None:
    """Return a digest that a store reports, base64 and perhaps a number of parts, as :func:`composite` has it.

    Returns:
        None for what is no such digest.
    """
    if not isinstance(value, str):
        return None
    text, hyphen, count = value.partition("-")
    try:
        digest = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    if len(digest) != 32 or (hyphen and not count.isdecimal()):
        return None
    return digest.hex() + hyphen + count


def reported_etag(value: object) -> str | None:
    """Return an entity tag without its quotes, in lower case; what is no text is None."""
    return value.strip().removeprefix("W/").strip('"').lower() if isinstance(value, str) else None


def measure(
    file: ParcelFile, source: BinaryIO, each: int, seen: Callable[[int], None] = lambda _: None
) -> tuple[PartDigests, ...]:
    """Read a file again and digest its parts.

    Args:
        file: what it must hash to.
        source: the file, open at its beginning.
        each: bytes of a part.
        seen: told of bytes as they are read.

    Raises:
        RefusedError: it is no longer what it was.
    """
    whole = hashlib.sha256()
    found = []
    for part in parts(file.size, each):
        sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
        for block in blocks(file, source, part.size):
            for digest in (whole, sha256, md5):
                digest.update(block)
            seen(len(block))
        found.append(PartDigests(sha256=sha256.digest(), md5=md5.digest()))
    check_whole(file, whole.hexdigest())
    return tuple(found)


def blocks(file: ParcelFile, source: BinaryIO, size: int) -> Iterator[bytes]:
    """Read so many bytes, a block at a time.

    Raises:
        RefusedError: there are fewer.
    """
    while size:
        block = source.read(min(BLOCK, size))
        if not block:
            raise RefusedError(changed(file))
        size -= len(block)
        yield block


def check_whole(file: ParcelFile, sha256: str) -> None:
    """Check that what was read is what the parcel is to be.

    Raises:
        RefusedError: it is something else.
    """
    if sha256 != file.digests["sha256"]:
        raise RefusedError(changed(file))


def changed(file: ParcelFile) -> Finding:
    """Word that a file is no longer what its digests were computed of."""
    return Finding(
        severity=Severity.ERROR,
        code="deposit-source-changed",
        file=printable(file.path),
        message="The file is not what it was when its digests were computed: it was changed or damaged on this disk.",
        fix="Verify the package, and deposit it again.",
    )
