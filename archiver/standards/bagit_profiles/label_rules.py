"""The rules on ``bag-info.txt``: the profile's identifier, labels that must be there, their values and repeats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from archiver.model import Finding, Severity
from archiver.standards.bagit_profiles.description import BagDescription
from archiver.standards.bagit_profiles.forms import choice, shown
from archiver.standards.bagit_profiles.profile import IDENTIFIER_LABEL, BagProfile, LabelRule
from archiver.standards.names import printable


def check_labels(profile: BagProfile, bag: BagDescription) -> Iterator[Finding]:
    """Check ``bag-info.txt``, of which labels are case-insensitive (RFC 8493 section 2.2.2)."""
    if bag.labels is None:
        return
    values: defaultdict[str, list[str]] = defaultdict(list)
    for label, value in bag.labels:
        values[label.lower()].append(plain_value(value))
    yield from _check_identifier(profile, bag, values[IDENTIFIER_LABEL.lower()])
    for rule in profile.labels:
        # It is always required, whether or not the profile lists it.
        if rule.label.lower() != IDENTIFIER_LABEL.lower():
            yield from _check_label(profile, bag.info_file, rule, values[rule.label.lower()])


def plain_value(value: str) -> str:
    """Return a value as values are compared: one that goes on in further lines is the same as on one line."""
    return " ".join(value.split())


def _check_identifier(profile: BagProfile, bag: BagDescription, named: list[str]) -> Iterator[Finding]:
    own = profile.identifier
    if not named:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-identifier-missing",
            file=bag.info_file,
            message=f"{profile.name}: {bag.info_file} names no profile by {IDENTIFIER_LABEL}.",
            fix=f"Add {IDENTIFIER_LABEL}: {printable(own) if own else 'with the address of the profile'}.",
        )
    elif own is not None and plain_value(own) not in named:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-identifier-other",
            file=bag.info_file,
            message=f"{profile.name} is {shown(own)}; {bag.info_file} names {' and '.join(map(shown, named))} by "
            f"{IDENTIFIER_LABEL}.",
            fix="Check the bag against the profile that it names, or add this one's identifier if it keeps to both.",
        )


def _check_label(profile: BagProfile, file: str, rule: LabelRule, values: list[str]) -> Iterator[Finding]:
    label = shown(rule.label).strip('"')
    if not any(values):
        if rule.required:
            yield _missing(profile, file, rule, label, empty=bool(values))
        elif rule.recommended:
            yield _recommended(profile, file, label)
        return
    if len(values) > 1 and not rule.repeatable:
        yield Finding(
            severity=Severity.ERROR,
            code="profile-label-repeated",
            file=file,
            message=f"{profile.name}, Bag-Info: {label} stands {len(values)} times in {file}, and may only stand there "
            "once.",
            fix="Keep the one that is right.",
        )
    allowed = [plain_value(value) for value in rule.values]
    for value in dict.fromkeys(values):
        if allowed and value not in allowed:
            yield Finding(
                severity=Severity.ERROR,
                code="profile-label-value",
                file=file,
                message=f"{profile.name}, Bag-Info: {label} is {shown(value)}, and may only be {choice(allowed)}.",
                fix="Write one of the values that are allowed.",
            )


def _missing(profile: BagProfile, file: str, rule: LabelRule, label: str, *, empty: bool) -> Finding:
    values = f" ({choice(rule.values)})" if rule.values else ""
    state = "has no value" if empty else "is not"
    return Finding(
        severity=Severity.ERROR,
        code="profile-label-missing",
        file=file,
        message=f"{profile.name}, Bag-Info: {label} is required, and {state} in {file}.",
        fix=f"Give {label} a value{values}.",
    )


def _recommended(profile: BagProfile, file: str, label: str) -> Finding:
    return Finding(
        severity=Severity.WARNING,
        code="profile-label-recommended",
        file=file,
        message=f"{profile.name}, Bag-Info: {label} is recommended, and is not in {file}.",
        fix=f"Add {label} if its value is known.",
    )
