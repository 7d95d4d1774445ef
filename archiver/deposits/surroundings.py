"""What a target is made with: settings, secrets, the clock, and the rooms of the program that it may not import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

if TYPE_CHECKING:
    from archiver.config.targets import TargetSettings
    from archiver.deposits.contract import Target
    from archiver.model.deposits import Evidence, Parcel


class PackageStore(Protocol):
    """An OCFL store of this machine, as the target ``store`` sees it."""

    @property
    def location(self) -> str:
        """Where it lies: an absolute path, or a URL."""
        ...

    def find(self, parcel: Parcel) -> str | None:
        """Return the version that holds exactly this package, such as ``v2``; None when none does."""
        ...

    def add(self, parcel: Parcel) -> str:
        """Add the package as a version of its object, and return which."""
        ...

    def check(self, parcel: Parcel, version: str) -> Evidence:
        """Read every byte of that version again, and compare."""
        ...


class NewFolder(Protocol):
    """A folder that is being written and is not there yet for anybody else."""

    def write(self, path: str, content: bytes) -> None:
        """Write a small file at a path below it, ``/`` between segments."""
        ...

    def copy(self, path: str, source: Path, moved: Callable[[int], None]) -> str:
        """Copy a file, and return the SHA-256 of what was read; ``moved`` is told of bytes as they are written."""
        ...

    def create(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Open a new file for writing, for what is put together on the way; synced when the block ends."""
        ...


class Folders(Protocol):
    """Writes folders of this machine so that they are there whole or not at all."""

    def publish(self, destination: Path) -> AbstractContextManager[NewFolder]:
        """Give a folder that becomes ``destination`` when the block ends, synced and re-read; never replaces.

        Raises:
            FileExistsError: there is something of that name.
            StorageError: the disk refused.
        """
        ...

    def move(self, staged: Path, final: Path) -> None:
        """Rename a file or folder on one file system in one step, replacing nothing, synced.

        Raises:
            FileExistsError: there is something of that name.
            OSError, StorageError: the disk refused.
        """
        ...

    def sha256(self, file: Path) -> str:
        """Read a file again from the disk, and return its SHA-256."""
        ...

    def reader(self, file: Path) -> AbstractContextManager[BinaryIO]:
        """Open a regular file, never through a link."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Everything a target needs from outside its own file."""

    secret: Callable[[str], str]
    """Name -> value: ``secret("token")``. Raises ConfigurationError that names the setting where there is none."""

    now: Callable[[], datetime]
    environment: Mapping[str, str]
    """For ``HTTPS_PROXY`` and the like."""

    folders: Folders
    store: Callable[[TargetSettings], PackageStore]


class TargetKind(Protocol):
    """One member of the family: a module of this room, or what an entry point ``archiver.targets`` names."""

    KIND: str
    """As in ``kind = "..."``."""

    TITLE: str
    """For people: ``SWORD v2``."""

    KEYS: tuple[str, ...]
    """Keys of its table beside those that every target has."""

    SECRETS: tuple[str, ...]
    """Secrets that it may ask for: ``token`` is found by the key ``token_from``."""

    make: Callable[[TargetSettings, Surroundings], Target]
    """Raises ConfigurationError for keys that are missing or unusable; makes no request."""
