"""What is written beside a parcel, so that it is found again and neither read nor written anew."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.model.deposits import Packaging, Parcel
from archiver.steps.deposits.packages import PackageSource, file_facts
from archiver.steps.deposits.parcels.bag_words import labels_of
from archiver.steps.deposits.parcels.descriptions import PackagedDescriptions, package_description
from archiver.storage.durable import write_new
from archiver.storage.parcels.file_list import FileList

RECORD = "parcel.json"
LIST = "files.jsonl"
DOCUMENTS = "documents.jsonl"
BAG = "bag"
"""Folder that the bag, or its records, lie in below their own name where the package is no folder."""

_LARGEST = 4 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ParcelRecord:
    """What is known of a parcel beside its files."""

    name: str
    identifier: str
    package_digest: str
    packaging: Packaging
    bag_info: tuple[tuple[str, str], ...]
    list_sha256: str
    documents: int
    made: tuple[str, str] | None
    """Name of the one file that was written for it, and what tells that it is what it was."""


def write_record(folder: Path, record: ParcelRecord) -> None:
    """Write it into a parcel's folder.

    Raises:
        OSError: the disk refused.
    """
    values = {name: getattr(record, name) for name in ParcelRecord.__dataclass_fields__}
    write_new(folder / RECORD, [json.dumps(values).encode()])


def records_of(folder: Path) -> tuple[str, str] | None:
    """Return identifier and digest of the package that a parcel was made of; None where there is none."""
    try:
        values = _read(folder)
        return str(values["identifier"]), str(values["package_digest"])
    except (OSError, ValueError, KeyError):
        return None


def known_parcel(folder: Path, source: PackageSource) -> Parcel:
    """Return the parcel in a folder.

    Args:
        folder: that it was published in.
        source: of the package, which is what it was then.

    Raises:
        ValueError: it is not what it was when it was written, or is of another edition.
        ListDamagedError: its list is not.
        OSError: it cannot be read.
    """
    values = _read(folder)
    try:
        record = ParcelRecord(
            **{
                **values,
                "packaging": Packaging(values["packaging"]),
                "bag_info": tuple((str(label), str(value)) for label, value in values["bag_info"]),
                "made": tuple(values["made"]) if values["made"] else None,
            }
        )
    except (TypeError, KeyError) as error:
        raise ValueError(f"{folder} is of another edition") from error
    if record.made and file_facts(folder / record.made[0]) != record.made[1]:
        raise ValueError(f"{record.made[0]} is not what was written")
    bag = source.folder or folder / BAG / record.name
    descriptions = PackagedDescriptions(folder / DOCUMENTS, record.documents, bag)
    return Parcel(
        identifier=record.identifier,
        name=record.name,
        package_digest=record.package_digest,
        packaging=record.packaging,
        files=FileList(folder / LIST, record.list_sha256),
        bag=bag,
        bag_info=labels_of(record.bag_info),
        description=package_description(bag, descriptions),
        descriptions=descriptions,
    )


def _read(folder: Path) -> dict[str, Any]:
    with (folder / RECORD).open("rb") as file:
        values = json.loads(file.read(_LARGEST))
    if not isinstance(values, dict):
        raise ValueError(f"{folder / RECORD} is no record of a parcel")  # noqa: TRY004 - as any other fault of the file
    return values
