"""What verifying a bag comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from archiver.model import Finding

VerifyLevel = Literal["full", "fast", "complete"]
"""``full``: every digest; ``complete``: every listed file is there and nothing else; ``fast``: complete structure with
Payload-Oxum alone for the payload."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagVerdict:
    """What verifying one bag found."""

    path: str
    valid: bool | None
    """None when the level asked for does not re-hash, so that validity was not established."""

    complete: bool
    bagit_version: str | None
    algorithms: tuple[str, ...]
    """Of the payload manifests, sorted."""

    files: int
    """Payload files seen."""

    bytes: int
    """Payload bytes seen."""

    findings: tuple[Finding, ...]

    conforms: bool | None = None
    """Whether it keeps to every profile it was checked against; None when there was none, or when not all could be
    checked. A bag may be valid and break a profile."""
