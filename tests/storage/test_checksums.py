"""Checksums of copies: any bytes in any pieces are found again, and nothing else is taken for them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from archiver.storage.checksums import PIECE, Checksums, checksum, reads_back

SIZES = st.sampled_from([0, 1, 5000, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 4097])


@contextmanager
def holding(data: bytes) -> Iterator[int]:
    """Give the descriptor of a file with these bytes."""
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        yield file.fileno()


def summed(data: bytes, cuts: list[int]) -> Checksums:
    """Return the checksums of bytes that come in pieces."""
    sums = Checksums()
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    for start, end in pairwise(places):
        sums.add(data[start:end])
    return sums


@given(
    size=SIZES, cuts=st.lists(st.integers(0, 1 << 30), max_size=6), place=st.integers(0, 1 << 30), bit=st.integers(0, 7)
)
def test_a_file_reads_back_as_what_it_was_given_and_as_nothing_else(
    size: int, cuts: list[int], place: int, bit: int
) -> None:
    data = os.urandom(size)
    told: list[int] = []
    with holding(data) as file:
        assert summed(data, cuts).read_back(file, told.append)
        assert reads_back(file, size, checksum(data))
    assert sum(told) == size
    flipped = bytearray(data)
    if size:
        flipped[place % size] ^= 1 << bit
    for other in {bytes(flipped), data + b"\0", data[:-1]} - {data}:
        with holding(other) as file:
            assert not summed(data, cuts).read_back(file, lambda _: None)
            assert not reads_back(file, size, checksum(data))


def test_whole_pieces_are_not_taken_for_each_other() -> None:
    first, second = os.urandom(PIECE), os.urandom(PIECE)
    with holding(second + first) as file:
        assert not summed(first + second, []).read_back(file, lambda _: None)
