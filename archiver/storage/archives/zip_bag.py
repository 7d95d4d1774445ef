"""A bag in a zip file: the central directory, then each entry where it lies, stored or inflated in bounded memory."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterator, Sequence

from archiver.model import Finding
from archiver.storage.archives.entries import Entries
from archiver.storage.archives.inflating import InflateError, crc32, inflater
from archiver.storage.archives.limits import (
    DamagedArchiveError,
    Limits,
    not_an_archive,
    too_many_entries,
    too_much_content,
    wrong_checksum,
)
from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.archives.zip_directory import ZipDirectory
from archiver.storage.bag_checks.container import TO_BE_READ_HERE, Chunk, Listing

_CHUNK = 1 << 20
_FAR = 1024
"""Entries: what is nearer has mostly been read ahead by the system."""


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
        self._file = WindowedFile(descriptor)
        entries = Entries(limits)
        try:
            self._directory = ZipDirectory(self._file)
            if self._directory.count > limits.entries:
                raise too_many_entries(limits)
            for number, (entry, kind, size) in enumerate(self._directory.entries()):
                entries.take(entry, kind, size, number)
        except DamagedArchiveError as error:
            raise not_an_archive("a zip file", str(error)) from error
        if entries.content > limits.most_content(self._file.size):
            raise too_much_content(limits, self._file.size)
        self._entries = entries.bag(name)
        self._wrong: dict[str, Finding] = {}

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, in whatever form."""
        return self._entries.has(path)

    def listing(self) -> Listing:
        """Return what the directory says."""
        return self._entries.listing

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths in the order of the directory, which is that of the content in all but odd archives."""
        return self._entries.in_order(paths)

    def nearly_sorted(self) -> bool:
        """Tell whether the archive's order is nearly that of the paths."""
        return self._entries.nearly_sorted(_FAR)

    def read_elsewhere(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes to another process, forked from this one, where no finding on the CRC-32 can be kept."""
        yield from self.read(path)
        if path in self._wrong:
            raise OSError(TO_BE_READ_HERE, "its CRC-32 is another")

    def read_findings(self) -> Sequence[Finding]:
        """Return a finding on each file read whose CRC-32 is another than the directory states."""
        return [self._wrong[path] for path in sorted(self._wrong)]

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes in chunks of up to 1 MiB."""
        number, size = self._entries.place(path), self._entries.listing.files[path]
        crc = 0
        try:
            raw = self._raw(self._directory.content(number), self._directory.compressed(number))
            if self._directory.deflated(number):
                chunks = _inflated(raw, size)
            elif size == self._directory.compressed(number):
                chunks = raw
            else:
                raise DamagedArchiveError("two sizes are stated for a file that is not compressed")  # noqa: TRY301
            for chunk in chunks:
                crc = crc32(chunk, crc)
                yield chunk
        except (DamagedArchiveError, InflateError) as error:
            raise OSError(errno.EIO, f"the archive is damaged: {error}") from error
        if crc != self._directory.crc(number):
            self._wrong[path] = wrong_checksum(path, "zip file")

    def _raw(self, at: int, left: int) -> Iterator[bytes]:
        while left:
            data = self._file.read(at, min(left, _CHUNK))
            if not data:
                raise DamagedArchiveError("it ends too early")
            yield data
            at += len(data)
            left -= len(data)


def _inflated(raw: Iterator[bytes], left: int) -> Iterator[bytes]:
    """Inflate to the ``left`` bytes that are stated, and not one more."""
    stream = inflater()
    pending = b""
    while not stream.eof:
        pending = pending or next(raw, b"")
        # One byte more than stated: what expands further is seen, and goes no further.
        piece = stream.decompress(pending, min(_CHUNK, left + 1))
        left -= len(piece)
        if left < 0:
            raise DamagedArchiveError("it expands to more bytes than its directory states")
        if not piece and not pending and not stream.eof:
            break
        pending = stream.unconsumed_tail
        yield piece
    if left or not stream.eof:
        raise DamagedArchiveError("its compressed data end too early")
