"""Files on their way: ``.part`` files in a folder beside the bag, which outlive a killed run so that a rerun goes on.

Everything is opened below descriptors and no link is followed. Nothing here has a bag's name yet.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import json
import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from archiver.storage.durable import write_all

STAGING_NAME = ".archiver-fetch"
"""Folder beside a bag that holds what is not whole yet."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_CHUNK = 1 << 20
_LONGEST_STATE = 1 << 14


class BusyError(Exception):
    """Another run is fetching the same bag."""


class PartFile:
    """One file on its way: its bytes so far, their digests, and what the server called that state of the file."""

    def __init__(self, folder: int, name: str, url: str, algorithms: Iterable[str]) -> None:
        """Open what an earlier run left of the file, or begin it.

        Args:
            folder: descriptor of the staging folder.
            name: of the file in it, without extension.
            url: what is fetched; what was left by another address is not gone on with.
            algorithms: hashlib's names.

        Raises:
            OSError: from the disk.
        """
        self._folder = folder
        self._name = name
        self._algorithms = tuple(sorted(set(algorithms)))
        self._source = hashlib.sha256(url.encode()).hexdigest()
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._file = os.open(self.part_name, flags, 0o666, dir_fd=folder)
        self.size = 0
        self.stitched = False
        self.validator: str | None = None
        """Entity tag or date of the state that the bytes belong to; what If-Range takes."""
        self._start_over()
        try:
            self._take_up()
        except BaseException:
            os.close(self._file)
            raise

    @property
    def part_name(self) -> str:
        """Return its name in the staging folder."""
        return f"{self._name}.part"

    @property
    def folder(self) -> int:
        """Return the staging folder's descriptor."""
        return self._folder

    def append(self, data: bytes) -> None:
        """Add bytes to its end."""
        write_all(self._file, data)
        for hasher in self._hashers.values():
            hasher.update(data)
        self.size += len(data)

    def restart(self) -> None:
        """Drop every byte."""
        os.ftruncate(self._file, 0)
        os.lseek(self._file, 0, os.SEEK_SET)
        self._start_over()

    def remember(self, validator: str | None) -> None:
        """Keep what the server calls the state that is being fetched, for a rerun."""
        self.validator = validator
        state = json.dumps({"source": self._source, "validator": validator}).encode()
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        file = os.open(f"{self._name}.json", flags, 0o666, dir_fd=self._folder)
        try:
            write_all(file, state)
        finally:
            os.close(file)

    def digests(self) -> dict[str, bytes]:
        """Return the digest so far by each algorithm."""
        return {name: hasher.digest() for name, hasher in self._hashers.items()}

    def settle(self) -> None:
        """Make its bytes durable."""
        os.fsync(self._file)

    def discard(self) -> None:
        """Remove it, as far as the disk allows."""
        for name in (self.part_name, f"{self._name}.json"):
            with contextlib.suppress(OSError):
                os.unlink(name, dir_fd=self._folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._file)  # it stays where it is

    def _start_over(self) -> None:
        self.size = 0
        self.stitched = False
        self.validator = None
        self._hashers = {name: hashlib.new(name, usedforsecurity=False) for name in self._algorithms}

    def _take_up(self) -> None:
        if not os.fstat(self._file).st_size:
            return
        state = self._state()
        if state.get("source") != self._source:
            self.restart()
            return
        while chunk := os.read(self._file, _CHUNK):
            for hasher in self._hashers.values():
                hasher.update(chunk)
            self.size += len(chunk)
        self.stitched = True
        validator = state.get("validator")
        self.validator = validator if isinstance(validator, str) else None

    def _state(self) -> dict[str, object]:
        with contextlib.suppress(OSError, ValueError):
            file = os.open(f"{self._name}.json", os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._folder)
            try:
                found = json.loads(os.read(file, _LONGEST_STATE))
            finally:
                os.close(file)
            if isinstance(found, dict):
                return found
        return {}


class Staging:
    """The folder of one bag's files on their way; one run at a time holds it."""

    def __init__(self, bag: Path) -> None:
        """Open or make the folder ``.archiver-fetch/NAME`` beside the bag.

        Args:
            bag: the bag's folder, with no link in its path.

        Raises:
            BusyError: another run holds it.
            OSError: the folder that the bag lies in cannot be written, or somebody else's link stands there.
        """
        self._bag = bag
        self._root = _open_folder(bag.parent, STAGING_NAME)
        try:
            self.folder = _locked(self._root, bag.name)
        except BaseException:
            os.close(self._root)
            raise

    def part(self, path: str, url: str, algorithms: Iterable[str]) -> PartFile:
        """Open the file on its way to ``path``, as :class:`PartFile` does."""
        name = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:40]
        return PartFile(self.folder, name, url, algorithms)

    def bytes(self) -> int:
        """Return the bytes of all that is on its way."""
        names = (name for name in os.listdir(self.folder) if name.endswith(".part"))  # noqa: PTH208 - a descriptor
        return sum(os.stat(name, dir_fd=self.folder, follow_symlinks=False).st_size for name in names)

    def clear(self) -> None:
        """Remove what is left, since nothing is on its way any more; as far as the disk allows."""
        with contextlib.suppress(OSError):
            for name in os.listdir(self.folder):  # noqa: PTH208 - a descriptor
                os.unlink(name, dir_fd=self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(OSError):  # only when nothing is left in them
            os.rmdir(self._bag.name, dir_fd=self._root)
            os.rmdir(self._bag.parent / STAGING_NAME)  # noqa: PTH106 - as the line above
        os.close(self.folder)
        os.close(self._root)


def _locked(root: int, name: str) -> int:
    while True:
        folder = _open_own_below(root, name)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(folder)
            raise BusyError from error
        if os.fstat(folder).st_nlink:
            return folder
        os.close(folder)  # a run that just ended removed it


def _open_folder(parent: Path, name: str) -> int:
    above = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        return _open_below(above, name)
    finally:
        os.close(above)


def _open_own_below(above: int, name: str) -> int:
    folder = _open_below(above, name, 0o700)
    if os.fstat(folder).st_uid != os.geteuid():
        # Its owner could change a file after it was checked and before it is put in its place.
        os.close(folder)
        raise OSError(errno.EPERM, "it belongs to another user", f"{STAGING_NAME}/{name}")
    return folder


def _open_below(above: int, name: str, mode: int = 0o777) -> int:
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, mode, dir_fd=above)
    return os.open(name, _FOLDER, dir_fd=above)
