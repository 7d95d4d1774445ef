"""What validating one object, or a storage root itself, came to."""

from __future__ import annotations

from dataclasses import dataclass

from archiver.model import Finding, Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectVerdict:
    """One object."""

    path: str
    """Of its root from the storage root."""

    identifier: str | None
    """None where no inventory could be relied on."""

    version: str | None
    """The head."""

    ocfl_version: str | None
    """As declared."""

    valid: bool | None
    """None when nothing wrong was found and not everything was looked at: content unread, or unreadable."""

    files: int
    """Content files that are there."""

    bytes: int
    findings: tuple[Finding, ...]


def has_errors(findings: tuple[Finding, ...]) -> bool:
    """Tell whether one of the findings is an error."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def only_unread(findings: tuple[Finding, ...]) -> bool:
    """Tell whether all errors say that something could not be read, so that nothing is known of it."""
    return all(finding.code == "ocfl-unreadable" for finding in findings if finding.severity is Severity.ERROR)
