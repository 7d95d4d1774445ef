"""What decoders written in C say on the process's standard error: read instead of printed.

libtiff decodes a damaged picture as far as it can and says so there, and nowhere else. Only for a process that renders:
its standard error is another file for as long as a picture is decoded.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_READ = 2000
"""Bytes: the first messages are enough."""

_ERRORS = 2


@contextmanager
def decoder_messages() -> Iterator[list[str]]:
    """Collect the lines decoders print while the block runs; they are in the list when it has ended."""
    lines: list[str] = []
    if not hasattr(os, "memfd_create"):  # only Linux has files without a name
        yield lines
        return
    sys.stderr.flush()
    before, instead = os.dup(_ERRORS), os.memfd_create("decoder")
    os.dup2(instead, _ERRORS)
    try:
        yield lines
    finally:
        os.dup2(before, _ERRORS)
        os.close(before)
        told = os.pread(instead, _READ, 0).decode("utf-8", "replace")
        os.close(instead)
        lines += [line.strip() for line in told.splitlines() if line.strip()]
