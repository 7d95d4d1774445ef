"""A folder of this machine, or a mount, that people or programs take packages from (``kind = "watched-folder"``)."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError
from archiver.deposits.incoming import NEW_NOTE, OPTIONS, Found, FoundKind, IncomingTarget, ReadBack, incoming_options
from archiver.deposits.incoming.findings import folder_missing, permission_denied, place_full, place_refused
from archiver.errors import StorageError
from archiver.standards.names import printable

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.deposits.surroundings import Folders, Surroundings

KIND = "watched-folder"
TITLE = "Watched folder"
KEYS = OPTIONS
SECRETS = ()

_BLOCK = 1 << 20
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def make(settings: TargetSettings, surroundings: Surroundings) -> Target:
    """Make the target; a path that is not absolute is written from the folder of ``archiver.toml``.

    Raises:
        ConfigurationError: a key is missing or unusable.
    """
    own = settings.own
    options = incoming_options(own, watched=True)
    place = LocalPlace(own.name, options.folder, Path(own.file).parent, surroundings.folders)
    return IncomingTarget(KIND, own.name, options, place)


class LocalPlace:
    """Files of this machine."""

    def __init__(self, table: str, folder: str, base: Path, folders: Folders) -> None:
        """Take the target's table, its folder, the folder that paths are written from, and who reads and renames."""
        self._table = table
        self._base = Path(os.path.abspath(base))  # noqa: PTH100 - resolve() would follow links
        self._folder = folder
        self._folders = folders

    @property
    def location(self) -> str:
        """The folder's path."""
        return printable(str(self._at(self._folder)))

    def check(self) -> None:
        """Look whether the folder is there."""
        if not self._at(self._folder).is_dir():
            raise folder_missing(self._table, self.location)

    def find(self, path: str) -> Found | None:
        """Return what lies under a name."""
        with self._saying("look at", path):
            try:
                found = self._at(path).lstat()
            except (FileNotFoundError, NotADirectoryError):
                return None
        kinds = {stat.S_IFREG: FoundKind.FILE, stat.S_IFDIR: FoundKind.FOLDER}
        return Found(kind=kinds.get(stat.S_IFMT(found.st_mode), FoundKind.OTHER), size=found.st_size)

    def read(self, path: str, start: int, count: int) -> bytes | None:
        """Read a part of a file."""
        with self._saying("read", path):
            try:
                with self._folders.reader(self._at(path)) as file:
                    file.seek(start)
                    return b"".join(_blocks(file.read, count))
            except (FileNotFoundError, NotADirectoryError):
                return None

    def note(self, path: str, content: bytes) -> None:
        """Write a small file beside its place, then put it there."""
        file = self._at(path)
        new = file.with_name(f"{file.name}{NEW_NOTE}")
        with self._saying("write", path):
            _write(new, lambda count: content[:count], 0, len(content), lambda _: None)
            new.replace(file)
            _sync_folder(file.parent)

    def make_folder(self, path: str) -> None:
        """Make a folder, each durable in the one that holds it."""
        folder = self._at(path)
        with self._saying("make", path):
            missing = [one for one in (folder, *folder.parents) if not one.is_dir()]
            for one in reversed(missing):
                one.mkdir(exist_ok=True)
                _sync_folder(one.parent)

    def send(
        self, path: str, blocks: Callable[[int], bytes], start: int, size: int, moved: Callable[[int], None]
    ) -> None:
        """Write a file from a place on, and sync it and its folder."""
        file = self._at(path)
        with self._saying("write", path):
            _write(file, blocks, start, size, moved)
            _sync_folder(file.parent)

    def read_back(
        self, paths: Sequence[str], moved: Callable[[int], None], came: Callable[[int, ReadBack | None], None]
    ) -> None:
        """Read whole files from the disk, one after another."""
        for number, path in enumerate(paths):
            with self._saying("read", path):
                try:
                    came(number, self._read_back(self._at(path), moved))
                except (FileNotFoundError, NotADirectoryError):
                    came(number, None)

    def hand_over(self, staged: str, final: str) -> None:
        """Rename in one step; where the file system cannot refuse to replace, it is looked at just before."""
        with self._saying("rename", staged):
            self._folders.move(self._at(staged), self._at(final))

    def remove(self, path: str) -> None:
        """Remove a file."""
        with self._saying("remove", path):
            self._at(path).unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""

    def _at(self, path: str) -> Path:
        return self._base / Path(path).expanduser()

    def _read_back(self, file: Path, moved: Callable[[int], None]) -> ReadBack:
        digest = hashlib.sha256()
        size = 0
        with self._folders.reader(file) as opened:
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # the disk is read, not the memory
            while data := opened.read(_BLOCK):
                digest.update(data)
                size += len(data)
                moved(len(data))
        return ReadBack(size=size, sha256=digest.hexdigest())

    @contextlib.contextmanager
    def _saying(self, what: str, path: str) -> Iterator[None]:
        """Word what the disk refused."""
        try:
            yield
        except FileExistsError:
            raise
        except StorageError as error:
            raise place_refused(self._table, what, path, str(error)) from error
        except OSError as error:
            raise self._refusal(error, what, path) from error

    def _refusal(self, error: OSError, what: str, path: str) -> RefusedError:
        said = error.strerror or str(error)
        if error.errno in _DENIED:
            return permission_denied(self._table, what, path, "the user of this command")
        if error.errno in _FULL:
            return place_full(self._table, path, said)
        return place_refused(self._table, what, path, said)


def _write(path: Path, blocks: Callable[[int], bytes], start: int, size: int, moved: Callable[[int], None]) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, 0o666), "wb", buffering=0) as file:
        file.truncate(start)
        file.seek(start)
        done = start
        while done < size:
            data = blocks(min(_BLOCK, size - done))
            if not data:
                raise EOFError
            _write_all(file.fileno(), data)
            done += len(data)
            moved(len(data))
        os.fsync(file.fileno())


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view) :]


def _blocks(read: Callable[[int], bytes], count: int) -> Iterator[bytes]:
    while count and (data := read(min(_BLOCK, count))):
        yield data
        count -= len(data)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
