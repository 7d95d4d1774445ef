"""What is wrong in a metadata folder, found without building anything and without opening a document.

It says what :mod:`archiver.steps.building.running` would say about descriptions, and nothing about documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archiver.config import Configuration
from archiver.describe import check_statements, merge, read_metadata
from archiver.describe.finding_places import place_of
from archiver.errors import UsageError
from archiver.model import Finding, SourceItem
from archiver.standards.dctap import RecordProfile
from archiver.steps.identifiers import identifiers_repeated
from archiver.steps.received.checksums import received_checksums
from archiver.steps.received.records import received_records
from archiver.steps.record_profiles import check_records
from archiver.steps.results import finding_json
from archiver.storage.scan import Bundle, Scan, scan_source


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataQuestion:
    """What is to be checked."""

    source: Path
    metadata: Path
    configuration: Configuration
    profile: RecordProfile
    """What records are judged by."""

    bundle: Bundle = "item"


@dataclass(slots=True, kw_only=True)
class MetadataCheck:
    """A check under way: its counts are whole when its findings have been read to their end."""

    documents: int
    folders: int
    """Those that are items."""

    findings: Iterator[Finding]
    """Each once; first what is about the folder and its files as wholes, then item by item."""

    described: int = 0
    """Documents and folders of which a person stated anything."""


def check_metadata(question: MetadataQuestion) -> MetadataCheck:
    """Prepare the check; it is done while its findings are read.

    Raises:
        UsageError: the source or the metadata folder is not there.
    """
    if not question.metadata.is_dir():
        raise UsageError(f"there is no metadata folder {question.metadata}: name another with --metadata")
    scan = scan_source(question.source, question.bundle)
    check = MetadataCheck(
        documents=sum(len(item.documents) for item in scan.items),
        folders=sum(item.compound for item in scan.items),
        findings=iter(()),
    )
    check.findings = _once(_findings(question, scan, check))
    return check


def placed_json(finding: Finding) -> dict[str, Any]:
    """Return one finding with its place: the JSON of ``archiver metadata check``."""
    place = place_of(finding)
    placed = {"sheet": place.sheet, "row": place.row, "column": place.column, "line": place.line}
    said = finding_json(finding)
    return {"file": said.pop("file"), **placed, **said}


def _findings(question: MetadataQuestion, scan: Scan, check: MetadataCheck) -> Iterator[Finding]:
    known = [path for item in scan.items for path in _paths(item) if path]
    metadata = read_metadata(question.metadata, known)
    yield from metadata.findings
    yield from metadata.unmatched(known)
    documents = [document.path for item in scan.items for document in item.documents]
    yield from received_checksums(question.metadata, metadata.reserved, question.source, documents).findings
    yield from received_records(question.metadata, metadata.reserved, scan.items).findings
    documents = [document.path for item in scan.items for document in item.documents]
    yield from received_checksums(question.metadata, metadata.reserved, question.source, documents).findings
    yield from received_records(question.metadata, metadata.reserved, scan.items).findings
    yield from identifiers_repeated(scan.items, metadata, question.configuration.namespace).values()
    for item in scan.items:
        records = {}
        for path in _paths(item):
            supplied = metadata.supplied(path)
            yield from supplied.findings
            check.described += bool(supplied.statements)
            checked = check_statements(supplied.statements)
            yield from checked.findings
            records[path] = merge([checked.statements])
        yield from check_records(item, records, question.profile)


def _paths(item: SourceItem) -> list[str]:
    return list(dict.fromkeys([item.path, *(document.path for document in item.documents)]))


def _once(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Leave out repeats: a bad value in a folder's description is met again at every document below it."""
    seen: set[int] = set()  # hashes: a sheet of a million bad rows must not be held whole
    for finding in findings:
        mark = hash((finding.code, finding.message))
        if mark not in seen:
            seen.add(mark)
            yield finding
