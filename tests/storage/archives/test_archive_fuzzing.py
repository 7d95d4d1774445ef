"""The readers of archives under mutated and random bytes: no exception but a refusal, no long stop, little memory.

A short run; the targets are made for long ones.
"""

from __future__ import annotations

import random
import time
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storage.archives.fuzz_targets import TARGETS, seeds

NUMBERS = [
    b"\0",
    b"\xff",
    b"\x80",
    b"7" * 8,
    b"\xff" * 4,
    b"\0" * 4,
    b"\xff" * 8,
    b"\x80" + b"\xff" * 11,
    b"00000000000\0",
]


def mutated(data: bytes, chance: random.Random, other: bytes) -> bytes:
    """Change some places of an input, as a fuzzer does."""
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 2, 4, 16])):
        at, length = chance.randrange(len(changed) + 1), chance.choice([1, 2, 4, 46, 512, 700])
        kind = chance.randrange(7)
        if kind == 0:
            changed[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            value = chance.choice(NUMBERS)
            changed[at : at + len(value)] = value
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length]
        elif kind == 4:
            start = chance.randrange(len(other))
            changed[at:at] = other[start : start + length]
        elif kind == 5:
            changed[at:at] = chance.randbytes(length)
        else:
            # The field of a tar header that says what follows.
            block = at // 512 * 512 + 156
            changed[block : block + 1] = chance.choice([b"x", b"g", b"L", b"K", b"S", b"5", b"0", b"\0", b"Z"])
    return bytes(changed)


@pytest.mark.parametrize("target", TARGETS)
def test_mutated_archives(target: str) -> None:
    chance = random.Random(target)  # noqa: S311 - chooses inputs
    inputs = seeds(target)
    slowest = 0.0
    for _ in range(1500):
        data = mutated(chance.choice(inputs), chance, chance.choice(inputs))
        started = time.process_time()
        TARGETS[target](data)
        slowest = max(slowest, time.process_time() - started)
    assert slowest < 2


@pytest.mark.parametrize("target", TARGETS)
@given(data=st.binary(max_size=3000))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_bytes(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_memory_stays_within_the_limits(target: str) -> None:
    chance = random.Random(f"memory {target}")  # noqa: S311 - same
    inputs = seeds(target)
    TARGETS[target](inputs[0])
    tracemalloc.start()
    try:
        for _ in range(200):
            TARGETS[target](mutated(chance.choice(inputs), chance, chance.choice(inputs)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 16 << 20


@pytest.mark.parametrize("target", TARGETS)
def test_the_seeds_are_read(target: str) -> None:
    assert {TARGETS[target](data) for data in seeds(target)} <= {3, 5}
