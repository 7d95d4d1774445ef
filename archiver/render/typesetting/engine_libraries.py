"""Whether the layout engine's system libraries are on this machine; loads them, never the engine itself."""

from __future__ import annotations

import ctypes
import sys

LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libfontconfig.so.1", "libharfbuzz.so.0")
"""What WeasyPrint opens on Linux; Debian's libpangoft2-1.0-0 brings them all."""


def missing_libraries(names: tuple[str, ...] = LIBRARIES) -> tuple[str, ...]:
    """Return those of ``names`` that the system's loader does not find; none elsewhere than on Linux."""
    if sys.platform != "linux":
        return ()
    return tuple(name for name in names if not _loads(name))


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
