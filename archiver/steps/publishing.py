"""The last steps of a package: read it back whole, ask bagit-python, then one rename."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from archiver.errors import ItemError
from archiver.execution.cores import usable_cores
from archiver.model import BagVerdict, Finding, Severity
from archiver.standards.bagit_profiles import BagProfile
from archiver.storage.bag_checks.container import Progress
from archiver.storage.bag_reader import verify_bag
from archiver.storage.durable import AlreadyPublishedError, publish
from archiver.storage.existing_packages import ExistingPackage, existing_package
from archiver.storage.second_opinion import Opinion, cross_check, second_opinion


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A package under its final name."""

    folder: Path
    opinion: str
    """``bagit-python 1.9.0: valid``."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A sealed bag that passed every check that was asked for."""

    opinion: str | None = None
    """``bagit-python 1.9.0: valid``; None where it was not asked for."""

    findings: tuple[Finding, ...] = ()


def publish_package(
    staged: Path, folder: Path, name: str, *, expected_opinion: str, profiles: Sequence[BagProfile] = ()
) -> Published:
    """Check the sealed bag in ``staged`` twice and give it its name.

    Args:
        staged: a whole bag in staging.
        folder: its final name.
        name: of the item, for messages.
        expected_opinion: ``valid`` or ``not-run``, as its PREMIS says (docs/adr/0004).
        profiles: that it must keep to.

    Raises:
        ItemError: what was read back is not what was written, breaks a profile, or bagit-python disagrees;
            nothing was published.
        OSError: the disk refused.
    """
    read_back(staged, name, profiles)
    opinion = second_opinion(staged)
    if opinion.outcome != expected_opinion:
        raise ItemError((_disagreement(name, opinion),))
    try:
        publish(staged, folder)
    except AlreadyPublishedError as error:
        raise ItemError((_taken(name, folder, existing_package(folder)),)) from error
    return Published(folder=folder, opinion=f"{opinion.tool}: {opinion.outcome}", findings=_not_run(name, opinion))


def cross_checked(staged: Path, name: str) -> Proof:
    """Ask bagit-python about a sealed bag, at its full level.

    Args:
        staged: a whole bag in staging, read back already.
        name: of what it holds, for messages.

    Raises:
        ItemError: bagit-python disagrees.
    """
    opinion = cross_check(staged)
    if opinion.outcome == "invalid":
        raise ItemError((_disagreement(name, opinion),))
    return Proof(opinion=f"{opinion.tool}: {opinion.outcome}", findings=_not_run(name, opinion))


def read_back(
    staged: Path, name: str, profiles: Sequence[BagProfile] = (), progress: Progress | None = None
) -> BagVerdict:
    """Verify a sealed bag, a folder or an archive, at the full level.

    Args:
        staged: a whole bag in staging.
        name: of what it holds, for messages.
        profiles: that it must keep to.
        progress: told of each piece read back.

    Raises:
        ItemError: what was read back is not what was written, or breaks a profile.
    """
    verdict = verify_bag(staged, "full", profiles=profiles, progress=progress, workers=usable_cores())
    return _sound(verdict, name, profiles)


def read_back_rest(
    staged: Path,
    name: str,
    profiles: Sequence[BagProfile] = (),
    progress: Progress | None = None,
    *,
    payload: Collection[str],
) -> BagVerdict:
    """Verify a sealed bag, a folder, of whose payload all but some files were read back when they were copied.

    Args:
        staged: a whole bag in staging.
        name: of what it holds, for messages.
        profiles: that it must keep to.
        progress: told of each piece read back.
        payload: files that were not read back yet, ``data/`` included.

    Raises:
        ItemError: what was read back is not what was written, or breaks a profile.
    """
    verdict = verify_bag(staged, "fast", profiles=profiles, progress=progress, payload=payload)
    return _sound(verdict, name, profiles)


def _sound(verdict: BagVerdict, name: str, profiles: Sequence[BagProfile]) -> BagVerdict:
    """Return a verdict that nothing was found against.

    Raises:
        ItemError: something was.
    """
    if verdict.valid is False or not verdict.complete:
        raise ItemError((not_read_back(name, len(verdict.findings)), *verdict.findings))
    if profiles and not verdict.conforms:
        raise ItemError((off_profile(name, profiles), *verdict.findings))
    return verdict


def not_read_back(name: str, count: int) -> Finding:
    """Return the finding on a bag that was not read back as it was written; ``count`` others say how."""
    return Finding(
        severity=Severity.ERROR,
        code="package-not-read-back",
        file=name,
        message=f"The package of {name} did not read back as it was written ({count} findings); it was not published.",
        fix="Check the destination's disk, and run the same command again.",
    )


def off_profile(name: str, profiles: Sequence[BagProfile]) -> Finding:
    """Return the finding on a bag that breaks a profile; others say how."""
    return Finding(
        severity=Severity.ERROR,
        code="package-off-profile",
        file=name,
        message=f"The package of {name} does not keep to {' and '.join(profile.name for profile in profiles)}; it was "
        "not published.",
        fix="See the findings that follow: each names the rule and what to do.",
    )


def _disagreement(name: str, opinion: Opinion) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="second-opinion-invalid",
        file=name,
        message=f"{opinion.tool} does not accept the package of {name} ({opinion.outcome}: {opinion.detail}); "
        "it was not published.",
        fix="Report this with the name of the item: two programs should agree on every package.",
    )


def _not_run(name: str, opinion: Opinion) -> tuple[Finding, ...]:
    return (_opinion_not_run(name, opinion),) if opinion.outcome == "not-run" else ()


def _opinion_not_run(name: str, opinion: Opinion) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="second-opinion-not-run",
        file=name,
        message=f"{opinion.tool} was not asked about the package of {name}: {opinion.detail}.",
        fix="Nothing has to be done; `archiver verify` checks the package in full.",
    )


def _taken(name: str, folder: Path, holder: ExistingPackage | None) -> Finding:
    what = "another build published the item at the same time" if holder else "something else bears that name"
    return Finding(
        severity=Severity.ERROR,
        code="package-name-taken",
        file=name,
        message=f"{folder} came into being while {name} was being built: {what}. Nothing was replaced.",
        fix="Run the same command again.",
    )
