"""Which packages a destination holds already, by what their bag-info.txt says. Reads that one file of each."""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from archiver.standards import bagit
from archiver.standards.package_profile import INPUT_LABEL, SLUG_LABEL, VERSION_LABEL

_LARGEST_BAG_INFO = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingPackage:
    """One package that stands in a destination."""

    folder: Path
    identifier: str
    """``urn:uuid:...``"""

    version: int
    input_digest: str
    slug: str


def existing_packages(destination: Path) -> dict[str, list[ExistingPackage]]:
    """Return the packages directly below ``destination``: identifier -> versions, oldest first.

    A folder that is no package, or whose bag-info.txt cannot be read, is left out: it is nobody's version, and its
    name is never written over.
    """
    found: dict[str, list[ExistingPackage]] = {}
    if not destination.is_dir():
        return found
    with os.scandir(destination) as entries:
        folders = sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    for name in folders:
        package = existing_package(destination / name)
        if package is not None:
            found.setdefault(package.identifier, []).append(package)
    for versions in found.values():
        versions.sort(key=lambda package: package.version)
    return found


def existing_package(folder: Path) -> ExistingPackage | None:
    """Return what ``folder`` says of itself, or None when it is no package of this program."""
    try:
        fields = labels(folder)
        version = int(fields.get(VERSION_LABEL, "1"))
    except (OSError, ValueError):
        return None
    identifier = fields.get("External-Identifier")
    if not identifier:
        return None
    return ExistingPackage(
        folder=folder,
        identifier=identifier,
        version=version,
        input_digest=fields.get(INPUT_LABEL, ""),
        slug=fields.get(SLUG_LABEL, folder.name),
    )


def labels(folder: Path) -> dict[str, str]:
    """Return what the bag-info.txt of a folder says, of a repeated label the last value.

    Raises:
        OSError: it cannot be read, or is no regular file of a reasonable size.
        ValueError: it is no UTF-8.
    """
    file = folder / "bag-info.txt"
    seen = file.lstat()
    if not stat.S_ISREG(seen.st_mode) or seen.st_size > _LARGEST_BAG_INFO:  # a pipe there would never end
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(file))
    return dict(bagit.parse_bag_info(file.read_bytes().decode()).fields)
