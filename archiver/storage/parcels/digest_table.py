"""Size and digests of each file of a bag, by its place in the order of the paths, kept on disk and not in memory."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.storage.durable import NEW_FILE_READ_BACK

ALGORITHMS = ("sha512", "sha256", "md5")
"""What targets compare with; each of hashlib."""

_SIZES = {"sha512": 64, "sha256": 32, "md5": 16}
_NUMBER = 8
_RECORD = 1 + _NUMBER + sum(_SIZES.values())
_THERE = b"\x01"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """One file as it was read."""

    size: int
    digests: Mapping[str, bytes]
    """By each of :data:`ALGORITHMS`."""


class DigestTable:
    """A table in a new file, removed when the block ends."""

    def __init__(self, place: Path) -> None:
        """Create the file.

        Raises:
            OSError: the disk refused.
        """
        self._place = place
        self._file = os.open(place, NEW_FILE_READ_BACK, 0o600)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)
        self._place.unlink(missing_ok=True)

    def put(self, position: int, passed: Passed) -> None:
        """Keep what was seen of the file at ``position``; what was there before is forgotten.

        Raises:
            OSError: the disk refused.
        """
        record = _THERE + passed.size.to_bytes(_NUMBER, "big") + b"".join(passed.digests[one] for one in ALGORITHMS)
        if os.pwrite(self._file, record, position * _RECORD) != _RECORD:
            raise OSError(f"{self._place} could not be written")

    def get(self, position: int) -> Passed | None:
        """Return what was seen of the file at ``position``; None where it was not read.

        Raises:
            OSError: the disk refused.
        """
        record = os.pread(self._file, _RECORD, position * _RECORD)
        if record[:1] != _THERE or len(record) != _RECORD:
            return None
        digests, at = {}, 1 + _NUMBER
        for name in ALGORITHMS:
            digests[name] = record[at : at + _SIZES[name]]
            at += _SIZES[name]
        return Passed(size=int.from_bytes(record[1 : 1 + _NUMBER], "big"), digests=digests)
