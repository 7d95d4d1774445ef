"""Checks a bag against a profile: every rule of it, and every finding, with the rule's name and what to do.

Speaks of conformance to the profile alone; whether the bag is a valid bag is another question.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles.description import BagDescription
from archiver.standards.bagit_profiles.file_rules import check_files
from archiver.standards.bagit_profiles.forms import choice, shown
from archiver.standards.bagit_profiles.label_rules import check_labels
from archiver.standards.bagit_profiles.profile import BagProfile
from archiver.standards.bagit_profiles.serialization import is_accepted
from archiver.standards.names import printable


def check_bag(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    """Check one bag against a profile (BagIt Profiles 1.4.0).

    Args:
        profile: what is asked; of a bag that names an earlier version of it, what that version asked.
        bag: what there is, or is to be.

    Yields:
        Every violation as an error and every recommendation not followed as a warning; nothing where all is well.
    """
    profile = profile.version_for(bag.named_profiles())
    # The specification wants these two first: a bag that fails them is not looked into by everybody.
    yield from _check_serialization(profile, bag)
    yield from _check_version(profile, bag)
    yield from check_labels(profile, bag)
    yield from _check_manifests(profile, bag)
    yield from _check_tag_manifests(profile, bag)
    yield from check_files(profile, bag)


def _check_serialization(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    types = bag.serialization
    accepted = printable(" or ".join(profile.accept_serialization[:10]))
    if types is None:
        if profile.serialization == "required":
            yield _serialization(
                profile,
                "the bag must be one file, an archive, and is a folder",
                f"Pack the bag's folder as {accepted or 'tar or zip'}.",
            )
    elif profile.serialization == "forbidden":
        yield _serialization(profile, "the bag must be a folder, and is an archive", "Unpack the bag.")
    elif profile.accept_serialization and not is_accepted(types, profile.accept_serialization):
        own = min(types, key=lambda one: (len(one), one), default="of a kind that has no media type here")
        yield Finding(
            severity=Severity.ERROR,
            code="profile-serialization-type",
            file=None,
            message=f"{profile.name}, Accept-Serialization: the archive is {own}, and only {accepted} is accepted.",
            fix=f"Pack the bag anew as {accepted}.",
        )


def _serialization(profile: BagProfile, what: str, fix: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="profile-serialization",
        file=None,
        message=f"{profile.name}, Serialization: {what}.",
        fix=fix,
    )


def _check_version(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    accepted = profile.accept_bagit_version
    if bag.version is not None and accepted and bag.version not in accepted:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-bagit-version",
            file="bagit.txt",
            message=f"{profile.name}, Accept-BagIt-Version: the bag is of BagIt {shown(bag.version)}, and only "
            f"{choice(accepted)} is accepted.",
            fix="Make the bag anew in a version that is accepted, or ask for a profile that accepts this one.",
        )


def _check_manifests(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    there = dict.fromkeys(map(_plain, bag.manifests))
    for name in profile.manifests_required:
        if name not in there:
            yield _manifest_missing(profile, "Manifests-Required", f"manifest-{name}.txt")
    for name in there:
        if profile.manifests_allowed is not None and name not in profile.manifests_allowed:
            yield _manifest_not_allowed(profile, "Manifests-Allowed", f"manifest-{name}.txt", profile.manifests_allowed)


def _check_tag_manifests(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    there = dict.fromkeys(map(_plain, bag.tag_manifests))
    allowed = profile.tag_manifests_allowed
    for name in profile.tag_manifests_required:
        if name not in there:
            yield _manifest_missing(profile, "Tag-Manifests-Required", f"tagmanifest-{name}.txt")
    for name in there:
        if allowed is not None and name not in allowed:
            yield _manifest_not_allowed(profile, "Tag-Manifests-Allowed", f"tagmanifest-{name}.txt", allowed)


def _plain(algorithm: str) -> str:
    return algorithm.lower().replace("-", "").replace("_", "")


def _manifest_missing(profile: BagProfile, rule: str, file: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="profile-manifest-missing",
        file=printable(file),
        message=f"{profile.name}, {rule}: there is no {printable(file)}.",
        fix="Make the bag anew with that algorithm too.",
    )


def _manifest_not_allowed(profile: BagProfile, rule: str, file: str, allowed: tuple[str, ...]) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="profile-manifest-not-allowed",
        file=printable(file),
        message=f"{profile.name}, {rule}: {printable(file)} is there, and only {choice(allowed)} is allowed.",
        fix="Make the bag anew with the algorithms that are allowed.",
    )
