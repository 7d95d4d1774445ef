"""A plain bag of any folder (RFC 8493), out of place: what goes in is copied, and the source is never written to.

Staging beside the destination is the only place written to until the last rename, which replaces nothing.
"""

from __future__ import annotations

import dataclasses
import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from archiver.config import Configuration
from archiver.errors import ItemError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles import BagProfile
from archiver.standards.names import is_utf8, printable
from archiver.steps.bag_archive import write_archive
from archiver.steps.bag_holey import write_holey
from archiver.steps.bag_labels import Labels, bag_labels, recomputed
from archiver.steps.bag_profile import check_plan, labels_for_profiles
from archiver.steps.bag_source import BagSource, look_at
from archiver.steps.disk_faults import disk_fault
from archiver.steps.payload_copy import copy_payload
from archiver.steps.places import check_new_folder, taken
from archiver.steps.publishing import Proof, cross_checked, read_back
from archiver.steps.results import finding_json
from archiver.storage.bag_writer import BagWriter
from archiver.storage.durable import AlreadyPublishedError, free_bytes, publish, staging_area
from archiver.storage.serialized.archive import Serialization
from archiver.storage.source_files import Progress

_LINE = 8
"""Bytes of a manifest's line beside the digest and the path: spaces, line end, ``data/``."""


class BagProgress(Protocol):
    """Hears how far a bag is. Called from one thread."""

    def begin(self, total: int) -> None:
        """``total`` bytes are to be copied and read back."""

    def advance(self, count: int) -> None:
        """``count`` more bytes are done; the sum never exceeds the total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagSettings:
    """Everything that making a bag needs to know; the clock comes in as ``now``."""

    source: Path
    destination: Path
    """The bag's own folder, or its archive; must not exist."""

    configuration: Configuration
    now: datetime
    """Aware, UTC, whole seconds."""

    labels: Labels = ()
    """For ``bag-info.txt``."""

    keep_empty_folders: bool = False
    exclude_system_files: bool = False
    portable: bool = False
    """Whether names that other systems do not keep are errors."""

    serialization: Serialization | None = None
    """None: a folder."""

    profiles: tuple[BagProfile, ...] = ()
    """BagIt profiles that the bag must keep to."""

    profile_findings: tuple[Finding, ...] = ()
    """What is to be said of the profiles themselves; an error among them means that no bag can be known to keep to
    them, and none is made."""

    cross_check: bool = False
    """Whether to ask bagit-python too (docs/adr/0010)."""

    holey: str | None = None
    """Address that the payload is to be fetched from; ends with a slash. None: the payload is copied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BagResult:
    """What came of it."""

    path: Path
    """The bag's folder, whether or not it came to be."""

    status: Literal["bagged", "failed"]
    files: int
    """Files of the payload; of a bag that failed, those that were to be in it."""

    bytes: int
    algorithms: tuple[str, ...]
    """As in hashlib."""

    findings: tuple[Finding, ...]
    serialization: Serialization | None = None
    """None: a folder."""

    second_opinion: str | None = None
    """``bagit-python 1.9.0: valid``; None where it was not asked for, or nothing was made."""


def make_bag(settings: BagSettings, progress: BagProgress) -> BagResult:
    """Make one bag; what the source or the disk has against it is a finding of the result.

    Args:
        settings: what to bag, and where to.
        progress: told of bytes copied and read back.

    Raises:
        UsageError: the source is no folder, or the destination exists, lies inside the source, or cannot be named.
    """
    _check_places(settings)
    source = look_at(
        settings.source,
        keep_empty_folders=settings.keep_empty_folders,
        exclude_system_files=settings.exclude_system_files,
        portable=settings.portable,
    )
    findings = [*settings.profile_findings, *recomputed(settings.labels), *source.findings]
    if settings.profiles:
        settings, found = _with_profiles(settings, source)
        findings += found
    proof = None
    if not _any_error(findings):
        total = source.bytes if settings.holey else 2 * source.bytes
        progress.begin(total)
        try:
            proof = _make(settings, source, _capped(progress, total))
            findings += proof.findings
        except ItemError as error:
            findings += error.findings
        except AlreadyPublishedError as error:
            raise UsageError(taken(settings.destination)) from error
        except OSError as error:
            findings.append(_disk_finding(error, settings, source))
    return BagResult(
        path=settings.destination,
        status="failed" if proof is None else "bagged",
        files=len(source.payload),
        bytes=source.bytes,
        algorithms=settings.configuration.algorithms,
        findings=tuple(findings),
        serialization=settings.serialization,
        second_opinion=proof.opinion if proof else None,
    )


