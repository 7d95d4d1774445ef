"""Compares a bag's tag manifests with a digest that was written down elsewhere, when the bag was made.

Whoever changes a bag can write every manifest in it anew; a digest kept in another place cannot be changed with it.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit import PAYLOAD_PREFIX
from archiver.standards.expected_digest import ExpectedDigest
from archiver.standards.names import printable
from archiver.storage.bag_checks.opened import Manifest, OpenBag


def check_expected(bag: OpenBag, expected: ExpectedDigest) -> Iterator[Finding]:
    """Check that a tag manifest is, byte for byte, the one whose digest is expected, and that it covers the bag.

    Args:
        bag: opened with the expected digest's algorithm among those that tag files are hashed with, its manifests
            matched with the names that are there.
        expected: the digest.
    """
    tag_manifests = bag.group(payload=False)
    for manifest in tag_manifests:
        if _digest(bag, manifest, expected) == expected.digest:
            yield from _not_covered(bag, manifest)
            return
    if tag_manifests:
        seen = "; ".join(_seen(bag, manifest, expected) for manifest in tag_manifests)
        message = f"No tag manifest has the expected digest {expected.digest.hex()[:16]}...: {seen}."
    else:
        message = (
            f"There is no tag manifest, so that none has the expected digest {expected.digest.hex()[:16]}...: "
            "any file of the bag may have been changed."
        )
    yield Finding(
        severity=Severity.ERROR,
        code="bag-tag-manifest-unexpected",
        file=None,
        message=message,
        fix="Check that the digest belongs to this bag. If it does, the bag was changed after the digest was written "
        "down: restore it from another copy.",
    )


def _not_covered(bag: OpenBag, expected: Manifest) -> Iterator[Finding]:
    """Name what the digest says nothing of: tag files that the expected tag manifest does not list."""
    payload_manifests = {manifest.file for manifest in bag.group(payload=True)}
    tag_manifests = {manifest.file for manifest in bag.group(payload=False)}
    for path in bag.listing.files:
        if path.startswith(PAYLOAD_PREFIX) or path in tag_manifests or path in expected.entries:
            continue
        # A payload manifest that came later can vouch for files that did: before BagIt 1.0 one manifest is enough.
        yield Finding(
            severity=Severity.ERROR if path in payload_manifests else Severity.WARNING,
            code="bag-tag-file-not-covered",
            file=printable(path),
            message=f"{printable(path)} is not listed in {expected.file}, whose digest is expected: it may have been "
            "changed or added since.",
            fix="Compare it with another copy of the bag.",
        )


def _digest(bag: OpenBag, manifest: Manifest, expected: ExpectedDigest) -> bytes | None:
    return bag.digests.get(manifest.file, {}).get(expected.algorithm_for(manifest.hash_name))


def _seen(bag: OpenBag, manifest: Manifest, expected: ExpectedDigest) -> str:
    digest = _digest(bag, manifest, expected)
    return f"{manifest.file} has {digest.hex()[:16]}..." if digest else f"{manifest.file} could not be read"
