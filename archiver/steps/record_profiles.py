"""Reads the profile that records are judged by, and judges an item's records. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path

from archiver.config import RECORD_PROFILES
from archiver.describe.profile_checking import check_record
from archiver.errors import UsageError
from archiver.model import Description, Finding, SourceItem
from archiver.standards.dctap import LARGEST, RecordProfile, RecordProfileReading, parse_dctap
from archiver.standards.names import printable


def read_record_profile(name: str) -> RecordProfileReading:
    """Read a profile of records.

    Args:
        name: ``default`` or ``strict``, which come with the program, or the path of a DCTAP profile (CSV).

    Raises:
        UsageError: it cannot be read, or is no profile.
    """
    if name in RECORD_PROFILES:
        data = resources.files("archiver").joinpath("profiles", f"{name}.csv").read_bytes()
        return parse_dctap(data, name)
    path = Path(name)
    shown = printable(name)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:  # a NUL in the path is a ValueError
        cause = error.strerror if isinstance(error, OSError) else None
        known = " or ".join(RECORD_PROFILES)
        raise UsageError(f"cannot read the profile {shown}: {cause or error}; name a file, or {known}") from error
    return parse_dctap(data, path.name)


def check_records(
    item: SourceItem, records: Mapping[str, Description], profile: RecordProfile | None
) -> Iterator[Finding]:
    """Judge the records of one item.

    Args:
        item: a document, or a folder of documents.
        records: path of the item and of each document in it -> its record.
        profile: None asks for nothing.
    """
    if profile is None:
        return
    for path, record in records.items():
        is_item = path == item.path
        shape = profile.items if is_item else profile.parts
        if shape is not None:
            yield from check_record(record, shape, name=item.name if is_item else path, profile=profile.name)
