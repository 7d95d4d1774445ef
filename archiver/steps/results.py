"""What a build returns for each item, and its JSON: the contract of design section 6."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from archiver.model import Check, Finding, RenditionStatus, Severity

ItemStatus = Literal["built", "current", "failed", "planned"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionResult:
    """What came of rendering one document."""

    path: str | None
    """From the package's folder; None when there is no rendition."""

    flavour: str | None
    status: RenditionStatus
    validated: bool | None
    """True only when a validator ran and passed; None when none ran."""

    checks: tuple[Check, ...] = ()
    """All that ran on it or were to run, with what each saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """One document of an item."""

    source: str
    """From the source folder."""

    puid: str | None
    media_type: str | None
    bytes: int
    rendition: RenditionResult
    render_seconds: float = 0.0
    """Inside the layout engine; for measuring, not part of the JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemResult:
    """One item of a build."""

    item: str
    package: Path | None
    """The package's folder; None when there is none."""

    identifier: str | None
    status: ItemStatus
    documents: tuple[DocumentResult, ...] = ()
    findings: tuple[Finding, ...] = ()
    second_opinion: str | None = None
    """What bagit-python said: ``bagit-python 1.9.0: valid``; None when there was nothing to judge."""

    plan: tuple[tuple[str, int | None], ...] = ()
    """Dry run: (path in the package, bytes or None where only building can tell)."""

    disk_needed: int = 0
    """Dry run: bytes to keep free, an upper estimate."""

    @property
    def has_errors(self) -> bool:
        """True when a finding of severity error stands against the item."""
        return any(finding.severity is Severity.ERROR for finding in self.findings)


def finding_json(finding: Finding) -> dict[str, Any]:
    """Return one finding as design section 6 words it."""
    return {
        "severity": finding.severity.value,
        "code": finding.code,
        "file": finding.file,
        "message": finding.message,
        "fix": finding.fix,
    }


def item_json(result: ItemResult) -> dict[str, Any]:
    """Return one item as design section 6 words it."""
    return {
        "item": result.item,
        "package": str(result.package) if result.package else None,
        "identifier": result.identifier,
        "status": result.status,
        "documents": [_document_json(document) for document in result.documents],
        "findings": [finding_json(finding) for finding in result.findings],
    }


def _document_json(document: DocumentResult) -> dict[str, Any]:
    return {
        "source": document.source,
        "puid": document.puid,
        "media_type": document.media_type,
        "bytes": document.bytes,
        "rendition": {
            "path": document.rendition.path,
            "flavour": document.rendition.flavour,
            "status": document.rendition.status,
            "validated": document.rendition.validated,
            "checks": [dataclasses.asdict(check) for check in document.rendition.checks],
        },
    }
