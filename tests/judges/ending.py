"""Ends a server that a judge or a test started, by its process."""

from __future__ import annotations

import subprocess

_PATIENCE = 20
"""Seconds that it has to end by itself."""


def end(server: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """Ask a server to end, and kill it where it does not."""
    server.terminate()
    try:
        server.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
