"""What a Fedora repository does not let be done, in words."""

from __future__ import annotations

from archiver.model import Finding, Severity


def tombstone(address: str) -> Finding:
    """Word that the package was there, and was removed."""
    return Finding(
        severity=Severity.ERROR,
        code="fedora-tombstone",
        file=None,
        message=f"The package was deposited at {address} before and removed there: its tombstone is in the way.",
        fix=f"Ask who removed it. If it is to be deposited again, have {address}/fcr:tombstone deleted.",
    )


def taken(address: str) -> Finding:
    """Word that something else stands where the package belongs."""
    return Finding(
        severity=Severity.ERROR,
        code="fedora-name-taken",
        file=None,
        message=f"What the server has at {address} does not state this package's key in dcterms:identifier: it is "
        "something else, or was changed. Nothing of it is replaced.",
        fix="Look at it there; rename or remove it, or have its metadata put right, and deposit the package again.",
    )


def conflict(table: str, words: str) -> Finding:
    """Word that what is sent does not go with what is there."""
    return Finding(
        severity=Severity.ERROR,
        code="fedora-conflict",
        file=None,
        message=f"The server says that this does not go with what it holds: {words}.",
        fix=f"Check that {table}.url is an ordinary container, and no archival group or part of one.",
    )
