"""Which items are described with an identifier that an earlier item has: the two would become each other's versions."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from archiver.describe import Metadata
from archiver.model import Finding, Severity, SourceItem
from archiver.steps import naming


def item_identifier(item: SourceItem, metadata: Metadata, namespace: uuid.UUID) -> str:
    """Return the item's ``urn:uuid:``, as declared or as made from ``namespace`` and its path."""
    return naming.item_identifier(item, metadata.supplied(item.path).statements, namespace)


def identifiers_repeated(items: Iterable[SourceItem], metadata: Metadata, namespace: uuid.UUID) -> dict[str, Finding]:
    """Return path of an item -> the finding that refuses it; the first item of an identifier keeps it."""
    owners: dict[str, SourceItem] = {}
    refused = {}
    for item in items:
        identifier = item_identifier(item, metadata, namespace)
        owner = owners.setdefault(identifier, item)
        if owner is not item:
            refused[item.path] = _repeated(item, owner, identifier)
    return refused


def _repeated(item: SourceItem, owner: SourceItem, identifier: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="identifier-repeated",
        file=item.name,
        message=f"{item.name} and {owner.name} are both described with the identifier {identifier}; only {owner.name} "
        "is packaged under it.",
        fix="Give each its own identifier in its sidecar or row, or none: one is then made.",
    )
