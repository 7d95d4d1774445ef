"""One folder takes the place of another: what stands under a name is the old one or the new one, never a mixture.

The old one is never removed here: it is where the new one was. Both lie on one file system.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
from pathlib import Path

from archiver.storage.durable import fsync_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT = frozenset({errno.ENOSYS, errno.EINVAL, errno.ENOTSUP})
_ASIDE = ".old"


def swap(staged: Path, final: Path, *, at_once: bool = False) -> None:
    """Exchange two folders: ``final`` is then the new one, and ``staged`` the old one; both names are durable.

    In one step by ``renameat2`` with ``RENAME_EXCHANGE``. A file system that does not know it (some network mounts)
    gets three renames, with the old folder aside for a moment; :func:`finish_swap` ends what was cut off there.

    Args:
        staged: the new folder, whole and durable.
        final: the old folder.
        at_once: whether a file system that can only do it in steps is refused.

    Raises:
        OSError: the disk refused; nothing has changed, unless the very last fsync was what failed.
    """
    if not exchanged(staged, final):
        if at_once:
            raise OSError(errno.ENOTSUP, "it cannot exchange two folders in one step", str(final))
        aside = _aside(staged)
        final.rename(aside)
        try:
            staged.rename(final)
        except OSError:
            aside.rename(final)
            raise
        aside.rename(staged)
    fsync_folder(final.parent)
    fsync_folder(staged.parent)


def finish_swap(staged: Path, final: Path) -> None:
    """End a :func:`swap` of three renames that was cut off; does nothing where none was.

    Raises:
        OSError: the disk refused.
    """
    aside = _aside(staged)
    if not os.path.lexists(aside):
        return
    if not os.path.lexists(final):
        (staged if os.path.lexists(staged) else aside).rename(final)
    if os.path.lexists(aside) and not os.path.lexists(staged):
        aside.rename(staged)
    with contextlib.suppress(FileNotFoundError):
        fsync_folder(final.parent)
        fsync_folder(staged.parent)


def _aside(staged: Path) -> Path:
    return staged.with_name(staged.name + _ASIDE)


def exchanged(one: Path, other: Path) -> bool:
    """Return True when exchanged, False when the file system does not know how; raise for every other answer."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    if libc.renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT:
        return False
    raise OSError(code, os.strerror(code), str(other))
