"""What any program of this system reads and runs to start at all."""

from __future__ import annotations

from pathlib import Path

LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/share", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
"""Files and folders, the folders with what is below them."""


def loaders() -> tuple[str, ...]:
    """List the dynamic loaders of this system: the kernel runs one to start any program."""
    found = {path.resolve() for folder in ("/lib64", "/lib") for path in Path(folder).glob("ld-*.so*")}
    return tuple(sorted(str(path) for path in found if path.is_file()))
