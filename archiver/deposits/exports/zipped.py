"""Units in one zip: written so that the same units give the same bytes, and compared entry by entry."""

from __future__ import annotations

import contextlib
import hashlib
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import RefusedError
from archiver.deposits.exports import findings as kinds
from archiver.model.deposits import EvidenceLevel, FileEvidence

if TYPE_CHECKING:
    from archiver.deposits.exports.layout import ExportedFile, Unit
    from archiver.deposits.surroundings import Folders, NewFolder
    from archiver.model.deposits import ParcelFile

_BLOCK = 1 << 20
_BAD = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)

Named = Callable[[str, str, "ParcelFile | None"], str]
"""Unit, path in it, file that was sent -> what evidence calls it."""


def write_zip(new: NewFolder, name: str, units: Iterable[Unit], folders: Folders, moved: Callable[[int], None]) -> None:
    """Write a zip into a new folder; nothing is compressed, and every entry has one time.

    Args:
        new: the folder.
        name: of the zip in it.
        units: what goes in.
        folders: opens what is copied.
        moved: told of bytes.

    Raises:
        RefusedError: a file is not what was sent.
        OSError: one cannot be read.
        StorageError: the disk refused.
    """
    with new.create(name) as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for unit in units:
            for one in unit.files:
                with archive.open(_entry(f"{unit.name}/{one.path}", one.size), "w") as entry:
                    if one.sent is None:
                        entry.write(one.content)
                    elif _copied(one, folders, entry.write, moved) != one.sha256:
                        raise RefusedError(kinds.changed(one.sent.path))


def compare_zip(place: Path, units: Iterable[Unit], folders: Folders, named: Named) -> Iterator[FileEvidence]:
    """Read every entry of a zip again.

    Args:
        place: of the zip.
        units: what it must hold, and nothing beside.
        folders: opens it.
        named: what evidence calls a file.

    Raises:
        OSError: it cannot be read.
    """
    folders.sha256(place)  # from the disk, and not from what this machine remembers of it
    with folders.reader(place) as file:
        try:
            archive = zipfile.ZipFile(file)
        except _BAD:
            yield FileEvidence(path=place.name, level=EvidenceLevel.READ_BACK, size=None, agrees=False)
            return
        with archive:
            left = {entry.filename: entry for entry in archive.infolist()}
            for unit in units:
                for one in unit.files:
                    entry = left.pop(f"{unit.name}/{one.path}", None)
                    seen = _read(archive, entry, one.size) if entry else (None, None)
                    yield FileEvidence(
                        path=named(unit.name, one.path, one.sent),
                        level=EvidenceLevel.READ_BACK,
                        size=seen[0],
                        digest=seen[1],
                        agrees=seen == (one.size, one.sha256),
                    )
            for name in left:
                yield FileEvidence(path=name, level=EvidenceLevel.READ_BACK, size=None, agrees=False)


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)  # the first moment that a zip can say
    info.file_size = size
    info.create_system = 3
    info.external_attr = (stat.S_IFREG | 0o644) << 16
    return info


def _copied(one: ExportedFile, folders: Folders, write: Callable[[bytes], object], moved: Callable[[int], None]) -> str:
    digest = hashlib.sha256()
    if one.sent is not None:
        with folders.reader(one.sent.source) as source:
            while data := source.read(_BLOCK):
                digest.update(data)
                write(data)
                moved(len(data))
    return digest.hexdigest()


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int) -> tuple[int | None, str | None]:
    """Return bytes and SHA-256 of an entry; None of one that cannot be read, or that has more than it should."""
    digest, size = hashlib.sha256(), 0
    with contextlib.suppress(*_BAD), archive.open(entry) as content:
        while data := content.read(_BLOCK):
            digest.update(data)
            size += len(data)
            if size > most:
                return size, None
        return size, digest.hexdigest()
    return None, None
