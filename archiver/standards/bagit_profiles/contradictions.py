"""What a profile asks for and forbids at once, so that no bag can keep to it. Looks at no bag."""

from __future__ import annotations

from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit_paths import PAYLOAD_PREFIX, unsafe_reason
from archiver.standards.bagit_profiles.forms import shown
from archiver.standards.bagit_profiles.patterns import PathPatterns, has_wildcard
from archiver.standards.bagit_profiles.profile import IDENTIFIER_LABEL, BagProfile
from archiver.standards.bagit_profiles.tag_files import is_bagit_file


def contradictions(profile: BagProfile) -> Iterator[Finding]:
    """Name every rule that another rule of the same profile makes impossible to keep."""
    yield from _algorithms(profile, "Manifests", profile.manifests_required, profile.manifests_allowed)
    yield from _algorithms(profile, "Tag-Manifests", profile.tag_manifests_required, profile.tag_manifests_allowed)
    tag_files = tuple(path for path in profile.tag_files_required if _is_asked_of_tag_files(path))
    yield from _files(profile, "Tag-Files", tag_files, profile.tag_files_allowed)
    yield from _files(profile, "Payload-Files", profile.payload_files_required, profile.payload_files_allowed)
    yield from _places(profile)
    if profile.fetch_required and not profile.allow_fetch:
        yield _contradiction(profile, "Fetch.txt-Required", "fetch.txt is required, and Allow-Fetch.txt forbids it")
    files = [path for path in profile.payload_files_required if not path.endswith("/")]
    if profile.data_empty and not profile.allow_fetch and len(files) > 1:
        yield _contradiction(profile, "Data-Empty", f"data/ must be empty, and {len(files)} payload files are required")
    for rule in profile.labels:
        if rule.label.lower() == IDENTIFIER_LABEL.lower() and rule.values and profile.identifier not in rule.values:
            what = f"the values allowed for {IDENTIFIER_LABEL} leave out the profile's own"
            yield _contradiction(profile, "Bag-Info", what)


def _is_asked_of_tag_files(path: str) -> bool:
    # Before Payload-Files-Required came, in 1.4.0, payload files were asked for here.
    return not is_bagit_file(path) and not path.startswith(PAYLOAD_PREFIX)


def _algorithms(
    profile: BagProfile, key: str, required: tuple[str, ...], allowed: tuple[str, ...] | None
) -> Iterator[Finding]:
    for name in required:
        if allowed is not None and name not in allowed:
            yield _contradiction(profile, f"{key}-Required", f"{shown(name)} is required, and not in {key}-Allowed")


def _files(
    profile: BagProfile, key: str, required: tuple[str, ...], allowed: tuple[str, ...] | None
) -> Iterator[Finding]:
    if allowed is None:
        return
    patterns = PathPatterns(allowed)
    for path in required:
        # What a folder must hold is not said: any name will do for asking.
        asked = f"{path}*" if path.endswith("/") else path
        if not patterns.match(asked) and not has_wildcard(path) and not _may_hold(path, allowed):
            yield _contradiction(profile, f"{key}-Required", f"{shown(path)} is required, and not in {key}-Allowed")


def _may_hold(path: str, allowed: tuple[str, ...]) -> bool:
    """Tell whether something allowed may lie in the folder ``path``."""
    return path.endswith("/") and any(entry.startswith(path) or has_wildcard(entry) for entry in allowed)


def _places(profile: BagProfile) -> Iterator[Finding]:
    for path in profile.payload_files_required:
        if not path.startswith(PAYLOAD_PREFIX):
            yield _contradiction(profile, "Payload-Files-Required", f"{shown(path)} does not lie below data/")
    for key, paths in (
        ("Tag-Files-Required", profile.tag_files_required),
        ("Payload-Files-Required", profile.payload_files_required),
    ):
        for path in paths:
            if reason := unsafe_reason(path.rstrip("/")):
                yield _contradiction(profile, key, f"the path {shown(path)} {reason}, so that no bag has it")


def _contradiction(profile: BagProfile, rule: str, what: str) -> Finding:
    return Finding(
        severity=Severity.ERROR,
        code="profile-contradiction",
        file=profile.name,
        message=f"{profile.name}, {rule}: {what}: no bag can keep to it.",
        fix="Ask the makers of the profile which of the two they mean.",
    )