def bag_json(result: BagResult) -> dict[str, Any]:
    """Return one result as ``archiver bag --json`` prints it."""
    return {
        "path": str(result.path),
        "status": result.status,
        "files": result.files,
        "bytes": result.bytes,
        "algorithms": list(result.algorithms),
        "serialization": result.serialization,
        "findings": [finding_json(finding) for finding in result.findings],
    }


def _with_profiles(settings: BagSettings, source: BagSource) -> tuple[BagSettings, tuple[Finding, ...]]:
    """Return the settings with the labels that the profiles add, and what would break a profile."""
    stated = bag_labels(settings.labels, settings.configuration, settings.now, source.bytes)
    labels, findings = labels_for_profiles(settings.profiles, stated)
    settings = dataclasses.replace(settings, labels=(*settings.labels, *labels))
    return settings, (*findings, *check_plan(settings, source))


def _make(settings: BagSettings, source: BagSource, progress: Progress) -> Proof:
    """Copy, seal, prove and publish; return what was noticed on the way and the second opinion."""
    destination = settings.destination
    _check_space(settings, source)
    with staging_area(destination.parent) as staging:
        staged = staging / ("bag" if settings.serialization is None else destination.name)
        proof = _fill(settings, source, staged, progress)
        publish(staged, destination)
    return proof


def _fill(settings: BagSettings, source: BagSource, staged: Path, progress: Progress) -> Proof:
    """Copy, seal and prove one bag in staging: a folder or an archive."""
    if settings.serialization is not None:
        return write_archive(settings, source, staged, progress)
    if settings.holey is not None:
        return write_holey(settings, settings.holey, source, staged, progress)
    return _fill_folder(settings, source, staged, progress)


def _fill_folder(settings: BagSettings, source: BagSource, root: Path, progress: Progress) -> Proof:
    root.mkdir()
    writer = BagWriter(root=root, algorithms=settings.configuration.algorithms, keep_times=True)
    copy_payload(writer, settings.source, source.documents, progress)
    for path in source.kept_files:
        writer.write(path, [])
    octets = sum(seen.size for seen in writer.payload.values())
    writer.seal(bag_labels(settings.labels, settings.configuration, settings.now, octets))
    name = printable(str(settings.destination))
    read_back(root, name, settings.profiles, progress)
    return cross_checked(root, name) if settings.cross_check else Proof()


def _capped(progress: BagProgress, total: int) -> Progress:
    """Return a listener that stops at ``total``: reading back counts the tag files too."""
    left = total

    def advance(count: int) -> None:
        nonlocal left
        progress.advance(min(count, left))
        left -= min(count, left)

    return advance


def _any_error(findings: Sequence[Finding]) -> bool:
    return any(finding.severity is Severity.ERROR for finding in findings)


# ---------------------------------------------------------------------- places


def _check_places(settings: BagSettings) -> None:
    shown = printable(str(settings.destination))
    if not is_utf8(str(settings.destination)):
        raise UsageError(f"the name {shown} is not UTF-8, which the tools that check bags need: name another place")
    if settings.holey and settings.serialization:
        raise UsageError("--holey makes a folder, into which files can be fetched: leave --serialization out")
    check_new_folder(settings.destination, settings.source, "bag")


def _check_space(settings: BagSettings, source: BagSource) -> None:
    needed, free = _bytes_to_write(settings, source), free_bytes(settings.destination.parent)
    if needed is not None and needed > free:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _bytes_to_write(settings: BagSettings, source: BagSource) -> int | None:
    """Return the bytes of the payload and its manifests; None where they are compressed, and nobody can know.

    Blocks that are not full are not counted, of a disk or of a tar.
    """
    if settings.serialization not in {None, "tar"}:
        return None
    payload = source.payload
    lines = sum(len(path.encode()) + _LINE for path in payload)
    longest = 2 * 64 * len(payload)  # SHA-512 in hexadecimal
    headers = 0 if settings.serialization is None else 512 * len(payload)
    # Of a holey bag, the lines of fetch.txt take the payload's place.
    copied = source.bytes if settings.holey is None else lines + len(settings.holey) * len(payload)
    return copied + headers + len(settings.configuration.algorithms) * (lines + longest)


# ---------------------------------------------------------------------- findings


def _disk_finding(error: OSError, settings: BagSettings, source: BagSource) -> Finding:
    name = printable(str(settings.destination))
    if os.path.lexists(settings.destination):  # the last fsync, of the folder it was published in, failed
        state = f"{name} stands whole, but it is not sure that it outlives a power cut"
    else:
        state = f"{name} was not made"
    return disk_fault(error, settings.destination.parent, state, _bytes_to_write(settings, source))
