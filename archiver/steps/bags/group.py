"""Several bags of one source, none with a larger payload than asked for: a Bag-Group (RFC 8493 section 2.2.2).

They lie in one folder, which gets its name by one rename: there are all of them, each proven, or none.
"""

from __future__ import annotations

import dataclasses
import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path

from archiver.errors import UsageError
from archiver.model import Finding
from archiver.standards.names import printable
from archiver.steps.bags.archive import archive_destination
from archiver.steps.bags.labels import COMPUTED, Labels, recomputed
from archiver.steps.bags.making import (
    BagResult,
    BagSettings,
    any_error,
    bag_result,
    bytes_told,
    check_places,
    fill_bag,
    findings_of,
    see_source,
    with_profiles,
)
from archiver.steps.bags.source import BagSource
from archiver.steps.bags.space import check_space
from archiver.steps.bags.split import group_names, split
from archiver.steps.progress import StepProgress, capped
from archiver.steps.publishing import Proof
from archiver.storage.durable import fsync_folder, publish, staging_area
from archiver.storage.serialized.archive import split_extension
from archiver.storage.source_files import Progress

_IDENTIFIER = "bag-group-identifier"
_COUNT = "bag-count"


def make_group(settings: BagSettings, limit: int, progress: StepProgress) -> tuple[BagResult, ...]:
    """Make the bags of a group; what the source or the disk has against one of them is a finding of its result.

    Args:
        settings: of each bag; the destination is the new folder that all of them lie in.
        limit: bytes of payload that a bag may have.
        progress: told of bytes copied and read back.

    Returns:
        One result a bag, in order; all are ``bagged``, or all ``failed``. One alone, on the destination, where the
        source has an error.

    Raises:
        UsageError: the source is no folder, or the destination exists, lies inside the source, or cannot be named.
    """
    check_places(settings)
    _check_name(settings.destination)
    source = see_source(settings)
    findings = [*settings.profile_findings, *recomputed(settings.labels, COMPUTED | {_COUNT}), *source.findings]
    if any_error(findings):
        return (bag_result(settings, source, findings, None),)
    bags = _bags(settings, dataclasses.replace(source, findings=tuple(findings)), limit)
    if any(any_error(files.findings) for _, files in bags):
        return tuple(_results(bags, (), ()))
    proofs: list[Proof] = []
    total = bytes_told(settings, source)
    progress.begin(total)
    told = capped(progress, total)
    faults = findings_of(lambda: _make(settings, source, bags, proofs, told), settings, source)
    return tuple(_results(bags, proofs, faults))


def _make(
    settings: BagSettings,
    source: BagSource,
    bags: Sequence[tuple[BagSettings, BagSource]],
    proofs: list[Proof],
    progress: Progress,
) -> None:
    check_space(settings, source)
    with staging_area(settings.destination.parent) as staging:
        root = staging / "bags"
        root.mkdir()
        for bag, files in bags:
            proofs.append(fill_bag(bag, files, root / bag.destination.name, progress))
        fsync_folder(root)
        publish(root, settings.destination)


def _results(
    bags: Sequence[tuple[BagSettings, BagSource]], proofs: Sequence[Proof], faults: Sequence[Finding]
) -> list[BagResult]:
    results = []
    for number, (settings, source) in enumerate(bags):
        proof = proofs[number] if number < len(proofs) else None
        # Where one bag failed, it is the first that was not proven; where publishing did, the last.
        failed = faults if number == min(len(proofs), len(bags) - 1) else ()
        results.append(bag_result(settings, source, [*source.findings, *failed], None if faults else proof))
    return results


def _bags(settings: BagSettings, source: BagSource, limit: int) -> list[tuple[BagSettings, BagSource]]:
    parts = split(source, limit)
    bags = []
    for number, name in enumerate(group_names(settings.destination.name, len(parts)), start=1):
        place = archive_destination(settings.destination / name, settings.serialization)[0]
        labels = _labels(settings, source, f"{number} of {len(parts)}")
        part = parts[number - 1]
        bag, found = with_profiles(dataclasses.replace(settings, destination=place, labels=labels), part)
        bags.append((bag, dataclasses.replace(part, findings=(*part.findings, *found))))
    return bags


def _labels(settings: BagSettings, source: BagSource, count: str) -> Labels:
    # RFC 8493 section 2.2.2: Bag-Group-Identifier and Bag-Count
    given = tuple((label, value) for label, value in settings.labels if label.lower() != _COUNT)
    if not any(label.lower() == _IDENTIFIER for label, _ in given):
        given += (("Bag-Group-Identifier", _identifier(settings, source)),)
    return (*given, ("Bag-Count", count))


def _identifier(settings: BagSettings, source: BagSource) -> str:
    """Return an identifier in the archive's own namespace that the same folder with the same files gets again."""
    listing = "".join(f"{size} {path}\0" for path, size in sorted(source.payload.items()))
    name = f"bag-group:{settings.destination.name}:{hashlib.sha256(listing.encode()).hexdigest()}"
    return uuid.uuid5(settings.configuration.namespace, name).urn


def _check_name(destination: Path) -> None:
    stem, form = split_extension(destination.name)
    if form is not None:
        raise UsageError(
            f"with --split-size {printable(str(destination))} is a folder of bags: name it {printable(stem)}, and ask "
            f"for archives in it with --serialization {form}"
        )
