"""Writes a bag that is there already into one file: the same bytes whoever writes it, from wherever it is read.

Every entry has one time and one mode, nothing is compressed, and there are no entries for folders: so neither the disk
that the bag came from nor a library's version leaves a trace. Publishes nothing.
"""

from __future__ import annotations

import contextlib
import os
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Literal, Protocol, Self

from archiver.storage.checksums import Checksums
from archiver.storage.durable import NEW_FILE_READ_BACK, forget_pages, fsync_folder
from archiver.storage.serialized.tar import entry_header
from archiver.storage.serialized.zip import entry_info

WholeForm = Literal["tar", "zip"]

_BUFFER = 1 << 20
_LOCAL, _CENTRAL, _END, _TIMES = 30, 46, 22, 9
"""Bytes of a zip's records, without names: APPNOTE 6.3 sections 4.3.7, 4.3.12, 4.3.16, and the extended timestamp."""


class _Writer(Protocol):
    def begin(self, name: str, size: int) -> None: ...
    def write(self, data: bytes) -> None: ...
    def end(self) -> None: ...
    def finish(self) -> None: ...
    def close(self) -> None: ...


class FinishedBag:
    """One file in the making that holds a finished bag; a context, which closes it."""

    def __init__(self, place: Path, form: WholeForm, folder: str, modified: int) -> None:
        """Create the file.

        Args:
            place: of the new file.
            form: of it.
            folder: name of the one top-level folder.
            modified: of every entry: seconds since 1970, UTC.

        Raises:
            OSError: it exists already, or the disk refused.
        """
        self._place = place
        self._folder = folder
        self._file = os.fdopen(os.open(place, NEW_FILE_READ_BACK, 0o666), "w+b", _BUFFER)
        self.checksums = Checksums() if form == "tar" else None
        """Of everything that was written; None of a zip, whose writer goes back to fill in what it did not know."""
        self._writer: _Writer = (
            _Tar(self._file, modified, self.checksums) if self.checksums else _Zip(self._file, modified)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.close()
        try:
            self._file.close()
        except OSError:
            if error is None:
                raise

    def begin(self, path: str, size: int) -> None:
        """Begin the next file of the bag, whose ``size`` bytes follow."""
        self._writer.begin(f"{self._folder}/{path}", size)

    def write(self, data: bytes) -> None:
        """Take its next bytes."""
        self._writer.write(data)

    def end(self) -> None:
        """Know that it is whole."""
        self._writer.end()

    def seal(self) -> None:
        """End the archive and make it durable; the kernel is asked to forget it, for reading it back.

        Raises:
            OSError: from the disk.
        """
        self._writer.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        forget_pages(self._file.fileno())
        fsync_folder(self._place.parent)


def whole_size(form: WholeForm, folder: str, files: Iterable[tuple[str, int]], modified: int) -> int:
    """Return how many bytes the file will have.

    Args:
        form: of the file.
        folder: name of the one top-level folder.
        files: path in the bag, and bytes.
        modified: of every entry.

    Returns:
        Exact for a tar; for a zip too, but for entries of 2 GiB and more, which need up to 48 bytes further each.
    """
    if form == "tar":
        size = sum(
            len(entry_header(f"{folder}/{path}", octets, modified)) + octets + -octets % tarfile.BLOCKSIZE
            for path, octets in files
        )
        size += 2 * tarfile.BLOCKSIZE
        return size + -size % tarfile.RECORDSIZE
    of_a_name = _LOCAL + _CENTRAL + 2 * _TIMES
    return _END + sum(of_a_name + 2 * len(f"{folder}/{path}".encode()) + octets for path, octets in files)


class _Tar:
    def __init__(self, file: IO[bytes], modified: int, sums: Checksums) -> None:
        self._file = file
        self._modified = modified
        self._sums = sums
        self._written = 0
        self._fill = 0

    def begin(self, name: str, size: int) -> None:
        self.write(entry_header(name, size, self._modified))
        self._fill = -size % tarfile.BLOCKSIZE

    def write(self, data: bytes) -> None:
        self._sums.add(data)
        self._file.write(data)
        self._written += len(data)

    def end(self) -> None:
        self.write(bytes(self._fill))

    def finish(self) -> None:
        self.write(bytes(2 * tarfile.BLOCKSIZE))
        self.write(bytes(-self._written % tarfile.RECORDSIZE))

    def close(self) -> None:
        """Have nothing to let go of."""


class _Zip:
    def __init__(self, file: IO[bytes], modified: int) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_STORED)
        self._modified = modified
        self._entry: IO[bytes] | None = None

    def begin(self, name: str, size: int) -> None:
        self._entry = self._zip.open(entry_info(name, size, self._modified), "w")

    def write(self, data: bytes) -> None:
        if self._entry is not None:
            self._entry.write(data)

    def end(self) -> None:
        if self._entry is not None:
            self._entry.close()
        self._entry = None

    def finish(self) -> None:
        self._zip.close()

    def close(self) -> None:
        """End the library's objects, which else would try to write when they are collected."""
        for one in (self._entry, self._zip):
            if one is not None:
                with contextlib.suppress(OSError, ValueError, RuntimeError):
                    one.close()
