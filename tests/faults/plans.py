"""Which faults come when: drawn from a seed, so that a run can be repeated from what it prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TypeVar


class HttpFault(StrEnum):
    """What a proxy between client and server does to one HTTP request."""

    REFUSED = "closed before the request was passed on"
    ANSWERED = "answered with an error, not passed on"
    BUSY = "answered 503 with a Retry-After of its own, not passed on"
    DONE_THEN_ERROR = "done by the server, answered with an error"
    DONE_THEN_NOTHING = "done by the server, closed without an answer"
    DONE_THEN_RESET = "done by the server, reset without an answer"
    DONE_THEN_SILENCE = "done by the server, never answered"
    REPEATED = "passed on twice"
    CUT_REQUEST = "request cut off on its way to the server"
    SHORT_REQUEST = "request body shortened, its length said to be the shorter one"
    FLIPPED_REQUEST = "one bit of the request body turned over"
    CUT_REPLY = "reply cut off"
    SHORT_REPLY = "reply body shortened, its length said to be the shorter one"
    FLIPPED_REPLY = "one bit of the reply body turned over"
    LATE = "reply held back for a moment"


class TcpFault(StrEnum):
    """What a proxy does to the bytes of one connection."""

    REFUSED = "connection closed as soon as it came"
    CUT = "connection closed after some bytes"
    RESET = "connection reset after some bytes"
    FLIPPED = "one bit turned over"
    STALLED = "nothing passed on after some bytes"
    LATE = "bytes held back for a moment"


class Direction(StrEnum):
    """Which way bytes go."""

    TO_SERVER = "to the server"
    TO_CLIENT = "to the client"


Kind = TypeVar("Kind", HttpFault, TcpFault)

ERRORS = (500, 502, 503, 504)
RETRY_AFTERS = ("0", "-5", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "1e3000", "9" * 400, "", "0.01")
"""Right and wrong ones, none of which asks for a wait that a test would notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpAt:
    """One fault at one request."""

    request: int
    """The how-manieth that the proxy sees, from 0."""

    fault: HttpFault
    place: float = 0.5
    """Where in the body, from 0 to below 1, for faults that cut or turn over."""

    status: int = 500
    retry_after: str = ""
    lasting: bool = False
    """Whether each later request meets it, too."""

    def __str__(self) -> str:
        """Return what a person needs to repeat it."""
        more = " and all after it" if self.lasting else ""
        return f"request {self.request}{more}: {self.fault} (place {self.place:.4f}, status {self.status})"


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpAt:
    """One fault in one connection."""

    connection: int
    """The how-manieth that the proxy accepts, from 0."""

    fault: TcpFault
    direction: Direction = Direction.TO_SERVER
    offset: int = 0
    """Bytes of that direction that pass before it."""

    bit: int = 0
    lasting: bool = False

    def __str__(self) -> str:
        """Return what a person needs to repeat it."""
        more = " and all after it" if self.lasting else ""
        return f"connection {self.connection}{more}: {self.fault}, {self.direction} after {self.offset} bytes"


_SLOW = frozenset({HttpFault.DONE_THEN_SILENCE})
"""Those that a client only notices when its time limit has passed: they come half as often."""


def http_plan(seed: int, requests: int) -> tuple[HttpAt, ...]:
    """Draw one to three faults for a run that makes about ``requests`` requests when nothing disturbs it.

    The kind goes through all kinds with the seed, so that a row of seeds meets each kind equally often.
    """
    chance = Random(f"http {seed}")  # noqa: S311 - chance that can be repeated
    kinds = _often(HttpFault, _SLOW)
    drawn = [_http_at(chance, kinds[seed % len(kinds)], requests)]
    while chance.random() < 0.2 and len(drawn) < 3:
        drawn.append(_http_at(chance, chance.choice(kinds), requests))
    return tuple(drawn)


def _http_at(chance: Random, fault: HttpFault, requests: int) -> HttpAt:
    return HttpAt(
        # A request beyond the last one of an undisturbed run exists where an earlier fault made more of them.
        request=chance.randrange(requests + 1),
        fault=fault,
        place=chance.random(),
        status=chance.choice(ERRORS),
        retry_after=chance.choice(RETRY_AFTERS),
        lasting=fault is not HttpFault.DONE_THEN_SILENCE and chance.random() < 0.08,
    )


def tcp_plan(seed: int, sizes: Sequence[tuple[int, int]]) -> tuple[TcpAt, ...]:
    """Draw one to three faults for a run whose connections carry ``sizes`` bytes (to the server, to the client)."""
    chance = Random(f"tcp {seed}")  # noqa: S311 - chance that can be repeated
    kinds = _often(TcpFault, {TcpFault.STALLED})
    drawn = [_tcp_at(chance, kinds[seed % len(kinds)], sizes)]
    while chance.random() < 0.2 and len(drawn) < 3:
        drawn.append(_tcp_at(chance, chance.choice(kinds), sizes))
    return tuple(drawn)


def _tcp_at(chance: Random, fault: TcpFault, sizes: Sequence[tuple[int, int]]) -> TcpAt:
    connection = chance.randrange(len(sizes))
    direction = chance.choice(list(Direction))
    carried = sizes[connection][direction is Direction.TO_CLIENT]
    return TcpAt(
        connection=connection,
        fault=fault,
        direction=direction,
        offset=chance.randrange(max(carried, 1)),
        bit=chance.randrange(8),
        lasting=fault is not TcpFault.STALLED and chance.random() < 0.05,
    )


def _often(kinds: Iterable[Kind], seldom: Iterable[Kind]) -> list[Kind]:
    every = list(kinds)
    return every + [kind for kind in every if kind not in set(seldom)]
