"""BagIt profiles applied to a bag that is to be made: what they settle, and what would break them.

Everything here happens before a byte is copied; the finished bag is checked once more before it gets its name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from archiver.model import Finding, Severity
from archiver.standards.bag_info import label_fault
from archiver.standards.bagit import ALGORITHMS, PAYLOAD_PREFIX, hash_name
from archiver.standards.bagit_profiles import IDENTIFIER_LABEL, BagDescription, BagProfile, check_bag, media_types
from archiver.standards.names import printable
from archiver.steps.bags.labels import Labels, bag_labels
from archiver.storage.bag_tags import manifest_name

if TYPE_CHECKING:
    from archiver.steps.bags.making import BagSettings
    from archiver.steps.bags.source import BagSource

_WEAK = frozenset({"md5", "sha1"})
"""Broken: two files can be made that share a digest."""

_STRONGEST_FIRST = ("sha512", "sha384", "sha256", "sha3512", "sha3384", "sha3256", "blake2b", "blake2s", "sha224")


_ADD_LATER = (
    f"Make the bag without --profile, with the label {IDENTIFIER_LABEL} given by --bag-info; put the tag file into its "
    "folder, and run `archiver verify --profile`."
)
"""What to do about tag files, of which a bag in the making gets BagIt's own alone."""


def profile_algorithms(profiles: Sequence[BagProfile], preferred: tuple[str, ...]) -> tuple[str, ...]:
    """Choose the algorithms of a bag's manifests as its profiles want them.

    What is required is taken; where that leaves no strong digest, a preferred one is added, or the strongest allowed.

    Args:
        profiles: of the bag.
        preferred: as in hashlib: those of the archive's configuration.

    Returns:
        Names as in hashlib, never empty. An algorithm that is required and not known here is left out: that the bag
        breaks the profile by it is a finding on the bag.
    """
    required = [
        name
        for profile in profiles
        for name in (*profile.manifests_required, *profile.tag_manifests_required)
        if hash_name(name)
    ]
    chosen = list(dict.fromkeys(required))
    if all(name in _WEAK for name in chosen):
        named = [manifest_name(name) for name in preferred]
        strong = [name for name in named if _is_allowed(name, profiles)]
        others = (*_STRONGEST_FIRST, *sorted(ALGORITHMS))
        strong = strong or [name for name in others if name not in chosen and _is_allowed(name, profiles)][:1]
        chosen += [name for name in strong if name not in chosen]
    return tuple(dict.fromkeys(found for name in chosen if (found := hash_name(name)))) or preferred


def _is_allowed(name: str, profiles: Sequence[BagProfile]) -> bool:
    lists = [
        allowed
        for profile in profiles
        for allowed in (profile.manifests_allowed, profile.tag_manifests_allowed)
        if allowed is not None
    ]
    return all(name in allowed for allowed in lists)


def labels_for_profiles(profiles: Sequence[BagProfile], stated: Labels) -> tuple[Labels, tuple[Finding, ...]]:
    """Return the labels that profiles settle by themselves: their identifiers, and what may have one value only.

    Args:
        profiles: of the bag.
        stated: what ``bag-info.txt`` will say in any case.

    Returns:
        Labels to be added, and a finding for each that nobody had asked for.
    """
    labels: list[tuple[str, str]] = []
    findings: list[Finding] = []
    for profile in profiles:
        identifier = profile.identifier
        named = [value for label, value in (*stated, *labels) if label.lower() == IDENTIFIER_LABEL.lower()]
        if identifier and identifier not in named:
            labels.append((IDENTIFIER_LABEL, identifier))
        there = {label.lower() for label, _ in (*stated, *labels)}
        for rule in profile.labels:
            if (
                rule.required
                and len(rule.values) == 1
                and rule.label.lower() not in there
                and not label_fault(rule.label)
            ):
                labels.append((rule.label, rule.values[0]))
                findings.append(_filled(profile, *labels[-1]))
    return tuple(labels), tuple(findings)


def check_plan(settings: BagSettings, source: BagSource) -> Iterator[Finding]:
    """Check the bag that is to be made against each profile.

    Args:
        settings: of the bag, its labels those that it will have.
        source: what goes in.
    """
    algorithms = [manifest_name(name) for name in settings.configuration.algorithms]
    labels = bag_labels(settings.labels, settings.configuration, settings.now, source.bytes)
    files = {f"{PAYLOAD_PREFIX}{path}": size for path, size in source.payload.items()}
    fetch = None
    if settings.holey is not None:  # what is listed is not there
        fetch = [f"{PAYLOAD_PREFIX}{document.path}" for document in source.documents]
        files = {f"{PAYLOAD_PREFIX}{path}": 0 for path in source.kept_files} | {"fetch.txt": 1}
    description = BagDescription(
        version="1.0",
        labels=(*labels, ("Payload-Oxum", f"{source.bytes}.{len(source.payload)}")),
        manifests=algorithms,
        tag_manifests=algorithms,
        files=files | dict.fromkeys(("bagit.txt", "bag-info.txt", *_manifests(algorithms)), 1),
        fetch=fetch,
        serialization=media_types(settings.destination.name) if settings.serialization else None,
    )
    for profile in settings.profiles:
        for finding in check_bag(profile, description):
            tag_file = finding.code == "profile-tag-file-missing"
            yield replace(finding, fix=_ADD_LATER) if tag_file else finding


def _manifests(algorithms: Sequence[str]) -> Iterator[str]:
    for name in algorithms:
        yield f"manifest-{name}.txt"
        yield f"tagmanifest-{name}.txt"


def _filled(profile: BagProfile, label: str, value: str) -> Finding:
    return Finding(
        severity=Severity.INFO,
        code="profile-label-filled",
        file="bag-info.txt",
        message=f"{profile.name}, Bag-Info: {printable(label)} is required and may only be {printable(value)[:80]}, so "
        "that it was written.",
        fix="Nothing to do.",
    )
