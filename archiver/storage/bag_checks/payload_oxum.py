"""Payload-Oxum: how many bytes and files the payload should have (RFC 8493 section 2.2.2)."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity, VerifyLevel
from archiver.standards.bagit import PAYLOAD_PREFIX, parse_payload_oxum
from archiver.standards.names import printable
from archiver.storage.bag_checks.opened import OpenBag


def check_payload_oxum(bag: OpenBag, level: VerifyLevel) -> Iterator[Finding]:
    """Check that Payload-Oxum is there at most once, well formed and true; the fast level rests on it."""
    values = bag.info.values("Payload-Oxum") if bag.info else ()
    if not values and level == "fast":
        yield Finding(
            severity=Severity.WARNING,
            code="bag-oxum-absent",
            file=bag.info_file,
            message=f"{bag.info_file} states no Payload-Oxum: the fast level could not check the size of the payload.",
            fix="Verify with the full level.",
        )
    if len(values) > 1:
        yield Finding(
            # RFC 8493 section 2.2.2: MUST NOT be present more than once
            severity=bag.severity(),
            code="bag-oxum-repeated",
            file=bag.info_file,
            message=f"{bag.info_file} states Payload-Oxum {len(values)} times.",
            fix="Keep the one that is true.",
        )
    for value in values:
        yield from _check_value(bag, value)


def _check_value(bag: OpenBag, value: str) -> Iterator[Finding]:
    stated = parse_payload_oxum(value)
    if stated is None:
        yield Finding(
            severity=Severity.ERROR,
            code="bag-oxum-invalid",
            file=bag.info_file,
            message=f"{bag.info_file}: the Payload-Oxum {printable(value[:60])!r} is not of the form BYTES.FILES.",
            fix="Write the number of bytes, a dot and the number of files of the payload.",
        )
        return
    if any(path == "data" or path.startswith(PAYLOAD_PREFIX) for path in bag.listing.blocked):
        return  # What could not be looked into cannot be counted, and has a finding of its own.
    seen = payload_size(bag)
    if stated != seen:
        yield Finding(
            severity=Severity.ERROR,
            code="bag-oxum-mismatch",
            file=bag.info_file,
            message=f"{bag.info_file}: Payload-Oxum states {stated[0]} bytes in {stated[1]} files; "
            f"there are {seen[0]} bytes in {seen[1]} files.",
            fix="See the other findings for what is missing, extra or damaged; the full level names every file.",
        )


def payload_size(bag: OpenBag) -> tuple[int, int]:
    """Return the bytes and the number of the regular files below ``data/``."""
    files = bag.listing.files
    return files.payload_bytes, len(files.payload)
