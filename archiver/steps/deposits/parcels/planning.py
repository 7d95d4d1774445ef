"""What a parcel would be, from a look at the package's names and sizes; for saying beforehand what a target lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from archiver.errors import ItemError
from archiver.model import Description
from archiver.model.deposits import Packaging, Parcel, ParcelFile
from archiver.standards.bag_info import BagInfo, parse_bag_info
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.steps import naming
from archiver.steps.deposits.packages import PackageSource
from archiver.steps.deposits.parcels import findings as kinds
from archiver.steps.deposits.parcels.bag_words import identifier_of, labels_of, seconds_of
from archiver.steps.deposits.parcels.descriptions import parsed_record, record_of
from archiver.storage.archives.limits import RefusedArchiveError
from archiver.storage.bag_checks.container import BagContainer
from archiver.storage.serialized.finished_bag import WholeForm, whole_size

_LARGEST_INFO = 4 << 20
_MOST_DESCRIPTIONS = 2_000
"""Descriptions that are read to say beforehand what they lack."""


def planned(source: PackageSource, packaging: Packaging, *, as_it_is: bool) -> Parcel:
    """Return the parcel that a package would make, without digests.

    Raises:
        ItemError: it does not say what it is, or cannot be read.
    """
    try:
        with source.open(None) as (bag, _):
            return _planned(source, bag, packaging, as_it_is=as_it_is)
    except RefusedArchiveError as refusal:
        raise ItemError((kinds.not_valid(source.shown), *refusal.findings)) from refusal
    except OSError as error:
        raise ItemError((kinds.unreadable(source.shown, error.strerror or str(error)),)) from error


def _planned(source: PackageSource, bag: BagContainer, packaging: Packaging, *, as_it_is: bool) -> Parcel:
    files = bag.listing().files
    info = _info(bag, "bag-info.txt" in files)
    form: WholeForm = "zip" if packaging is Packaging.ZIP else "tar"
    whole = packaging is not Packaging.FOLDER
    name = f"{source.name}.{form}"
    size = 0
    if as_it_is and source.archive is not None:
        name, size = source.archive.name, source.archive.stat().st_size
    elif whole:
        size = whole_size(form, source.name, files.pairs(), seconds_of(info))
    descriptions = dict(_descriptions(bag, files))
    own = _record(bag, files, PAYLOAD_PREFIX + naming.ITEM_DESCRIPTION)
    if own is None and len(descriptions) == 1:
        own = next(iter(descriptions.values()))
    return Parcel(
        identifier=identifier_of(info, source.shown),
        name=source.name,
        package_digest="",
        packaging=packaging,
        files=(
            [ParcelFile(path=name, source=source.path, size=size, digests={})]
            if whole
            else [_file(source, path, octets) for path, octets in files.pairs()]
        ),
        bag=source.folder or source.path,
        bag_info=labels_of(info.fields),
        description=own,
        descriptions=descriptions,
    )


def _file(source: PackageSource, path: str, size: int) -> ParcelFile:
    place = source.place(path) or Path(path)
    return ParcelFile(path=f"{source.name}/{path}", source=place, size=size, digests={})


def _info(bag: BagContainer, there: bool) -> BagInfo:  # noqa: FBT001 - private, and named where it is called
    return parse_bag_info(_head(bag, "bag-info.txt", _LARGEST_INFO).decode("utf-8", "replace")) if there else BagInfo()


def _descriptions(bag: BagContainer, files: Mapping[str, int]) -> Iterator[tuple[str, Description]]:
    count = 0
    for path in files:
        record = record_of(path)
        if record is not None and count < _MOST_DESCRIPTIONS:
            description = _record(bag, files, record)
            if description is not None:
                count += 1
                yield path, description


def _record(bag: BagContainer, files: Mapping[str, int], path: str) -> Description | None:
    return parsed_record(_head(bag, path, _LARGEST_INFO), path) if path in files else None


def _head(bag: BagContainer, path: str, most: int) -> bytes:
    kept = bytearray()
    for chunk in bag.read(path):
        kept += chunk[: max(0, most - len(kept))]
    return bytes(kept)
