"""The bytes of an archive that is not compressed, with room kept at the front, written in large pieces."""

from __future__ import annotations

import os

from archiver.storage.durable import write_all

_PIECE = 1 << 20


class PlainFile:
    """One new file; opened and closed elsewhere."""

    def __init__(self, descriptor: int, room: int) -> None:
        """Keep room.

        Args:
            descriptor: of the empty file.
            room: bytes at the front that are filled last.
        """
        self._descriptor = descriptor
        self._room = room
        self._held: list[bytes] = []
        self._bytes = 0
        os.lseek(descriptor, room, os.SEEK_SET)

    def write(self, data: bytes) -> None:
        """Take bytes; small ones are gathered, so that a small file costs no call of its own."""
        self._held.append(data)
        self._bytes += len(data)
        if self._bytes >= _PIECE:
            self._flush()

    def finish(self, front: bytes) -> None:
        """Write what is held, and then the front."""
        if len(front) != self._room:
            raise AssertionError(f"{len(front)} bytes for the {self._room} kept")
        self._flush()
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        write_all(self._descriptor, front)

    def close(self) -> None:
        """Let go of what is held."""
        self._held.clear()

    def _flush(self) -> None:
        write_all(
            self._descriptor, b"".join(self._held) if len(self._held) > 1 else self._held[0] if self._held else b""
        )
        self._held.clear()
        self._bytes = 0
