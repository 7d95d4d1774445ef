"""A plain bag of any folder (RFC 8493), out of place: what goes in is copied, and the source is never written to.

Staging beside the destination is the only place written to until the last rename, which replaces nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from archiver.config import Configuration
from archiver.errors import ItemError, UsageError
from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles import BagProfile
from archiver.standards.names import is_utf8, printable
from archiver.steps.bags.archive import write_archive
from archiver.steps.bags.folder import Say, fill_folder, make_folder_bag
from archiver.steps.bags.holey import write_holey
from archiver.steps.bags.labels import Labels, bag_labels, recomputed
from archiver.steps.bags.profile import check_plan, labels_for_profiles
from archiver.steps.bags.source import BagSource, look_at
from archiver.steps.bags.space import check_space, disk_finding
from archiver.steps.places import check_new_folder, taken, why_absent
from archiver.steps.progress import StepProgress, capped
from archiver.steps.publishing import Proof
from archiver.steps.results import finding_json
from archiver.storage.durable import AlreadyPublishedError, publish, staging_area
from archiver.storage.serialized.archive import Serialization
from archiver.storage.source_files import Progress


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

    start_over: bool = False
    """Whether to throw away what an earlier run for the same destination left when it was killed (docs/adr/0011)."""

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


def _keep_quiet(_: str) -> None:
    """Say nothing to anybody."""


def make_bag(settings: BagSettings, progress: StepProgress, say: Say = _keep_quiet) -> BagResult:
    """Make one bag; what the source or the disk has against it is a finding of the result.

    Args:
        settings: what to bag, and where to.
        progress: told of bytes copied and read back.
        say: given sentences for the user while it is being made.

    Raises:
        UsageError: the source is no folder, the destination exists, lies inside the source, or cannot be named, or
            another run is making it just now.
    """
    check_places(settings)
    source = see_source(settings)
    findings = [*settings.profile_findings, *recomputed(settings.labels), *source.findings]
    settings, found = with_profiles(settings, source)
    findings += found
    proofs: list[Proof] = []
    if not any_error(findings):
        total = bytes_told(settings, source)
        progress.begin(total)
        told = capped(progress, total)
        findings += findings_of(lambda: proofs.append(_make(settings, source, told, say)), settings, source)
    return bag_result(settings, source, findings, proofs[0] if proofs else None)


def see_source(settings: BagSettings) -> BagSource:
    """Return what of the source goes into the bag, and what is awkward about it.

    Raises:
        UsageError: it is not there, is no folder, or cannot be listed.
    """
    return look_at(
        settings.source,
        keep_empty_folders=settings.keep_empty_folders,
        exclude_system_files=settings.exclude_system_files,
        portable=settings.portable,
    )


def bytes_told(settings: BagSettings, source: BagSource) -> int:
    """Return how many bytes the progress of a bag, or a group of them, is told of."""
    return source.bytes if settings.holey else 2 * source.bytes


def findings_of(work: Callable[[], None], settings: BagSettings, source: BagSource) -> tuple[Finding, ...]:
    """Do the work of making bags, and return what stopped it; nothing where nothing did.

    Raises:
        UsageError: something came to stand at the destination meanwhile.
    """
    try:
        work()
    except ItemError as error:
        return error.findings
    except AlreadyPublishedError as error:
        raise UsageError(taken(settings.destination)) from error
    except OSError as error:
        return (disk_finding(error, settings, source),)
    return ()


def bag_result(settings: BagSettings, source: BagSource, findings: Iterable[Finding], proof: Proof | None) -> BagResult:
    """Return what came of one bag; without a proof it failed."""
    return BagResult(
        path=settings.destination,
        status="failed" if proof is None else "bagged",
        files=len(source.payload),
        bytes=source.bytes,
        algorithms=settings.configuration.algorithms,
        findings=(*findings, *(proof.findings if proof else ())),
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


def with_profiles(settings: BagSettings, source: BagSource) -> tuple[BagSettings, tuple[Finding, ...]]:
    """Return the settings with the labels that the profiles add, and what would break a profile."""
    if not settings.profiles:
        return settings, ()
    stated = bag_labels(settings.labels, settings.configuration, settings.now, source.bytes)
    labels, findings = labels_for_profiles(settings.profiles, stated)
    settings = dataclasses.replace(settings, labels=(*settings.labels, *labels))
    return settings, (*findings, *check_plan(settings, source))


def _make(settings: BagSettings, source: BagSource, progress: Progress, say: Say) -> Proof:
    """Copy, seal, prove and publish; return what was noticed on the way and the second opinion."""
    if settings.serialization is None and settings.holey is None:
        return make_folder_bag(settings, source, progress, say)
    destination = settings.destination
    check_space(settings, source)
    with staging_area(destination.parent) as staging:
        staged = staging / ("bag" if settings.serialization is None else destination.name)
        proof = fill_bag(settings, source, staged, progress)
        publish(staged, destination)
    return proof


def fill_bag(settings: BagSettings, source: BagSource, staged: Path, progress: Progress) -> Proof:
    """Copy, seal and prove one bag in staging: a folder or an archive.

    Args:
        settings: of the bag.
        source: what goes in.
        staged: does not exist; an archive has the name that it is published with.
        progress: told of each byte copied and read back.

    Raises:
        ItemError: a document cannot be had, or what was read back is not what was written.
        OSError: the disk refused.
    """
    if settings.serialization is not None:
        return write_archive(settings, source, staged, progress)
    if settings.holey is not None:
        return write_holey(settings, settings.holey, source, staged, progress)
    return fill_folder(settings, source, staged, progress)


def any_error(findings: Iterable[Finding]) -> bool:
    """Tell whether anything is of severity error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def check_places(settings: BagSettings) -> None:
    """Check that a bag can be put where it is to be, and never inside the source.

    Raises:
        UsageError: it cannot.
    """
    if reason := why_absent(settings.source):
        raise UsageError(f"there is no folder {printable(str(settings.source))}: {reason}")
    shown = printable(str(settings.destination))
    if not is_utf8(str(settings.destination)):
        raise UsageError(f"the name {shown} is not UTF-8, which the tools that check bags need: name another place")
    if settings.holey and settings.serialization:
        raise UsageError(
            "--holey makes a folder, for files to be fetched into: leave --serialization out, or the extension of DEST"
        )
    check_new_folder(settings.destination, settings.source, "bag")
