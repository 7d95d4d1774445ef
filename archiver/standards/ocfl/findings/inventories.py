"""The findings that an inventory alone can give rise to, one function a kind; each names the rule it speaks for."""

from __future__ import annotations

from archiver.model import Finding, Severity

_MAKER = "Ask who made the object for a sound copy, or restore it from another one; nothing is mended by hand."
_LEAVE = "Nothing has to be done: this alone makes no object invalid."


def unreadable(file: str | None, message: str) -> Finding:
    """Nothing can be known from the inventory."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-unreadable", file=file, message=message, fix=_MAKER)


def incomplete(file: str | None, message: str) -> Finding:
    """Something that every inventory states is not there."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-incomplete", file=file, message=message, fix=_MAKER)


def wrong_value(file: str | None, message: str) -> Finding:
    """A value is of another kind than the standard asks for."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-value", file=file, message=message, fix=_MAKER)


def unknown_key(file: str | None, message: str) -> Finding:
    """A key that the standard does not know."""
    return Finding(severity=Severity.ERROR, code="ocfl-inventory-key-unknown", file=file, message=message, fix=_MAKER)


def versions_wrong(file: str | None, message: str) -> Finding:
    """Version names or their sequence."""
    return Finding(severity=Severity.ERROR, code="ocfl-versions-wrong", file=file, message=message, fix=_MAKER)


def digest_wrong(file: str | None, message: str) -> Finding:
    """A digest that stands twice, for nothing, or in another form."""
    return Finding(severity=Severity.ERROR, code="ocfl-digest-wrong", file=file, message=message, fix=_MAKER)


def path_unsafe(file: str | None, message: str) -> Finding:
    """A path that names no file below its root."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-path-unsafe",
        file=file,
        message=message,
        fix="Do not unpack the object with other programs: such paths can be made to write elsewhere.",
    )


def path_conflict(file: str | None, message: str) -> Finding:
    """Two paths of which one at most can be a file."""
    return Finding(severity=Severity.ERROR, code="ocfl-path-conflict", file=file, message=message, fix=_MAKER)


def fixity_block(file: str | None, message: str) -> Finding:
    """The further digests of an inventory."""
    return Finding(severity=Severity.ERROR, code="ocfl-fixity-block", file=file, message=message, fix=_MAKER)


def versions_padded(file: str | None, message: str) -> Finding:
    """Zero-padded version names."""
    return Finding(severity=Severity.WARNING, code="ocfl-versions-padded", file=file, message=message, fix=_LEAVE)


def algorithm_weaker(file: str | None, message: str) -> Finding:
    """SHA-256 where SHA-512 is asked for."""
    return Finding(severity=Severity.WARNING, code="ocfl-algorithm-sha256", file=file, message=message, fix=_LEAVE)


def identifier_not_uri(file: str | None, message: str) -> Finding:
    """An identifier that is no URI."""
    return Finding(severity=Severity.WARNING, code="ocfl-identifier-not-uri", file=file, message=message, fix=_LEAVE)


def version_undescribed(file: str | None, message: str) -> Finding:
    """A version that does not say who made it and why."""
    return Finding(severity=Severity.WARNING, code="ocfl-version-undescribed", file=file, message=message, fix=_LEAVE)


def cut(file: str | None, message: str) -> Finding:
    """More of a kind than are listed."""
    return Finding(
        severity=Severity.ERROR,
        code="ocfl-findings-cut",
        file=file,
        message=message,
        fix="Look at those that are listed first; they have the same cause as a rule.",
    )
