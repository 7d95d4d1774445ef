"""What is fuzzed: a target takes any bytes and fails only by raising, by not ending, or by taking too much memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random


def as_it_is(data: bytes, chance: Random) -> bytes:  # noqa: ARG001 - the signature of ``Target.finish``
    """Return mutated bytes as they are."""
    return data


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One parser, or several that speak of the same bytes, with what its input looks like."""

    name: str
    seeds: tuple[bytes, ...]
    """Well-formed and awkward inputs to begin from; at least one."""

    tokens: tuple[bytes, ...]
    """What its grammar is made of, and what breaks it."""

    check: Callable[[bytes], None]
    """Parses, and asserts what must hold of the result; raises nothing for the input's own faults."""

    finish: Callable[[bytes, Random], bytes] = as_it_is
    """Mends what would keep mutated bytes from being looked at: checksums of headers, compression."""

    share: float = 1.0
    """Of the inputs asked for: slow targets get fewer."""

    route: bool = False
    """Goes from a document's bytes to a rendition that was judged; ``bin/fuzz routes`` runs these."""
