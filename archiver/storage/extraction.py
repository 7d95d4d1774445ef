"""The payload of a bag copied while it is verified: a container that passes on what it reads.

Files are created new in a staging folder and made durable; nothing is published and nothing judged here.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol, runtime_checkable

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.names import printable
from archiver.storage.bag_checks.container import BagContainer, Chunk, Listing
from archiver.storage.durable import discard, fsync_folders, write_all

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class CopyFailedError(Exception):
    """The disk copied to refused; ``cause`` says how. Not an OSError: that would be the bag's."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(str(cause))
        self.cause = cause


@runtime_checkable
class KeepsTimes(Protocol):
    """A container that knows when its files were last modified."""

    def modified(self, path: str) -> int | None:
        """Return nanoseconds since 1970, or None where that is not known."""
        ...


class CopyingBag:
    """A bag whose payload files are copied into ``folder`` as they are read, each below ``data/``'s own name."""

    def __init__(self, bag: BagContainer, folder: Path) -> None:
        """Take the bag, and an empty folder that nobody else writes to."""
        self._bag = bag
        self._folder = folder
        self._made = {""}
        self.copied: dict[str, None] = {}
        """Paths from the bag's root, of the files that were read and written to their end."""

        self.findings: list[Finding] = []
        """On files that could not be written beside one that bears the same name for this disk."""

    def has(self, path: str) -> bool:
        """Tell whether ``path`` is there."""
        return self._bag.has(path)

    def listing(self) -> Listing:
        """Return the bag's listing."""
        return self._bag.listing()

    def reading_order(self, paths: Collection[str]) -> Collection[str]:
        """Return the bag's order."""
        return self._bag.reading_order(paths)

    def read_findings(self) -> Sequence[Finding]:
        """Return what the bag noticed."""
        return self._bag.read_findings()

    def read(self, path: str) -> Iterator[Chunk]:
        """Give a file's bytes; a payload file is whole in the folder when the last of them was taken.

        Raises:
            OSError: the bag cannot be read.
            CopyFailedError: the folder cannot be written.
        """
        return self._copied(path) if path.startswith(PAYLOAD_PREFIX) else self._bag.read(path)

    def drop(self, path: str) -> None:
        """Remove one copy, and the folders that held nothing else."""
        del self.copied[path]
        place = self._place(path)
        discard(place)
        while (place := place.parent) != self._folder:
            try:
                place.rmdir()
            except OSError:
                return

    def finish(self) -> None:
        """Make every folder durable.

        Raises:
            OSError: the disk refused.
        """
        fsync_folders(self._folder)

    def _copied(self, path: str) -> Iterator[Chunk]:
        copy = self._create(path)
        if copy is None:
            yield from self._bag.read(path)
            return
        modified = self._bag.modified(path) if isinstance(self._bag, KeepsTimes) else None
        whole = False
        try:
            for chunk in self._bag.read(path):
                _write(copy, chunk)
                yield chunk
            _finish(copy, modified)
            whole = True
        finally:
            os.close(copy)
            if not whole:
                discard(self._place(path))
        self.copied[path] = None

    def _create(self, path: str) -> int | None:
        """Create the copy; None, with a finding, where the disk takes its name for that of another file."""
        try:
            self._make_folders(path.removeprefix(PAYLOAD_PREFIX).rpartition("/")[0])
            return os.open(self._place(path), _NEW, 0o666)
        except FileExistsError:
            self.findings.append(_collision(path))
            return None
        except OSError as error:
            raise CopyFailedError(error) from error

    def _make_folders(self, folder: str) -> None:
        if folder in self._made:
            return
        self._make_folders(folder.rpartition("/")[0])
        # Not exist_ok: a folder that is there and was not made for this very name has another's files in it.
        (self._folder / os.fsdecode(_on_disk(folder))).mkdir()
        self._made.add(folder)

    def _place(self, path: str) -> Path:
        return self._folder / os.fsdecode(_on_disk(path.removeprefix(PAYLOAD_PREFIX)))


def _write(copy: int, chunk: Chunk) -> None:
    try:
        write_all(copy, chunk)
    except OSError as error:
        raise CopyFailedError(error) from error


def _finish(copy: int, modified: int | None) -> None:
    try:
        if modified is not None:
            # A stranger's time may be one that no disk can keep. Before the fsync, which makes the times durable too.
            with contextlib.suppress(OverflowError, OSError):
                os.utime(copy, ns=(modified, modified))
        os.fsync(copy)
        # What is read back comes from the disk.
        os.posix_fadvise(copy, 0, 0, os.POSIX_FADV_DONTNEED)
    except OSError as error:
        raise CopyFailedError(error) from error


def _on_disk(path: str) -> bytes:
    # Names are UTF-8 on disk, whatever the locale says they are.
    return path.encode("utf-8", "surrogateescape")


def _collision(path: str) -> Finding:
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="extract-names-collide",
        file=name,
        message=f"{name} was not extracted: this disk takes its name for that of another file or folder of the bag.",
        fix="Name a destination on a disk that tells names apart that differ in case or Unicode normal form.",
    )
