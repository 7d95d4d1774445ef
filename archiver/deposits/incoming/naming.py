"""What packages and their files may be called in an incoming folder, and what is called in which way on the way."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from archiver.deposits.incoming.notes import note_name
from archiver.deposits.incoming.options import IncomingOptions, Preset
from archiver.model import Finding, Severity
from archiver.model.deposits import Packaging, Parcel, ParcelFile
from archiver.standards.names import has_hidden_characters, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

# Archivematica's job "Change transfer filenames" replaces every other character (user manual, "Clean up names").
_KEPT_BY_ARCHIVEMATICA = re.compile(r"[-_.()a-zA-Z0-9]+")
_NAMED = 3


class Names:
    """Where the files of one parcel lie: on their way, and when they were handed over."""

    def __init__(self, options: IncomingOptions, parcel: Parcel) -> None:
        stem = f"{options.unfinished.rstrip('/')}/{note_name(parcel)}"
        self._parcel = parcel
        self.name = arrival_name(parcel)
        self.unfinished = options.unfinished
        self.note = f"{stem}.json"
        self.part = f"{stem}.part"
        self.final = f"{options.folder.rstrip('/')}/{self.name}"

    def part_of(self, file: ParcelFile) -> str:
        """Return where a file is written."""
        return self._below(self.part, file)

    def final_of(self, file: ParcelFile) -> str:
        """Return where a file lies when it was handed over."""
        return self._below(self.final, file)

    def _below(self, top: str, file: ParcelFile) -> str:
        if self._parcel.packaging is not Packaging.FOLDER:
            return top
        return f"{top}/{file.path.partition('/')[2]}"


def arrival_name(parcel: Parcel) -> str:
    """Return the one name under which a parcel arrives in the folder."""
    return parcel.files[0].path.partition("/")[0] if parcel.files else parcel.name


def name_findings(options: IncomingOptions, parcel: Parcel) -> tuple[Finding, ...]:
    """Return what stands against the names of a parcel; errors stop it."""
    found = _of_the_package(options, arrival_name(parcel))
    if options.preset is Preset.ARCHIVEMATICA:
        found += _of_archivematica(arrival_name(parcel), parcel.files)
    return found


def _of_the_package(options: IncomingOptions, name: str) -> tuple[Finding, ...]:
    reason = None
    if name.startswith("."):
        reason = "begins with a dot: programs that watch a folder pass over such names"
    elif name.endswith(".part"):
        reason = "ends with .part: programs that watch a folder take it for something unfinished"
    elif not name or has_hidden_characters(name):
        reason = "holds characters that are not seen"
    elif options.preset is Preset.ARCHIVEMATICA and ".." in name:
        reason = "holds two dots in a row, which Archivematica refuses in the path of a transfer"
    if reason is None:
        return ()
    return (
        Finding(
            severity=Severity.ERROR,
            code="incoming-name-refused",
            file=printable(name),
            message=f"the package's name {printable(name)!r} {reason}",
            fix="give the folder of the package another name, and deposit it again",
        ),
    )


def _of_archivematica(name: str, files: Sequence[ParcelFile]) -> tuple[Finding, ...]:
    paths = [name, *(file.path.partition("/")[2] for file in files if "/" in file.path)]
    renamed = [path for path in paths if not all(_KEPT_BY_ARCHIVEMATICA.fullmatch(part) for part in path.split("/"))]
    if not renamed:
        return ()
    some = ", ".join(printable(path) for path in renamed[:_NAMED])
    more = f" and {len(renamed) - _NAMED} more" if len(renamed) > _NAMED else ""
    return (
        Finding(
            severity=Severity.INFO,
            code="archivematica-renames",
            file=printable(name),
            message=f"once it has verified the bag, Archivematica will replace characters in {some}{more}",
            fix="nothing has to be done: its METS file keeps the names as they are now",
        ),
    )
