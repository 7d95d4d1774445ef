"""Where one item comes from and goes to: the fixed facts its build starts from."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from archiver.config import Configuration
from archiver.model import SourceItem
from archiver.standards.bagit_profiles import BagProfile
from archiver.standards.dctap import RecordProfile
from archiver.standards.names import printable
from archiver.standards.package_profile import PACKAGE_PROFILE
from archiver.steps import naming
from archiver.steps.building.properties import DocumentProperties
from archiver.steps.received.checksums import ReceivedChecksums
from archiver.steps.received.records import ReceivedRecords
from archiver.storage.existing_packages import ExistingPackage
from archiver.storage.screening.contract import Screener


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPlace:
    """One item's source, destination and identity."""

    item: SourceItem
    source: Path
    destination: Path
    staging: Path
    """Folder of this run; the item makes its own below it."""

    identifier: str
    """``urn:uuid:...``"""

    slug: str
    """The folder name it would get if it had no package yet."""

    versions: tuple[ExistingPackage, ...]
    """Packages of this identifier that stand in the destination, oldest first."""

    configuration: Configuration
    now: datetime
    """Aware, UTC, whole seconds."""

    operator: str | None
    """The person responsible."""

    screener: Screener | None = None
    """What checks documents for viruses; None: nothing does."""

    properties: DocumentProperties | None = None
    """What reads the properties of documents but HTML; None: nothing does."""

    checksums: ReceivedChecksums = field(default_factory=ReceivedChecksums)
    """What came with the documents, of all items of the source."""

    records: ReceivedRecords = field(default_factory=ReceivedRecords)
    """PREMIS records and rights that came with the documents, of all items of the source."""

    asked_profiles: tuple[BagProfile, ...] = ()
    """BagIt profiles that the package must keep to, beside its own."""

    record_profile: RecordProfile | None = None
    """What the item's records are judged by; None: nothing is asked of them."""

    @property
    def profiles(self) -> tuple[BagProfile, ...]:
        """Every profile that the package must keep to."""
        return (PACKAGE_PROFILE, *self.asked_profiles)

    @property
    def name(self) -> str:
        """The item's path, fit for a message."""
        return printable(self.item.path or self.item.name)

    @property
    def next_version(self) -> int:
        """Number of the package that would be made now."""
        return self.versions[-1].version + 1 if self.versions else 1

    def folder(self) -> tuple[Path, str]:
        """Return the folder a new package would get now, and the slug its versions share."""
        slug = self.versions[-1].slug if self.versions else self.slug
        return naming.package_folder(self.destination, slug, self.identifier, self.next_version)
