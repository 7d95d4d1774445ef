"""What the deposit into a folder needs of wherever the folder is; paths have ``/`` between segments."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

NOTE_LIMIT = 65_536
"""Bytes of a note that are read."""

TAIL = 8 << 20
"""Bytes before the end of a file that was broken off: a server may write what was sent last in any order."""


NEW_NOTE = ".new"
"""Ends the name under which a note is first written, before it takes the place of the one that was."""


class FoundKind(StrEnum):
    """What lies under a name."""

    FILE = "file"
    FOLDER = "folder"
    OTHER = "something else"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies under a name, itself; a link is followed by nobody."""

    kind: FoundKind
    size: int
    """Bytes, of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadBack:
    """What came back of one file."""

    size: int
    sha256: str
    """Hexadecimal."""


class Place(Protocol):
    """Files somewhere else. Every method may raise the errors of :mod:`archiver.deposits.contract`."""

    @property
    def location(self) -> str:
        """Of the folder, for people; without secrets."""
        ...

    def check(self) -> None:
        """Look whether the folder is there.

        Raises:
            RefusedError: it is not, or it is no folder.
        """
        ...

    def find(self, path: str) -> Found | None:
        """Return what lies under a name; None: nothing."""
        ...

    def read(self, path: str, start: int, count: int) -> bytes | None:
        """Read a part of a file, fewer bytes at its end; None where there is no such file."""
        ...

    def note(self, path: str, content: bytes) -> None:
        """Write a small file, durably; one of that name is replaced in one step."""
        ...

    def make_folder(self, path: str) -> None:
        """Make a folder, and those above it that are missing."""
        ...

    def send(
        self, path: str, blocks: Callable[[int], bytes], start: int, size: int, moved: Callable[[int], None]
    ) -> None:
        """Write a file from ``start`` to ``size``, durably when it returns; what it had beyond ``start`` is lost.

        ``blocks`` gives at most so many bytes of the source, from ``start`` on.

        Raises:
            RetryableError: it was broken off.
            RefusedError: the place refused.
            EOFError: the source has fewer bytes.
        """
        ...

    def read_back(
        self, paths: Sequence[str], moved: Callable[[int], None], came: Callable[[int, ReadBack | None], None]
    ) -> None:
        """Read whole files; ``came`` is told of each, by its number, when it is done, in any order: None, no file."""
        ...

    def hand_over(self, staged: str, final: str) -> None:
        """Rename a file or folder in one step.

        Raises:
            FileExistsError: there is something of that name; nothing was replaced.
            LostReplyError: it may have been done.
        """
        ...

    def remove(self, path: str) -> None:
        """Remove a file of this deposit's own; none is fine."""
        ...

    def close(self) -> None:
        """Let connections go."""
        ...
