"""What each file of a metadata folder is, told by its name alone: sheet, sidecar, shared, reserved or none of them.

The one table of names that are kept for other readers stands here; no file is opened.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

SHEETS = (".csv", ".tsv", ".xlsx", ".ods")
"""Extensions of sheets, read where they lie directly in the metadata folder."""

ARCHIVEMATICA_JSON = "metadata.json"
"""A sheet in JSON, directly in the metadata folder."""

SIDECARS = (".yaml", ".yml", ".json", ".xml")


PREMIS_SIDECAR = ".premis.xml"
"""What stands behind a document's path in the name of its PREMIS record."""


class Kind(StrEnum):
    """What a file of the metadata folder is."""

    SHEET = "sheet"
    SIDECAR = "sidecar"
    SHARED = "shared"
    """``_collection`` at the root, or a folder's ``_folder``."""

    RESERVED = "reserved"
    """Read by its own reader, never as a sheet or sidecar (see :func:`reserved_for`)."""

    OTHER = "other"


class Reserved(StrEnum):
    """What a file of a reserved name states."""

    RIGHTS = "rights"
    PREMIS = "premis"
    CHECKSUMS = "checksums"


class Named(NamedTuple):
    """A file of the metadata folder, understood by its name."""

    stem: str
    """Its path without its extension."""

    kind: Kind


# Archivematica's own names, directly in the metadata folder; deeper ones may be sidecars of documents of that name.
_RESERVED = (
    (re.compile(r"rights\.csv", re.IGNORECASE), Reserved.RIGHTS),
    (re.compile(r"premis\.xml", re.IGNORECASE), Reserved.PREMIS),
    # of one document or item: letters/a.txt.premis.xml
    (re.compile(rf".+{re.escape(PREMIS_SIDECAR)}", re.IGNORECASE | re.DOTALL), Reserved.PREMIS),
    # checksum.yaml describes a document named checksum
    (re.compile(r"checksum\.(?!(?:ya?ml|json|xml)\Z)[a-z0-9][a-z0-9_-]*", re.IGNORECASE), Reserved.CHECKSUMS),
)


def reserved_for(file: str) -> Reserved | None:
    """Tell which reader a file's name is kept for, or None.

    Args:
        file: path from the metadata folder, ``/`` between segments.
    """
    return next((use for name, use in _RESERVED if name.fullmatch(file)), None)


def kind_of(file: str) -> Named:
    """Return a file's path without its extension, and what it is."""
    base = file.rpartition("/")[2]
    dot = base.rfind(".")
    extension = base[dot:].lower() if dot > 0 else ""
    stem = file[: len(file) - len(extension)]
    if reserved_for(file):
        return Named(stem, Kind.RESERVED)
    if file.lower() == ARCHIVEMATICA_JSON or (extension in SHEETS and "/" not in file):
        return Named(stem, Kind.SHEET)
    if extension not in SIDECARS:
        return Named(stem, Kind.OTHER)
    shared = stem == "_collection" or stem.rpartition("/")[2] == "_folder"
    return Named(stem, Kind.SHARED if shared else Kind.SIDECAR)
