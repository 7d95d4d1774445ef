"""Verifies one bag: runs every rule over it and says what was found, all of it.

Reads each byte once and writes nothing. A bag is a folder or lies in an archive, each behind a
:class:`~archiver.storage.bag_checks.container.BagContainer`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.model import BagVerdict, Finding, Severity, VerifyLevel
from archiver.standards.bagit_profiles import BagProfile, media_types
from archiver.standards.expected_digest import ExpectedDigest
from archiver.standards.names import printable
from archiver.storage.archives.limits import RefusedArchiveError
from archiver.storage.archives.opening import compressed_bytes, is_archive, open_archive
from archiver.storage.bag_checks.awkward_names import check_names
from archiver.storage.bag_checks.container import BagContainer, Progress
from archiver.storage.bag_checks.expected import check_expected
from archiver.storage.bag_checks.fetch import check_fetch
from archiver.storage.bag_checks.fixity import check_fixity
from archiver.storage.bag_checks.folder import FolderBag
from archiver.storage.bag_checks.opened import OpenBag
from archiver.storage.bag_checks.payload_oxum import check_payload_oxum, payload_size
from archiver.storage.bag_checks.presence import check_presence
from archiver.storage.bag_checks.profile import check_profiles
from archiver.storage.bag_checks.report import Report
from archiver.storage.bag_checks.structure import check_structure
from archiver.storage.bag_checks.tag_files import open_bag, payload_algorithms
from archiver.storage.bag_checks.unfinished import check_unfinished
from archiver.storage.digesting.crew import Crew


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What one bag is to be checked for."""

    path: Path
    level: VerifyLevel
    profiles: Sequence[BagProfile]
    expected: ExpectedDigest | None
    payload: Collection[str]
    opened: Callable[[OpenBag], None] | None


def verify_bag(  # noqa: PLR0913 - keywords, each asking for one thing
    path: Path,
    level: VerifyLevel = "full",
    *,
    profiles: Sequence[BagProfile] = (),
    progress: Progress | None = None,
    wrap: Callable[[BagContainer], BagContainer] | None = None,
    opened: Callable[[OpenBag], None] | None = None,
    expected: ExpectedDigest | None = None,
    payload: Collection[str] = (),
    workers: int = 1,
) -> BagVerdict:
    """Verify a bag by the rules of the BagIt version it declares (RFC 8493, drafts 0.93 to 0.97).

    Args:
        path: the bag's folder, or a ``.tar``, ``.tar.gz``, ``.tar.zst`` or ``.zip`` with the bag in it, read in place.
        level: ``full`` re-computes every digest; ``fast`` those of the tag files, with Payload-Oxum for the payload;
            ``complete`` none. All check the structure, the names and that what is listed is there.
        profiles: BagIt profiles that it must keep to, each in full at every level.
        progress: called with the number of bytes read since its last call.
        wrap: takes the opened bag and returns what is read in its place, such as one that copies what passes.
        opened: given the bag once its tag files are read, and before its payload is; what it raises ends the work.
        expected: what a tag manifest must hash to, as somebody wrote it down elsewhere.
        payload: payload files, ``data/`` included, whose digests are re-computed at the level ``fast`` too.
        workers: processes that read a large bag's payload, if nothing wraps it and it is no compressed tar, which can
            only be read from front to back. They are forked, so that there are none while this process has other
            threads; the verdict is the same with any number.

    Returns:
        The verdict. ``valid`` is False as soon as there is an error, True only when every digest was re-computed, else
        None. Nothing is raised for what the bag holds.
    """
    try:
        crew = Crew(workers if level == "full" and wrap is None else 1)
        with crew, opened_container(path, level, progress, crew) as (container, told):
            if not container.has("bagit.txt"):
                return _not_a_bag_verdict(path, container)
            asked = _Asked(path=path, level=level, profiles=profiles, expected=expected, payload=payload, opened=opened)
            return _verify(wrap(container) if wrap else container, asked, told, crew)
    except RefusedArchiveError as refusal:
        return empty_verdict(path, refusal.findings[0], valid=False if refusal.damaged else None)
    except NotADirectoryError:
        return empty_verdict(path, _no_folder(path), valid=False)
    except OSError as error:
        return empty_verdict(path, _cannot_open(path, error))


def verify_container(
    path: Path,
    container: BagContainer,
    *,
    progress: Progress | None = None,
    opened: Callable[[OpenBag], None] | None = None,
) -> BagVerdict:
    """Verify a bag in full, in a container that was opened elsewhere.

    Args:
        path: what the verdict calls it.
        container: holds the bag.
        progress: as for :func:`verify_bag`.
        opened: as for :func:`verify_bag`.
    """
    asked = _Asked(path=path, level="full", profiles=(), expected=None, payload=(), opened=opened)
    try:
        if not container.has("bagit.txt"):
            return _not_a_bag_verdict(path, container)
        with Crew(1) as crew:
            return _verify(container, asked, progress, crew)
    except OSError as error:
        return empty_verdict(path, _cannot_open(path, error))


