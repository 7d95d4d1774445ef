"""Reading that leaves room for others: so many bytes a second at most, and the last place in every queue.

Changes nothing of this process but where it is told to: :func:`give_way` is for worker processes.
"""

from __future__ import annotations

import ctypes
import os
import platform
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

_IOPRIO_SET = {"x86_64": 251, "aarch64": 30, "riscv64": 30, "ppc64le": 273, "s390x": 282, "i686": 289, "armv7l": 314}
"""Machine -> number of the system call, which glibc has no function for."""

_WHO_PROCESS = 1
_IDLE = 3 << 13
"""Class 3 (idle) in the upper bits: the disk serves it when nobody else asks."""

_LEAST_URGENT = 19
_BURST = 0.25
"""Seconds whose bytes may be read at once."""


def give_way() -> None:
    """Put this process last in the queues for the processor and, on Linux, for the disk; never fails."""
    with suppress(OSError):
        os.nice(_LEAST_URGENT)
    number = _IOPRIO_SET.get(platform.machine()) if sys.platform == "linux" else None
    if number is not None:
        ctypes.CDLL(None).syscall(number, _WHO_PROCESS, 0, _IDLE)


class Pace:
    """Lets so many bytes through a second, over any time longer than a moment; for all threads together."""

    def __init__(
        self, rate: float, *, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Begin now.

        Args:
            rate: bytes a second.
            clock: gives seconds; never goes back.
            sleep: waits so many seconds.
        """
        self._rate = rate
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._free = clock() - _BURST
        """Until when what was let through takes at the rate."""

    def __call__(self, count: int) -> None:
        """Let ``count`` bytes through, when it is time."""
        with self._lock:
            now = self._clock()
            wait = self._free = max(self._free, now - _BURST) + count / self._rate
        if wait > now:
            self._sleep(wait - now)
