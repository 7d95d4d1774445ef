"""Whether there is room for a plain bag, and what is said when its disk refuses. Writes nothing."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from archiver.model import Finding
from archiver.standards.names import printable
from archiver.steps.disk_faults import disk_fault
from archiver.storage.durable import free_bytes

if TYPE_CHECKING:
    from archiver.steps.bags.making import BagSettings
    from archiver.steps.bags.source import BagSource

_LINE = 8
"""Bytes of a manifest's line beside the digest and the path: spaces, line end, ``data/``."""


def check_space(settings: BagSettings, source: BagSource, there: int = 0) -> None:
    """Check that the disk has room for the payload and its manifests, as far as that can be known.

    Args:
        settings: of the bag.
        source: what goes in.
        there: bytes of it that an earlier run has written.

    Raises:
        OSError: it has not.
    """
    needed, free = _bytes_to_write(settings, source), free_bytes(settings.destination.parent)
    if needed is not None and needed - there > free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _bytes_to_write(settings: BagSettings, source: BagSource) -> int | None:
    """Return the bytes of the payload and its manifests; None where they are compressed, and nobody can know.

    Blocks that are not full are not counted, of a disk or of a tar.
    """
    if settings.serialization not in {None, "tar"}:
        return None
    payload = source.payload
    lines = sum(len(path.encode()) + _LINE for path in payload)
    longest = 2 * 64 * len(payload)  # SHA-512 in hexadecimal
    headers = 0 if settings.serialization is None else 512 * len(payload)
    # Of a holey bag, the lines of fetch.txt take the payload's place.
    copied = source.bytes if settings.holey is None else lines + len(settings.holey) * len(payload)
    return copied + headers + len(settings.configuration.algorithms) * (lines + longest)


def disk_finding(error: OSError, settings: BagSettings, source: BagSource) -> Finding:
    """Return the finding on a disk that refused while a bag was made, or a group of them."""
    name = printable(str(settings.destination))
    if os.path.lexists(settings.destination):  # the last fsync, of the folder it was published in, failed
        state = f"{name} stands whole, but it is not sure that it outlives a power cut"
    else:
        state = f"{name} was not made"
    return disk_fault(error, settings.destination.parent, state, _bytes_to_write(settings, source))