def bytes_to_read(path: Path, level: VerifyLevel = "full") -> int:
    """Return how many bytes :func:`verify_bag` reads at most: the whole that its ``progress`` counts towards.

    Returns:
        Bytes; 0 when the bag cannot be read. For a compressed tar, bytes of the archive.
    """
    try:
        compressed = compressed_bytes(path, level) if is_archive(path) else None
        if compressed is not None:
            return compressed
        with opened_container(path, level, None) as (container, _):
            files = container.listing().files
    except (OSError, RefusedArchiveError):
        return 0
    return sum(files.values()) - (0 if level == "full" else files.payload_bytes)


def empty_verdict(path: Path, finding: Finding, *, valid: bool | None = None) -> BagVerdict:
    """Return the verdict on what could not be looked at (None) or is no bag (False), with the one finding why."""
    return BagVerdict(
        path=str(path),
        valid=valid,
        complete=False,
        bagit_version=None,
        algorithms=(),
        files=0,
        bytes=0,
        findings=(finding,),
    )


@contextmanager
def opened_container(
    path: Path, level: VerifyLevel, progress: Progress | None, crew: Crew | None = None
) -> Iterator[tuple[BagContainer, Progress | None]]:
    """Open what holds a bag, a folder or an archive, for the length of the block.

    Args:
        path: as for :func:`verify_bag`.
        level: what will be read of it.
        progress: told of bytes read.
        crew: told of what there is to read, where several can read at once.

    Yields:
        The container, and what is to be told of the bytes read from it; None when it tells of them itself.

    Raises:
        OSError: it cannot be opened or read.
        RefusedArchiveError: it is no archive, or one that asks for too much.
    """
    if is_archive(path):
        with open_archive(path, level, progress, expect=crew.expect if crew else None) as opened:
            yield opened
    else:
        with FolderBag(path, crew.expect if crew else None) as container:
            yield container, progress


def _not_a_bag_verdict(path: Path, container: BagContainer) -> BagVerdict:
    """Return the verdict on what has no bagit.txt; an archive's own findings say more, such as where it breaks off."""
    verdict = empty_verdict(path, _not_a_bag(path, container), valid=False)
    if not is_archive(path):
        return verdict
    return replace(verdict, findings=(*verdict.findings, *container.listing().findings))


def _verify(container: BagContainer, asked: _Asked, progress: Progress | None, crew: Crew) -> BagVerdict:
    report = Report()
    listing = container.listing()
    report.extend(listing.findings)
    # The payload is read meanwhile, by every algorithm there is a manifest of: which lists what is known later.
    crew.begin(listing.files.payload_pairs, payload_algorithms(listing.files))
    hashes = [asked.expected.usual_algorithm] if asked.expected else []
    bag = open_bag(container, listing, report, progress, hashes=hashes)
    report.extend(check_unfinished(bag))
    report.extend(check_structure(bag))
    report.extend(check_fetch(bag))
    report.extend(check_presence(bag))
    if asked.expected:
        report.extend(check_expected(bag, asked.expected))
    report.extend(check_payload_oxum(bag, asked.level))
    report.extend(check_names(bag))
    if asked.opened:
        asked.opened(bag)
    if asked.level != "complete":
        payload = None if asked.level == "full" else asked.payload
        report.extend(check_fixity(bag, payload=payload, crew=crew))
    report.extend(container.read_findings())
    conformance = check_profiles(bag, asked.profiles, media_types(asked.path.name) if is_archive(asked.path) else None)
    size, count = payload_size(bag)
    return BagVerdict(
        path=str(asked.path),
        valid=False if report.any_error else (True if asked.level == "full" else None),
        complete=report.complete,
        bagit_version=bag.declaration.version,
        algorithms=tuple(sorted(manifest.algorithm for manifest in bag.group(payload=True))),
        files=count,
        bytes=size,
        findings=(*report.findings(), *conformance.findings),
        conforms=conformance.conforms,
    )


def _not_a_bag(path: Path, container: BagContainer) -> Finding:
    name = printable(os.fspath(path))
    looks_like_one = container.has("data") or container.has("bag-info.txt")
    return Finding(
        severity=Severity.ERROR,
        code="not-a-bag",
        file=None,
        message=f"{name} has no bagit.txt"
        + (": it looks like a bag that has lost it." if looks_like_one else ": it is not a bag."),
        fix="Restore bagit.txt from another copy of the bag."
        if looks_like_one
        else "Name a bag, or a folder whose subfolders are bags.",
    )


def _no_folder(path: Path) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="not-a-bag",
        file=None,
        message=f"{printable(os.fspath(path))} is not a folder, so that it is not a bag.",
        fix="Name the folder that holds bagit.txt.",
    )


def _cannot_open(path: Path, error: OSError) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="bag-folder-unreadable",
        file=None,
        message=f"{printable(os.fspath(path))} could not be read ({error.strerror or error}); nothing was checked.",
        fix="Check that it is there and that you may read it, then verify again.",
    )
