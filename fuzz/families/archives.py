"""The readers of archives by themselves, in memory: headers of tar, gzip and zip, and what they lead to."""

from __future__ import annotations

from collections.abc import Callable

from fuzz.target import Target
from tests.storage.archives import fuzz_targets

_TOKENS = (
    *(b"ustar\x0000", b"ustar  \0", b"././@LongLink", b"00000000000\0", b"77777777777\0", b"\x80" + b"\xff" * 11),
    *(b"12 path=../x\n", b"20 size=1\n", b"22 GNU.sparse.major=1\n", b"L", b"K", b"x", b"g", b"5", b"2", b"1", b"S"),
    *(b"PK\x01\x02", b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"\xff\xff\xff\xff", b"\1\0\x1c\0"),
    *(b"\x1f\x8b\x08", b"\x1f\x8b\x08\x1f", b"\0" * 512, b"bag/../x", b"/etc/x"),
)


def _target(name: str, read: Callable[[bytes], int]) -> Target:
    def check(data: bytes) -> None:
        read(data)

    return Target(name=name.replace("_", "-"), seeds=fuzz_targets.seeds(name), tokens=_TOKENS, check=check, share=0.4)


TARGETS = tuple(_target(name, read) for name, read in fuzz_targets.TARGETS.items())
