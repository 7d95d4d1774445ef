"""Findings on entries that no bag may hold, whether it lies in a folder or in an archive. Looks at nothing itself."""

from __future__ import annotations

from archiver.model import Finding, Severity
from archiver.standards.names import printable


def symbolic_link(path: str) -> Finding:
    """Return the finding on a symbolic link."""
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-symbolic-link",
        file=name,
        message=f"{name} is a symbolic link; it was not followed, and what it points at is no part of the bag.",
        fix="Put the file itself in the link's place, or delete the link.",
    )


def special_file(path: str, kind: str) -> Finding:
    """Return the finding on a device, pipe or socket; ``kind`` is what it is, with its article."""
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-special-file",
        file=name,
        message=f"{name} is {kind}; it was not opened.",
        fix="Delete it: a bag holds regular files and folders alone.",
    )


def not_utf8(path: str) -> Finding:
    """Return the finding on a name that is not UTF-8."""
    name = printable(path)
    return Finding(
        severity=Severity.ERROR,
        code="bag-name-not-utf8",
        file=name,
        message=f"The name {name} is not UTF-8; no manifest can list it.",
        fix="Rename it, and take a new name over into the manifests.",
    )
