"""A bag against the BagIt profiles it must keep to. What they find says nothing of the bag's validity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archiver.model import Finding
from archiver.standards.bagit_profiles import BagDescription, BagProfile, check_bag
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_checks.report import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Conformance:
    """What checking a bag against profiles found."""

    conforms: bool | None
    """None when there was no profile, or when something that a profile speaks of could not be read."""

    findings: tuple[Finding, ...]


def check_profiles(bag: OpenBag, profiles: Sequence[BagProfile], serialization: frozenset[str] | None) -> Conformance:
    """Check an open bag against each profile in full.

    Args:
        bag: read, its files matched with its manifests.
        profiles: as given; a bag may keep to several.
        serialization: media types that its archive goes by; None for a folder.
    """
    if not profiles:
        return Conformance(conforms=None, findings=())
    report = Report()
    description = _description(bag, serialization)
    for profile in profiles:
        report.extend(check_bag(profile, description))
    # What could not be read has a finding of its own, and nothing can be said of it here.
    unknown = description.labels is None or "bagit.txt" in bag.unreadable
    return Conformance(conforms=False if report.any_error else None if unknown else True, findings=report.findings())


def _description(bag: OpenBag, serialization: frozenset[str] | None) -> BagDescription:
    labels = bag.info.fields if bag.info else ()
    return BagDescription(
        version=bag.declaration.version,
        labels=None if bag.info_file in bag.unreadable or bag.info_file in bag.listing.blocked else labels,
        info_file=bag.info_file,
        manifests=[manifest.algorithm for manifest in bag.group(payload=True)],
        tag_manifests=[manifest.algorithm for manifest in bag.group(payload=False)],
        files=bag.listing.files,
        fetch=bag.fetch.keys() if "fetch.txt" in bag.listing.files else None,
        serialization=serialization,
    )
