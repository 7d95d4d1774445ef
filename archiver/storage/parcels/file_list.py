"""The files of a parcel as a list on disk: a million of them take eight megabytes of memory.

A line is a JSON array: path, size, the digests by the algorithms of :mod:`~archiver.storage.parcels.digest_table`, and
where the bytes lie. Read by the program that wrote it, on the machine that it was written on.
"""

from __future__ import annotations

import hashlib
import json
import os
from array import array
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, overload

from archiver.model.deposits import ParcelFile
from archiver.storage.durable import NEW_FILE
from archiver.storage.parcels.digest_table import ALGORITHMS


class ListDamagedError(Exception):
    """The list is not as it was written."""


def write_list(place: Path, files: Iterable[ParcelFile]) -> str:
    """Write a list, durably.

    Returns:
        Its SHA-256, hexadecimal.

    Raises:
        OSError: the disk refused.
    """
    whole = hashlib.sha256()
    with os.fdopen(os.open(place, NEW_FILE, 0o600), "wb") as out:
        for file in files:
            values = [file.path, file.size, *(file.digests[one] for one in ALGORITHMS), os.fspath(file.source)]
            line = json.dumps(values, separators=(",", ":")).encode() + b"\n"
            whole.update(line)
            out.write(line)
        out.flush()
        os.fsync(out.fileno())
    return whole.hexdigest()


class FileList(Sequence[ParcelFile]):
    """A list that :func:`write_list` wrote; may be read from several threads."""

    def __init__(self, place: Path, sha256: str) -> None:
        """Read where its lines begin.

        Args:
            place: of the list.
            sha256: that :func:`write_list` returned.

        Raises:
            ListDamagedError: it is another.
            OSError: it cannot be read.
        """
        self.place = place
        self._starts = array("Q")
        self.bytes = 0
        whole, at = hashlib.sha256(), 0
        with _opened(place) as file:
            for line in file:
                self._starts.append(at)
                at += len(line)
                whole.update(line)
                self.bytes += _file(line).size
        if whole.hexdigest() != sha256:
            raise ListDamagedError(f"{place} is not what was written")

    def __len__(self) -> int:
        return len(self._starts)

    def __iter__(self) -> Iterator[ParcelFile]:
        with _opened(self.place) as file:
            for line in file:
                yield _file(line)

    @overload
    def __getitem__(self, index: int) -> ParcelFile: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[ParcelFile]: ...
    def __getitem__(self, index: int | slice) -> ParcelFile | Sequence[ParcelFile]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        start = self._starts[index]
        with _opened(self.place) as file:
            file.seek(start)
            return _file(file.readline())


def _opened(place: Path) -> IO[bytes]:
    return os.fdopen(os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")


def _file(line: bytes) -> ParcelFile:
    try:
        path, size, *digests, source = json.loads(line)
        return ParcelFile(
            path=path, source=Path(source), size=int(size), digests=dict(zip(ALGORITHMS, digests, strict=True))
        )
    except (ValueError, TypeError) as error:
        raise ListDamagedError("a line of it cannot be read") from error
