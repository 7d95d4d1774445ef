"""What an export holds: units that are there whole or not at all, each a folder of copied and of written files.

Values alone; nothing is read or written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from archiver.standards.names import derived_name, slug

if TYPE_CHECKING:
    from archiver.model import Finding
    from archiver.model.deposits import Parcel, ParcelFile

ORIGINALS = "data/representations/original/data/"
RENDITIONS = "data/representations/pdfa/data/"
PAYLOAD = "data/"
_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedFile:
    """One file of an export: the copy of one that is sent, or a small one that is written for it."""

    path: str
    """In its unit, ``/`` between segments."""

    sent: ParcelFile | None = None
    content: bytes = b""
    """Of one that is written."""

    @property
    def size(self) -> int:
        """Bytes."""
        return self.sent.size if self.sent else len(self.content)

    @property
    def sha256(self) -> str:
        """Hexadecimal."""
        return self.sent.digests["sha256"] if self.sent else hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One folder of an export."""

    name: str
    files: tuple[ExportedFile, ...]


class Layout(Protocol):
    """A form of export: the same parcel gives the same units, names and bytes."""

    def units(self, parcel: Parcel) -> Iterable[Unit]:
        """Return what the export of a parcel holds, one unit after another."""
        ...

    def unit_names(self, parcel: Parcel) -> tuple[str, ...]:
        """Return the names of its units alone."""
        ...

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what the importing system asks for that the parcel lacks, and what the export leaves out."""
        ...


def export_name(parcel: Parcel) -> str:
    """Return the name that an export is found by: of the package, and of its key."""
    short = hashlib.sha256(parcel.key.encode("utf-8", "surrogateescape")).hexdigest()[:12]
    return f"{slug(parcel.name)[:_NAME]}-{short}"


def in_bag(parcel: Parcel, file: ParcelFile) -> str:
    """Return where a file lies in its bag."""
    return file.path.removeprefix(f"{parcel.name}/")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The files of a parcel by what they are: path below that part -> file."""

    originals: Mapping[str, ParcelFile]
    """Of a plain bag, its payload."""

    renditions: Mapping[str, ParcelFile]
    rest: Mapping[str, ParcelFile]
    """By path in the bag."""


def parts_of(parcel: Parcel) -> Parts:
    """Sort the files of a parcel."""
    files = {in_bag(parcel, file): file for file in parcel.files}
    built = any(path.startswith(ORIGINALS) for path in files)
    below = ORIGINALS if built else PAYLOAD
    originals = {path.removeprefix(below): file for path, file in files.items() if path.startswith(below)}
    renditions = (
        {path.removeprefix(RENDITIONS): file for path, file in files.items() if path.startswith(RENDITIONS)}
        if built
        else {}
    )
    taken = {id(file) for group in (originals, renditions) for file in group.values()}
    rest = {path: file for path, file in files.items() if id(file) not in taken}
    return Parts(originals=originals, renditions=renditions, rest=rest)


def rendition_path(original: str) -> str:
    """Return where the PDF/A copy of a document lies below the renditions, by where it lies below the originals."""
    folder, slash, name = original.rpartition("/")
    return f"{folder}{slash}{derived_name(name, '.pdf')}"
