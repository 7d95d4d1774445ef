"""How many cores work can be spread over. Starts nothing."""

from __future__ import annotations

import os
import sys


def usable_cores() -> int:
    """Return how many cores this process may use, which in a container can be fewer than there are; at least 1."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
