"""A file read by windows: small pieces that lie close together cost one system call for many of them.

Reads anywhere, and holds one window. May be used from several threads at once; writes nothing and closes nothing.
"""

from __future__ import annotations

import os

_WINDOW = 1 << 18
_CLOSE = 1 << 15
"""Bytes that may lie between two pieces: passing over them costs less than another system call."""


class WindowedFile:
    """One open file of a size that was known when it was opened."""

    def __init__(self, descriptor: int) -> None:
        """Take the descriptor; it is closed elsewhere.

        Raises:
            OSError: its size cannot be told.
        """
        self._descriptor = descriptor
        self.size = os.fstat(descriptor).st_size
        """Bytes."""

        # One tuple, so that another thread never sees the bytes of one window at the place of another.
        self._window = 0, b""
        self._behind = 0

    def read(self, offset: int, count: int) -> bytes:
        """Return up to ``count`` bytes at ``offset``; fewer only where the file ends.

        Raises:
            OSError: it cannot be read.
        """
        base, window = self._window
        start = offset - base
        if start >= 0 and start + count <= len(window):
            self._behind = offset + count
            return window[start : start + count]
        if offset >= self.size:
            return b""
        distance, self._behind = offset - self._behind, offset + count
        if count > _CLOSE or not 0 <= distance <= _CLOSE:
            return os.pread(self._descriptor, count, offset)
        window = os.pread(self._descriptor, _WINDOW, offset)
        self._window = offset, window
        return window[:count]
