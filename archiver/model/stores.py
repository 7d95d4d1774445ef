"""What stores, audits and repairs speak in: objects of an OCFL storage root, and what checking one found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from archiver.model import Finding


class FixityOutcome(StrEnum):
    """What re-reading one package's bytes against its manifests came to (design section 1)."""

    OK = "ok"
    DAMAGED = "damaged"
    """Bytes differ, or what is there is not what the inventory says."""

    MISSING = "missing"
    """The package, or a file of it, is not there, in a store that can be reached."""

    COULD_NOT_CHECK = "could-not-check"
    """The bytes could not be read at all: nothing is known of them, and nothing is claimed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FixityResult:
    """One fixity check of one stored package."""

    identifier: str
    """OCFL object identifier, such as ``urn:uuid:...``; for an object that cannot be read, the last one known."""

    path: str
    """Of the object's root from the storage root, ``/`` between segments."""

    version: str | None
    """Head version that was checked, such as ``v2``; None where that could not be read."""

    inventory_digest: str | None
    """Hexadecimal digest of the root inventory as it was read: names exactly what was checked."""

    outcome: FixityOutcome
    files: int
    """Content files that were read."""

    bytes: int
    """Bytes that were read of them."""

    started: datetime
    """With its zone."""

    ended: datetime
    findings: tuple[Finding, ...] = ()
    """Of an outcome other than ok, at least one says why; paths are from the object's root."""
