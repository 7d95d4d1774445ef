"""Encrypted and signed documents are told of once: where a rendition's own finding says it with its consequence."""

from __future__ import annotations

from collections.abc import Sequence

from archiver.model import Finding

_SAID_BY = {
    "email-encrypted": "document-encrypted",
    "epub-encrypted": "document-encrypted",
    "office-encrypted": "document-encrypted",
    "pdf-encrypted": "document-encrypted",
    "pdf-signed": "document-signed",
}
"""Code of a renderer's finding -> the one it makes needless."""


def said_once(before: Sequence[Finding], added: Sequence[Finding]) -> list[Finding]:
    """Return the findings of an item with those of one rendition added.

    Args:
        before: of the item so far.
        added: of the rendition of one of its documents.
    """
    needless = {(finding.file, _SAID_BY[finding.code]) for finding in added if finding.code in _SAID_BY}
    return [*(finding for finding in before if (finding.file, finding.code) not in needless), *added]
