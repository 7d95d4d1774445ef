from __future__ import annotations

import gzip
import os
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.storage.serialized.gzip_file import GzipFile, joined_crc32


@given(st.binary(max_size=3000), st.binary(max_size=3000))
def test_checksums_of_pieces_are_joined(first: bytes, second: bytes) -> None:
    assert joined_crc32(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@pytest.mark.parametrize("length", [1 << 16, 5_000_011])
def test_checksums_of_large_pieces_are_joined(length: int) -> None:
    second = bytes(length)
    assert joined_crc32(zlib.crc32(b"front"), zlib.crc32(second), length) == zlib.crc32(b"front" + second)


def written(place: Path, front: bytes, pieces: list[bytes], threads: int = 1) -> bytes:
    """Write a gzip file with ``front`` filled in last; return its bytes."""
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        file = GzipFile(descriptor, len(front), threads)
        for piece in pieces:
            file.write(piece)
        file.finish(front)
        file.close()
    finally:
        os.close(descriptor)
    return place.read_bytes()


LINES = b"".join(b"line %d\n" % number for number in range(300_000))


@pytest.mark.parametrize(
    ("front", "pieces"),
    [
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"f", [b"b"], id="a byte each"),
        pytest.param(bytes(range(256)) * 256, [b"x"], id="65536 bytes in front: one more than a stored block"),
        pytest.param(b"z" * 200_000, [LINES], id="several blocks at once"),
        pytest.param(b"front", [LINES[at : at + 777] for at in range(0, len(LINES), 777)], id="small pieces"),
    ],
)
def test_other_readers_get_the_front_and_the_rest(tmp_path: Path, front: bytes, pieces: list[bytes]) -> None:
    data = written(tmp_path / "one.gz", front, pieces)
    assert gzip.decompress(data) == front + b"".join(pieces)
    # One member: readers that stop behind the first one get everything.
    inflater = zlib.decompressobj(31)
    assert inflater.decompress(data) == front + b"".join(pieces)
    assert (inflater.eof, inflater.unused_data) == (True, b"")
    ran = subprocess.run(["gzip", "-dc", str(tmp_path / "one.gz")], capture_output=True, check=True)
    assert ran.stdout == front + b"".join(pieces)


def test_the_bytes_do_not_depend_on_threads_or_pieces(tmp_path: Path) -> None:
    once = written(tmp_path / "1", b"front", [LINES])
    assert written(tmp_path / "2", b"front", [LINES], threads=3) == once
    assert written(tmp_path / "3", b"front", [LINES[:5], LINES[5:1_500_000], LINES[1_500_000:]], threads=2) == once


def test_blocks_refer_to_the_block_before(tmp_path: Path) -> None:
    noise = os.urandom(1 << 14)  # repeated within reach, and written out anew in a block that knows nothing before it
    assert len(written(tmp_path / "one", b"", [noise * 256])) < 4 * len(noise)


def test_a_front_of_another_length_is_refused(tmp_path: Path) -> None:
    descriptor = os.open(tmp_path / "one", os.O_RDWR | os.O_CREAT)
    file = GzipFile(descriptor, 3, 1)
    with pytest.raises(AssertionError, match="2 bytes for the 3 kept"):
        file.finish(b"ab")
    file.close()
    os.close(descriptor)
