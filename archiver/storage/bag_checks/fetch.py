"""``fetch.txt``: every file to be fetched must be listed, and a file that is there must have the size it states.

Fetches nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.names import printable
from archiver.storage.bag_checks.opened import OpenBag


def check_fetch(bag: OpenBag) -> Iterator[Finding]:
    """Check the entries of ``fetch.txt`` against the manifests and the files (RFC 8493 section 2.2.3)."""
    payload = [manifest for manifest in bag.group(payload=True) if manifest.file not in bag.unreadable]
    for path, entry in bag.fetch.items():
        name = printable(path)
        without = [manifest.file for manifest in payload if path not in manifest.entries]
        # RFC 8493 section 2.2.3: every file listed MUST be listed in every payload manifest
        if without and (bag.strict or len(without) == len(payload)):
            yield Finding(
                severity=Severity.ERROR,
                code="bag-fetch-unlisted",
                file="fetch.txt",
                message=f"fetch.txt, line {entry.line}: {name} is not listed in {' and '.join(without)}: "
                "what is fetched could not be checked.",
                fix="Add its digest to every payload manifest, or delete the line.",
            )
        size = bag.listing.files.get(path)
        if size is not None and entry.size is not None and size != entry.size:
            yield Finding(
                severity=Severity.WARNING,
                code="bag-fetch-size",
                file="fetch.txt",
                message=f"fetch.txt, line {entry.line}: {name} should have {entry.size} bytes and has {size}.",
                fix="If its digest is right, correct the line; if not, fetch the file again.",
            )
