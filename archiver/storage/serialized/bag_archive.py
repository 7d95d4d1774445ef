"""Writes one bag straight into an archive: each document is read once, hashed and written in the same pass.

What the payload will be is known before it is read, names and sizes, so that the tag files' sizes are known too; a
document that has another size by then has changed, and no bag comes of it. Nothing is published here.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.storage.bag_tags import tag_files
from archiver.storage.durable import fsync_folder
from archiver.storage.serialized.archive import ArchiveWriter, Serialization
from archiver.storage.serialized.gzip_file import GzipFile
from archiver.storage.serialized.plain_file import PlainFile
from archiver.storage.serialized.tar import TarWriter, room
from archiver.storage.serialized.zip import ZipWriter
from archiver.storage.source_files import OpenFolder, Progress, ReadDocument, SourceChangedError, read_open


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePlan:
    """What an archive will hold."""

    form: Serialization
    folder: str
    """Name of the one top-level folder."""

    payload: Mapping[str, int]
    """Path below ``data/`` -> bytes, in the order in which they are written and listed."""

    algorithms: Sequence[str]
    """Of every manifest, as in hashlib."""

    bag_info: tuple[tuple[str, str], ...]
    """Labels and values, without Payload-Oxum."""

    modified: int
    """Time of whatever has none of its own: seconds since 1970, UTC."""

    threads: int = 1
    """That compress, where the format lets several; the bytes are the same for any number."""


class BagArchive:
    """A bag in the making, in a new file; a context, which closes the file."""

    def __init__(self, place: Path, plan: ArchivePlan) -> None:
        """Create the file.

        Raises:
            OSError: it exists already, or the disk refused.
        """
        self._plan = plan
        self._place = place
        self._payload: dict[str, ReadDocument] = {}
        self._sizes = _tag_sizes(plan)
        self._descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o666)
        self._writer = _writer(self._descriptor, plan, self._sizes)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file, finished or not."""
        self._writer.close()
        os.close(self._descriptor)

    def copy(self, source: OpenFolder, path: str, progress: Progress | None = None) -> None:
        """Put the document ``path`` of the source in as ``data/path``, with its time of last modification.

        Raises:
            SourceUnreadableError, SourceChangedError: from the source.
            OSError: from the disk written to.
        """
        size = self._plan.payload[path]
        file = source.open(path)
        try:
            status = os.fstat(file)
            if status.st_size != size:
                raise SourceChangedError(f"{path} was written to since it was looked at")
            self._writer.begin(path, size, status.st_mtime_ns // 1_000_000_000)
            digests, seen = read_open(file, path, self._plan.algorithms, self._writer.write, progress)
        finally:
            os.close(file)
        if seen.st_size != size:  # it grew before the first byte was read
            raise SourceChangedError(f"{path} was written to while it was read")
        self._payload[path] = ReadDocument(size=size, digests={name: one.hex() for name, one in digests.items()})

    def add_empty(self, path: str) -> None:
        """Put in ``data/path``, a file of 0 bytes.

        Raises:
            OSError: from the disk.
        """
        self._writer.begin(path, 0, self._plan.modified)
        digests = {name: hashlib.new(name, usedforsecurity=False).hexdigest() for name in self._plan.algorithms}
        self._payload[path] = ReadDocument(size=0, digests=digests)

    def seal(self) -> None:
        """Write the tag files and make the whole durable; the kernel is asked to forget it, for reading it back.

        Raises:
            OSError: from the disk.
        """
        tags = tag_files(self._payload, self._plan.algorithms, self._plan.bag_info)
        self._writer.finish(tags)
        os.fsync(self._descriptor)
        os.posix_fadvise(self._descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        fsync_folder(self._place.parent)


def _writer(descriptor: int, plan: ArchivePlan, sizes: Mapping[str, int]) -> ArchiveWriter:
    if plan.form == "zip":
        return ZipWriter(descriptor, plan.folder, plan.modified)
    kept = room(plan.folder, sizes, plan.modified)
    stream = PlainFile(descriptor, kept) if plan.form == "tar" else GzipFile(descriptor, kept, plan.threads)
    return TarWriter(stream, plan.folder, plan.modified)


def _tag_sizes(plan: ArchivePlan) -> dict[str, int]:
    """Return the bytes of each tag file, which do not depend on what the digests are."""
    zeros = {name: hashlib.new(name, usedforsecurity=False).digest_size * "00" for name in plan.algorithms}
    planned = {path: ReadDocument(size=size, digests=zeros) for path, size in plan.payload.items()}
    return {name: len(data) for name, data in tag_files(planned, plan.algorithms, plan.bag_info).items()}
