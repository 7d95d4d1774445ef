"""What a store is read through: a tree of files, on a disk or in an object store. Never writes.

Paths are relative to the tree's root, with ``/`` between segments; ``''`` is the root itself. They may come from a
stranger's inventory: one with an empty segment, ``.``, ``..`` or a NUL in it leads nowhere.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from archiver.standards.ocfl.inventory import DECLARATION, ROOT_DECLARATION

if TYPE_CHECKING:
    from archiver.config.remotes import Remote

EntryKind = Literal["file", "folder", "link", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeEntry:
    """One name in a folder."""

    name: str
    """Decoded from UTF-8; bytes that are none as surrogate escapes (PEP 383)."""

    kind: EntryKind
    """Of a link, ``link``: nothing below a tree's root is ever followed."""

    size: int | None
    """Bytes of a file; None for anything else."""


class TreeFile(Protocol):
    """One file's bytes, from first to last."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, or all that are left; nothing at the end."""
        ...

    def readinto(self, buffer: bytearray | memoryview, /) -> int | None:
        """Fill a part of ``buffer`` from its beginning and return how many bytes that were; 0 at the end."""
        ...


class Tree(Protocol):
    """One tree, read only. Every method may be called from several threads.

    Every method but :meth:`reachable` and :meth:`kind` raises FileNotFoundError for what is not there, and another
    OSError for what cannot be read, whatever a remote's own library calls it.
    """

    @property
    def location(self) -> str:
        """As the user named it; it holds no secret."""
        ...

    @property
    def local(self) -> Path | None:
        """Return the root as a folder of this machine, or None."""
        ...

    def entries(self, path: str) -> list[TreeEntry]:
        """Return what a folder holds, sorted by name.

        An object store has no empty folders, and a folder of it that nothing lies in is not there.
        """
        ...

    def kind(self, path: str) -> EntryKind | None:
        """Tell what a path is; None when there is nothing, or no way to it but through a link.

        Raises:
            OSError: it cannot be told.
        """
        ...

    def size(self, path: str) -> int:
        """Return a file's bytes."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """Return a small file whole.

        Args:
            path: of the file.
            limit: bytes it may have.

        Raises:
            ValueError: it has more.
        """
        ...

    def open(self, path: str, *, fresh: bool = False) -> AbstractContextManager[TreeFile]:
        """Open a file for one reading from its first byte to its last.

        A file that grows while it is read is an OSError (EBUSY): reading after whatever writes to it might never end.

        Args:
            path: of the file.
            fresh: the bytes shall come from the disk itself, not from what this machine remembers of it, as far as
                that can be asked for.
        """
        ...

    def reachable(self) -> bool:
        """Tell whether the root can be listed and says that it is an OCFL storage root (section 4.1).

        An empty mount point is no empty store: nothing is known of one whose disk is not there.
        """
        ...


def open_tree(location: str, remotes: Sequence[Remote] = ()) -> Tree:
    """Open a tree; nothing is asked of it yet, so that one which cannot be reached is told by its methods.

    Args:
        location: a folder, or a URL of an object store such as ``s3://bucket/folder``.
        remotes: what the configuration says of object stores.

    Raises:
        UsageError: the location makes no sense, or has a password in it.
        MissingProgramError: the package that reads such a location is not installed.
    """
    from archiver.storage.stores.local_tree import LocalTree  # noqa: PLC0415 - the two know this module

    scheme, separator, rest = location.partition("://")
    if not separator:
        return LocalTree(location, Path(location))
    if scheme in {"file", "local"}:
        return LocalTree(location, Path(rest))
    from archiver.storage.stores.remote_tree import open_remote  # noqa: PLC0415 - costs time, and few stores need it

    return open_remote(location, remotes)


def declares_root(entries: Sequence[TreeEntry]) -> bool:
    """Tell whether a folder holds the declaration of an OCFL storage root."""
    names = (entry.name for entry in entries if entry.kind == "file")
    return any(name.startswith(ROOT_DECLARATION) and not name.startswith(DECLARATION) for name in names)


def segments_of(path: str) -> tuple[str, ...]:
    """Split a path; the root has no segments.

    Raises:
        FileNotFoundError: no file of any tree has such a path.
    """
    if not path:
        return ()
    segments = tuple(path.split("/"))
    if "\0" in path or not {"", ".", ".."}.isdisjoint(segments) or not _has_bytes(path):
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)
    return segments


def _has_bytes(path: str) -> bool:
    """Tell whether any name on a disk could be decoded to this: JSON may state halves of surrogate pairs."""
    try:
        path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
