"""What all deposits of one run share: the clock, the bandwidth, who watches, and the wish to stop."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from archiver.deposits.running.rules import Rules
from archiver.model.deposits import DepositState

_SHORTEST = 0.01
"""Seconds: a shorter wait costs more than it saves, and is made up for later."""


class Watcher(Protocol):
    """Told of what happens, for progress; called by many threads."""

    def entered(self, deposit: str, state: DepositState) -> None:
        """Tell that a deposit entered a state."""
        ...

    def moved(self, deposit: str, count: int) -> None:
        """Tell of bytes of the parcel that are at the target; fewer than before when some have to be sent again."""
        ...

    def read_back(self, deposit: str, count: int) -> None:
        """Tell of bytes that were read back from the target."""
        ...

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Tell that a deposit waits before it tries again."""
        ...


class Silent:
    """A watcher that tells nobody."""

    def entered(self, deposit: str, state: DepositState) -> None:
        """Tell nobody."""

    def moved(self, deposit: str, count: int) -> None:
        """Tell nobody."""

    def read_back(self, deposit: str, count: int) -> None:
        """Tell nobody."""

    def waits(self, deposit: str, seconds: float, why: str) -> None:
        """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunClock:
    """Time and chance, as whoever starts the run gives them."""

    now: Callable[[], datetime]
    """With its zone."""

    monotonic: Callable[[], float]
    """Seconds."""

    sleep: Callable[[float], object]
    """Waits for so many seconds, or until the run is to stop: the ``wait`` of the run's stop event."""

    chance: Callable[[], float]
    """From 0 to 1."""


class Bandwidth:
    """So many bytes a second at most, of all threads together."""

    def __init__(self, rate: int | None, monotonic: Callable[[], float]) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._free_at = monotonic() if rate else 0.0

    def take(self, count: int) -> float:
        """Book bytes that went over the line; returns the seconds that whoever sent them waits before the next."""
        if not self._rate:
            return 0.0
        with self._lock:
            now = self._monotonic()
            # Time in which nothing was sent is not saved up: no burst follows it.
            self._free_at = max(self._free_at, now) + count / self._rate
            ahead = self._free_at - now
        return ahead if ahead >= _SHORTEST else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run over any number of packages with one target; shared by its threads."""

    name: str
    """Of the target, as in ``[targets.NAME]``."""

    rules: Rules
    clock: RunClock
    bandwidth: Bandwidth
    stop: threading.Event = field(default_factory=threading.Event)
    """Set: every deposit stops where it is, and stays to be gone on with."""

    watcher: Watcher = field(default_factory=Silent)

    def wait(self, seconds: float) -> None:
        """Wait, or stop.

        Raises:
            KeyboardInterrupt: the run is to stop.
        """
        if seconds > 0 and not self.stop.is_set():
            self.clock.sleep(seconds)
        if self.stop.is_set():
            raise KeyboardInterrupt
