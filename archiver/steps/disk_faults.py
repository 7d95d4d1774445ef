"""What is said when a disk refuses: full or not, which disk, and what stands at the destination now."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.durable import explain

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def disk_fault(error: OSError, place: Path, state: str, needed: int | None = None) -> Finding:
    """Return the finding on a disk operation that failed.

    Args:
        error: as the operating system raised it.
        place: a folder on the disk concerned.
        state: what there is now, as the beginning of a sentence: ``bags/one was not made``.
        needed: bytes that were to be written, when known.
    """
    full = error.errno in _FULL
    words = printable(explain(error, place, needed if full else None))
    if full:
        return Finding(
            severity=Severity.ERROR,
            code="disk-full",
            file=None,
            message=f"{state}: {words}.",
            fix="Free that much on the disk, or name a destination on another disk, and run the same command again.",
        )
    where = f" ({printable(os.fsdecode(error.filename))})" if isinstance(error.filename, (str, bytes)) else ""
    return Finding(
        severity=Severity.ERROR,
        code="disk-refused",
        file=None,
        message=f"{state}: {words}{where}.",
        fix="Check the disk and its permissions, and run the same command again.",
    )
