"""Descriptions of an item and its documents, joined from what people wrote, what is embedded and what is inferred."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from archiver.describe import Metadata, check_statements, embedded, infer, infer_item, merge
from archiver.describe.embedded import member_of
from archiver.model import (
    Description,
    Finding,
    FormatIdentity,
    KeptValue,
    SourceItem,
    Statement,
)
from archiver.standards.names import printable
from archiver.steps.building.properties import DocumentProperties, Properties, PropertyTicket
from archiver.steps.building.records.relations import Whole, document_relations, item_relations

_LARGEST_READ = 8 << 20
"""Bytes of a document beyond which nothing is inferred from its content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemDescriptions:
    """The records of one item."""

    item: Description
    documents: Mapping[str, Description]
    """Document path in the source -> its record."""

    other: Mapping[str, tuple[KeptValue, ...]]
    """Path in the source, of a document or the item -> what was stated of it and fits no DCMI term."""

    findings: tuple[Finding, ...]
    """Values that broke a rule; they are kept as plain text."""


def supplied_statements(item: SourceItem, metadata: Metadata) -> dict[str, tuple[Statement, ...]]:
    """Return what people wrote about the item and each document: path -> statements."""
    return {path: metadata.supplied(path).statements for path in _paths(item)}


def supplied_others(item: SourceItem, metadata: Metadata) -> dict[str, tuple[KeptValue, ...]]:
    """Return what people wrote and no DCMI term understands: path -> values, for the paths that have any."""
    kept = {path: metadata.supplied(path).kept for path in _paths(item)}
    return {path: values for path, values in kept.items() if values}


def supplied_findings(item: SourceItem, metadata: Metadata) -> tuple[Finding, ...]:
    """Return what is wrong with the sidecars and rows that name the item or its documents."""
    found = [finding for path in _paths(item) for finding in metadata.supplied(path).findings]
    return tuple(dict.fromkeys(found))


def describe_item(
    item: SourceItem,
    metadata: Metadata,
    data: Path,
    documents: Mapping[str, tuple[str, FormatIdentity]],
    whole: Whole,
    properties: DocumentProperties | None = None,
) -> ItemDescriptions:
    """Describe an item whose documents lie in staging.

    Args:
        item: as scanned.
        metadata: what people wrote.
        data: staging folder the packaged paths start from.
        documents: source path -> (packaged path, format).
        whole: the package being made, which the records name and are parts of.
        properties: reads what documents say of themselves; None: only that of HTML is read.

    Raises:
        OSError: a staged document cannot be read back.
    """
    findings: dict[Finding, None] = {}
    records = {}
    asked = _asked(data, documents, properties)
    for path, (packaged, identity) in documents.items():
        content = _content(data / packaged)
        own_words = asked[path].result() if path in asked else Properties()
        findings.update(dict.fromkeys(own_words.findings))
        stated_within = (*embedded(content, identity.media_type), *own_words.statements)
        stronger = [metadata.supplied(path).statements, stated_within]
        checked = _checked(stronger, findings)
        stated = {one.term for group in checked for one in group if one.text.strip()}
        own = (
            document_relations(item, path, metadata, whole) if item.compound else item_relations(item, metadata, whole)
        )
        weaker = [infer(path, content, identity.media_type, stated=stated)]
        records[path] = merge([*checked, *_checked(weaker, findings), own])
    if item.compound:
        about = metadata.supplied(item.path).statements
        stated_or_inferred = _checked([about, infer_item(item.name)], findings)
        record = merge([*stated_or_inferred, item_relations(item, metadata, whole)])
    else:
        record = records[item.path]
    others = supplied_others(item, metadata)
    return ItemDescriptions(item=record, documents=records, other=others, findings=tuple(findings))


def _asked(
    data: Path, documents: Mapping[str, tuple[str, FormatIdentity]], properties: DocumentProperties | None
) -> dict[str, PropertyTicket]:
    """Begin to read what the documents say of themselves, while what was asked first is waited for."""
    if properties is None:
        return {}
    return {
        path: properties.ask(printable(path), data / packaged, identity.media_type)
        for path, (packaged, identity) in documents.items()
        if member_of(identity.media_type, path) is not None
    }


def _checked(groups: list[tuple[Statement, ...]], findings: dict[Finding, None]) -> list[tuple[Statement, ...]]:
    """Check each group before merging, so that a value that falls away leaves its place to a weaker source."""
    kept = []
    for group in groups:
        checked = check_statements(group)
        findings.update(dict.fromkeys(checked.findings))
        kept.append(checked.statements)
    return kept


def _paths(item: SourceItem) -> list[str]:
    return list(dict.fromkeys([item.path, *(document.path for document in item.documents)]))


def _content(file: Path) -> bytes | None:
    return file.read_bytes() if file.stat().st_size <= _LARGEST_READ else None
