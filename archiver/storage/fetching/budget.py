"""How many bytes may still be fetched, counted over all connections."""

from __future__ import annotations

import threading


class Budget:
    """Bytes that are left; safe to use from many threads."""

    def __init__(self, octets: int) -> None:
        self._left = octets
        self._lock = threading.Lock()

    def take(self, octets: int) -> bool:
        """Take ``octets`` off, and tell whether there were as many."""
        with self._lock:
            if octets > self._left:
                return False
            self._left -= octets
            return True

    def give_back(self, octets: int) -> None:
        """Take back what was dropped again."""
        with self._lock:
            self._left += octets
