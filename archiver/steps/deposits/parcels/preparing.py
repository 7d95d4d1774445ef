"""Packages made into parcels: verified while they are read, digested, and written once where a target wants one file.

A parcel lies in the records of deposits, whole or not at all; it is found there again by whoever sends the same package
later, and neither read nor written anew. The package itself is never written to.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from archiver.errors import ItemError
from archiver.model import Finding
from archiver.model.deposits import Packaging, Parcel
from archiver.standards.names import slug
from archiver.steps.deposits.packages import Package, PackageHere, PackageSource, find_package
from archiver.steps.deposits.parcels import findings as kinds
from archiver.steps.deposits.parcels.making import Making
from archiver.steps.deposits.parcels.planning import planned
from archiver.steps.deposits.parcels.record import RECORD, known_parcel, records_of
from archiver.steps.disk_faults import disk_fault
from archiver.storage.durable import AlreadyPublishedError, discard, publish, staging_area
from archiver.storage.extraction import CopyFailedError
from archiver.storage.parcels.file_list import ListDamagedError
from archiver.storage.serialized.archive import split_extension
from archiver.storage.stores.file_batch import NotReadBackError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from archiver.deposits.contract import Capabilities

PARCELS = "parcels"
"""Folder below the records of deposits."""

_FORMS = {Packaging.TAR: "tar", Packaging.ZIP: "zip"}
_NAME = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a package travels."""

    packaging: Packaging
    as_it_is: bool = False
    """Whether the archive that it lies in is sent."""


def make_parcel(
    package: Package, capabilities: Capabilities, records: Path, progress: Callable[[int], None] = lambda _: None
) -> Parcel:
    """Make a package ready for a target, or find it ready.

    Args:
        package: which.
        capabilities: of the target: in which form it takes packages, and how large a file may be.
        records: folder of the records of deposits; the package does not lie in it, nor it in the package.
        progress: told of bytes read, from the package and back from what was written.

    Returns:
        The parcel; what its files point to stays as long as the package, and :func:`forget_parcel` is not called.

    Raises:
        FindingsError: the package does not verify, does not say what it is, or is too large; nothing was written.
        UsageError: there is no such package.
        OSError: it cannot be looked at.
    """
    source = find_package(package)
    way = _way(source, capabilities)
    parcel = _known(source, way, records) or _made(source, way, capabilities, records, progress)
    _check_sizes(source, parcel, capabilities.largest_bytes)
    return parcel


def plan_parcel(package: Package, capabilities: Capabilities) -> Parcel:
    """Return what would be sent, for a target to say what it demands: nothing is verified, digested or written.

    Args:
        package: which.
        capabilities: of the target.

    Returns:
        A parcel whose files have names and sizes as :func:`make_parcel` would give them, of a zip nearly so, and no
        digests; the digest of the package is empty.

    Raises:
        FindingsError: the package does not say what it is, cannot be read, or is too large.
        UsageError: there is no such package.
        OSError: it cannot be looked at.
    """
    source = find_package(package)
    way = _way(source, capabilities)
    parcel = planned(source, way.packaging, as_it_is=way.as_it_is)
    _check_sizes(source, parcel, capabilities.largest_bytes)
    return parcel


def forget_parcel(records: Path, parcel: Parcel) -> None:
    """Remove what was made for a parcel, in whatever form, as far as the disk allows; the package stays."""
    for folder in _folders(records):
        if records_of(folder) == (parcel.identifier, parcel.package_digest):
            discard(folder)


def bytes_to_prepare(package: Package, capabilities: Capabilities) -> int:
    """Return how many bytes :func:`make_parcel` reads at most, unless it finds the parcel ready.

    Raises:
        UsageError: there is no such package.
        FindingsError: it is in a store whose records of it cannot be relied on.
    """
    source = find_package(package)
    way = _way(source, capabilities)
    with source.open(None) as (bag, _):
        size = sum(bag.listing().files.values())
    times = 1 if way.packaging is Packaging.FOLDER else 2
    return size * (times if source.archive is None or way.as_it_is else times + 1)


def _way(source: PackageSource, capabilities: Capabilities) -> _Way:
    if not capabilities.packagings:
        raise ItemError((kinds.no_packaging(source.shown),))
    if source.archive is not None:
        form = split_extension(source.archive.name)[1]
        for packaging in capabilities.packagings:
            if _FORMS.get(packaging) == form:
                return _Way(packaging=packaging, as_it_is=True)
    return _Way(packaging=capabilities.packagings[0])


def _known(source: PackageSource, way: _Way, records: Path) -> Parcel | None:
    folder = _place(source, way, records)
    if not os.path.lexists(folder / RECORD):
        return None
    try:
        return known_parcel(folder, source)
    except (OSError, ValueError, ListDamagedError):
        discard(folder)  # of another edition, or somebody was at work there: it is made anew
        return None


def _made(
    source: PackageSource, way: _Way, capabilities: Capabilities, records: Path, progress: Callable[[int], None]
) -> Parcel:
    if source.archive is not None and not way.as_it_is and way.packaging is not Packaging.FOLDER:
        # Taken out of its archive first: a compressed tar can only be read from front to back.
        whole = _Way(packaging=Packaging.FOLDER)
        out = _known(source, whole, records) or _made(source, whole, capabilities, records, progress)
        inner = find_package(PackageHere(path=out.bag))
        return _known(inner, way, records) or _made(inner, way, capabilities, records, progress)
    folder = _place(source, way, records)
    making = Making(source=source, packaging=way.packaging, as_it_is=way.as_it_is, largest=capabilities.largest_bytes)
    try:
        with staging_area(records / PARCELS) as staging:
            making.run(staging, folder, progress)
            with contextlib.suppress(AlreadyPublishedError):  # another run was quicker, with the same
                publish(staging / "parcel", folder)
    except NotReadBackError as error:
        raise ItemError((kinds.not_read_back(error.path),)) from error
    except CopyFailedError as error:
        raise ItemError((_refused(source, records, error.cause),)) from error
    except OSError as error:
        raise ItemError((_refused(source, records, error),)) from error
    return known_parcel(folder, source)


def _refused(source: PackageSource, records: Path, error: OSError) -> Finding:
    return disk_fault(error, records, f"{source.shown} was not made ready to be sent")


def _place(source: PackageSource, way: _Way, records: Path) -> Path:
    return records / PARCELS / f"{slug(source.name)[:_NAME]}-{source.facts[:24]}-{way.packaging}"


def _folders(records: Path) -> Iterator[Path]:
    try:
        with os.scandir(records / PARCELS) as entries:
            yield from sorted(Path(entry.path) for entry in entries if entry.is_dir(follow_symlinks=False))
    except FileNotFoundError:
        return


def _check_sizes(source: PackageSource, parcel: Parcel, largest: int | None) -> None:
    if largest is not None:
        wrong = [file for file in parcel.files if file.size > largest]
        if wrong:
            raise ItemError(tuple(kinds.too_large(source.shown, one.path, one.size, largest) for one in wrong))
