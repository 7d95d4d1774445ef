"""Digests of parts, and the forms in which stores report them."""

from __future__ import annotations

import base64
import hashlib
import io
from pathlib import Path

import pytest

from archiver.deposits.contract import RefusedError
from archiver.deposits.s3.digests import (
    LARGEST_OBJECT,
    MOST_PARTS,
    composite,
    measure,
    part_size,
    parts,
    reported_etag,
    reported_sha256,
)
from archiver.model.deposits import ParcelFile

MIB = 1 << 20


def file_of(content: bytes) -> ParcelFile:
    digests = {name: hashlib.new(name, content).hexdigest() for name in ("sha512", "sha256", "md5")}
    return ParcelFile(path="a.tar", source=Path("a.tar"), size=len(content), digests=digests)


@pytest.mark.parametrize(
    ("size", "each"),
    [
        (1, 16 * MIB),
        (16 * MIB * MOST_PARTS, 16 * MIB),
        (16 * MIB * MOST_PARTS + 1, 17 * MIB),
        (LARGEST_OBJECT, 5 * 1024 * MIB),
    ],
)
def test_there_are_never_too_many_parts(size: int, each: int) -> None:
    assert part_size(size, 16 * MIB) == each
    assert -(-size // each) <= MOST_PARTS


def test_parts_follow_on_each_other() -> None:
    found = [(part.number, part.start, part.size) for part in parts(25, 10)]
    assert found == [(1, 0, 10), (2, 10, 10), (3, 20, 5)]


def test_a_composite_is_the_digest_of_the_parts_digests() -> None:
    content = bytes(range(25))
    measured = measure(file_of(content), io.BytesIO(content), 10)
    pieces = [content[:10], content[10:20], content[20:]]
    expected = hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()
    assert composite([one.sha256 for one in measured], "sha256") == f"{expected}-3"
    assert composite([measured[0].sha256, None], "sha256") is None


@pytest.mark.parametrize("content", [b"other bytes", b"short"])
def test_a_file_that_is_another_now_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        measure(file_of(b"these bytes"), io.BytesIO(content), 4)
    assert caught.value.finding.code == "deposit-source-changed"


DIGEST = hashlib.sha256(b"a").digest()
TEXT = base64.b64encode(DIGEST).decode()


@pytest.mark.parametrize(
    ("reported", "read"),
    [
        (TEXT, DIGEST.hex()),
        (f"{TEXT}-12", f"{DIGEST.hex()}-12"),
        (f"{TEXT}-x", None),
        (f"{TEXT}-", None),
        ("no base64!", None),
        (base64.b64encode(b"short").decode(), None),
        (None, None),
        (7, None),
    ],
)
def test_reported_digests(reported: object, read: str | None) -> None:
    assert reported_sha256(reported) == read


@pytest.mark.parametrize(("reported", "read"), [('"AB-2"', "ab-2"), ('W/"ab"', "ab"), ("ab", "ab"), (None, None)])
def test_entity_tags(reported: object, read: str | None) -> None:
    assert reported_etag(reported) == read
