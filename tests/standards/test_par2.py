"""Names are found in whole packets, wherever they lie, and in those alone."""

from __future__ import annotations

import hashlib

import pytest

from archiver.standards.par2 import MAGIC, described_names


def packet(name: bytes, *, wrong: bool = False) -> bytes:
    """Return a File Description packet (Parity Volume Set Specification 2.0)."""
    body = bytes(56) + name + bytes(-len(name) % 4)
    hashed = b"S" * 16 + b"PAR 2.0\0FileDesc" + body
    digest = bytes(16) if wrong else hashlib.md5(hashed, usedforsecurity=False).digest()
    return MAGIC + (32 + len(hashed)).to_bytes(8, "little") + digest + hashed


def test_names_are_found_wherever_their_packets_lie() -> None:
    data = b"PAR2" + packet(b"shard-1") + b"\0" * 33 + packet(b"../../x")
    assert list(described_names([data])) == [b"shard-1", b"../../x"]


@pytest.mark.parametrize("size", [1, 63, 64, 1000, 5000, 100_000])
def test_chunks_of_any_size_give_the_same_names(size: int) -> None:
    data = bytes(9000) + packet(b"a") + bytes(10_001) + packet(b"b" * 4000) + packet(b"c")
    chunks = [data[at : at + size] for at in range(0, len(data), size)]
    assert set(described_names(chunks)) == {b"a", b"b" * 4000, b"c"}


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(MAGIC * 1000, id="magic alone"),
        pytest.param(packet(b"name", wrong=True), id="a digest that is wrong"),
        pytest.param(packet(b"name")[:-1], id="cut off"),
        pytest.param(packet(b"n" * 5000), id="longer than any name"),
    ],
)
def test_what_is_no_whole_packet_states_nothing(data: bytes) -> None:
    assert list(described_names([data])) == []
