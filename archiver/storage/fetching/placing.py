"""Gives a fetched file its name in the bag: in one step, replacing nothing, and never through a link."""

from __future__ import annotations

import os
from types import TracebackType
from typing import Self

from archiver.storage.durable import publish_below

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class BagRoot:
    """A bag's folder, held open: whatever is put in the place of its name meanwhile is not written to."""

    def __init__(self, bag: str) -> None:
        """Open it.

        Raises:
            OSError: it cannot be opened.
        """
        self._root = os.open(bag, _FOLDER)

    def place(self, folder: int, name: str, path: str) -> None:
        """Move the file ``name`` of the open folder ``folder`` to ``path`` in the bag, and make that durable.

        Args:
            folder: descriptor; on the bag's file system.
            name: its bytes are durable already.
            path: from the bag's root, found safe; folders that are missing are made.

        Raises:
            AlreadyPublishedError: something stands there; nothing was replaced.
            OSError: a part of the path is a link or no folder, or the disk refused.
        """
        *parents, last = path.encode("utf-8", "surrogateescape").split(b"/")
        above = os.dup(self._root)
        try:
            for parent in parents:
                below = _open_or_make(above, parent)
                os.close(above)
                above = below
            publish_below(folder, name.encode(), above, last)
        finally:
            os.close(above)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._root)


def _open_or_make(above: int, name: bytes) -> int:
    try:
        return os.open(name, _FOLDER, dir_fd=above)
    except FileNotFoundError:
        pass
    try:
        os.mkdir(name, dir_fd=above)
    except FileExistsError:
        pass  # another thread made it
    else:
        os.fsync(above)
    return os.open(name, _FOLDER, dir_fd=above)
