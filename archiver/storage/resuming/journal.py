"""The journal of a copying: which copies are durable, so that a run after a kill need not make them again.

One line a batch, written only after the batch's fsyncs: what a line says is on the disk, whether or not the line itself
outlives a power cut. Each line begins with its own checksum. What is read back is only a claim: a path in it is never
opened, and every digest is compared with the staged bytes when the finished bag is read back.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.storage.durable import NEW_FILE, fsync_folder, write_all
from archiver.storage.payload_copying import BATCH_FILES, CopiedFile

JOURNAL = "journal"
"""Name of the file in a run's folder."""

_LONGEST_LINE = 1 << 24
"""Bytes: a batch of the longest paths, each character of them escaped, is no longer."""

_FSYNC_EVERY = 64 << 20
"""Bytes of copies after which the journal is fsynced: so many are made again at most after a power cut."""

_A_FILE = 16 << 10
"""What a file counts at least towards that."""

_CHECKSUM = 16
"""Hexadecimal digits of a line's checksum."""


class JournalError(Exception):
    """The journal is another command's, or not as this program writes them: nothing in it counts."""


class Journal:
    """A new journal, open for adding to."""

    def __init__(self, path: Path, key: Mapping[str, object]) -> None:
        """Create it.

        Args:
            path: must not exist.
            key: what must be the same for a later run to go on; plain values.

        Raises:
            OSError: the disk refused.
        """
        self._path = path
        self._descriptor = os.open(path, NEW_FILE, 0o600)
        self._unsynced = 0
        self._findable = False
        self._write(key)

    def add(self, copies: Sequence[tuple[str, CopiedFile]]) -> None:
        """Note copies that are durable.

        Raises:
            OSError: the disk refused.
        """
        for start in range(0, len(copies), BATCH_FILES):  # no line grows beyond what is read back
            self._write(
                [
                    [path, one.size, one.digest.hex(), one.modified, one.changed, one.inode]
                    for path, one in copies[start : start + BATCH_FILES]
                ]
            )
        self._unsynced += sum(max(one.size, _A_FILE) for _, one in copies)
        if self._unsynced >= _FSYNC_EVERY:
            os.fsync(self._descriptor)
            self._unsynced = 0
            self._make_findable()

    def replace(self, path: Path) -> None:
        """Take the place of an earlier journal, once this one is durable itself.

        Raises:
            OSError: the disk refused.
        """
        os.fsync(self._descriptor)
        self._path.replace(path)
        self._path = path

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._descriptor)

    def _make_findable(self) -> None:
        """Make the folders durable that lead to the journal, once there is enough in it to be worth it."""
        if not self._findable:
            run = self._path.parent
            for folder in (run, run.parent, run.parent.parent):
                fsync_folder(folder)
            self._findable = True

    def _write(self, value: object) -> None:
        text = json.dumps(value, separators=(",", ":")).encode()
        write_all(self._descriptor, _checksum(text) + b" " + text + b"\n")


def read_journal(path: Path, key: Mapping[str, object], digest_size: int) -> Iterator[tuple[str, CopiedFile]]:
    """Read what an earlier run noted; a last line that was torn off is as if it had never been begun.

    Args:
        path: the journal.
        key: of the run that wants to go on.
        digest_size: bytes of all digests of a file together.

    Yields:
        Path and what was seen, in the order of copying; a path may come twice, or be anything.

    Raises:
        JournalError: the key is another, or a line is not as this program writes them.
        OSError: it cannot be read.
    """
    with open(path, "rb", opener=_open_no_link) as file:
        if _value(file.readline(_LONGEST_LINE)) != key:
            raise JournalError("it belongs to another command")
        while line := file.readline(_LONGEST_LINE):
            if not line.endswith(b"\n") and not file.read(1):
                return  # torn off
            yield from _copies(_value(line), digest_size)


def _open_no_link(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _value(line: bytes) -> object:
    checksum, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != _checksum(text):
        raise JournalError("a line does not agree with its checksum")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise JournalError("a line is no JSON") from error


def _copies(rows: object, digest_size: int) -> Iterator[tuple[str, CopiedFile]]:
    if not isinstance(rows, list):
        raise JournalError("a line is no list")
    for row in rows:
        match row:
            case [str(path), int(size), str(digest), int(modified), int(changed), int(inode)]:
                try:
                    octets = bytes.fromhex(digest)
                except ValueError as error:
                    raise JournalError("a digest is not hexadecimal") from error
                if len(octets) != digest_size:
                    raise JournalError("a digest has another length")
                yield path, CopiedFile(size, octets, modified, changed, inode)
            case _:
                raise JournalError("a line has other fields")


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:_CHECKSUM].encode()
