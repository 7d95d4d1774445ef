"""What every bag must have: ``data/`` and a payload manifest; and what its tag manifests must list."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.storage.bag_checks.opened import OpenBag


def check_structure(bag: OpenBag) -> Iterator[Finding]:
    """Check the required elements (RFC 8493 section 2.1) and the tag manifests' coverage (section 2.2.1)."""
    if not bag.listing.payload_folder and "data" not in bag.listing.blocked:
        yield Finding(
            severity=Severity.ERROR,
            code="bag-payload-folder-missing",
            file=None,
            message="There is no folder data/: the bag has no payload directory (RFC 8493 section 2.1.2).",
            fix="Restore data/ from another copy; an empty bag too needs the folder.",
        )
    if not bag.group(payload=True):
        yield Finding(
            severity=Severity.ERROR,
            code="bag-manifest-missing",
            file=None,
            message="There is no payload manifest (manifest-ALGORITHM.txt): no payload file can be checked.",
            fix="Restore the manifests from another copy of the bag; new ones could not show what has changed.",
        )
    tag_manifests = bag.group(payload=False)
    if not tag_manifests:
        yield Finding(
            severity=Severity.INFO,
            code="bag-tag-manifest-absent",
            file=None,
            message="There is no tag manifest: changes to the manifests and to the bag's metadata cannot be noticed.",
            fix="Add tagmanifest-sha512.txt when the bag is next made anew.",
        )
    for tag_manifest in tag_manifests:
        for manifest in bag.group(payload=True):
            if manifest.file not in tag_manifest.entries and tag_manifest.file not in bag.unreadable:
                # RFC 8493 section 2.2.1: each tag manifest MUST list every payload manifest
                yield Finding(
                    severity=bag.severity(),
                    code="bag-tag-manifest-incomplete",
                    file=tag_manifest.file,
                    message=f"{tag_manifest.file} does not list {manifest.file}: a change to it cannot be noticed.",
                    fix=f"Add the digest of {manifest.file}, after comparing it with another copy.",
                )
