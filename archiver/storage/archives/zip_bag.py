"""A bag in a zip file: the central directory, then each entry where it lies, stored or inflated in bounded memory."""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Collection, Iterator, Sequence

from archiver.model import Finding
from archiver.storage.archives.entries import Entries, Kind
from archiver.storage.archives.limits import (
    DamagedArchiveError,
    Limits,
    not_an_archive,
    too_many_entries,
    too_much_content,
    wrong_checksum,
)
from archiver.storage.archives.zip_directory import ZipDirectory, ZipEntry
from archiver.storage.bag_checks.container import Chunk, Listing

_CHUNK = 1 << 20


class ZipBag:
    """One bag in a zip file; the file itself is opened and closed elsewhere."""

    def __init__(self, descriptor: int, name: str, limits: Limits) -> None:
        """Read the central directory.

        Args:
            descriptor: the open file.
            name: the archive's file name without its extension.
            limits: what it may ask for.

        Raises:
            OSError: it cannot be read.
            RefusedArchiveError: it is no zip file, or asks for too much.
        """
        self._descriptor = descriptor
        entries = Entries(limits)
        try:
            self._directory = ZipDirectory(descriptor)
            if self._directory.count > limits.entries:
                raise too_many_entries(limits)
            self._directory.index()
            for entry in self._directory.entries():
                kind = entry.kind
                if kind is Kind.FILE and self._directory.overlaps(entry):
                    kind = Kind.OVERLAPPING
                entries.take(entry.decoded, kind, entry.size, entry.at)
        except DamagedArchiveError as error:
            raise not_an_archive("a zip file", str(error)) from error
        size = os.fstat(descriptor).st_size
        if entries.content > limits.most_content(size):
            raise too_much_content(limits, size)
        self._listing, self._places = entries.bag(name)
        self._wrong: dict[str, Finding] = {}

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, in whatever form."""
        listing = self._listing
        return path in listing.files or path in listing.blocked or (path == "data" and listing.payload_folder)

    def listing(self) -> Listing:
        """Return what the directory says."""
        return self._listing

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths in the order of the directory, which is that of the content in all but odd archives."""
        return sorted(paths, key=self._places.__getitem__)

    def read_findings(self) -> Sequence[Finding]:
        """Return a finding on each file read whose CRC-32 is another than the directory states."""
        return [self._wrong[path] for path in sorted(self._wrong)]

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes in chunks of up to 1 MiB."""
        entry = self._directory.entry(self._places[path])
        try:
            content = self._directory.content(entry)
            chunks = self._inflated(entry, content) if entry.deflated else self._stored(entry, content)
            crc = 0
            for chunk in chunks:
                crc = zlib.crc32(chunk, crc)
                yield chunk
        except (DamagedArchiveError, zlib.error) as error:
            raise OSError(errno.EIO, f"the archive is damaged: {error}") from error
        if crc != entry.crc:
            self._wrong[path] = wrong_checksum(path, "zip file")

    def _raw(self, at: int, left: int) -> Iterator[bytes]:
        while left:
            data = os.pread(self._descriptor, min(left, _CHUNK), at)
            if not data:
                raise DamagedArchiveError("it ends too early")
            yield data
            at += len(data)
            left -= len(data)

    def _stored(self, entry: ZipEntry, content: int) -> Iterator[bytes]:
        if entry.size != entry.compressed:
            raise DamagedArchiveError("two sizes are stated for a file that is not compressed")
        return self._raw(content, entry.size)

    def _inflated(self, entry: ZipEntry, content: int) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        raw = self._raw(content, entry.compressed)
        left, pending = entry.size, b""
        while not inflater.eof:
            pending = pending or next(raw, b"")
            # One byte more than stated: what expands further is seen, and goes no further.
            piece = inflater.decompress(pending, min(_CHUNK, left + 1))
            left -= len(piece)
            if left < 0:
                raise DamagedArchiveError("it expands to more bytes than its directory states")
            if not piece and not pending and not inflater.eof:
                break
            pending = inflater.unconsumed_tail
            yield piece
        if left or not inflater.eof:
            raise DamagedArchiveError("its compressed data end too early")
