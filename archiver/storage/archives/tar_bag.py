"""A bag in a tar file, plain or compressed by gzip: the headers in one pass, then the files in the archive's order.

A plain tar is read by offset. A compressed one is inflated twice, once for the headers and once for the content: the
manifests, which say what to compute, stand behind the payload in most archives. Tag files are kept from the first pass.
"""

from __future__ import annotations

import errno
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from archiver.model import Finding, Severity
from archiver.storage.archives.content_stream import ContentStream
from archiver.storage.archives.entries import Entries, Kind
from archiver.storage.archives.limits import (
    DamagedArchiveError,
    Limits,
    damaged_archive,
    not_an_archive,
    truncated_archive,
    wrong_checksum,
)
from archiver.storage.archives.tar_members import (
    BLOCK,
    Source,
    TarEndMissingError,
    TarMember,
    modification_time,
    tar_members,
)
from archiver.storage.archives.windowed_file import WindowedFile
from archiver.storage.bag_checks.container import Chunk, Listing

_CHUNK = 1 << 20
_FAR = 64 << 20
"""Bytes: what is nearer has mostly been read ahead by the system."""
_TAIL = 1 << 20
_TAG_FILE = re.compile(rb"(\./)?([^/]+/)?((tag)?manifest-[^/]+|bagit|bag-info|package-info|fetch)\.txt", re.IGNORECASE)


class TarSource(Source, Protocol):
    """The uncompressed bytes of one tar."""

    def keep(self, member: TarMember) -> None:
        """Hold the content of a tag file where it could not be read again; called when its header was read."""
        ...

    def faults(self, end: int) -> list[Finding]:
        """Return what is wrong behind ``end``, where the last member ends, and with the bytes as a whole."""
        ...


class TarBag:
    """One bag in a tar file; the file itself is opened and closed elsewhere."""

    def __init__(self, source: TarSource, name: str, limits: Limits) -> None:
        """Read the headers.

        Args:
            source: the uncompressed bytes.
            name: the archive's file name without its extension.
            limits: what it may ask for.

        Raises:
            OSError: it cannot be read.
            RefusedArchiveError: it is no tar file, or asks for too much.
        """
        self._source = source
        entries = Entries(limits)
        findings = _read_headers(source, entries, limits)
        self._entries = entries.bag(name)
        listing = self._entries.listing
        self._listing = replace(listing, findings=(*findings, *listing.findings))

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there, in whatever form."""
        return self._entries.has(path)

    def listing(self) -> Listing:
        """Return what the headers say."""
        return self._listing

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the paths in the order of the archive."""
        return self._entries.in_order(paths)

    def nearly_sorted(self) -> bool:
        """Tell whether the archive's order is nearly that of the paths."""
        return self._entries.nearly_sorted(_FAR)

    def read_elsewhere(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes to another process, forked from this one; not from a compressed tar."""
        return self.read(path)

    def read_findings(self) -> Sequence[Finding]:
        """Return nothing: tar keeps no checksum of content, and a compressed one's was looked at with the headers."""
        return ()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes in chunks of up to 1 MiB."""
        at, left = self._entries.place(path), self._listing.files[path]
        while left:
            data = self._source.read(at, min(left, _CHUNK))
            if not data:
                raise OSError(errno.EIO, "the archive ends or is damaged in the middle of it")
            yield data
            at += len(data)
            left -= len(data)

    def modified(self, path: str) -> int | None:
        """Return when a file was last modified, as its header states: whole seconds, given as nanoseconds since 1970.

        Asked before the file is read, it takes no way back in a compressed archive.
        """
        try:
            seconds = modification_time(self._source.read(self._entries.place(path) - BLOCK, BLOCK))
        except OSError:
            return None
        return seconds * 1_000_000_000 if seconds is not None else None


class PlainSource:
    """A tar file as it is."""

    def __init__(self, descriptor: int) -> None:
        """Take the open file.

        Raises:
            OSError: its size cannot be told.
        """
        self._file = WindowedFile(descriptor)
        self.read = self._file.read

    def reaches(self, offset: int) -> bool:
        """Tell whether the file has so many bytes."""
        return self._file.size >= offset

    def keep(self, member: TarMember) -> None:
        """Hold nothing: any part can be read again."""

    def faults(self, end: int) -> list[Finding]:
        """Look behind the mark of the end: only zeros, to fill the last record, belong there."""
        rest = self._file.size - end
        return [_trailing()] if rest > _TAIL or self.read(end, max(rest, 0)).strip(b"\0") else []


class StreamSource:
    """A tar file inside a compressed one."""

    def __init__(self, stream: ContentStream, limits: Limits) -> None:
        """Take the stream at its start."""
        self._stream = stream
        self._limits = limits
        self._kept: dict[int, bytes] = {}
        self._room = limits.tag_files

    def read(self, offset: int, count: int) -> bytes:
        """Return up to ``count`` bytes at ``offset``, from memory where they are a kept tag file's.

        Raises:
            OSError: the file cannot be read, or the stream would have to begin anew too often.
        """
        kept = self._kept.get(offset)
        if kept is not None:
            return kept[:count]
        if self._stream.restarts > self._limits.restarts:
            raise OSError(errno.EFBIG, "the archive has too many long tag files to be read in place")
        return self._stream.read(offset, count)

    def reaches(self, offset: int) -> bool:
        """Tell whether the content read so far has so many bytes."""
        return self._stream.reaches(offset)

    def keep(self, member: TarMember) -> None:
        """Hold a tag file, in pieces as they will be asked for, as long as there is room."""
        if member.size > self._room or not _TAG_FILE.fullmatch(member.name):
            return
        self._room -= member.size
        for at in range(member.offset, member.offset + member.size, _CHUNK):
            piece = self._stream.read(at, min(_CHUNK, member.offset + member.size - at))
            if piece:
                self._kept[at] = piece

    def faults(self, end: int) -> list[Finding]:  # noqa: ARG002 - the stream stands there already
        """Read to the end of the compressed data and say what is wrong with them."""
        trailing = self._stream.drain() > 0 or self._stream.flaws.trailing
        findings = [damaged_archive(self._stream.fault)] if self._stream.fault else []
        findings += [wrong_checksum(None, self._stream.name)] if self._stream.flaws.wrong_checksum else []
        return findings + ([_trailing()] if trailing else [])


def _read_headers(source: TarSource, entries: Entries, limits: Limits) -> list[Finding]:
    """Take every member into ``entries``; return the findings on the archive as a whole."""
    findings: list[Finding] = []
    end = 0
    try:
        for member in tar_members(source, limits):
            if member.kind is Kind.FILE:
                source.keep(member)
            entries.take(member.name, member.kind, member.size, member.offset)
            end = member.offset + member.size + -member.size % BLOCK
    except TarEndMissingError as error:
        findings.append(_end_missing(str(error)))
    except DamagedArchiveError as error:
        if not end:
            raise not_an_archive("a tar file", str(error)) from error
        cut = "ends in" in str(error)
        findings.append(truncated_archive(str(error)) if cut else damaged_archive(str(error)))
        return findings + [fault for fault in source.faults(end) if fault.code != "archive-trailing-bytes"]
    return findings + source.faults(end)


def _end_missing(reason: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="archive-end-missing",
        file=None,
        message=f"The archive may be cut off: {reason}.",
        fix="If no file is missing, nothing is lost; else copy or download the archive again.",
    )


def _trailing() -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="archive-trailing-bytes",
        file=None,
        message="Behind its mark of the end the archive goes on with bytes that were not looked at.",
        fix="Make the archive anew if you do not know what they are.",
    )
