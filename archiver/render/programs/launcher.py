"""The last thing that runs before a program: it locks its own process in and becomes the program.

Reads one JSON order from standard input, says in one line of JSON on standard error which locks hold, and never
returns. Imports nothing but what that takes: it starts once a document.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from typing import Any, NoReturn

from archiver.render.confinement.kernel import (
    die_with_parent,
    forbid_privileges,
    leave_network,
    private_tmp,
    restrict_files,
)

HOME = "{home}"
"""In an argument or a value of the environment: the program's own folder, by the name it knows it by."""

_TMP = "/tmp"  # noqa: S108 - not a file of ours: where programs of another kind put their sockets


def main() -> NoReturn:
    """Become the program that standard input names."""
    order: dict[str, Any] = json.loads(sys.stdin.buffer.read())
    limits = _limit(order["limits"])
    network = leave_network()
    home, own_tmp = _home(order["home"], [*order["executable"], *order["readable"]])
    die_with_parent()
    privileges = forbid_privileges()
    os.chdir(home)
    _close_input()
    landlock = privileges and restrict_files(
        order["readable"],
        [home],
        executable=order["executable"],
        sockets=[] if own_tmp else [_TMP],
    )
    layers = {
        "landlock": landlock,
        "network_namespace": network,
        "no_new_privileges": privileges,
        "limits": limits,
        "private_tmp": own_tmp,
    }
    sys.stderr.write(json.dumps(layers) + "\n")
    sys.stderr.flush()
    arguments = [word.replace(HOME, home) for word in order["arguments"]]
    environment = {name: value.replace(HOME, home) for name, value in order["environment"].items()}
    for ignored in (signal.SIGPIPE, signal.SIGXFSZ):  # by Python, for itself; a program that is to end must end
        signal.signal(ignored, signal.SIG_DFL)
    os.execve(order["executable"][0], [order["executable"][0], *arguments], environment)  # noqa: S606 - that is the task


def _home(folder: str, needed: list[str]) -> tuple[str, bool]:
    """Have the folder seen as ``/tmp`` where the kernel can, unless what is needed lies below the machine's own."""
    if any(named.startswith(f"{_TMP}/") for path in needed for named in (path, os.path.realpath(path))):
        return folder, False
    return (_TMP, True) if private_tmp(folder) else (folder, False)


def _limit(limits: dict[str, int]) -> bool:
    kinds = {
        "memory": resource.RLIMIT_AS,
        "cpu_seconds": resource.RLIMIT_CPU,
        "file_bytes": resource.RLIMIT_FSIZE,
        "core": resource.RLIMIT_CORE,
    }
    try:
        for name, value in limits.items():
            _, hard = resource.getrlimit(kinds[name])
            allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kinds[name], (allowed, allowed))
    except (OSError, ValueError):
        return False
    return True


def _close_input() -> None:
    """Leave the program nothing to read: its standard input was the order."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
