"""Python's own refusal of files, sockets and programs, by an audit hook; it holds also where the kernel has no locks.

A second wall, for Python code alone: native libraries do not raise audit events. Cannot be taken off again.
"""

from __future__ import annotations

import os
import sys
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FORBIDDEN = frozenset(
    [
        "os.system",
        "os.exec",
        "os.posix_spawn",
        "os.fork",
        "os.forkpty",
        "os.spawn",
        "os.startfile",
        "pty.spawn",
        "subprocess.Popen",
        "os.kill",
        "os.killpg",
        "ctypes.dlopen",
        "os.chmod",
        "os.chown",
        "os.link",
        "os.symlink",
        "os.setxattr",
        "os.removexattr",
        "signal.pthread_kill",
        "sys.setprofile",
        "sys.settrace",
    ]
)
_FORBIDDEN_FAMILIES = ("socket.", "urllib.", "ftplib.", "http.", "smtplib.", "webbrowser.", "shutil.")
_READS = frozenset({"os.listdir", "os.scandir"})
_WRITES = frozenset({"os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.utime"})
_WRITE_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def forbid(readable: tuple[str, ...], writable: tuple[str, ...]) -> None:
    """Refuse, from now on and for the whole process, what a rendering does not need.

    Args:
        readable: real paths of files and folders that may be read, with what is below.
        writable: real paths of folders that may be written.
    """
    may_read, may_write = _below(readable), _below(writable)

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            _check_open(arguments, may_read, may_write)
        elif event in _FORBIDDEN or (event.startswith(_FORBIDDEN_FAMILIES) and event != "urllib.Request"):
            raise PermissionError(f"a rendering may not use {event}")
        elif event in _READS:
            _check_path(arguments[0], may_read, "read")
        elif event in _WRITES:
            _check_path(arguments[0], may_write, "change")

    sys.addaudithook(hook)


def _check_open(
    arguments: tuple[object, ...], may_read: Callable[[str], bool], may_write: Callable[[str], bool]
) -> None:
    path, mode, flags = (*arguments, None, None, None)[:3]
    writes = (isinstance(mode, str) and any(letter in mode for letter in "wax+")) or (
        isinstance(flags, int) and bool(flags & _WRITE_FLAGS)
    )
    _check_path(path, may_write if writes else may_read, "write" if writes else "read")


def _check_path(path: object, allowed: Callable[[str], bool], what: str) -> None:
    if path is None:
        path = "."
    if isinstance(path, int):
        return  # an open file: it was allowed, or was there before
    if not isinstance(path, str | bytes | os.PathLike):
        raise PermissionError("a rendering may not open this")
    name = os.fsdecode(path)
    if not allowed(name):
        raise PermissionError(f"a rendering may not {what} {name}")


def _below(roots: tuple[str, ...]) -> Callable[[str], bool]:
    inside = tuple(f"{root.rstrip('/')}/" for root in roots)

    @lru_cache(maxsize=1024)
    def check(path: str) -> bool:
        real = os.path.realpath(path)
        return real in roots or real.startswith(inside)

    return check
