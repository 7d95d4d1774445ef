"""Writes exports: everything beside its place first, then one rename a unit, and at last every byte read again.

Below the target's folder, ``items/`` holds whole units alone, at any moment; what is being written lies beside it. What
is there is never replaced or removed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.deposits.contract import Capabilities, RefusedError, RetryableError, Standing
from archiver.deposits.exports import findings as kinds
from archiver.deposits.exports.layout import Layout, Unit, export_name
from archiver.deposits.exports.zipped import compare_zip, write_zip
from archiver.errors import StorageError
from archiver.model.deposits import Evidence, EvidenceLevel, Exchange, FileEvidence, Packaging

if TYPE_CHECKING:
    from archiver.deposits.contract import Attempt
    from archiver.deposits.surroundings import Folders, NewFolder
    from archiver.model import Finding
    from archiver.model.deposits import Parcel, ParcelFile

ITEMS = "items"
"""Folder below the target's own that an importer is pointed to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOptions:
    """What every form of export is told."""

    kind: str
    table: str
    """As in ``targets.NAME``, for messages."""

    home: Path
    """Absolute."""

    zipped: bool = False
    """Whether each package makes one zip of its units."""

    whole: bool = True
    """Whether every file that is sent is in it."""


class ExportTarget:
    """One folder of exports."""

    def __init__(self, options: ExportOptions, layout: Layout, folders: Folders) -> None:
        """Look at nothing yet."""
        self._options = options
        self._layout = layout
        self._folders = folders
        self._ready: str | None = None
        """Key of the parcel whose export is known to be written."""

    @property
    def kind(self) -> str:
        """As in the configuration."""
        return self._options.kind

    @property
    def location(self) -> str:
        """The folder."""
        return str(self._options.home)

    def capabilities(self) -> Capabilities:
        """Return what it can do."""
        return Capabilities(packagings=(Packaging.FOLDER,), conditional_create=True, finds_by_identifier=True)

    def demands(self, parcel: Parcel) -> tuple[Finding, ...]:
        """Return what the importing system asks for and what is left out."""
        return self._layout.demands(parcel)

    def open(self, attempt: Attempt) -> Standing:
        """Look which units are there, and make the folder where it is missing."""
        self._check_home(attempt)
        parcel = attempt.parcel
        self._ready = None
        missing = self._missing(parcel)
        if not missing:
            # A run that was killed after it moved the last unit has left them.
            self._remove_emptied(parcel)
            return Standing.COMPLETE
        begun = len(missing) < len(self._names(parcel)) or bool(self._staged(parcel))
        return Standing.OPEN if begun else Standing.NEW

    def offset(self, attempt: Attempt, file: ParcelFile) -> int:
        """Tell whether everything is written already, beside its place: then all of each file is there."""
        return file.size if self._is_ready(attempt.parcel) else 0

    def put(self, attempt: Attempt, file: ParcelFile, offset: int) -> None:
        """Write the whole export beside its place, with the first file that is asked for."""
        del file, offset
        if not self._is_ready(attempt.parcel):
            with attempt.intend("write"), self._said():
                self._write(attempt, self._missing(attempt.parcel))
            self._ready = attempt.parcel.key

    def complete(self, attempt: Attempt) -> None:
        """Give each unit its name."""
        parcel = attempt.parcel
        missing = self._missing(parcel)
        if not self._is_ready(parcel):
            raise RetryableError(f"what was written to {self.location} is gone again")
        with attempt.intend("export", units=len(missing)), self._said():
            for name in missing:
                staged = next((one / name for one in self._staged(parcel) if os.path.lexists(one / name)), None)
                # What came there meanwhile is looked at by whoever verifies.
                with contextlib.suppress(FileExistsError):
                    if staged is not None:
                        self._folders.move(staged, self._item(name))
        self._remove_emptied(parcel)
        attempt.keep(
            Exchange(
                time=attempt.now(),
                request=f"write {self._options.home / ITEMS}",
                reply=f"{len(missing)} of {len(self._names(parcel))} written: {', '.join(missing[:5])}",
            )
        )

    def verify(self, attempt: Attempt) -> Evidence:
        """Read every byte of every unit from the disk again."""
        parcel = attempt.parcel
        with self._said():
            if self._options.zipped:
                (name,) = self._names(parcel)
                found = compare_zip(self._item(name), self._layout.units(parcel), self._folders, self._path)
                files = list(found)
            else:
                files = [seen for unit in self._layout.units(parcel) for seen in self._compared(unit)]
        names = self._names(parcel)
        place = self._item(names[0]) if len(names) == 1 else self._options.home / ITEMS
        return Evidence(
            files=files,
            location=str(place),
            identifiers={"items": str(units)} if (units := len(self._layout.unit_names(parcel))) > 1 else {},
        )

    def close(self) -> None:
        """Have nothing open."""

    def _names(self, parcel: Parcel) -> tuple[str, ...]:
        """Return the names of what is moved into its place."""
        return (f"{export_name(parcel)}.zip",) if self._options.zipped else self._layout.unit_names(parcel)

    def _item(self, name: str) -> Path:
        return self._options.home / ITEMS / name

    def _missing(self, parcel: Parcel) -> list[str]:
        return [name for name in self._names(parcel) if not os.path.lexists(self._item(name))]

    def _staged(self, parcel: Parcel) -> list[Path]:
        """Return the folders beside the items that hold units of this export, written and not yet moved."""
        return sorted(self._options.home.glob(f"{export_name(parcel)}.new*"))

    def _remove_emptied(self, parcel: Parcel) -> None:
        for one in self._staged(parcel):
            with contextlib.suppress(OSError):
                one.rmdir()

    def _is_ready(self, parcel: Parcel) -> bool:
        if self._ready != parcel.key:
            staged = self._staged(parcel)
            if all(any(os.path.lexists(one / name) for one in staged) for name in self._missing(parcel)):
                self._ready = parcel.key
        return self._ready == parcel.key

    def _check_home(self, attempt: Attempt) -> None:
        home = self._options.home
        if not home.parent.is_dir():
            raise RefusedError(kinds.no_folder(self._options.table, str(home.parent)))
        with attempt.intend("make folder"), self._said():
            (home / ITEMS).mkdir(parents=True, exist_ok=True)

    def _write(self, attempt: Attempt, missing: list[str]) -> None:
        units = self._layout.units(attempt.parcel)
        # Another one beside what a run left that was cut off while it moved its units.
        place = self._options.home / f"{export_name(attempt.parcel)}.new{len(self._staged(attempt.parcel)) or ''}"
        with self._folders.publish(place) as new:
            if self._options.zipped:
                write_zip(new, missing[0], units, self._folders, attempt.moved)
                return
            for unit in units:
                if unit.name in missing:
                    _write_unit(new, unit, attempt)

    def _compared(self, unit: Unit) -> Iterator[FileEvidence]:
        for file in unit.files:
            place = self._item(unit.name) / file.path
            size, digest = None, None
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):
                size, digest = place.lstat().st_size, self._folders.sha256(place)
            yield FileEvidence(
                path=self._path(unit.name, file.path, file.sent),
                level=EvidenceLevel.READ_BACK,
                size=size,
                digest=digest,
                agrees=(size, digest) == (file.size, file.sha256),
            )

    def _path(self, unit: str, path: str, sent: ParcelFile | None) -> str:
        """Return what evidence calls a file: as it was sent, where all that was sent is in the export."""
        return sent.path if sent and self._options.whole else f"{ITEMS}/{unit}/{path}"

    @contextlib.contextmanager
    def _said(self) -> Iterator[None]:
        """Word what the disk refuses."""
        try:
            yield
        except (StorageError, OSError) as error:
            said = (error.strerror if isinstance(error, OSError) else None) or str(error)
            raise RefusedError(kinds.refused(self._options.table, self.location, said)) from error


def _write_unit(new: NewFolder, unit: Unit, attempt: Attempt) -> None:
    for file in unit.files:
        path = f"{unit.name}/{file.path}"
        if file.sent is None:
            new.write(path, file.content)
        elif new.copy(path, file.sent.source, attempt.moved) != file.sha256:
            raise RefusedError(kinds.changed(file.sent.path))
