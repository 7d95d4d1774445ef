"""The Dublin Core records of a package, read when somebody asks for one: a million documents take no memory."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from archiver.describe.metadata_files import UnreadableError, read_bounded
from archiver.model import Description, SourceKind, Statement, ValueSource
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.dublin_core import parse_dcterms_xml
from archiver.standards.xml import XmlSyntaxError
from archiver.steps import naming

_LARGEST = 4 << 20
_ORIGINALS = f"{PAYLOAD_PREFIX}{naming.ORIGINALS}/"


class PackagedDescriptions(Mapping[str, Description]):
    """Path of an original in the bag -> its record."""

    def __init__(self, documents: Path, count: int, bag: Path) -> None:
        """Take the list of documents that :func:`write_documents` wrote, and the folder with their records."""
        self._documents = documents
        self._count = count
        self._bag = bag

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        with self._documents.open("rb") as lines:
            for line in lines:
                yield json.loads(line)

    def __getitem__(self, original: str) -> Description:
        record = record_of(original)
        description = read_record(self._bag, record) if record else None
        if description is None:
            raise KeyError(original)
        return description


def record_of(original: str) -> str | None:
    """Return where the record of an original lies in its bag; None for what is no original of a built package."""
    if not original.startswith(_ORIGINALS):
        return None
    return PAYLOAD_PREFIX + naming.record_path(original.removeprefix(_ORIGINALS))


def read_record(bag: Path, path: str) -> Description | None:
    """Read one record of a bag; None where there is none that can be read."""
    try:
        data = read_bounded(bag / os.fsdecode(path.encode("utf-8", "surrogateescape")), _LARGEST)
    except UnreadableError:
        return None
    return parsed_record(data, path) if len(data) <= _LARGEST else None


def parsed_record(data: bytes, path: str) -> Description | None:
    """Return what a record says; None where it is none."""
    try:
        values = parse_dcterms_xml(data)
    except XmlSyntaxError:
        return None
    source = ValueSource(kind=SourceKind.SIDECAR, place=path)
    return Description(
        statements=tuple(
            Statement(term=one.term, text=one.text, language=one.language, scheme=one.scheme, source=source)
            for one in values
            if one.text.strip()
        )
    )


def write_documents(place: Path, paths: Mapping[str, object]) -> int:
    """Write down which files of a bag are originals with a record.

    Args:
        place: of the new list.
        paths: of the bag, in their order.

    Returns:
        How many there are.

    Raises:
        OSError: the disk refused.
    """
    count = 0
    with place.open("xb") as out:
        for path in paths:
            record = record_of(path)
            if record is not None and record in paths:
                out.write(json.dumps(path).encode() + b"\n")
                count += 1
        out.flush()
        os.fsync(out.fileno())
    return count


def package_description(bag: Path, descriptions: Mapping[str, Description]) -> Description | None:
    """Return the record of a package: its own, or that of its one document."""
    own = read_record(bag, PAYLOAD_PREFIX + naming.ITEM_DESCRIPTION)
    if own is None and len(descriptions) == 1:
        (only,) = descriptions
        return descriptions.get(only)
    return own
