"""Makes malformed input from well-formed input and the tokens of its grammar; the same chance, the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from fuzz.target import Target

LONGEST = 1 << 12
"""Bytes that repeating a piece leads to, mostly."""

MUCH = 1 << 20
"""Bytes of the longest input."""

TOKENS = (
    *(b"", b"\0", b"\n", b"\r", b"\r\n", b"\t", b" ", b"  ", b"\x0b", b"\x0c", b"\x1a", b"\x1c", b"\x1d", b"\x1e"),
    *(b"\x7f", b"\x80", b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xc2\x85", b"\xe2\x80\xa8"),
    *(b"\xe2\x80\xa9", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff"),
    *(b"\xef\xbf\xbe", b"\xcc\x81", b"e\xcc\x81", b"\xc3\xa9", b"\xc4\xb0", b"\xe1\xba\x9e", b"\xf0\x9f\x98\x80"),
    *(b"0", b"-1", b"1", b"00", b"1e9", b"1_0", b"9" * 19, b"9" * 25, b"9" * 5000, b"18446744073709551616"),
    *("\u0661\u0662\u00b2".encode(), b"0x10", b"1.0", b"NaN", b"-0", b"+1", b"%", b"%%", b"%2", b"%00", b"%0a", b"%0A"),
    *(b"%25", b"%2525", b"%2F", b"%u000A", b"..", b"../", b"./", b"/", b"//", b"\\", b"~", b":", b"*", b'"', b"'"),
    *(b"A" * 300, b"/" * 300, b"\n" * 300, b"(" * 300, b"a/" * 500),
)
"""Nasty for any format."""

ENCODINGS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "cp1252", "shift_jis", "utf-7", "cp037")

Change: TypeAlias = Callable[[bytearray, Random, Target], bytearray]


def malformed(target: Target, chance: Random) -> bytes:
    """Return one input for ``target``.

    Args:
        target: whose seeds and tokens to use.
        chance: decides everything.
    """
    data = bytearray(chance.choice(target.seeds))
    for _ in range(chance.choice((1, 1, 2, 3, 5, 9))):
        data = chance.choice(_CHANGES)(data, chance, target)
        del data[MUCH:]
    return target.finish(bytes(data), chance)


def _span(data: bytearray, chance: Random) -> tuple[int, int]:
    """Return where a piece begins and ends: mostly short, sometimes a whole line, sometimes anything."""
    size = len(data)
    begin = chance.randint(0, size)
    kind = chance.random()
    if kind < 0.6:
        return begin, min(size, begin + chance.randint(0, 8))
    if kind < 0.9:
        return data.rfind(b"\n", 0, begin) + 1, data.find(b"\n", begin) + 1 or size
    return begin, chance.randint(begin, size)


def _token(chance: Random, target: Target) -> bytes:
    return chance.choice(target.tokens if target.tokens and chance.random() < 0.6 else TOKENS)


def _insert(data: bytearray, chance: Random, target: Target) -> bytearray:
    at = chance.randint(0, len(data))
    data[at:at] = _token(chance, target)
    return data


def _replace(data: bytearray, chance: Random, target: Target) -> bytearray:
    begin, end = _span(data, chance)
    data[begin:end] = _token(chance, target)
    return data


def _delete(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    begin, end = _span(data, chance)
    del data[begin:end]
    return data


def _repeat(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    begin, end = _span(data, chance)
    piece = bytes(data[begin:end])
    most = chance.choice((LONGEST, 1 << 16, MUCH)) if chance.random() < 0.01 else LONGEST
    times = min(chance.choice((1, 1, 2, 10, 100, MUCH)), max(1, (most - len(data)) // max(1, len(piece))))
    data[begin:begin] = piece * times
    return data


def _move(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    begin, end = _span(data, chance)
    piece = data[begin:end]
    del data[begin:end]
    at = chance.randint(0, len(data))
    data[at:at] = piece
    return data


def _flip(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    for _ in range(chance.choice((1, 1, 4))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return data


def _noise(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    begin, end = _span(data, chance)
    data[begin:end] = chance.randbytes(chance.randint(0, 8))
    return data


def _cut(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    del data[chance.randint(0, len(data)) :]
    return data


def _splice(data: bytearray, chance: Random, target: Target) -> bytearray:
    other = chance.choice(target.seeds)
    return data[: chance.randint(0, len(data))] + other[chance.randint(0, len(other)) :]


def _recode(data: bytearray, chance: Random, target: Target) -> bytearray:  # noqa: ARG001 - one signature for all
    text = data.decode("utf-8", "replace")
    return bytearray(text.encode(chance.choice(ENCODINGS), "replace"))


_CHANGES: tuple[Change, ...] = (
    *(_insert, _insert, _insert, _replace, _replace, _replace, _delete, _delete),
    *(_repeat, _move, _flip, _flip, _noise, _cut, _splice, _recode),
)
