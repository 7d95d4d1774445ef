"""What the records of a package state, read back: from values.json, or from Dublin Core records where there is none.

Only what people stated is given where that is known. Nothing is verified here, and nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from archiver.describe.metadata_files import UnreadableError, open_regular, read_bounded
from archiver.errors import ArchiverError
from archiver.model import KeptValue, SourceKind, Statement, ValueSource
from archiver.standards.dublin_core import parse_dcterms_xml
from archiver.standards.values_record import LONGEST_RECORD, ValuesSyntaxError, read_values
from archiver.standards.xml import XmlSyntaxError
from archiver.steps import naming
from archiver.storage.existing_packages import ExistingPackage

_STATED = frozenset({SourceKind.SIDECAR, SourceKind.SHEET, SourceKind.FOLDER, SourceKind.COLLECTION})
_LARGEST_DC = 32 << 20


class PackageUnreadableError(ArchiverError):
    """The records of a package cannot be read; the message says which file and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedRecord:
    """What was stated of one document, or of a compound item."""

    path: str
    """In the item; empty for a compound item itself."""

    statements: tuple[Statement, ...]
    other: tuple[KeptValue, ...] = ()


def has_sources(package: ExistingPackage) -> bool:
    """Tell whether a package says where its values came from."""
    return os.path.lexists(package.folder / "data" / naming.VALUES)


def stated_records(package: ExistingPackage) -> Iterator[StatedRecord]:
    """Yield what was stated, record by record, a compound item's own first.

    Raises:
        PackageUnreadableError: a record is missing, cannot be read, or is none.
    """
    return _from_values(package) if has_sources(package) else _from_dublin_core(package)


def _from_values(package: ExistingPackage) -> Iterator[StatedRecord]:
    try:
        with open_regular(package.folder / "data" / naming.VALUES) as file:
            for record in read_values(iter(lambda: file.readline(LONGEST_RECORD + 2), b"")):
                yield StatedRecord(
                    path=record.path,
                    statements=tuple(one for one in record.values if one.source.kind in _STATED),
                    other=tuple(one for one in record.other if one.source.kind in _STATED),
                )
    except (UnreadableError, ValuesSyntaxError) as error:
        raise PackageUnreadableError(f"data/{naming.VALUES}: {error}") from error


def _from_dublin_core(package: ExistingPackage) -> Iterator[StatedRecord]:
    """Read the records that hold no sources: what a build adds of itself is left out as far as it can be told."""
    data = package.folder / "data"
    whole = data / naming.ITEM_DESCRIPTION
    if os.path.lexists(whole):
        yield StatedRecord(path="", statements=_read_dublin_core(whole, package))
    for inner in _documents(data / naming.ORIGINALS):
        yield StatedRecord(path=inner, statements=_read_dublin_core(data / naming.record_path(inner), package))


def _documents(originals: Path) -> Iterator[str]:
    found = []
    for folder, _, names in os.walk(originals):
        below = Path(folder).relative_to(originals).as_posix()
        found += [name if below == "." else f"{below}/{name}" for name in names]
    return iter(sorted(found, key=os.fsencode))


def _read_dublin_core(file: Path, package: ExistingPackage) -> tuple[Statement, ...]:
    place = file.relative_to(package.folder).as_posix()
    source = ValueSource(kind=SourceKind.SIDECAR, place=place)
    try:
        values = parse_dcterms_xml(read_bounded(file, _LARGEST_DC))
    except (UnreadableError, XmlSyntaxError) as error:
        raise PackageUnreadableError(f"{place}: {error}") from error
    return tuple(
        Statement(term=one.term, text=one.text, language=one.language, scheme=one.scheme, source=source)
        for one in values
        if one.text.strip() and not _is_added(one.term, one.text, one.scheme, package.identifier)
    )


def _is_added(term: str, text: str, scheme: str | None, identifier: str) -> bool:
    """Tell whether a build added a value: its identifier, the media type, a title in square brackets."""
    supplied = term == "title" and text.startswith("[") and text.endswith("]")
    return text == identifier or supplied or (term == "format" and scheme == "IMT")
