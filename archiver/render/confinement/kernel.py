"""The Linux kernel's own locks on the calling process: parent death, privileges, network, files, a ``/tmp`` of its own.

Each function says whether the kernel did it; none raises. On another system each says False. None can be undone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWNS = 0x00020000
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000

# Numbers of the Landlock system calls, the same on every architecture (linux/landlock.h).
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1
_EXECUTE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 2, 1 << 3, 1 << 14
_SOCKETS_ONLY = 1 << 5 | 1 << 9  # remove a file, make a UNIX socket
_WRITE_BELOW = 0b1_1111_1111_0010 | _TRUNCATE  # write, remove, make: every right of version 1 but execute and read
_FS_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Landlock version -> rights on files it can take away."""

_NET_VERSION, _SCOPE_VERSION = 4, 6
_NET_RIGHTS = 0b11
"""Binding and connecting TCP sockets."""

_BIND, _RECURSIVE, _PRIVATE = 1 << 12, 1 << 14, 1 << 18
"""Flags of ``mount`` (linux/mount.h)."""

_SCOPES = 0b11
"""Abstract UNIX sockets and signals to processes outside."""


class _Ruleset(ctypes.Structure):
    _fields_ = (("fs", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


def die_with_parent() -> bool:
    """Have the kernel kill this process when the thread that started it ends."""
    return _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def forbid_privileges() -> bool:
    """Make set-user-id programs powerless; Landlock wants it."""
    return _prctl(_PR_SET_NO_NEW_PRIVS, 1)


def leave_network() -> bool:
    """Move this process into an empty network namespace; needs a single-threaded process when not root."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def private_tmp(folder: str) -> bool:
    """Let this process, and those it starts, see ``folder`` as ``/tmp``, and the machine's ``/tmp`` no more.

    Paths below the machine's ``/tmp``, ``folder``'s own among them, are gone from then on.

    Args:
        folder: absolute; an existing folder.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    # Not root, a process may still do this in a user namespace of its own: leave_network() has made it one by then.
    if libc.unshare(_CLONE_NEWNS) != 0 and libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNS) != 0:
        return False
    if libc.mount(None, b"/", None, ctypes.c_ulong(_RECURSIVE | _PRIVATE), None) != 0:
        return False
    return bool(libc.mount(os.fsencode(folder), b"/tmp", None, ctypes.c_ulong(_BIND), None) == 0)


def restrict_files(
    readable: Iterable[str],
    writable: Iterable[str],
    *,
    executable: Iterable[str] = (),
    sockets: Iterable[str] = (),
) -> bool:
    """Take away every access to files but these, and TCP, and signals to others, for this thread and those it starts.

    Args:
        readable: files and folders that may be read, with what is below.
        writable: folders that may also be written.
        executable: files that may be read and run; of no other file a program may be started.
        sockets: folders in which UNIX sockets may be made and removed, and nothing else.
    """
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG))
    if version < 1:
        return False
    handled = _FS_RIGHTS[max(one for one in _FS_RIGHTS if one <= version)]
    size = 24 if version >= _SCOPE_VERSION else 16 if version >= _NET_VERSION else 8
    attributes = _Ruleset(handled, _NET_RIGHTS, _SCOPES)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if ruleset < 0:
        return False
    try:
        allowed = [_allow(libc, ruleset, path, _READ_FILE | _READ_DIR) for path in readable]
        allowed += [_allow(libc, ruleset, path, (_READ_FILE | _READ_DIR | _WRITE_BELOW) & handled) for path in writable]
        allowed += [_allow(libc, ruleset, path, _READ_FILE | _EXECUTE) for path in executable]
        allowed += [_allow(libc, ruleset, path, _SOCKETS_ONLY) for path in sockets]
        return all(allowed) and libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)) == 0
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, rights: int) -> bool:
    try:
        parent = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return True  # what is not there needs no permission
    try:
        if not Path(path).is_dir():
            rights &= _READ_FILE | _EXECUTE
        rule = _PathBeneath(rights, parent)
        return bool(libc.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0)) == 0)
    finally:
        os.close(parent)


def _prctl(option: int, value: int) -> bool:
    if sys.platform != "linux":
        return False
    zero = ctypes.c_ulong(0)
    return bool(ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), zero, zero, zero) == 0)
